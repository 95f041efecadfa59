// `holdover scan`: who answers in a range. One packet pattern an address, at the rate that was
// asked for; whoever answers is then read once like any other device.

#include "io/device/factory.hpp"
#include "io/device/modbus/settings.hpp"
#include "tools/holdover/device.hpp"
#include "tools/holdover/device_question.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <deque>
#include <future>
#include <iostream>
#include <memory>
#include <thread>
#include <utility>

namespace holdover::tool {

namespace {

using came = device::answer<power::device_reading>;
constexpr std::size_t addresses_max = 4096;

/// "10.0.0.7" as a number; strict, as a wrong range would knock at strangers' doors.
std::optional<std::uint32_t> parse(const std::string& text) {
  std::uint32_t number = 0;
  const char* at = text.data();
  const char* end = at + text.size();
  for (int part = 0; part < 4; ++part) {
    unsigned byte = 0;
    if (part > 0 && (at == end || *at++ != '.')) return std::nullopt;
    const auto [next, error] = std::from_chars(at, end, byte);
    if (error != std::errc{} || byte > 255 || next - at > 3) return std::nullopt;
    number = number << 8 | byte;
    at = next;
  }
  return at == end ? std::optional(number) : std::nullopt;
}

std::string spelt(std::uint32_t number) {
  std::string text;
  for (int shift = 24; shift >= 0; shift -= 8)
    text += (text.empty() ? "" : ".") + std::to_string(number >> shift & 255);
  return text;
}

std::optional<std::vector<std::string>> between(std::uint32_t first, std::uint32_t last) {
  if (last < first || last - first >= addresses_max) return std::nullopt;
  std::vector<std::string> all;
  for (auto number = first;; ++number) {
    all.push_back(spelt(number));
    if (number == last) return all;
  }
}

constexpr std::uint16_t snmp_port = 161;
constexpr std::uint16_t modbus_port = 502;

device_address address_of(const scan_wish& wish, const std::string& host) {
  if (wish.modbus_unit) {
    device::modbus::settings layout;
    layout.unit = static_cast<std::uint8_t>(*wish.modbus_unit);
    return {.driver = "modbus",
            .host = host,
            .port = wish.port == 0 ? modbus_port : wish.port,
            .unit = {},
            .credentials = {},
            .version = {},
            .settings = device::modbus::to_text(layout)};
  }
  return {.driver = "snmp",
          .host = host,
          .port = wish.port == 0 ? snmp_port : wish.port,
          .unit = {},
          .credentials = wish.credentials,
          .version = wish.version};
}

struct probe {
  std::string host;
  std::unique_ptr<device::driver> driver;
  std::future<came> answer;
};

/// Asks who is there. The answer arrives on its own; the caller goes on.
std::optional<probe> ask(const scan_wish& wish, const std::string& host) {
  auto made = device::make_driver(address_of(wish, host), device::device_kind::interface);
  if (const auto* problem = std::get_if<std::string>(&made)) {
    std::cerr << *problem << '\n';
    return std::nullopt;
  }
  auto promise = std::make_shared<std::promise<came>>();
  probe sent{host, std::move(std::get<std::unique_ptr<device::driver>>(made)),
             promise->get_future()};
  sent.driver->read([promise](came what) { promise->set_value(std::move(what)); });
  return sent;
}

void look_at(const scan_wish& wish, const std::string& host, site_fragment& found) {
  const auto where = address_of(wish, host);
  auto made = device::make_driver(where, device::device_kind::whole);
  const auto answer = read_until_known(*std::get<std::unique_ptr<device::driver>>(made));
  if (const auto* reading = std::get_if<power::device_reading>(&answer))
    found.add(where, std::get<power::whole_reading>(*reading));
  else
    std::cerr << host << ": " << std::get<device::failure>(answer).text << '\n';
}

std::string name_of(std::string host, std::string_view what) {
  std::ranges::replace_if(
      host, [](char c) { return c == '.' || c == ':'; }, '-');
  return std::string(what) + '-' + host;
}

std::string modbus_of(const device_address& where) {
  const auto layout = device::modbus::settings_from(where.settings).first;
  std::string text = "modbus: { host: " + where.host;
  if (where.port != modbus_port) text += ", port: " + std::to_string(where.port);
  if (layout.unit != 1) text += ", unit: " + std::to_string(layout.unit);
  return text + " }";
}

std::string driver_of(const device_address& where, std::string_view profile) {
  if (where.driver == "modbus") return modbus_of(where);
  std::string text = "snmp: { host: " + where.host;
  if (where.port != snmp_port) text += ", port: " + std::to_string(where.port);
  if (!profile.empty()) text += ", profile: " + std::string(profile);
  if (where.version != "2c") text += ", version: \"" + where.version + '"';
  if (!where.credentials.empty()) text += ", credentials: \"" + where.credentials + '"';
  return text + " }";
}

}  // namespace

std::optional<std::vector<std::string>> addresses_in(const std::string& range) {
  if (const auto dash = range.find('-'); dash != std::string::npos) {
    const auto first = parse(range.substr(0, dash));
    const auto last = parse(range.substr(dash + 1));
    return first && last ? between(*first, *last) : std::nullopt;
  }
  const auto slash = range.find('/');
  const auto base = parse(range.substr(0, slash));
  if (!base) return std::nullopt;
  if (slash == std::string::npos) return between(*base, *base);
  const auto width = range.substr(slash + 1);
  const bool digits = !width.empty() && width.size() <= 2
                      && std::ranges::all_of(width, [](char c) { return c >= '0' && c <= '9'; });
  if (!digits || std::stoul(width) > 32) return std::nullopt;
  const auto bits = 32 - std::stoul(width);
  const std::uint32_t mask = bits == 32 ? 0 : ~std::uint32_t{0} << bits;
  // The network's own address and the broadcast are nobody's.
  if (bits <= 1) return between(*base & mask, *base | ~mask);
  return between((*base & mask) + 1, (*base | ~mask) - 1);
}

void site_fragment::add(const device_address& where, const power::whole_reading& reading) {
  const auto& who = reading.power.who;
  auto about = "  # " + who.manufacturer + ' ' + who.model;
  if (!who.serial.empty()) about += ", serial " + who.serial;
  if (reading.told.has(power::ups_flag::on_battery) || reading.told.has(power::ups_flag::online))
    ups.push_back("name: " + name_of(where.host, "ups") + ", " + driver_of(where, "") + " }"
                  + about);
  if (!reading.outlets.empty())
    outlet_units.push_back("name: " + name_of(where.host, "unit") + ", " + driver_of(where, "auto")
                           + ", outlets: " + std::to_string(reading.outlets.size()) + " }" + about);
  for (const auto& sensor : reading.sensors) {
    if (sensor.value.how != power::quality::good) continue;
    std::string line = "name: " + name_of(where.host, sensor.value.name);
    if (sensor.kind != power::sensor_kind::unspecified)
      line += ", kind: " + std::string(to_string(sensor.kind));
    line += ", channel: " + sensor.value.name + ", " + driver_of(where, "") + " }";
    sensors.push_back(line + (sensor.label.empty() ? about : "  # " + sensor.label));
  }
}

std::string site_fragment::text() const {
  std::string all;
  const auto put = [&](std::string_view key, const std::vector<std::string>& lines) {
    if (!lines.empty()) all += std::string(key) + ":\n";
    for (const auto& line : lines)
      all += "  - { " + line + '\n';
  };
  put("ups", ups);
  put("outlet_units", outlet_units);
  put("sensors", sensors);
  return all;
}

exit_status scan(const scan_wish& wish) {
  const auto hosts = addresses_in(wish.range);
  if (!hosts) {
    std::cerr << '"' << wish.range << "\" is no range of at most " << addresses_max
              << " addresses; write 10.0.0.0/28, 10.0.0.1-10.0.0.9 or one address\n";
    return exit_status::usage;
  }
  const auto pause = std::chrono::duration<double>(1 / wish.per_second);
  std::deque<probe> sent;
  std::vector<std::string> answered;
  const auto reap = [&] {
    if (std::holds_alternative<power::device_reading>(sent.front().answer.get()))
      answered.push_back(sent.front().host);
    sent.pop_front();
  };
  for (const auto& host : *hosts) {
    if (host != hosts->front()) std::this_thread::sleep_for(pause);
    // Who has answered, or will not, takes no room while the others are asked.
    while (!sent.empty() && sent.front().answer.wait_for(0s) == std::future_status::ready)
      reap();
    auto one = ask(wish, host);
    if (!one) return exit_status::usage;
    sent.push_back(*std::move(one));
  }
  while (!sent.empty())
    reap();
  site_fragment found;
  for (const auto& host : answered)
    look_at(wish, host, found);
  std::cout << found.text();
  std::cerr << answered.size() << " of " << hosts->size() << " addresses answer\n";
  return !answered.empty() ? exit_status::fine : exit_status::not_reachable;
}

}  // namespace holdover::tool
