// A NUT driver inside the test: to the real upsd it is one of NUT's own, and what it reports and
// how it obeys is the test's to say, at once and without waiting for anybody's polling.
//
// It speaks the protocol between upsd and its drivers over a unix socket: upsd connects, asks for
// everything (DUMPALL) and is then told of each change (SETINFO). A changed outlet, stale data and
// a driver that dies are one call each.
//
// Thread-safe; one thread of its own.

#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace holdover::support {

class nut_device {
public:
  using variables = std::map<std::string, std::string>;

  nut_device(std::string socket_path, variables values);
  ~nut_device();
  nut_device(const nut_device&) = delete;
  nut_device& operator=(const nut_device&) = delete;

  void set(const std::string& name, const std::string& value);
  void erase(const std::string& name);
  std::optional<std::string> get(const std::string& name) const;

  /// Outlets that obey outlet.N.load.on and outlet.N.load.off; each begins switched on.
  void add_outlets(std::uint32_t count);
  /// Commands that it takes, and of which the test says what comes.
  void add_commands(const std::vector<std::string>& names);
  /// Whether it carries out commands; one that does not says that it does.
  void obey(bool);
  std::vector<std::string> commands() const;  ///< All that came, in order.

  void data_stale(bool);
  void disconnect();  ///< As if the driver had died.
  void connect();     ///< As if it had been started again.

private:
  void run();
  void accept_one();
  void receive();
  void take_line(const std::string& line);
  void dump();
  void carry_out(const std::string& command);
  void tell(const std::string& line);
  void listen_on_path();
  void ring() const;

  std::string path_;
  mutable std::recursive_mutex mutex_;
  variables values_;
  std::vector<std::string> accepted_commands_;
  std::vector<std::string> commands_;
  bool obeys_ = true;
  bool stale_ = false;
  bool stopping_ = false;
  int listener_ = -1;
  int peer_ = -1;
  int wake_ = -1;
  std::string incoming_;
  std::thread thread_;
};

}  // namespace holdover::support
