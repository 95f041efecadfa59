#include "io/device/driver.hpp"

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

}  // namespace holdover::device
