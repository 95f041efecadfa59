#include "io/device/nut/worker.hpp"

#include "core/words.hpp"
#include "io/device/nut/line.hpp"
#include "io/device/nut/refusal.hpp"
#include "io/device/secret.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <poll.h>
#include <sys/eventfd.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace holdover::device::nut {

namespace {

// upsd answers from memory; a few at a time hide the way there and back.
constexpr std::size_t flights_max = 8;

steady_time now_steady() {
  return std::chrono::steady_clock::now();
}

}  // namespace

wake_up::wake_up() : descriptor_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  if (descriptor_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
}

wake_up::~wake_up() {
  ::close(descriptor_);
}

void wake_up::ring() {
  // It can fail only when it has been rung 2^64 times already.
  (void)eventfd_write(descriptor_, 1);
}

void wake_up::clear() {
  eventfd_t times = 0;
  (void)eventfd_read(descriptor_, &times);
}

client::worker::worker(server_address server, client_limits limits)
    : server_(std::move(server)),
      limits_(limits),
      name_(server_.host.find(':') == std::string::npos
                ? server_.host + ':' + std::to_string(server_.port)
                : '[' + server_.host + "]:" + std::to_string(server_.port)),
      back_off_(limits.back_off_min) {}

void client::worker::start(const std::shared_ptr<worker>& self) {
  self->thread_ = std::thread([self] { self->run(); });
}

void client::worker::stop() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_->ring();
  if (thread_.get_id() == std::this_thread::get_id()) return thread_.detach();
  thread_.join();
}

void client::worker::ask(request what) {
  auto deadline = now_steady() + limits_.question;
  if (what.deadline) deadline = std::min(deadline, *what.deadline);
  {
    std::lock_guard lock(mutex_);
    inbox_.push_back({std::move(what), deadline});
  }
  wake_->ring();
}

void client::worker::run() {
  while (collect()) {
    auto now = now_steady();
    drop_overdue(now);
    if (line_.now() == connection::state::closed && !queue_.empty()) connect(now);
    if (line_.now() == connection::state::resolving || line_.now() == connection::state::connecting)
      go_on_connecting(now);
    if (line_.now() == connection::state::connected) converse(now);
    wait();
  }
  fail_all(unreachable("this node stops asking it"));
}

/// False when the client ends.
bool client::worker::collect() {
  wake_->clear();
  std::lock_guard lock(mutex_);
  std::ranges::move(inbox_, std::back_inserter(queue_));
  inbox_.clear();
  return !stopping_;
}

void client::worker::wait() {
  std::array<pollfd, 2> ready{pollfd{.fd = wake_->descriptor(), .events = POLLIN, .revents = 0},
                              pollfd{.fd = line_.descriptor(), .events = 0, .revents = 0}};
  if (line_.descriptor() >= 0) ready[1].events = line_.events();
  int timeout = -1;
  if (auto deadline = next_deadline()) {
    auto left = std::chrono::ceil<std::chrono::milliseconds>(*deadline - now_steady()).count();
    timeout = static_cast<int>(std::clamp<long long>(left, 0, 60'000));
  }
  // A signal or an error ends the wait early, and the loop looks again.
  (void)::poll(ready.data(), ready.size(), timeout);
}

std::optional<steady_time> client::worker::next_deadline() const {
  auto next = line_.deadline();
  auto consider = [&](steady_time t) { next = next ? std::min(*next, t) : t; };
  if (!flights_.empty()) consider(flights_.front().due);
  for (const auto& waiting : queue_)
    consider(waiting.deadline);
  return next;
}

void client::worker::drop_overdue(steady_time now) {
  std::erase_if(queue_, [&](question& waiting) {
    if (now < waiting.deadline) return false;
    waiting.what.done(unreachable("no answer within " + in_words(limits_.question)));
    return true;
  });
}

void client::worker::connect(steady_time now) {
  if (now < retry_at_) return fail_all(last_failure_);
  productive_ = false;
  logged_in_ = false;
  renew_ = false;
  login_failure_.reset();
  line_.open(server_.host, server_.port, now + limits_.connect, [wake = wake_] { wake->ring(); });
}

void client::worker::go_on_connecting(steady_time now) {
  line_.step(now);
  if (line_.now() == connection::state::closed) lost(unreachable(line_.problem()));
}

void client::worker::converse(steady_time now) {
  line_.receive();
  take_lines();
  send_questions(now);
  if (line_.now() == connection::state::closed) {
    if (!flights_.empty() || !productive_) lost(unreachable(line_.problem()));
  } else if (!flights_.empty() && now >= flights_.front().due) {
    line_.close();
    lost(unreachable("no answer within " + in_words(limits_.answer)));
  } else if (renew_ && flights_.empty()) {
    line_.close();
  }
  // Lost or closed: whoever still waits gets a new connection in the next round.
  if (line_.now() == connection::state::closed && !queue_.empty()) wake_->ring();
}

void client::worker::send_questions(steady_time now) {
  while (!queue_.empty() && flights_.size() < flights_max && !renew_
         && line_.now() == connection::state::connected) {
    auto next = std::move(queue_.front());
    queue_.pop_front();
    if (!next.what.wanted || next.what.wanted()) send_one(std::move(next), now);
  }
}

void client::worker::send_one(question next, steady_time now) {
  auto line = request_line(next.what.words);
  if (!line)
    return next.what.done(failure{
        failure_kind::nonsense,
        "a name for upsd on " + name_ + " is too long or has control characters; correct it"});
  if (next.what.login)
    if (auto problem = log_in(now)) return next.what.done(std::move(*problem));
  transmit(std::move(next), *line, now);
}

std::optional<failure> client::worker::log_in(steady_time now) {
  if (server_.credentials.empty() || logged_in_) return std::nullopt;
  auto secret = fetch_secret(server_.credentials);
  if (auto* problem = std::get_if<failure>(&secret)) return std::move(*problem);
  const auto& text = std::get<std::string>(secret);
  auto colon = text.find(':');
  auto user = request_line({"USERNAME", text.substr(0, colon)});
  auto password =
      request_line({"PASSWORD", colon == std::string::npos ? "" : text.substr(colon + 1)});
  if (colon == 0 || colon == std::string::npos || !user || !password)
    return failure{failure_kind::refused, "credentials for upsd on " + name_
                                              + " are not of the form user:password; correct them"};
  logged_in_ = true;
  for (const auto* line : {&*user, &*password})
    transmit({.what = {}, .deadline = now + limits_.question}, *line, now);
  return std::nullopt;
}

void client::worker::transmit(question next, const std::string& line, steady_time now) {
  auto reader = next.what.what == request::kind::list_variables
                    ? answer_reader::list_of_variables(next.what.ups)
                    : answer_reader::line();
  auto due = std::min(next.deadline, now + limits_.answer);
  flights_.push_back({std::move(next), std::move(reader), due});
  line_.send(line);
}

void client::worker::take_lines() {
  while (auto line = line_.next_line()) {
    // An upsd that goes down says so unasked; so does whatever is no upsd at all.
    if (flights_.empty()) return line_.close("it spoke without being asked");
    auto answer = flights_.front().reader.feed(*line);
    if (answer && !finish_first(std::move(*answer))) return;
  }
}

/// Answers the oldest question; false when the rest of the stream is of no use.
bool client::worker::finish_first(complete answer) {
  auto first = std::move(flights_.front());
  flights_.pop_front();
  if (const auto* problem = std::get_if<out_of_step>(&answer)) {
    failure why{failure_kind::nonsense, "upsd on " + name_ + " answered with " + problem->what
                                            + "; check that a NUT server listens there"};
    line_.close(why.text);
    if (first.asked.what.done) first.asked.what.done(why);
    lost(why);
    return false;
  }
  productive_ = true;
  back_off_ = limits_.back_off_min;
  if (!first.asked.what.done) {
    note_login_answer(answer);
    return true;
  }
  const auto* refused = std::get_if<refusal>(&answer);
  if (refused != nullptr && refused->word == "ACCESS-DENIED") renew_ = true;
  if (first.asked.what.login && login_failure_) {
    first.asked.what.done(*login_failure_);
  } else if (auto* line = std::get_if<one_line>(&answer)) {
    first.asked.what.done(std::move(line->text));
  } else if (refused != nullptr) {
    first.asked.what.done(*refused);
  } else {
    first.asked.what.done(std::move(std::get<variables>(answer)));
  }
  return true;
}

void client::worker::note_login_answer(const complete& answer) {
  const auto* refused = std::get_if<refusal>(&answer);
  if (refused == nullptr) return;
  login_failure_ = explain(refused->word, {.server = name_, .ups = {}, .what = "logging in"});
  renew_ = true;
}

/// After the connection is gone: who may ask again waits for the next one, the others are told.
void client::worker::lost(const failure& why) {
  auto now = now_steady();
  auto sent = std::exchange(flights_, {});
  for (auto f = sent.rbegin(); f != sent.rend(); ++f) {
    if (!f->asked.what.done) continue;
    bool again = productive_ && !f->asked.repeated && now < f->asked.deadline
                 && f->asked.what.what != request::kind::command;
    if (!again) {
      f->asked.what.done(why);
      continue;
    }
    f->asked.repeated = true;
    queue_.push_front(std::move(f->asked));
  }
  if (productive_) return;
  last_failure_ = why;
  retry_at_ = now + back_off_;
  back_off_ = std::min(back_off_ * 2, limits_.back_off_max);
  fail_all(why);
}

void client::worker::fail_all(const failure& why) {
  for (auto& sent : std::exchange(flights_, {}))
    if (sent.asked.what.done) sent.asked.what.done(why);
  for (auto& waiting : std::exchange(queue_, {}))
    waiting.what.done(why);
}

failure client::worker::unreachable(const std::string& problem) const {
  return {
      failure_kind::unreachable,
      "upsd on " + name_ + " cannot be reached: " + problem
          + "; check that it runs, that its LISTEN line covers this network, and the way there"};
}

}  // namespace holdover::device::nut
