#include "io/device/snmp/driver.hpp"

#include "io/device/questions.hpp"
#include "io/device/snmp/engine.hpp"
#include "io/device/snmp/order.hpp"
#include "io/device/snmp/outlet_reader.hpp"
#include "io/device/snmp/poll.hpp"

#include <atomic>
#include <chrono>
#include <functional>
#include <mutex>
#include <utility>

namespace holdover::device {

namespace {

using namespace snmp;

failure unsupported(std::string text) {
  return {failure_kind::unsupported, std::move(text)};
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names)
    text += (text.empty() ? "" : ", ") + name;
  return text;
}

/// The name of a family, or nothing for whatever is found.
bool is_automatic(const std::string& profile) {
  return profile.empty() || profile == "auto";
}

answer<const family*> given_family(const std::string& profile) {
  if (is_automatic(profile)) return nullptr;
  if (const auto* found = find_family(profile)) return found;
  return unsupported("\"" + profile + "\" is not an SNMP profile known here; leave it out, or choose "
                     "one of: " + joined(ups_profile_names()));
}

answer<std::shared_ptr<poll>> make_power_poll(const std::string& profile, poll_aim aim) {
  auto given = given_family(profile);
  if (auto* no = std::get_if<failure>(&given)) return std::move(*no);
  return make_device_poll(std::get<const family*>(given), aim);
}

answer<std::shared_ptr<poll>> make_outlets(const std::string& profile) {
  if (is_automatic(profile)) return make_outlet_poll(nullptr);
  if (const auto* found = find_outlet_profile(profile)) return make_outlet_poll(found);
  return unsupported("\"" + profile + "\" is not an SNMP profile of outlets; choose one of: "
                     + joined(outlet_profile_names()));
}

/// A channel is an object, or the name or label of a sensor that the device has.
answer<std::shared_ptr<poll>> make_sensor(const std::string& profile, const std::string& channel) {
  auto parsed = parse_channel(channel);
  if (auto* object = std::get_if<sensor_channel>(&parsed)) return make_sensor_poll(*object);
  const bool meant_as_object = channel.find_first_not_of("0123456789. */+-") == std::string::npos;
  if (meant_as_object) return std::get<failure>(std::move(parsed));
  auto given = given_family(profile);
  if (auto* no = std::get_if<failure>(&given)) return std::move(*no);
  return make_device_poll(std::get<const family*>(given), poll_aim::sensor, channel);
}

/// The poll for a kind of device, or what is wrong with its description.
answer<std::shared_ptr<poll>> make_poll(const device_address& address, device_kind kind,
                                        const std::string& channel) {
  switch (kind) {
    case device_kind::ups:
      return make_power_poll(address.unit, poll_aim::ups);
    case device_kind::outlet_unit:
      return make_outlets(address.unit);
    case device_kind::sensor:
      return make_sensor(address.unit, channel);
    case device_kind::whole:
      return make_power_poll(address.unit, poll_aim::whole);
    case device_kind::interface:
      break;
  }
  return make_interface_poll();
}

class snmp_driver final : public driver {
public:
  snmp_driver(const device_address& address, device_kind kind, const std::string& channel)
      : engine_(engine::shared()),
        address_(address),
        kind_(kind),
        poll_(make_poll(address, kind, channel)),
        interface_(make_interface_poll()) {}

  ~snmp_driver() override { desk_->close(); }

  void read(on_reading done) override { read_by(poll_, std::move(done)); }

  void read_interface(on_reading done) override { read_by(interface_, std::move(done)); }

  void switch_outlet(std::uint32_t number, bool on, on_switched done) override {
    using verb = power::outlet_command::verb;
    command_outlet({number, on ? verb::on : verb::off, {}}, std::move(done));
  }

  void command_outlet(const power::outlet_command& what, on_switched done) override {
    auto reply = desk_->open<switched>(std::move(done));
    auto ready = line();
    if (const auto no = why_not_switch(what.number, ready)) return say(reply, *no);
    order_desk at{std::get<std::shared_ptr<poll>>(poll_), std::get<std::shared_ptr<session>>(ready),
                  reply, doubt_};
    engine_->run([desk = desk_, at, what, given = ready_profile(address_.unit)] {
      if (at.way->outlets() != nullptr || given != nullptr) return tell_outlet(at, what, given);
      get_to_know(*desk, at, [at, what] { tell_outlet(at, what, nullptr); });
    });
  }

  void command(const power::ups_command& what, on_switched done) override {
    auto reply = desk_->open<switched>(std::move(done));
    auto ready = line();
    if (const auto no = why_not_command(ready)) return say(reply, *no);
    order_desk at{std::get<std::shared_ptr<poll>>(poll_), std::get<std::shared_ptr<session>>(ready),
                  reply, doubt_};
    engine_->run([desk = desk_, at, what] {
      if (!at.way->spoken_families().empty()) return tell_ups(at, what);
      get_to_know(*desk, at, [at, what] { tell_ups(at, what); });
    });
  }

private:
  using ready_line = answer<std::shared_ptr<session>>;

  /// One command on its way; on the engine's thread.
  struct order_desk {
    std::shared_ptr<poll> way;
    std::shared_ptr<session> to;
    ticket<switched> reply;
    std::shared_ptr<std::atomic<bool>> doubt;
    /// For looking, reading and setting together.
    std::chrono::steady_clock::time_point deadline =
        std::chrono::steady_clock::now() + session::order_limit;

    duration left() const {
      return std::chrono::floor<duration>(deadline - std::chrono::steady_clock::now());
    }
  };

  /// Reads the device once, so that it is known how to command it.
  static void get_to_know(question_desk& desk, const order_desk& at, std::function<void()> then) {
    auto known = desk.open<power::device_reading>(
        [at, then = std::move(then)](const answer<power::device_reading>& got) {
          if (const auto* no = std::get_if<failure>(&got)) return at.reply(*no);
          then();
        });
    errand look(at.to, std::move(known));
    look.deadline = at.deadline;
    at.way->read(std::move(look));
  }

  /// A profile that needs no look at the device first.
  static const outlet_profile* ready_profile(const std::string& name) {
    const auto* profile = find_outlet_profile(name);
    const bool open = profile != nullptr && profile->state.find('*') != std::string_view::npos;
    return open ? nullptr : profile;
  }

  static void set(const order_desk& at, std::vector<binding> wanted) {
    std::string detail;
    for (const auto& [name, what] : wanted)
      detail += (detail.empty() ? "" : ", ") + to_string(name) + " = " + text(what);
    // The session is kept until the device has answered, even if new credentials replace it.
    at.to->set(
        std::move(wanted),
        [at, detail = std::move(detail)](const bindings_answer& got) {
          if (const auto* no = std::get_if<failure>(&got)) {
            *at.doubt = true;
            return at.reply(*no);
          }
          at.reply(switched{detail});
        },
        at.left());
  }

  static void tell_outlet(const order_desk& at, const power::outlet_command& what,
                          const outlet_profile* given) {
    if (!at.way->may_have_outlet(what.number))
      return at.reply(unsupported("the unit has no outlet " + std::to_string(what.number)));
    const auto& profile = at.way->outlets() != nullptr ? *at.way->outlets() : *given;
    if (auto wanted = outlet_command(profile, what)) return set(at, {*std::move(wanted)});
    at.reply(unsupported("outlets of " + std::string(profile.title) + " cannot be told \""
                         + std::string(to_string(what.what)) + '"'));
  }

  static void tell_ups(const order_desk& at, const power::ups_command& what) {
    auto rows = order_for(at.way->spoken_families(), what);
    if (const auto* no = std::get_if<failure>(&rows)) return at.reply(*no);
    auto chosen = std::get<order>(std::move(rows));
    auto names = order_objects(chosen);
    at.to->get(
        std::move(names),
        [at, what, chosen](const bindings_answer& got) {
          if (const auto* no = std::get_if<failure>(&got)) return at.reply(*no);
          snapshot said;
          for (const auto& [name, value] : std::get<std::vector<binding>>(got))
            said.emplace(name, value);
          auto wanted = order_bindings(chosen, what, said);
          if (const auto* no = std::get_if<failure>(&wanted)) return at.reply(*no);
          if (at.reply.wanted()) set(at, std::get<std::vector<binding>>(std::move(wanted)));
        },
        at.left());
  }

  void read_by(const answer<std::shared_ptr<poll>>& way, on_reading done) {
    auto reply = desk_->open<power::device_reading>(
        [doubt = doubt_, done = std::move(done)](answer<power::device_reading> got) {
          if (std::holds_alternative<failure>(got)) *doubt = true;
          done(std::move(got));
        });
    if (const auto* no = std::get_if<failure>(&way)) return say(reply, *no);
    auto ready = line();
    if (const auto* no = std::get_if<failure>(&ready)) return say(reply, *no);
    errand task(std::get<std::shared_ptr<session>>(std::move(ready)), std::move(reply));
    engine_->run([poll = std::get<std::shared_ptr<poll>>(way), task] { poll->read(task); });
  }

  /// The session, with the credentials as they are now if there is reason to look.
  ready_line line() {
    const std::lock_guard lock(mutex_);
    if (session_ && !doubt_->exchange(false)) return session_;
    auto access = fetch_access(address_);
    if (auto* no = std::get_if<failure>(&access)) {
      session_.reset();
      return std::move(*no);
    }
    auto& parameters = std::get<session_parameters>(access);
    if (!session_ || parameters != access_) {
      access_ = std::move(parameters);
      session_ = engine_->open(access_);
    }
    return session_;
  }

  std::optional<failure> why_not_switch(std::uint32_t number, const ready_line& ready) {
    if (kind_ != device_kind::outlet_unit)
      return unsupported("a " + std::string(to_string(kind_)) + " has no outlets to switch");
    if (const auto* no = std::get_if<failure>(&poll_)) return *no;
    if (number == 0) return unsupported("outlets are numbered from 1");
    return why_not_write(ready);
  }

  std::optional<failure> why_not_command(const ready_line& ready) {
    if (kind_ != device_kind::ups)
      return unsupported("a " + std::string(to_string(kind_)) + " is not commanded like a UPS");
    if (const auto* no = std::get_if<failure>(&poll_)) return *no;
    return why_not_write(ready);
  }

  std::optional<failure> why_not_write(const ready_line& ready) {
    if (const auto* no = std::get_if<failure>(&ready)) return *no;
    const std::lock_guard lock(mutex_);
    if (access_.can_write()) return std::nullopt;
    return failure{failure_kind::refused, "no community for writing to " + address_.host
                                              + "; put it on the second line of its credentials"};
  }

  /// Every answer comes from the engine's thread, also one that needs no asking.
  template <class T>
  void say(const ticket<T>& reply, const failure& why) {
    engine_->run([reply, why] { reply(why); });
  }

  const std::shared_ptr<engine> engine_;
  const device_address address_;
  const device_kind kind_;
  const answer<std::shared_ptr<poll>> poll_;
  const answer<std::shared_ptr<poll>> interface_;
  /// Something failed since the credentials were read.
  const std::shared_ptr<std::atomic<bool>> doubt_ = std::make_shared<std::atomic<bool>>(false);

  std::mutex mutex_;
  session_parameters access_;
  std::shared_ptr<session> session_;
  /// Shared with commands on their way, which may ask before they tell.
  const std::shared_ptr<question_desk> desk_ = std::make_shared<question_desk>();
};

}  // namespace

std::unique_ptr<driver> make_snmp_driver(const device_address& address, device_kind kind,
                                         const std::string& channel) {
  return std::make_unique<snmp_driver>(address, kind, channel);
}

}  // namespace holdover::device
