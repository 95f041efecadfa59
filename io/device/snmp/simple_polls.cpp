// The polls that are one question each: a sensor, and the card itself.

#include "core/expects.hpp"
#include "io/device/snmp/poll.hpp"

#include <string>

namespace holdover::device::snmp {

namespace {

class sensor_poll final : public poll {
public:
  explicit sensor_poll(sensor_channel channel) : channel_(std::move(channel)) {}

  void read(errand task) override {
    task.line->get(
        {channel_.object},
        [channel = channel_, reply = task.reply](const bindings_answer& got) {
          if (const auto* no = std::get_if<failure>(&got)) return reply(*no);
          const auto& what = std::get<std::vector<binding>>(got).front().what;
          if (present(what)) return reply(power::device_reading(read_sensor(channel, what)));
          reply(failure{failure_kind::unsupported,
                        "the device has no value at " + to_string(channel.object)
                            + "; correct the sensor's channel (a scalar ends in .0)"});
        },
        task.left());
  }

private:
  sensor_channel channel_;
};

/// system group of SNMPv2-MIB, and the card's firmware by UPS-MIB where there is one.
class interface_poll final : public poll {
public:
  void read(errand task) override {
    task.line->get(
        {description_, family_, uptime_, firmware_},
        [reply = task.reply](const bindings_answer& got) {
          if (const auto* no = std::get_if<failure>(&got)) return reply(*no);
          reply(power::device_reading(understood(std::get<std::vector<binding>>(got))));
        },
        task.left());
  }

private:
  static power::interface_reading understood(const std::vector<binding>& got) {
    expects(got.size() == 4);
    power::interface_reading reading;
    reading.description = text(got[0].what);
    if (reading.description.empty()) reading.description = text(got[1].what);
    if (const auto hundredths = number(got[2].what))
      reading.up_since =
          std::chrono::round<duration>(std::chrono::duration<double, std::centi>(*hundredths));
    reading.who.firmware = text(got[3].what);
    return reading;
  }

  const object_id description_ = object_id::known("1.3.6.1.2.1.1.1.0");
  const object_id family_ = object_id::known("1.3.6.1.2.1.1.2.0");
  const object_id uptime_ = object_id::known("1.3.6.1.2.1.1.3.0");
  const object_id firmware_ = object_id::known("1.3.6.1.2.1.33.1.1.4.0");
};

}  // namespace

std::shared_ptr<poll> make_sensor_poll(const sensor_channel& channel) {
  return std::make_shared<sensor_poll>(channel);
}

std::shared_ptr<poll> make_interface_poll() {
  return std::make_shared<interface_poll>();
}

}  // namespace holdover::device::snmp
