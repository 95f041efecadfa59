// Checks of jobs: what could never be done, would be done too often, or would never be undone.

#include "core/jobs/signals.hpp"
#include "core/site_checks.hpp"
#include "core/words.hpp"

#include <algorithm>

namespace holdover::checks {

namespace {

using jobs::action_config;
using jobs::action_kind;
using jobs::job_config;
using jobs::wish_kind;

constexpr duration every_least = 10s;
constexpr duration lab_every_least = 100ms;

bool is_address(const std::string& text) {
  const auto at = text.find('@');
  const bool plain = std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return c > ' ' && c != 127 && c != '<' && c != '>' && c != ',' && c != ';' && c != '"';
  });
  return plain && at != std::string::npos && at > 0 && at + 1 < text.size()
         && text.find('@', at + 1) == std::string::npos && text.size() <= 254;
}

void addresses(const std::vector<std::string>& list, const std::string& path, findings& found) {
  for (std::size_t i = 0; i < list.size(); ++i)
    if (!is_address(list[i]))
      found.error(path + '[' + std::to_string(i) + ']',
                  quoted(list[i]) + " is no mail address: write it as ups@example.org");
}

void timing(const site& s, const job_config& job, const std::string& path, findings& found) {
  const auto& when = job.when;
  const auto by_battery = when.on_battery_for || when.runtime_below;
  if (when.after < 0s) found.error(path + ".after", "is negative: 0s means at once");
  if (when.over_after < 0s) found.error(path + ".over_after", "is negative: 0s means at once");
  if (when.every) {
    at_least(found, path + ".every", *when.every, s.lab ? lab_every_least : every_least);
    const auto again = s.votes.time_to_live + jobs::command_lasts + s.votes.time_to_live;
    const bool commands =
        std::any_of(job.actions.begin(), job.actions.end(),
                    [](const action_config& a) { return a.kind == action_kind::command; });
    if (commands && *when.every < again)
      found.error(path + ".every", "is " + in_words(*when.every)
                                       + ": an agent takes a command for the same one until votes "
                                         "have not named it for a while; make it "
                                       + in_words(again) + " at least");
  }
  if (when.on_battery_for && when.runtime_below)
    found.error(path + ".runtime_below",
                "stands beside on_battery_for: choose one, or write a second job");
  if (by_battery && when.after > 0s)
    found.error(path + ".after", "stands beside a time by the battery: choose one");
  if (when.on_battery_for && *when.on_battery_for <= 0s)
    found.error(path + ".on_battery_for", "is not positive: leave it out for at once");
  if (when.runtime_below && *when.runtime_below <= 0s)
    found.error(path + ".runtime_below", "is not positive: give the time that is to be left");
  if (when.ups && *when.ups >= s.upses.size())
    found.error(path + ".ups", "names no UPS of this site: correct the name");
  if (by_battery && !when.ups && job.on && job.on->from != jobs::origin::ups)
    found.error(path + ".ups", "is missing: the event is about no UPS, so say whose battery");
}

void counters(const site& s, const job_config& job, const std::string& path, findings& found) {
  if (!job.on) return;
  const auto ended = [&](std::uint32_t wish) {
    return std::any_of(job.when_over.begin(), job.when_over.end(), [&](const action_config& a) {
      return std::count(a.wishes.begin(), a.wishes.end(), wish) != 0;
    });
  };
  for (std::size_t i = 0; i < job.actions.size(); ++i) {
    const auto& action = job.actions[i];
    const bool stays = action.kind == action_kind::shut_down
                       || action.kind == action_kind::switch_off
                       || action.kind == action_kind::switch_on;
    for (const auto wish : action.wishes) {
      if (wish >= s.wishes.size()) continue;
      const auto kind = s.wishes[wish].kind;
      const bool lamp_off = kind == wish_kind::output_on && action.kind == action_kind::switch_off;
      const bool plug_on = kind == wish_kind::outlet_off && action.kind == action_kind::switch_on;
      if (!stays || kind == wish_kind::host_down_in_outage || lamp_off || plug_on || ended(wish))
        continue;
      found.warning(path + '.' + at("do", i),
                    quoted(s.wishes[wish].name)
                        + " goes on when the event is over, until `holdover release " + job.name
                        + "`: add the opposite to when_over, or accept it");
    }
  }
}

void actions(const site& s, const std::vector<action_config>& list, const std::string& path,
             findings& found) {
  for (std::size_t i = 0; i < list.size(); ++i) {
    const auto& action = list[i];
    const auto here = path + '[' + std::to_string(i) + ']';
    if (action.kind != action_kind::mail || !s.mail) continue;
    if (action.to.empty())
      found.error(here + ".mail.to", "is missing: say to whom, here or in `mail`");
    if (action.to != s.mail->to) addresses(action.to, here + ".mail.to", found);
    if (action.subject.find_first_of("\r\n") != std::string::npos)
      found.error(here + ".mail.subject", "has several lines: a subject is one");
  }
}

}  // namespace

void jobs(const site& s, findings& found) {
  if (s.mail) {
    if (!is_address(s.mail->from))
      found.error("mail.from",
                  quoted(s.mail->from) + " is no mail address: write it as ups@example.org");
    addresses(s.mail->to, "mail.to", found);
    if (!s.mail->credentials.empty() && s.mail->tls == "none")
      found.error("mail.tls",
                  "is none, so the password would cross the network in clear: use starttls or tls");
  }
  for (std::size_t i = 0; i < s.jobs.size(); ++i) {
    const auto& job = s.jobs[i];
    const auto path = at("jobs", i);
    if (job.actions.empty())
      found.error(path + ".do", "is empty: say what the job does, or remove it");
    timing(s, job, path, found);
    actions(s, job.actions, path + ".do", found);
    actions(s, job.when_over, path + ".when_over", found);
    counters(s, job, path, found);
    if (job.at && job.at->special_days && s.special_days.empty())
      found.error(path + ".at.days", "names special_days, but the site has none: list them");
  }
  for (outlet_index i = 0; i < s.outlets.size(); ++i) {
    const auto& outlet = s.outlets[i];
    if (!outlet.output || outlet.unit >= s.units.size()) continue;
    const auto path = at("outlet_units", outlet.unit) + ".names";
    const bool shed = std::any_of(s.stages.begin(), s.stages.end(), [&](const stage_config& stage) {
      return std::count(stage.shed.begin(), stage.shed.end(), i) != 0;
    });
    if (shed || !outlet.feeds.empty())
      found.error(path, quoted(outlet.name)
                            + " is an output, which is off at rest: no host hangs on it and no "
                              "stage sheds it; remove `output`, or them");
  }
}

}  // namespace holdover::checks
