// Plays a story against a site in virtual time: the production machines decide, batteries follow
// the battery model, and the transcript tells what came of it.
//
// The hardware of whole_site lets a battery run out at the rate that it predicts. Here that
// prediction comes from charge, load and age, is worked out anew when one of them is set, and the
// charge comes back while mains is on.

#pragma once

#include "core/power/battery_model.hpp"
#include "io/config/story_loader.hpp"
#include "tools/rehearsal/transcript.hpp"
#include "tools/rehearsal/whole_site.hpp"

#include <optional>
#include <string>
#include <vector>

namespace holdover::rehearsal {

/// What is to be other than the story says.
struct what_if {
  double load_factor = 1;
  std::optional<double> load_percent;
  double charge_factor = 1;
  std::optional<double> charge_percent;
  std::optional<double> battery_age_years;
};

class story_player {
public:
  story_player(site about, const config::story&, const what_if&);

  /// Lets everybody settle, then plays to the end.
  void play();

  transcript& log() { return log_; }
  const whole_site& played() const { return site_; }

private:
  struct supply {
    power::battery_model model;
    double load_percent = 50;
    duration recharge = 4h;
    bool mains = true;
  };

  void begin(ups_index);
  void pass_until(duration);
  void recharge(duration);
  void happen(const config::story_event&, std::uint32_t subject);
  void mains(ups_index, bool on);
  void set(const config::story_values&, ups_index);
  /// What the UPS predicts with a charge, at its load and age.
  duration runtime(ups_index, double charge_percent) const;
  std::string in_words(const config::story_event&) const;
  std::string sensor_in_words(const config::story_event&) const;

  const config::story story_;
  const what_if instead_;
  transcript log_;
  whole_site site_;
  std::vector<supply> batteries_;
  duration passed_{};
};

}  // namespace holdover::rehearsal
