// Plays one life: the production site_machine against the truth, beat by beat, a second each.
//
// One node decides alone (k = 1): every node of a site runs the same function, and what votes,
// networks and crashes do to it is what tests/sim is for. Hosts and outlets are simple and honest:
// they do what they are told, in the times that were drawn. In half of the lives a second machine
// is told the same in another order within each beat; it moves nothing, and must want the same.

#pragma once

#include "core/policy/site_machine.hpp"
#include "tests/lives/truth.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace holdover::lives {

class oracle;

enum class host_is : std::uint8_t { up, armed, stopping, down, off, dark, booting };
std::string_view to_string(host_is);

struct played_host {
  host_is is = host_is::up;
  ms since = 0;
  ms last_word_at = 0;
  ms told_at = -1;  ///< The vote that counts.
  vote::level level = vote::level::run;
  vote::reason why{};
  std::optional<ms> run_since;  ///< While standing by: since when RUN is said.
  std::uint32_t lives = 1;
  std::uint64_t tick = 0;
  bool stands = false;  ///< By, with its disks read-only.
  bool hung = false;
  std::vector<agent::echo> echoes;
};

struct played_outlet {
  std::optional<bool> wish;
  ms wished_at = -1;
};

/// What a mind wants, as far as it has said so.
struct wanted {
  std::vector<vote::level> levels;
  std::vector<vote::reason> reasons;
  std::vector<vote::outlet_wish> wishes;
  policy::incident_state incident{};
};

class player {
public:
  player(const life&, oracle&, std::string* story);

  void play();

  const life& of() const { return of_; }
  const truth& is() const { return truth_; }
  const played_host& host(host_index i) const { return hosts_[i]; }
  const wanted& wants(std::size_t mind = 0) const { return wanted_[mind]; }
  bool two_minds() const { return minds_.size() == 2; }
  ms now() const { return now_; }
  bool alarmed(policy::site_alarm what, const std::string& subject) const;

private:
  void beat();
  void tell_minds();
  void facts(std::vector<policy::site_event>&);
  void tell(std::size_t mind, const policy::site_event&);
  void hear(std::size_t mind, const policy::site_action&);
  void obey(const vote::vote&);
  agent::host_beacon beacon(host_index);

  void move_hosts();
  void move_host(host_index);
  void move_standing(host_index);
  void move_outlets();
  void become(host_index, host_is);
  void say(const std::string& subject, std::string_view text);
  time_point at() const { return time_point{duration{1'000'000 + now_}}; }

  const life& of_;
  const site& site_;
  oracle& oracle_;
  std::string* story_;
  truth truth_;
  dice noise_;
  dice order_;
  ms now_ = 0;
  std::size_t next_happening_ = 0;
  std::vector<policy::site_machine> minds_;
  std::vector<std::optional<time_point>> wakes_;
  std::vector<wanted> wanted_;
  std::vector<std::pair<policy::site_alarm, std::string>> alarms_;
  std::vector<played_host> hosts_;
  std::vector<played_outlet> outlets_;
  std::vector<bool> switch_told_;
  std::vector<ms> held_told_;
  std::uint64_t executor_tick_ = 0;
  std::vector<bool> alert_;  ///< By UPS.
};

}  // namespace holdover::lives
