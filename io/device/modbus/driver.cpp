#include "io/device/modbus/driver.hpp"

#include "io/device/modbus/block_plan.hpp"
#include "io/device/modbus/debouncer.hpp"
#include "io/device/modbus/line.hpp"
#include "io/device/modbus/reading.hpp"
#include "io/device/modbus/sensor_manager.hpp"
#include "io/device/modbus/settings.hpp"
#include "io/device/questions.hpp"

#include <algorithm>
#include <chrono>
#include <deque>
#include <mutex>
#include <utility>

namespace holdover::device {

namespace {

using modbus::block;
using modbus::link;
using modbus::point;
using role = modbus::point::role;

constexpr std::uint16_t default_port = 502;
constexpr std::chrono::milliseconds question_limit{4500};

time_point core_time(link::clock::time_point when) {
  return time_point(std::chrono::duration_cast<duration>(when.time_since_epoch()));
}

modbus::target target_of(const device_address& where, const modbus::settings& s) {
  return {where.host, where.port == 0 ? default_port : where.port, s.line};
}

const point* channel_in(const std::vector<point>& all, const std::string& channel) {
  const auto found = std::ranges::find_if(all, [&](const point& p) {
    return p.name == channel && (p.what == role::value || p.what == role::contact);
  });
  return found == all.end() ? nullptr : &*found;
}

/// Only what the kind of device needs: a UPS is not asked for the contacts beside it.
std::vector<point> points_for(const modbus::settings& s, device_kind kind,
                              const std::string& channel) {
  auto all = modbus::points_of(s);
  if (kind == device_kind::sensor) {
    const auto* one = channel_in(all, channel);
    return one == nullptr ? std::vector<point>{}
                          : std::vector<point>{modbus::understood(*one, s.channel)};
  }
  if (kind == device_kind::ups)
    std::erase_if(all, [](const point& p) { return is_channel(p) || p.what == role::outlet; });
  if (kind == device_kind::outlet_unit)
    std::erase_if(all, [](const point& p) { return p.what != role::outlet; });
  return all;
}

/// What a driver knows on its line's thread; questions share it, so it outlives a closing driver.
struct station {
  modbus::subject what;
  std::uint8_t unit;
  modbus::block_plan plan;
  modbus::debouncer contact;

  std::variant<modbus::image, failure> take(link& wire, link::clock::time_point deadline);
};

std::variant<modbus::image, failure> station::take(link& wire, link::clock::time_point deadline) {
  modbus::image read;
  const auto first = plan.blocks();
  std::deque<block> open(first.begin(), first.end());
  while (!open.empty()) {
    const auto next = open.front();
    open.pop_front();
    auto came = wire.read(unit, next, deadline);
    if (const auto* words = std::get_if<std::vector<std::uint16_t>>(&came)) {
      for (std::uint16_t i = 0; i < next.count; ++i)
        read[{next.where, static_cast<std::uint16_t>(next.first + i)}] = (*words)[i];
      continue;
    }
    auto& why = std::get<modbus::trouble>(came);
    if (!why.no_such_address) {
      // Whatever answers next may be another device: learn anew what it has.
      if (!why.out_of_time) plan = modbus::block_plan(what.points);
      contact.forget();
      return std::move(why.why);
    }
    for (const auto& half : plan.refused(next))
      open.push_back(half);
  }
  if (read.empty()) plan = modbus::block_plan(what.points);
  return read;
}

class modbus_driver final : public driver {
public:
  modbus_driver(const device_address& where, device_kind kind, const std::string& channel,
                const modbus::settings& s)
      : target_(target_of(where, s)),
        line_(modbus::line::of(target_)),
        station_(std::make_shared<station>(
            station{.what = {.kind = kind,
                             .channel = channel,
                             .means = s.channel.means,
                             .name = "unit " + std::to_string(s.unit) + " on " + target_.name(),
                             .map = s.map,
                             .points = points_for(s, kind, channel)},
                    .unit = s.unit,
                    .plan = modbus::block_plan(points_for(s, kind, channel)),
                    .contact = modbus::debouncer(s.channel.debounce)})) {}

  void read(on_reading done) override {
    if (station_->what.kind == device_kind::interface) return read_interface(std::move(done));
    auto reply = questions_.open(std::move(done));
    const auto line = shared_line();
    if (!line) return reply(in_use());
    look(line, station_, reply, link::clock::now() + question_limit);
  }

  void switch_outlet(std::uint32_t number, bool on, on_switched done) override {
    auto reply = questions_.open(std::move(done));
    const auto line = shared_line();
    if (!line) return reply(in_use());
    line->post([reply, here = station_, number, on,
                deadline = link::clock::now() + question_limit](link& wire) {
      if (reply.wanted()) reply(switched_on(wire, *here, number, on, deadline));
    });
  }

  void read_interface(on_reading done) override {
    auto reply = questions_.open(std::move(done));
    const auto line = shared_line();
    if (!line) return reply(in_use());
    line->post(
        [reply, here = station_, deadline = link::clock::now() + question_limit](link& wire) {
          if (reply.wanted()) reply(interface_of(wire, *here, deadline));
        });
  }

private:
  static void look(const std::shared_ptr<modbus::line>& on, const std::shared_ptr<station>& here,
                   const ticket<power::device_reading>& reply, link::clock::time_point deadline,
                   link::clock::time_point not_before = {}) {
    on->post(
        [to = std::weak_ptr(on), here, reply, deadline](link& wire) {
          if (!reply.wanted()) return;
          auto came = here->take(wire, deadline);
          if (auto* why = std::get_if<failure>(&came)) return reply(std::move(*why));
          auto reading = modbus::read(std::get<modbus::image>(came), here->what);
          const auto wait = settle(*here, reading, deadline);
          const auto again = to.lock();
          if (wait > duration::zero() && again)
            return look(again, here, reply, deadline, link::clock::now() + wait);
          reply(std::move(reading));
        },
        not_before);
  }

  /// A contact that has moved is looked at until it rests; returns when to look again.
  static duration settle(station& here, answer<power::device_reading>& came,
                         link::clock::time_point deadline) {
    auto* any = std::get_if<power::device_reading>(&came);
    auto* sensor = any == nullptr ? nullptr : std::get_if<power::sensor_reading>(any);
    if (sensor == nullptr || sensor->kind != power::sensor_kind::contact
        || sensor->value.how != power::quality::good)
      return duration::zero();
    const auto now = link::clock::now();
    if (here.contact.look(sensor->value.number > 0.5, core_time(now))) return duration::zero();
    const auto wait = here.contact.again_after();
    if (now + wait < deadline) return wait;
    sensor->value.how = power::quality::suspect;  // It chatters without end.
    sensor->value.number = 0;
    return duration::zero();
  }

  static answer<switched> switched_on(link& wire, station& here, std::uint32_t number, bool on,
                                      link::clock::time_point deadline) {
    const auto name = std::to_string(number);
    const auto found = std::ranges::find_if(here.what.points, [&](const point& p) {
      return p.what == role::outlet && p.name == name && p.where == modbus::space::coil;
    });
    if (found == here.what.points.end())
      return failure{failure_kind::unsupported,
                     here.what.name + " has no coil for output " + name + " in its map"};
    const bool coil = on == (found->equals != 0);
    if (auto why = wire.write_coil(here.unit, found->address, coil, deadline))
      return std::move(why->why);
    auto came = wire.read(here.unit, {found->where, found->address, 1}, deadline);
    if (auto* why = std::get_if<modbus::trouble>(&came)) return std::move(why->why);
    const bool is = std::get<std::vector<std::uint16_t>>(came).front() != 0;
    if (is != coil)
      return failure{failure_kind::nonsense, here.what.name + " took the command, but "
                                                 + source_of(*found) + " still reads "
                                                 + (is ? "1" : "0")};
    return switched{"output " + name + (on ? " on" : " off") + ", read back from "
                    + source_of(*found)};
  }

  /// Any answer shows that the device is there, even that it has no such register.
  static answer<power::device_reading> interface_of(link& wire, station& here,
                                                    link::clock::time_point deadline) {
    const auto blocks = modbus::block_plan(here.what.points).blocks();
    const auto first = blocks.empty() ? block{modbus::space::holding, 0, 1} : blocks.front();
    auto came = wire.read(here.unit, {first.where, first.first, 1}, deadline);
    auto* why = std::get_if<modbus::trouble>(&came);
    if (why != nullptr && !why->answered) return std::move(why->why);
    power::interface_reading reading;
    reading.description = "Modbus " + here.what.name;
    return power::device_reading(std::move(reading));
  }

  /// Null while others use the line with other settings, as before a changed site file is taken
  /// over.
  std::shared_ptr<modbus::line> shared_line() {
    const std::lock_guard lock(mutex_);
    if (!line_) line_ = modbus::line::of(target_);
    return line_;
  }

  failure in_use() const {
    return {failure_kind::refused, station_->what.name
                                       + ": another device of the site opens this line with other "
                                         "settings; give all of them the same baud and frame"};
  }

  const modbus::target target_;
  std::mutex mutex_;
  std::shared_ptr<modbus::line> line_;
  std::shared_ptr<station> station_;
  question_desk questions_;  ///< Last, so that it closes first.
};

}  // namespace

std::unique_ptr<driver> make_modbus_driver(const device_address& where, device_kind kind,
                                           const std::string& channel) {
  return std::make_unique<modbus_driver>(where, kind, channel,
                                         modbus::settings_from(where.settings).first);
}

std::string problem_with_modbus(const device_address& where, device_kind kind,
                                const std::string& channel) {
  const auto [s, problem] = modbus::settings_from(where.settings);
  if (!problem.empty()) return problem;
  const auto all = modbus::points_of(s);
  if (kind == device_kind::sensor && channel_in(all, channel) == nullptr)
    return "the map \"" + s.map + "\" has no channel \"" + channel + "\"; it has "
           + modbus::channels_of(all);
  return {};
}

}  // namespace holdover::device
