#include "io/device/snmp/engine.hpp"

#include "io/device/snmp/connection.hpp"
#include "io/device/snmp/loop.hpp"
#include "io/device/snmp/wire.hpp"

#include <algorithm>
#include <future>
#include <pthread.h>
#include <signal.h>
#include <utility>

namespace holdover::device::snmp {

namespace {

failure ended() {
  return {failure_kind::unreachable, "the question was given up: its session or program is ending"};
}

/// Starts a thread that gets no signals: those belong to the main thread.
std::thread without_signals(std::function<void()> body) {
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  std::thread started(std::move(body));
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return started;
}

}  // namespace

std::string engine::identify(const std::string& file) {
  const auto us = take_identity(file);
  wire::be(us);
  return us.problem;
}

const std::shared_ptr<engine>& engine::shared() {
  static const auto instance = std::make_shared<engine>();
  return instance;
}

// The library is started here and not in the thread, because what it starts in turn (OpenSSL) must
// still be there when the thread ends: things end in the reverse order of their beginning.
engine::engine() : loop_(std::make_shared<loop>()) {
  wire::start_library();
  thread_ = without_signals([loop = loop_] { loop->run(); });
  pthread_setname_np(thread_.native_handle(), "snmp");
}

engine::~engine() {
  loop_->stop();
  thread_.join();
}

std::unique_ptr<session> engine::open(const session_parameters& access) {
  const auto number = loop_->reserve_number();
  loop_->post([loop = loop_.get(), number, access] { loop->add(number, access); });
  return std::unique_ptr<session>(new session(loop_, number, access.speaks != version::v1));
}

bool engine::run(std::function<void()> task) {
  return loop_->post(std::move(task));
}

std::uint64_t engine::hear(int socket, std::function<void()> on_readable) {
  const auto number = loop_->reserve_number();
  loop_->post([loop = loop_.get(), number, socket, on_readable = std::move(on_readable)] {
    loop->hear(number, socket, on_readable);
  });
  return number;
}

void engine::unhear(std::uint64_t number, int socket) {
  auto done = std::make_shared<std::promise<void>>();
  const bool taken = loop_->post([loop = loop_.get(), number, socket, done] {
    loop->unhear(number, socket);
    done->set_value();
  });
  if (taken) done->get_future().wait();
}

session::session(std::shared_ptr<loop> of, std::uint64_t number, bool speaks_bulk)
    : loop_(std::move(of)), number_(number), speaks_bulk_(speaks_bulk) {}

session::~session() {
  loop_->post([loop = loop_.get(), number = number_] { loop->remove(number); });
}

void session::get(std::vector<object_id> names, on_bindings done, duration limit,
                  std::size_t chunk) {
  ask(std::make_unique<get_exchange>(std::move(names), chunk), std::move(done), limit);
}

void session::walk(std::vector<object_id> columns, on_bindings done, duration limit,
                   std::size_t rows, bool bulk) {
  ask(std::make_unique<walk_exchange>(std::move(columns), rows, bulk && speaks_bulk_),
      std::move(done), limit);
}

void session::set(std::vector<binding> wanted, on_bindings done, duration limit) {
  ask(std::make_unique<set_exchange>(std::move(wanted)), std::move(done), limit);
}

void session::ask(std::unique_ptr<exchange> talk, on_bindings done, duration limit) {
  if (talk->done()) {  // Nothing was asked for.
    loop_->post([outcome = talk->outcome(), done] { done(outcome); });
    return;
  }
  const auto deadline = clock::now() + std::min(limit, limit_max);
  // A task can be copied and a question cannot.
  auto question = std::make_shared<open_question>(std::move(talk), done, deadline);
  const bool taken = loop_->post([loop = loop_.get(), number = number_, question] {
    if (auto* asked = loop->find(number))
      asked->ask(std::move(*question));
    else
      question->done(ended());
  });
  if (!taken) done(ended());
}

}  // namespace holdover::device::snmp
