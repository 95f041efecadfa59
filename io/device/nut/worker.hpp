// The client's own side: what its thread does with the questions. See client.hpp for the idea.

#pragma once

#include "io/device/nut/client.hpp"
#include "io/device/nut/connection.hpp"

#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace holdover::device::nut {

/// Lets any thread end a poll(); lives as long as anybody may want to.
class wake_up {
public:
  wake_up();
  ~wake_up();
  wake_up(const wake_up&) = delete;
  wake_up& operator=(const wake_up&) = delete;

  void ring();
  void clear();
  int descriptor() const { return descriptor_; }

private:
  int descriptor_;
};

class client::worker {
public:
  worker(server_address, client_limits);

  /// From any thread.
  void ask(request);
  const std::string& name() const { return name_; }
  static void start(const std::shared_ptr<worker>&);
  /// Ends the thread and waits for it, unless it is the caller's own.
  void stop();

private:
  struct question {
    request what;
    steady_time deadline;
    bool repeated = false;
  };
  /// A question that was sent. Those of a login have no `done`.
  struct flight {
    question asked;
    answer_reader reader;
    steady_time due;
  };

  void run();
  bool collect();
  void wait();
  std::optional<steady_time> next_deadline() const;

  void drop_overdue(steady_time now);
  void connect(steady_time now);
  void go_on_connecting(steady_time now);
  void converse(steady_time now);
  void send_questions(steady_time now);
  void send_one(question, steady_time now);
  void take_lines();
  bool finish_first(complete);
  void note_login_answer(const complete&);

  /// Empty when logged in, or nothing is needed.
  std::optional<failure> log_in(steady_time now);
  void transmit(question, const std::string& line, steady_time now);

  void lost(const failure& why);
  void fail_all(const failure& why);
  failure unreachable(const std::string& problem) const;

  const server_address server_;
  const client_limits limits_;
  const std::string name_;
  std::shared_ptr<wake_up> wake_ = std::make_shared<wake_up>();
  std::thread thread_;

  std::mutex mutex_;
  std::deque<question> inbox_;
  bool stopping_ = false;

  // The thread's own from here.
  connection line_;
  std::deque<question> queue_;
  std::deque<flight> flights_;
  bool productive_ = false;  ///< The connection has brought an answer.
  bool logged_in_ = false;
  bool renew_ = false;  ///< upsd denied access: log in afresh, the credentials may have changed.
  std::optional<failure> login_failure_;
  std::chrono::milliseconds back_off_;
  steady_time retry_at_{};
  failure last_failure_;
};

}  // namespace holdover::device::nut
