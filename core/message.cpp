#include "core/message.hpp"

namespace holdover {

std::string_view to_string(domain about) {
  switch (about) {
    case domain::vote:
      return "holdover-vote-v1";
    case domain::beacon:
      return "holdover-beacon-v1";
    case domain::bus:
      return "holdover-bus-v1";
    case domain::operator_:
      return "holdover-operator-v1";
    case domain::drill:
      return "holdover-drill-v1";
    case domain::unspecified:
      break;
  }
  return "";
}

}  // namespace holdover
