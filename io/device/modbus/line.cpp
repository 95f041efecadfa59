#include "io/device/modbus/line.hpp"

#include <map>
#include <mutex>
#include <string>
#include <utility>

namespace holdover::device::modbus {

std::shared_ptr<line> line::of(const target& where) {
  static std::mutex mutex;
  static std::map<std::string, std::weak_ptr<line>> in_use;
  std::lock_guard lock(mutex);
  std::erase_if(in_use, [](const auto& entry) { return entry.second.expired(); });
  auto& entry = in_use[where.name()];
  auto found = entry.lock();
  if (!found) {
    found = std::make_shared<line>(where);
    entry = found;
  }
  const bool other_settings = where.is_serial() && found->where().serial != where.serial;
  return other_settings ? nullptr : found;
}

line::line(const target& where) : wire_(std::make_shared<link>(where)) {}

void line::post(job what, link::clock::time_point not_before) {
  thread_.post([wire = wire_, what = std::move(what)] { what(*wire); }, not_before);
}

}  // namespace holdover::device::modbus
