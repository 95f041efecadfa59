#include "core/power/ups_changes.hpp"

#include "core/power/observation.hpp"

#include <utility>

namespace holdover::power {

namespace {

struct word {
  ups_flag flag;
  std::string_view on;
  severity on_severity;
  std::string_view off;
};

// A flag that comes and goes beside the power state.
constexpr word words[] = {
    {ups_flag::low_battery, "low_battery", severity::alarm, "battery_ok"},
    {ups_flag::replace_battery, "replace_battery", severity::warning, "battery_replaced"},
    {ups_flag::overload, "overload", severity::alarm, "overload_cleared"},
    {ups_flag::forced_shutdown, "forced_shutdown", severity::alarm, "forced_shutdown_cleared"},
    {ups_flag::boosting, "boosting", severity::info, "boosting_ended"},
    {ups_flag::trimming, "trimming", severity::info, "trimming_ended"},
};

std::pair<std::string_view, severity> state_word(belief state) {
  switch (state) {
    case belief::online:
      return {"online", severity::info};
    case belief::on_battery:
      return {"on_battery", severity::alarm};
    case belief::test:
      return {"test_started", severity::info};
    case belief::bypass:
      return {"bypass", severity::warning};
    case belief::off:
      return {"off", severity::alarm};
    case belief::unknown:
      break;
  }
  return {"unknown", severity::warning};
}

}  // namespace

ups_change ups_changes::change(std::string what, severity how) const {
  return {how, {device_, std::move(what), said_.value_or(belief::unknown), flags_, values_}};
}

std::vector<ups_change> ups_changes::read(const ups_reading& reading) {
  if (reading.stale) return lost();
  std::vector<ups_change> news;
  const auto seen = observe(reading);
  // "OB OFF": decisions hold on to the battery, but what is to be told is that nothing is fed now.
  const auto state = seen.output_off ? belief::off : seen.state;
  const auto before = std::exchange(flags_, reading.flags);
  // Off, many say nothing of their battery any more; that makes it no better.
  if (state == belief::off && before.has(ups_flag::low_battery)) flags_.set(ups_flag::low_battery);
  const auto said = std::exchange(said_, state);
  values_ = reading.values;
  const bool all = std::exchange(tells_all_, false);
  if (std::exchange(reachable_, true) != true)
    news.push_back(change("communication_restored", severity::info));
  if (said != state) {
    if (said == belief::test) news.push_back(change("test_ended", severity::info));
    const auto [text, how] = state_word(state);
    if (said || all || state != belief::online) news.push_back(change(std::string{text}, how));
  }
  for (const auto& w : words) {
    if (!all && before.has(w.flag) == flags_.has(w.flag)) continue;
    news.push_back(flags_.has(w.flag) ? change(std::string{w.on}, w.on_severity)
                                      : change(std::string{w.off}, severity::info));
  }
  return news;
}

std::vector<ups_change> ups_changes::lost() {
  if (std::exchange(reachable_, false) == false) return {};
  return {change("communication_lost", severity::warning)};
}

}  // namespace holdover::power
