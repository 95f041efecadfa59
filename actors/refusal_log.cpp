#include "actors/refusal_log.hpp"

namespace holdover::actors {

namespace {

const std::string all_others;

}  // namespace

std::optional<std::uint64_t> refusal_log::add(const std::string& why, time_point now) {
  const auto [at, first] = known_.try_emplace(place_of(why, now), refusals{0, now});
  auto& known = at->second;
  ++known.count;
  if (!first && now - known.told < told_again_after) return std::nullopt;
  known.told = now;
  return known.count;
}

std::string refusal_log::place_of(const std::string& why, time_point now) {
  if (known_.size() < reasons_max || known_.count(why) > 0) return why;
  std::erase_if(known_, [&](const auto& one) { return now - one.second.told >= told_again_after; });
  return known_.size() < reasons_max ? why : all_others;
}

}  // namespace holdover::actors
