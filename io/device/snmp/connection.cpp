#include "io/device/snmp/connection.hpp"

#include "core/overloaded.hpp"
#include "io/device/snmp/loop.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace holdover::device::snmp {

namespace {

constexpr int attempts = 3;
// A request that waits for longer is no crowd: its line in the window is free for others, so that
// slow and dead devices, however many, delay nobody.
constexpr std::chrono::milliseconds crowd{1000};

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
  auto opened = wire::open(access_, peer, keys_, attempts, pace_.patience());
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
  holds_line_ = true;
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
  const auto now = clock::now();
  if (under_way_ && now >= sent_at_ + crowd) free_line();
  give_up_late(now);
  if (!wire_) return proceed();
  wire_->expire();
  handle_outcome();
}

void connection::handle_outcome() {
  if (auto ended = wire_->take()) {
    under_way_ = false;
    free_line();
    std::visit(overloaded{
                   [this](const reply& got) {
                     heard_at_ = clock::now();
                     pace_.answered(
                         std::chrono::ceil<std::chrono::milliseconds>(heard_at_ - sent_at_),
                         wire_->resent());
                     wire_->be_patient(pace_.patience());
                     learn(got);
                   },
                   [this](silence) {
                     const auto why = silent(questions_.front());
                     pace_.fell_silent();
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

void connection::learn(const reply& got) {
  // The reply that completes the introduction is not the question's.
  if (!std::exchange(answers_, true) && access_.speaks == version::v3) return;
  auto& talk = *questions_.front().talk;
  talk.learn(got);
  if (!talk.done()) return let_write_pass();
  const auto finished = std::move(questions_.front());
  questions_.pop_front();
  finished.done(finished.talk->outcome());
}

/// A set does not wait for the rest of a long reading, only for the reply that was under way.
void connection::let_write_pass() {
  if (questions_.size() > 1 && questions_[1].talk->writes() && !questions_[0].talk->writes())
    std::swap(questions_[0], questions_[1]);
}

/// A question may take as long as the agent goes on answering, up to its deadline.
clock::time_point connection::end_of(const open_question& question) const {
  return std::min(question.deadline, std::max(question.asked_at, heard_at_) + pace_.silence());
}

/// Gives the line of the request under way back to the window.
void connection::free_line() {
  if (std::exchange(holds_line_, false)) loop_.request_ended();
}

void connection::give_up_late(clock::time_point now) {
  for (std::size_t i = 0; i < questions_.size();) {
    if (end_of(questions_[i]) > now) {
      ++i;
      continue;
    }
    const auto late = std::move(questions_[i]);
    const auto why = silent(late);
    questions_.erase(questions_.begin() + static_cast<std::ptrdiff_t>(i));
    // What is under way would hold up the next question, and its reply means nothing to it.
    if (i == 0 && under_way_) {
      pace_.fell_silent();
      close_wire();
    }
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
  free_line();
  under_way_ = false;
  if (!wire_) return;
  loop_.unwatch(wire_->socket());
  wire_.reset();
  state_ = state::closed;
}

void connection::set_timer() {
  std::optional<clock::time_point> next;
  const auto wake = [&](clock::time_point when) {
    if (!next || when < *next) next = when;
  };
  for (const auto& question : questions_)
    wake(end_of(question));
  if (wire_ && under_way_ && wire_->due()) wake(*wire_->due());
  if (holds_line_) wake(sent_at_ + crowd);
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
