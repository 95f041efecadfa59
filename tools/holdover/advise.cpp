#include "tools/holdover/advise.hpp"

#include "tools/holdover/json_text.hpp"

#include <iostream>

namespace holdover::tool {

exit_status advise(const catalogue::needs& wish, bool json) {
  const auto advice = catalogue::advise(wish);
  if (json)
    std::cout
        << json_object{}.text("solution", to_string(advice.what)).text("why", advice.why).done()
        << '\n';
  else
    std::cout << to_string(advice.what) << ": " << advice.why << '\n';
  return exit_status::fine;
}

}  // namespace holdover::tool
