// Schedules: what falls due between two looks at the wall clock.

#include "core/jobs/machine.hpp"
#include "core/words.hpp"

namespace holdover::jobs {

namespace {

// A clock that is changed by so much leaves out or repeats an hour of the calendar, as in summer
// time; beyond that somebody set it.
constexpr local_seconds leap_limit = 2 * 60 * 60;

// Later than this is late.
constexpr local_seconds in_time = 120;

}  // namespace

void machine::take(const clock_told& told) {
  clock_ = clock_memory{told.at, now_, told.trusted};
}

void machine::follow_calendar() {
  if (!clock_ || !clock_->trusted) return;
  const auto at =
      clock_->at + std::chrono::floor<std::chrono::seconds>(now_ - clock_->taken).count();
  const bool first = !looked_until_;
  if (first) looked_until_ = last_alive_ && *last_alive_ <= at ? *last_alive_ : at;
  const auto gap = at - *looked_until_;
  if (gap < -leap_limit) looked_until_ = at;
  if (gap > 0)
    for (std::uint32_t i = 0; i < site_.jobs.size(); ++i)
      if (site_.jobs[i].at) follow_schedule(i, at, first || gap > leap_limit);
  looked_until_ = std::max(*looked_until_, at);
  for (const auto& job : site_.jobs) {
    if (!job.at) continue;
    if (const auto next = next_time(*job.at, site_.special_days, *looked_until_))
      reached(clock_->taken + std::chrono::seconds{*next - clock_->at});
  }
}

void machine::follow_schedule(std::uint32_t index, local_seconds at, bool leapt) {
  const auto& job = site_.jobs[index];
  const auto due = last_time(*job.at, site_.special_days, *looked_until_, at);
  if (!due) return;
  const auto minute = *due / 60;
  if (const auto served = ran_.find(index); served != ran_.end() && served->second >= minute)
    return;
  job_event about;
  about.job = job.name;
  about.run = 1;
  about.due_minute = minute;
  const bool late = leapt && at - *due > in_time;
  const auto words = "due " + date_and_time(*due);
  if (late) {
    const bool still =
        job.at->run_missed && std::chrono::seconds{at - *due} <= job.at->missed_within;
    say(still ? severity::info : severity::warning, about, "missed",
        words + (still ? ", done now" : ", left out"));
    if (!still) return;
  }
  ran_[index] = minute;
  for (std::size_t a = 0; a < job.actions.size(); ++a)
    fire(index, phase::lasting, a, about, words);
}

}  // namespace holdover::jobs
