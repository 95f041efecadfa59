// What validate() is made of: one function for each part of a site file, all writing to one list.
//
// Every check looks at the whole part and goes on after a problem, so that an operator mends a file
// in one round. Paths are those of the site file ("ups[0].poll"), because that is what they edit.

#pragma once

#include "core/site.hpp"
#include "core/time.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace holdover::checks {

class findings {
public:
  void error(std::string path, std::string text) {
    found_.push_back({site_problem::weight::error, std::move(path), std::move(text)});
  }
  void warning(std::string path, std::string text) {
    found_.push_back({site_problem::weight::warning, std::move(path), std::move(text)});
  }
  void note(std::string path, std::string text) {
    found_.push_back({site_problem::weight::note, std::move(path), std::move(text)});
  }
  std::vector<site_problem> take() { return std::move(found_); }

private:
  std::vector<site_problem> found_;
};

/// "hosts[2]"
std::string at(std::string_view list, std::size_t index);

/// In quotation marks.
std::string quoted(std::string_view name);

/// The least that a setting may be. A lab, where nothing real hangs on it, may go much lower.
struct floors {
  duration poll = 500ms;          ///< Cheap cards bear one session a second.
  duration time_to_live = 5s;     ///< Less would turn a lost packet into a lost vote.
  duration single_witness = 10s;  ///< One witness alone must persist.
  duration clear_after = 5s;
  duration fallback_reserve = 30s;
  duration fallback_floor_low = 2s;
  duration blind_floor = 10s;
  duration episode_end = 30s;
  duration late_cancel = 5s;
  duration runtime_margin = 30s;  ///< Polls, votes and the hold take up to 9 s of it.
  duration mains_stable = 10s;
  duration minimum_off = 10s;  ///< Power supplies carry over shorter breaks.
};
constexpr floors lab_floors{.poll = 10ms,
                            .time_to_live = 100ms,
                            .single_witness = 0ms,
                            .clear_after = 0ms,
                            .fallback_reserve = 0ms,
                            .fallback_floor_low = 0ms,
                            .blind_floor = 0ms,
                            .episode_end = 0ms,
                            .late_cancel = 0ms,
                            .runtime_margin = 0ms,
                            .mains_stable = 0ms,
                            .minimum_off = 0ms};
constexpr floors floors_of(const site& s) {
  return s.lab ? lab_floors : floors{};
}

/// An error if a setting is below its floor.
void at_least(findings&, const std::string& path, duration value, duration floor);
void percent(findings&, const std::string& path, double value);

void names(const site&, findings&);
void nodes(const site&, findings&);
void votes(const site&, findings&);
void observing(const site&, findings&);
void restoring(const site&, findings&);
void upses(const site&, findings&);
void outlets(const site&, findings&);
void sensors(const site&, findings&);
void hosts(const site&, findings&);
void stages(const site&, findings&);
void ratings(const site&, findings&);
void generator(const site&, findings&);
void conditions(const site&, findings&);
void jobs(const site&, findings&);
void dependencies(const site&, host_index, const std::string& path, findings&);
void dependency_cycles(const site&, findings&);

}  // namespace holdover::checks
