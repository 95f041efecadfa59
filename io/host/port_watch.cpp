#include "io/host/port_watch.hpp"

#include <algorithm>
#include <condition_variable>
#include <fstream>
#include <mutex>
#include <thread>
#include <utility>

namespace holdover::host {

namespace {

bool begins_with_one(const std::string& file) {
  std::ifstream in{file};
  return in.get() == '1';
}

}  // namespace

agent::ports_seen look_at_ports(const ports_to_watch& what) {
  return {.carrier = std::any_of(what.names.begin(), what.names.end(),
                                 [&](const std::string& name) {
                                   return begins_with_one(what.folder + '/' + name + "/carrier");
                                 }),
          .mains_good = !what.mains_file.empty() && begins_with_one(what.mains_file)};
}

struct port_watch::shared {
  ports_to_watch what;
  std::function<void(const agent::ports_seen&)> tell;
  std::mutex mutex{};
  std::condition_variable ends{};
  bool ending = false;

  void run() {
    std::unique_lock lock{mutex};
    while (!ending) {
      lock.unlock();
      const auto seen = look_at_ports(what);
      lock.lock();
      if (!ending) tell(seen);
      ends.wait_for(lock, what.period, [this] { return ending; });
    }
  }
};

port_watch::port_watch(ports_to_watch what, std::function<void(const agent::ports_seen&)> tell)
    : shared_(new shared{std::move(what), std::move(tell)}) {
  std::thread{[shared = shared_] { shared->run(); }}.detach();
}

port_watch::~port_watch() {
  const std::lock_guard lock{shared_->mutex};
  shared_->ending = true;
  shared_->tell = nullptr;
  shared_->ends.notify_all();
}

}  // namespace holdover::host
