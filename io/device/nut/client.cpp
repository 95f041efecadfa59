#include "io/device/nut/client.hpp"

#include "io/device/nut/worker.hpp"

#include <map>
#include <mutex>
#include <utility>

namespace holdover::device::nut {

std::shared_ptr<client> client::of(const server_address& server) {
  static std::mutex mutex;
  static std::map<server_address, std::weak_ptr<client>> in_use;
  std::lock_guard lock(mutex);
  std::erase_if(in_use, [](const auto& entry) { return entry.second.expired(); });
  auto& entry = in_use[server];
  auto found = entry.lock();
  if (!found) entry = found = std::make_shared<client>(server);
  return found;
}

client::client(server_address server, client_limits limits)
    : worker_(std::make_shared<worker>(std::move(server), limits)) {
  worker::start(worker_);
}

client::~client() {
  worker_->stop();
}

void client::ask(request what) {
  worker_->ask(std::move(what));
}

const std::string& client::name() const {
  return worker_->name();
}

}  // namespace holdover::device::nut
