#include "tests/support/site_tap.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace holdover::support {

namespace {

bool has_all(const std::string& line, const site_tap::words& wanted) {
  return std::all_of(wanted.begin(), wanted.end(),
                     [&](const std::string& word) { return line.find(word) != std::string::npos; });
}

}  // namespace

site_tap::site_tap(const tool::access& how) {
  auto opened = tool::client::open(how, true);
  if (const auto* why = std::get_if<std::string>(&opened)) throw std::runtime_error(*why);
  bus_ = std::move(std::get<std::unique_ptr<tool::client>>(opened));
  thread_ = std::thread{[this] { listen(); }};
}

site_tap::~site_tap() {
  {
    const std::lock_guard lock{mutex_};
    stopping_ = true;
  }
  thread_.join();
}

void site_tap::listen() {
  for (;;) {
    auto got = bus_->next(std::chrono::steady_clock::now() + std::chrono::milliseconds{100});
    const std::lock_guard lock{mutex_};
    if (stopping_) return;
    if (!got) continue;
    auto* what = std::get_if<event>(&got->what.what);
    if (what == nullptr) continue;
    known_.push_back({got->signer + ": " + to_string(*what), std::move(*what)});
    arrived_.notify_all();
  }
}

bool site_tap::hears(const words& wanted, std::chrono::milliseconds bound) const {
  std::unique_lock lock{mutex_};
  return arrived_.wait_for(lock, bound, [&] {
    return std::any_of(known_.begin() + static_cast<std::ptrdiff_t>(begin_), known_.end(),
                       [&](const news& one) { return has_all(one.line, wanted); });
  });
}

std::vector<site_tap::news> site_tap::all(const words& wanted) const {
  const std::lock_guard lock{mutex_};
  std::vector<news> found;
  for (auto i = begin_; i < known_.size(); ++i)
    if (has_all(known_[i].line, wanted)) found.push_back(known_[i]);
  return found;
}

void site_tap::forget() {
  const std::lock_guard lock{mutex_};
  begin_ = known_.size();
}

std::string site_tap::story() const {
  const std::lock_guard lock{mutex_};
  std::string text;
  for (const auto& one : known_)
    text += one.line + '\n';
  return text;
}

}  // namespace holdover::support
