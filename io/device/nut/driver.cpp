#include "io/device/nut/driver.hpp"

#include "io/device/nut/client.hpp"
#include "io/device/nut/reading.hpp"
#include "io/device/nut/refusal.hpp"
#include "io/device/nut/text.hpp"
#include "io/device/questions.hpp"

#include <chrono>
#include <utility>
#include <vector>

namespace holdover::device {

namespace {

constexpr std::uint16_t default_port = 3493;
constexpr std::size_t description_characters_max = 256;
/// A switch takes up to two questions, one after the other; both together end within this.
constexpr std::chrono::milliseconds switch_limit{4500};

nut::server_address server_of(const device_address& where) {
  return {where.host, where.port == 0 ? default_port : where.port, where.credentials};
}

/// The kind of answer that was asked for, or why it is not there.
template <class T>
answer<T> expected(nut::outcome came, const nut::asked& who) {
  if (auto* part = std::get_if<T>(&came)) return std::move(*part);
  if (auto* why = std::get_if<failure>(&came)) return std::move(*why);
  if (const auto* no = std::get_if<nut::refusal>(&came)) return nut::explain(no->word, who);
  return failure{failure_kind::nonsense,
                 "upsd on " + who.server + " gave an answer of another kind to " + who.what};
}

/// "Network UPS Tools upsd 2.8.0 - http://www.networkupstools.org/"
power::interface_reading interface_from(std::string_view line) {
  constexpr std::string_view program = "upsd ";
  power::interface_reading reading;
  reading.description = nut::printable(line, description_characters_max);
  auto at = line.find(program);
  if (!line.starts_with("Network UPS Tools") || at == std::string_view::npos) return reading;
  auto version = line.substr(at + program.size());
  reading.who.manufacturer = "Network UPS Tools";
  reading.who.model = "upsd";
  reading.who.firmware =
      nut::printable(version.substr(0, version.find(' ')), description_characters_max);
  return reading;
}

answer<switched> switched_from(nut::outcome came, const nut::asked& who) {
  auto line = expected<std::string>(std::move(came), who);
  if (auto* why = std::get_if<failure>(&line)) return std::move(*why);
  const auto& text = std::get<std::string>(line);
  if (text.starts_with("OK")) return switched{who.what + ": OK"};
  return failure{failure_kind::nonsense, "upsd on " + who.server + " answered " + who.what
                                             + " with \"" + nut::printable(text, 60) + '"'};
}

/// NUT's instant command, and another that does nearly the same where a driver lacks the first.
struct instant_words {
  std::string_view first;
  std::string_view second{};
};

instant_words instant_command(power::ups_command::verb what) {
  using enum power::ups_command::verb;
  switch (what) {
    case test_quick:
      return {"test.battery.start.quick", "test.battery.start"};
    case test_general:
      return {"test.battery.start", "test.battery.start.quick"};
    case test_deep:
      return {"test.battery.start.deep", "calibrate.start"};
    case test_abort:
      return {"test.battery.stop"};
    case shutdown:
      return {"shutdown.return"};
    case stay_off:
      return {"shutdown.stayoff"};
    case startup:
      return {"load.on"};
    case reboot:
      return {"shutdown.reboot"};
    case cancel:
      return {"shutdown.stop"};
    case buzzer_on:
      return {"beeper.enable"};
    case buzzer_off:
      return {"beeper.disable"};
    case buzzer_mute:
      return {"beeper.mute"};
  }
  return {"beeper.mute"};
}

class nut_driver final : public driver {
public:
  nut_driver(const device_address& where, device_kind kind, const std::string& channel)
      : client_(nut::client::of(server_of(where))),
        unit_(where.unit),
        subject_{kind, channel, '"' + unit_ + "\" on " + client_->name()} {}

  void read(on_reading done) override {
    if (subject_.kind == device_kind::interface) return read_interface(std::move(done));
    auto reply = questions_.open(std::move(done));
    nut::request list;
    list.what = nut::request::kind::list_variables;
    list.words = {"LIST", "VAR", unit_};
    list.ups = unit_;
    list.wanted = [reply] { return reply.wanted(); };
    list.done = [reply, what = subject_, who = asked("LIST VAR")](nut::outcome came) {
      auto found = expected<nut::variables>(std::move(came), who);
      if (auto* why = std::get_if<failure>(&found)) return reply(std::move(*why));
      reply(nut::read(std::get<nut::variables>(found), what));
    };
    client_->ask(std::move(list));
  }

  void switch_outlet(std::uint32_t number, bool on, on_switched done) override {
    auto reply = questions_.open(std::move(done));
    auto outlet = "outlet." + std::to_string(number);
    std::string state = on ? "on" : "off";
    auto deadline = std::chrono::steady_clock::now() + switch_limit;
    auto variable = outlet + ".switch";
    auto command = outlet + ".load." + state;
    auto set = change({"SET", "VAR", unit_, variable, state}, variable, deadline, reply);
    auto instruct = change({"INSTCMD", unit_, command}, command, deadline, reply);
    // Not every driver has the command; older ones have a variable to set instead.
    client_->ask(or_else(std::move(instruct), std::move(set)));
  }

  void command(const power::ups_command& what, on_switched done) override {
    auto reply = questions_.open(std::move(done));
    const auto no = [&](std::string text) {
      reply(failure{failure_kind::unsupported, std::move(text)});
    };
    if (subject_.kind != device_kind::ups)
      return no("a " + std::string(to_string(subject_.kind)) + " is not commanded like a UPS");
    // A shutdown that was to come in two minutes must not come at once.
    if (what.delay > duration::zero())
      return no("NUT takes no delay with \"" + std::string(to_string(what.what))
                + "\": it is a setting of the UPS; command it without");
    const auto deadline = std::chrono::steady_clock::now() + switch_limit;
    const auto instruct = [&](std::string_view name) {
      return change({"INSTCMD", unit_, std::string(name)}, std::string(name), deadline, reply);
    };
    const auto words = instant_command(what.what);
    auto wanted = instruct(words.first);
    if (!words.second.empty()) wanted = or_else(std::move(wanted), instruct(words.second));
    client_->ask(std::move(wanted));
  }

  void read_interface(on_reading done) override {
    auto reply = questions_.open(std::move(done));
    nut::request version;
    version.words = {"VER"};
    // Wrong credentials show here, long before a switch has to work.
    version.login = true;
    version.wanted = [reply] { return reply.wanted(); };
    version.done = [reply, who = asked("VER")](nut::outcome came) {
      auto line = expected<std::string>(std::move(came), who);
      if (auto* why = std::get_if<failure>(&line)) return reply(std::move(*why));
      reply(interface_from(std::get<std::string>(line)));
    };
    client_->ask(std::move(version));
  }

private:
  nut::asked asked(std::string what) const {
    return {.server = client_->name(), .ups = unit_, .what = std::move(what)};
  }

  /// The first; and where the driver does not have it, the second.
  nut::request or_else(nut::request first, nut::request second) const {
    first.done = [done = first.done, second = std::move(second),
                  to = std::weak_ptr(client_)](nut::outcome came) {
      const auto* refused = std::get_if<nut::refusal>(&came);
      const auto open = to.lock();
      const bool try_second = refused != nullptr && refused->word == "CMD-NOT-SUPPORTED" && open;
      try_second ? open->ask(second) : done(std::move(came));
    };
    return first;
  }

  nut::request change(std::vector<std::string> words, const std::string& topic,
                      std::chrono::steady_clock::time_point deadline,
                      const ticket<switched>& reply) const {
    nut::request request;
    request.what = nut::request::kind::command;
    request.words = std::move(words);
    request.ups = unit_;
    request.login = true;
    request.deadline = deadline;
    request.wanted = [reply] { return reply.wanted(); };
    request.done = [reply, who = asked(topic)](nut::outcome came) {
      reply(switched_from(std::move(came), who));
    };
    return request;
  }

  std::shared_ptr<nut::client> client_;
  std::string unit_;
  nut::subject subject_;
  question_desk questions_;  ///< Last, so that it closes first.
};

}  // namespace

std::unique_ptr<driver> make_nut_driver(const device_address& where, device_kind kind,
                                        const std::string& channel) {
  return std::make_unique<nut_driver>(where, kind, channel);
}

}  // namespace holdover::device
