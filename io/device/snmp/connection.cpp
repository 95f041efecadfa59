#include "io/device/snmp/connection.hpp"

#include "core/overloaded.hpp"
#include "io/device/snmp/loop.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace holdover::device::snmp {

namespace {

constexpr int attempts = 3;
// How long to wait before a request is sent again. A slow card must not be sent everything twice,
// or it answers the copies while the next request waits.
constexpr std::chrono::milliseconds patience_least{1000};
constexpr std::chrono::milliseconds patience_most{2500};

}  // namespace

connection::connection(loop& of, std::uint64_t number, const session_parameters& access)
    : loop_(of), number_(number), access_(access) {}

connection::~connection() {
  close_wire();
  loop_.wake_at(number_, std::nullopt);
  fail_all({failure_kind::unreachable, "the question was given up: its session was closed"});
}

void connection::ask(open_question question) {
  // A set goes before the reads that wait; behind the question being asked and other sets.
  auto place = questions_.end();
  if (question.talk->writes() && !questions_.empty())
    place = std::find_if(questions_.begin() + 1, questions_.end(),
                         [](const auto& other) { return !other.talk->writes(); });
  questions_.insert(place, std::move(question));
  proceed();
}

/// Does whatever is next; to be called whenever something has changed.
void connection::proceed() {
  if (!questions_.empty() && state_ == state::closed) {
    state_ = state::looking_up;
    loop_.look_up(number_, access_.host, access_.port);
  }
  if (!questions_.empty() && state_ == state::open && !under_way_ && !in_line_) {
    in_line_ = true;
    loop_.queue_up(number_, questions_.front().talk->writes());
  }
  set_timer();
}

void connection::looked_up(answer<endpoint> found) {
  if (state_ != state::looking_up) return;
  state_ = state::closed;
  if (const auto* no = std::get_if<failure>(&found))
    fail_all(*no);
  else if (open_wire(std::get<endpoint>(found)))
    state_ = state::open;
  proceed();
}

bool connection::open_wire(const endpoint& peer) {
  auto opened = wire::open(access_, peer, keys_, attempts, patience_);
  if (const auto* no = std::get_if<failure>(&opened)) {
    fail_all(*no);
    return false;
  }
  wire_ = std::get<std::unique_ptr<wire>>(std::move(opened));
  answers_ = false;
  loop_.watch(wire_->socket(), number_);
  return true;
}

/// There is room in the window.
void connection::start() {
  in_line_ = false;
  if (state_ != state::open || questions_.empty()) {
    loop_.request_ended();
    return;
  }
  under_way_ = true;
  sent_at_ = clock::now();
  if (wire_->introduced())
    wire_->send(questions_.front().talk->next());
  else
    wire_->discover();
  handle_outcome();
}

void connection::readable() {
  if (!wire_) return;
  wire_->receive();
  handle_outcome();
}

void connection::timer() {
  give_up_late(clock::now());
  if (!wire_) return proceed();
  wire_->expire();
  handle_outcome();
}

void connection::handle_outcome() {
  if (auto ended = wire_->take()) {
    under_way_ = false;
    loop_.request_ended();
    std::visit(overloaded{
                   [this](const reply& got) {
                     take_pace();
                     learn(got);
                   },
                   [this](silence) {
                     const auto why = silent(questions_.front());
                     close_wire();
                     fail_first(why);
                   },
                   [this](const failure& why) {
                     close_wire();
                     fail_first(why);
                   },
               },
               *ended);
  }
  proceed();
}

/// Twice what the last reply took, at once when it grows and step by step when it shrinks.
void connection::take_pace() {
  const auto took = std::chrono::ceil<std::chrono::milliseconds>(clock::now() - sent_at_);
  const auto wanted = std::clamp(took * 2, patience_least, patience_most);
  const auto before = patience_;
  patience_ = wanted > patience_ ? wanted : (patience_ * 7 + wanted) / 8;
  if (patience_ != before) wire_->be_patient(patience_);
}

void connection::learn(const reply& got) {
  // The reply that completes the introduction is not the question's.
  if (!std::exchange(answers_, true) && access_.speaks == version::v3) return;
  auto& talk = *questions_.front().talk;
  talk.learn(got);
  if (!talk.done()) return;
  const auto finished = std::move(questions_.front());
  questions_.pop_front();
  finished.done(finished.talk->outcome());
}

void connection::give_up_late(clock::time_point now) {
  for (std::size_t i = 0; i < questions_.size();) {
    if (questions_[i].deadline > now) {
      ++i;
      continue;
    }
    const auto late = std::move(questions_[i]);
    const auto why = silent(late);
    questions_.erase(questions_.begin() + static_cast<std::ptrdiff_t>(i));
    // What is under way would hold up the next question, and its reply means nothing to it.
    if (i == 0 && under_way_) close_wire();
    late.done(why);
  }
}

void connection::fail_first(const failure& why) {
  const auto failed = std::move(questions_.front());
  questions_.pop_front();
  failed.done(why);
}

void connection::fail_all(const failure& why) {
  while (!questions_.empty())
    fail_first(why);
}

void connection::close_wire() {
  if (under_way_) loop_.request_ended();
  under_way_ = false;
  if (!wire_) return;
  loop_.unwatch(wire_->socket());
  wire_.reset();
  state_ = state::closed;
}

void connection::set_timer() {
  std::optional<clock::time_point> next;
  for (const auto& question : questions_)
    if (!next || question.deadline < *next) next = question.deadline;
  if (wire_ && under_way_ && wire_->due() && (!next || *wire_->due() < *next)) next = wire_->due();
  loop_.wake_at(number_, next);
}

failure connection::silent(const open_question& question) const {
  const auto who = access_.host + ':' + std::to_string(access_.port);
  if (state_ == state::looking_up)
    return {failure_kind::unreachable,
            "the name " + access_.host + " takes too long to look up; give the address instead"};
  if (answers_ && question.talk->writes())
    return {failure_kind::unreachable,
            who + " answers, but not to this command; check the community or user for writing"};
  if (answers_)
    return {failure_kind::unreachable, who + " stopped answering, or answers too slowly"};
  return {failure_kind::unreachable, "no SNMP answer from " + who
                                         + "; check the address, that SNMP is on, and the "
                                         + (access_.speaks == version::v3 ? "user" : "community")
                                         + " (an agent keeps silent about a wrong one)"};
}

}  // namespace holdover::device::snmp
