// Gives one simulated device a thread, for all drivers that play it.
//
// A UPS and the outlets and sensors at its back are several devices to a site and one file here, so
// that an outlet that is switched through one driver is seen switched by the others.
//
// Thread-safe. Jobs run on the station's thread, and may let go of the last reference to it.

#pragma once

#include "io/device/simulated/stage.hpp"

#include <functional>
#include <memory>
#include <string>
#include <thread>

namespace holdover::device::simulated {

class station {
public:
  using job = std::function<void(stage&)>;

  /// The station of a file, shared by all who play it at a time; the clock is the first one's.
  static std::shared_ptr<station> of(const std::string& path, const play_clock&);

  station(std::string path, play_clock);
  ~station();
  station(const station&) = delete;
  station& operator=(const station&) = delete;

  /// In the order of posting. What is posted last may never run if the station ends.
  void post(job);

private:
  struct queue;
  static void run(const std::shared_ptr<queue>&, stage);

  std::shared_ptr<queue> queue_;
  std::thread thread_;
};

}  // namespace holdover::device::simulated
