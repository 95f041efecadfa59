#include "tools/holdover/device_question.hpp"

#include <future>
#include <memory>
#include <utility>

namespace holdover::tool {

namespace {

constexpr int attempts_max = 12;
constexpr int silences_max = 3;

device::answer<power::device_reading> read_once(device::driver& driver) {
  using came = device::answer<power::device_reading>;
  auto promise = std::make_shared<std::promise<came>>();
  auto answered = promise->get_future();
  driver.read([promise](came what) { promise->set_value(std::move(what)); });
  return answered.get();
}

}  // namespace

device::answer<power::device_reading> read_until_known(device::driver& driver) {
  int silences = 0;
  for (int attempt = 1;; ++attempt) {
    auto came = read_once(driver);
    const auto* why = std::get_if<device::failure>(&came);
    if (why == nullptr || attempt == attempts_max) return came;
    if (why->kind != device::failure_kind::unreachable) return came;
    // Nobody at all is told apart from somebody slow by the words of the driver's own contract:
    // one who answers in part goes on where it stopped.
    if (why->text.find("too slowly") == std::string::npos && ++silences == silences_max)
      return came;
  }
}

}  // namespace holdover::tool
