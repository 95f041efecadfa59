#include "tests/lives/life.hpp"

#include <algorithm>
#include <limits>

namespace holdover::lives {

namespace {

class more {
public:
  explicit more(life& of) : of_(of), site_(of.about), roll_(of.seed * 0xd1342543de82ef95u + 3) {}

  void draw() {
    ratings();
    generator();
    bands();
    low_batteries();
    silent_cards();
    holds();
    slow_hosts();
    stalled_cards();
    std::stable_sort(of_.happenings.begin(), of_.happenings.end(),
                     [](const auto& a, const auto& b) { return a.at < b.at; });
  }

private:
  ms span(std::int64_t low, std::int64_t high) { return 1000 * roll_.pick(low, high); }
  void say(ms at, happening_kind what, std::uint32_t subject, double value = 0) {
    of_.happenings.push_back({at, what, subject, value});
  }

  // What was declared always fits; what somebody plugs in may not.
  void ratings() {
    for (outlet_unit_index unit = 0; unit < site_.units.size(); ++unit) {
      if (!roll_.chance(0.3)) continue;
      std::vector<outlet_index> on;
      double declared = 0;
      for (outlet_index i = 0; i < site_.outlets.size(); ++i) {
        auto& outlet = site_.outlets[i];
        if (outlet.unit != unit) continue;
        if (outlet.feeds.empty()) outlet.load_watts = static_cast<double>(roll_.pick(50, 300));
        declared += declared_watts(site_, i);
        if (of_.outlets_on[i]) on.push_back(i);
      }
      const auto limit = declared + static_cast<double>(roll_.pick(20, 200));
      site_.units[unit].rating_amperes = limit / site_.nominal_volts;
      if (on.empty()) continue;
      const auto stove = on[roll_.index(on.size())];
      const auto own = declared_watts(site_, stove);
      const auto from = span(15, 250);
      say(from, happening_kind::outlet_draws, stove, own + limit * roll_.real(0.3, 1.0));
      say(of_.calm_from, happening_kind::outlet_draws, stove, own);
    }
  }

  // It runs on after mains have returned to the UPSes by it.
  void generator() {
    if (!site_.generator || !roll_.chance(0.6)) return;
    double all = 0;
    for (const auto& host : site_.hosts)
      all += host.load_watts;
    for (const auto& outlet : site_.outlets)
      all += outlet.load_watts;
    site_.generator->capacity_watts = all * roll_.real(0.4, 0.9);
    for (auto& one : of_.happenings)
      if (one.what == happening_kind::sensor_moves && one.subject == *site_.generator->contact
          && one.value == 0)
        one.at = std::min(of_.calm_from, one.at + span(30, 150));
  }

  // On its way back a temperature stays where only the hysteresis says what it counts for.
  void bands() {
    for (sensor_index i = 0; i < site_.sensors.size(); ++i) {
      auto width = std::numeric_limits<double>::max();
      double limit = 0;
      for (const auto& node : site_.conditions)
        if (node.kind == condition_kind::sensor_above && node.subject == i) {
          width = std::min(width, node.hysteresis);
          limit = node.limit;
        }
      if (limit == 0 || width / 2 <= of_.sensors[i].noise + 0.2) continue;
      const auto usual = of_.sensors[i].usual;
      const auto count = of_.happenings.size();
      for (std::size_t n = 0; n < count; ++n) {
        auto& back = of_.happenings[n];
        if (back.what != happening_kind::sensor_moves || back.subject != i || back.value != usual
            || !roll_.chance(0.4))
          continue;
        const auto at = back.at;
        back.value = limit - width / 2;
        say(std::min(of_.calm_from, at + span(50, 100)), happening_kind::sensor_moves, i, usual);
      }
    }
  }

  void low_batteries() {
    for (auto& battery : of_.batteries) {
      if (!roll_.chance(0.12)) continue;
      battery.full_runtime_ms *= roll_.real(2.5, 4);
      battery.charge = roll_.real(0.2, 0.4);
    }
  }

  void silent_cards() {
    for (ups_index i = 0; i < site_.upses.size(); ++i) {
      if (!roll_.chance(0.06)) continue;
      const auto failure =
          std::find_if(of_.happenings.begin(), of_.happenings.end(), [&](const happening& one) {
            return one.what == happening_kind::mains_fails && one.subject == i;
          });
      if (failure == of_.happenings.end()) continue;
      const auto from = failure->at + span(5, 60);
      if (from >= of_.calm_from) continue;
      say(from, happening_kind::card_falls_silent, i);
      say(of_.calm_from, happening_kind::card_answers, i);
    }
  }

  void holds() {
    if (site_.hosts.empty() || !roll_.chance(0.15)) return;
    const auto from = span(10, 200);
    const auto lasts = std::min(span(20, 200), of_.calm_from - from);
    say(from, happening_kind::host_held,
        static_cast<std::uint32_t>(roll_.index(site_.hosts.size())), static_cast<double>(lasts));
  }

  // They take all the time that they were given.
  void slow_hosts() {
    for (host_index i = 0; i < site_.hosts.size(); ++i)
      if (roll_.chance(0.2))
        of_.hosts[i].stops_in = static_cast<ms>(
            static_cast<double>(site_.hosts[i].shutdown_time.count()) * roll_.real(0.9, 1));
  }

  // For longer than a reading is fresh, for less than makes a node blind.
  void stalled_cards() {
    const auto count = of_.happenings.size();
    for (std::size_t n = 0; n < count; ++n) {
      const auto& failure = of_.happenings[n];
      if (failure.what != happening_kind::mains_fails || !roll_.chance(0.15)) continue;
      const auto subject = failure.subject;
      const auto from = std::min(failure.at + span(5, 90), of_.calm_from - 1000);
      const auto to = std::min(from + span(6, 20), of_.calm_from);
      say(from, happening_kind::card_falls_silent, subject);
      say(to, happening_kind::card_answers, subject);
    }
  }

  life& of_;
  site& site_;
  dice roll_;
};

}  // namespace

void draw_more(life& of) {
  more{of}.draw();
}

}  // namespace holdover::lives
