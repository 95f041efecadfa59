#include "io/device/driver.hpp"

#include <utility>

namespace holdover::device {

std::string_view to_string(device_kind kind) {
  switch (kind) {
    case device_kind::ups:
      return "UPS";
    case device_kind::outlet_unit:
      return "outlet unit";
    case device_kind::sensor:
      return "sensor";
    case device_kind::interface:
      return "interface";
    case device_kind::whole:
      break;
  }
  return "device";
}

std::string_view to_string(failure_kind kind) {
  switch (kind) {
    case failure_kind::unreachable:
      return "unreachable";
    case failure_kind::refused:
      return "refused";
    case failure_kind::unknown_unit:
      return "unknown unit";
    case failure_kind::nonsense:
      return "nonsense";
    case failure_kind::unsupported:
      return "unsupported";
    case failure_kind::stale:
      return "stale";
  }
  return "unknown failure";
}

void driver::command(const power::ups_command& what, on_switched done) {
  done(failure{failure_kind::unsupported, "this family of devices cannot be told \""
                                              + std::string(to_string(what.what)) + '"'});
}

void driver::command_outlet(const power::outlet_command& what, on_switched done) {
  using enum power::outlet_command::verb;
  if (what.what == on || what.what == off)
    return switch_outlet(what.number, what.what == on, std::move(done));
  done(failure{failure_kind::unsupported, "outlets of this family cannot be told \""
                                              + std::string(to_string(what.what)) + '"'});
}

}  // namespace holdover::device
