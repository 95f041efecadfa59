#include "core/jobs/machine.hpp"

#include "core/expects.hpp"
#include "core/words.hpp"

#include <algorithm>

namespace holdover::jobs {

namespace {

// What the journal remembers is over if it is not seen again by then: as long as a node may need
// to have read all of its devices.
constexpr duration settling = 60s;

event event_of(const event_payload& what, const std::string& node) {
  event one;
  one.id.publisher = node;
  one.what = what;
  return one;
}

bool matches(const event_source& wanted, const signal& got) {
  return wanted.from == got.from && wanted.what == got.what
         && (wanted.subject.empty() || wanted.subject == got.subject);
}

bool restates(action_kind kind) {
  return kind == action_kind::shut_down || kind == action_kind::switch_off
         || kind == action_kind::switch_on;
}

}  // namespace

machine::machine(const site& about, node_number self, time_point now)
    : site_(about),
      self_(self),
      started_(now),
      now_(now),
      tasks_(static_cast<std::uint64_t>(now.time_since_epoch().count()) * 1024) {
  supplies_.resize(site_.upses.size());
  wished_by_.resize(site_.wishes.size());
  for (const auto& node : site_.nodes) {
    alive_.push_back(node.number);
    if (node.number == self_) node_ = node.name;
  }
}

decision machine::step(const job_input& what, time_point now) {
  expects(now >= now_);
  now_ = now;
  out_ = {};
  std::visit([this](const auto& one) { take(one); }, what);
  follow_events();
  follow_calendar();
  follow_errands();
  return std::exchange(out_, {});
}

bool machine::reached(time_point at) {
  if (at <= now_) return true;
  out_.wake_at = earliest(out_.wake_at, at);
  return false;
}

std::optional<std::uint32_t> machine::job_named(const std::string& name) const {
  for (std::uint32_t i = 0; i < site_.jobs.size(); ++i)
    if (site_.jobs[i].name == name) return i;
  return std::nullopt;
}

void machine::take(const own_fact& fact) {
  for (const auto& got : signals_of(fact.what, node_)) {
    if (got.what == "communication_lost") {
      if (got.raised)
        lost_.emplace(got.from, got.subject);
      else
        lost_.erase({got.from, got.subject});
    }
    for (std::uint32_t i = 0; i < site_.jobs.size(); ++i) {
      if (!site_.jobs[i].on || !matches(*site_.jobs[i].on, got)) continue;
      if (got.raised)
        raise(i, got.subject, to_string(event_of(fact.what, node_)));
      else
        clear(i, got.subject);
    }
  }
}

void machine::take(const supply_seen& seen) {
  if (seen.ups < supplies_.size()) supplies_[seen.ups] = seen;
}

// One that is back before it was over goes on where it was.
void machine::raise(std::uint32_t job, const std::string& subject, const std::string& facts) {
  const auto& config = site_.jobs[job];
  auto& lasting = occurrences_[{job, subject}];
  if (lasting.raised) return;
  lasting.lines.resize(config.actions.size());
  lasting.raised = true;
  lasting.since = now_;
  lasting.facts = facts;
  if (std::exchange(lasting.confirmed, true)) return;
  for (std::size_t a = 0; a < config.actions.size(); ++a) {
    const auto& action = config.actions[a];
    if (lasting.lines[a].runs == 0 || !restates(action.kind)) continue;
    for (const auto wish : action.wishes)
      if (wants_on(action, wish)) {
        wished_by_[wish] = job;
        out_.actions.emplace_back(set_wish{wish, true, {}, config.name + ": " + facts});
      }
  }
}

void machine::clear(std::uint32_t job, const std::string& subject) {
  const auto found = occurrences_.find({job, subject});
  if (found == occurrences_.end()) return;
  auto& lasting = found->second;
  const auto over_at = now_ + site_.jobs[job].when.over_after;
  if (lasting.raised || !lasting.confirmed)
    lasting.over_at = lasting.raised ? over_at : std::min(lasting.over_at, over_at);
  lasting.raised = false;
}

std::optional<ups_index> machine::battery_of(const job_config& job,
                                             const std::string& subject) const {
  if (job.when.ups) return job.when.ups;
  for (ups_index i = 0; i < site_.upses.size(); ++i)
    if (site_.upses[i].name == subject) return i;
  return std::nullopt;
}

// When an action is due next; a battery is asked again with its next reading.
std::optional<time_point> machine::due(const job_config& job, const std::string& subject,
                                       const occurrence& lasting, const line& done) {
  const auto& when = job.when;
  if (done.runs > 0)
    return when.every ? std::optional{std::max(done.last + *when.every, lasting.since)}
                      : std::nullopt;
  if (!when.on_battery_for && !when.runtime_below) return lasting.since + when.after;
  const auto ups = battery_of(job, subject);
  if (!ups || !supplies_[*ups].on_battery) return std::nullopt;
  const auto& seen = supplies_[*ups];
  const bool long_enough = when.on_battery_for && seen.confirmed >= *when.on_battery_for;
  const bool late_enough = when.runtime_below && seen.left && *seen.left <= *when.runtime_below;
  return long_enough || late_enough ? std::optional{now_} : std::nullopt;
}

bool machine::out_of_sight(const job_config& job, const std::string& subject) const {
  return job.on && job.on->what != "communication_lost"
         && lost_.count({job.on->from, subject}) != 0;
}

void machine::follow_events() {
  for (auto at = occurrences_.begin(); at != occurrences_.end();) {
    const auto job = at->first.first;
    const auto subject = at->first.second;
    auto& lasting = at->second;
    const auto& config = site_.jobs[job];
    if (lasting.raised) {
      for (std::size_t a = 0; a < config.actions.size(); ++a) {
        auto& done = lasting.lines[a];
        const auto when = due(config, subject, lasting, done);
        if (!when || !reached(*when)) continue;
        ++done.runs;
        done.last = now_;
        lasting.acted = true;
        job_event about;
        about.job = config.name;
        about.subject = subject;
        about.run = done.runs;
        fire(job, phase::lasting, a, about, lasting.facts);
        if (const auto next = due(config, subject, lasting, done)) reached(*next);
      }
    } else if (!out_of_sight(config, subject) && reached(lasting.over_at)) {
      const auto ended = std::move(lasting);
      at = occurrences_.erase(at);
      end(job, subject, ended);
      continue;
    }
    ++at;
  }
}

void machine::end(std::uint32_t job, const std::string& subject, const occurrence& ended) {
  if (!ended.acted) return;
  const auto& config = site_.jobs[job];
  job_event about;
  about.job = config.name;
  about.subject = subject;
  say(severity::info, about, "over", {});
  about.run = 1;
  // The outage that it was for is over; the next one begins with its own event.
  for (wish_index w = 0; w < wished_by_.size(); ++w) {
    if (wished_by_[w] != job || site_.wishes[w].kind != wish_kind::host_down_in_outage) continue;
    wished_by_[w].reset();
    out_.actions.emplace_back(set_wish{w, false, {}, config.name + ": over"});
  }
  const auto facts = ended.facts.empty() ? std::string{"over"} : "over: " + ended.facts;
  for (std::size_t a = 0; a < config.when_over.size(); ++a)
    fire(job, phase::over, a, about, facts);
}

void machine::take(const recalled& journal) {
  last_alive_ = journal.last_alive;
  for (const auto& one : journal.entries)
    remember(one);
  for (wish_index w = 0; w < wished_by_.size(); ++w) {
    if (!wished_by_[w]) continue;
    const auto kind = site_.wishes[w].kind;
    if (kind == wish_kind::outlet_off || kind == wish_kind::output_on)
      out_.actions.emplace_back(
          set_wish{w, true, {}, site_.jobs[*wished_by_[w]].name + ": as before the restart"});
    else
      wished_by_[w].reset();
  }
}

void machine::remember(const recalled::entry& one) {
  const auto& e = one.what;
  const auto job = job_named(e.job);
  if (!job) return;
  const auto& config = site_.jobs[*job];
  const occurrence_key key{*job, e.subject};
  if (e.what == "over") occurrences_.erase(key);
  const bool begun = e.what == "started" || e.what == "done" || e.what == "failed";
  // A mail of ours that was not told to be sent was lost with us.
  const bool lost_with_us =
      one.own && e.what == "started" && e.action.find("mail-") != e.action.npos;
  const bool done = (begun && !lost_with_us) || e.what == "wished";
  if (done && e.due_minute != 0) {
    if (one.own)
      ran_[*job] = std::max(ran_[*job], e.due_minute);
    else
      credits_.push_back({self_, e, now_});  // For what we missed, and a peer did.
  }
  for (const bool over : {false, true}) {
    const auto& actions = over ? config.when_over : config.actions;
    for (std::size_t a = 0; a < actions.size(); ++a) {
      if (label(actions[a], a, over) != e.action) continue;
      const bool wishes = one.own && (e.what == "wished" || e.what == "withdrawn");
      for (const auto wish : wishes ? actions[a].wishes : std::vector<wish_index>{})
        wished_by_[wish] = wants_on(actions[a], wish) ? job : std::nullopt;
      if (over || !done || !config.on || (!one.own && !actions[a].nodes.empty())) continue;
      auto& lasting = occurrences_[key];
      lasting.lines.resize(actions.size());
      lasting.confirmed = false;
      lasting.acted = true;
      lasting.over_at = now_ + settling;
      lasting.lines[a].runs = std::max(lasting.lines[a].runs, e.run);
      lasting.lines[a].last = now_;
    }
  }
  if (one.own && e.what == "withdrawn" && e.action.empty())
    for (auto& by : wished_by_)
      if (by == job) by.reset();
}

}  // namespace holdover::jobs
