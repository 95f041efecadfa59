#include "core/jobs/job_words.hpp"

#include "core/jobs/calendar.hpp"
#include "core/weekdays.hpp"
#include "core/words.hpp"

namespace holdover::jobs {

namespace {

std::string schedule_words(const schedule& at) {
  const auto date = at.date.value_or(0) * day_seconds + std::int64_t{at.minute} * 60;
  const auto moment = date_and_time(date);
  std::string text =
      "at " + (at.date ? moment : moment.substr(moment.size() - 5)) + (at.date ? "" : " on");
  if (const auto days = weekdays_in_words(at.days); !days.empty()) text += ' ' + days;
  if (at.special_days) text += " special days";
  return text
         + (at.run_missed ? ", late if missed within " + in_words(at.missed_within)
                          : ", left out if missed");
}

std::string what_is_done(const site& s, const action_config& action) {
  std::string text{spaced(to_string(action.kind))};
  for (const auto& to : action.to)
    text += ' ' + to;
  for (const auto wish : action.wishes)
    text += ' ' + s.wishes[wish].name;
  if (!action.program.empty()) text += ' ' + action.program;
  for (const auto node : action.nodes)
    text += " on node " + std::to_string(node);
  if (!action.subject.empty()) text += " \"" + action.subject + '"';
  if (!action.text.empty()) text += " \"" + action.text + '"';
  return text;
}

}  // namespace

std::string called_words(const job_config& job) {
  if (job.at) return schedule_words(*job.at);
  if (!job.on) return "never";
  if (job.on->from == origin::incident) return "an incident";
  return spaced(job.on->what) + " of " + (job.on->subject.empty() ? "any " : "")
         + (job.on->subject.empty() ? std::string{to_string(job.on->from)} : job.on->subject);
}

std::string timing_words(const site& s, const job_config& job) {
  const auto& when = job.when;
  auto text = when.on_battery_for  ? "after " + in_words(*when.on_battery_for) + " on battery"
              : when.runtime_below ? "with " + in_words(*when.runtime_below) + " left"
              : when.after > 0ms   ? "after " + in_words(when.after)
                                   : std::string{"at once"};
  if (when.ups) text += " of " + s.upses[*when.ups].name;
  if (when.every) text += ", then each " + in_words(*when.every);
  return job.on ? text + ", over after " + in_words(when.over_after) : text;
}

std::string action_words(const site& s, const std::vector<action_config>& actions) {
  std::string text;
  for (const auto& action : actions)
    text += (text.empty() ? "" : "; ") + what_is_done(s, action);
  return text.empty() ? "nothing" : text;
}

}  // namespace holdover::jobs
