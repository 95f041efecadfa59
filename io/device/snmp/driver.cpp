#include "io/device/snmp/driver.hpp"

#include "io/device/questions.hpp"
#include "io/device/snmp/engine.hpp"
#include "io/device/snmp/outlet_reader.hpp"
#include "io/device/snmp/poll.hpp"

#include <atomic>
#include <mutex>
#include <utility>

namespace holdover::device {

namespace {

using namespace snmp;

failure unsupported(std::string text) {
  return {failure_kind::unsupported, std::move(text)};
}

/// The poll for a kind of device, or what is wrong with its description.
answer<std::shared_ptr<poll>> make_poll(const device_address& address, device_kind kind,
                                        const std::string& channel) {
  switch (kind) {
    case device_kind::ups:
      if (const auto* profile = find_ups_profile(address.unit)) return make_ups_poll(*profile);
      return unsupported("\"" + address.unit + "\" is not an SNMP profile of a UPS; choose one of: "
                         + std::string(ups_profile_names()));
    case device_kind::outlet_unit:
      if (const auto* profile = find_outlet_profile(address.unit))
        return make_outlet_poll(*profile);
      return unsupported("\"" + address.unit
                         + "\" is not an SNMP profile of outlets; choose one of: "
                         + std::string(outlet_profile_names()));
    case device_kind::sensor: {
      auto parsed = parse_channel(channel);
      if (auto* no = std::get_if<failure>(&parsed)) return std::move(*no);
      return make_sensor_poll(std::get<sensor_channel>(parsed));
    }
    case device_kind::whole:
      return unsupported("an SNMP device is read by its kind");
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

  ~snmp_driver() override { desk_.close(); }

  void read(on_reading done) override { read_by(poll_, std::move(done)); }

  void read_interface(on_reading done) override { read_by(interface_, std::move(done)); }

  void switch_outlet(std::uint32_t number, bool on, on_switched done) override {
    auto reply = desk_.open<switched>(std::move(done));
    auto ready = line();
    if (const auto no = why_not_switch(number, ready)) return say(reply, *no);
    const auto& profile = *find_outlet_profile(address_.unit);
    engine_->run([poll = std::get<std::shared_ptr<poll>>(poll_),
                  to = std::get<std::shared_ptr<session>>(ready), number,
                  command = outlet_command(profile, number, on), reply, doubt = doubt_] {
      if (!poll->may_have_outlet(number))
        return reply(unsupported("the unit has no outlet " + std::to_string(number)));
      auto detail = to_string(command.name) + " = " + text(command.what);
      // The session is kept until the device has answered, even if new credentials replace it.
      to->set({command},
              [reply, detail = std::move(detail), doubt, to](const bindings_answer& got) {
                if (const auto* no = std::get_if<failure>(&got)) {
                  *doubt = true;
                  return reply(*no);
                }
                reply(switched{detail});
              });
    });
  }

private:
  using ready_line = answer<std::shared_ptr<session>>;

  void read_by(const answer<std::shared_ptr<poll>>& way, on_reading done) {
    auto reply = desk_.open<power::device_reading>(
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
  question_desk desk_;
};

}  // namespace

std::unique_ptr<driver> make_snmp_driver(const device_address& address, device_kind kind,
                                         const std::string& channel) {
  return std::make_unique<snmp_driver>(address, kind, channel);
}

}  // namespace holdover::device
