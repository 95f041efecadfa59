// The jobs of a whole site: what device actors tell of readings, and what jobs_actor does for real.
// Mails arrive unless the story says otherwise, programs end well.

#include "core/overloaded.hpp"
#include "tools/rehearsal/whole_site.hpp"

#include <utility>

namespace holdover::rehearsal {

namespace {

// The calendar of a story begins on a Monday.
constexpr std::int64_t first_monday = 4;

/// What a driver would have read of a UPS that behaves like this.
power::ups_reading as_read(const power::observation& seen) {
  using power::ups_flag;
  power::ups_reading reading;
  auto& flags = reading.flags;
  flags.set(ups_flag::on_battery, seen.state == power::belief::on_battery);
  flags.set(ups_flag::online, power::carries(seen.state));
  flags.set(ups_flag::testing, seen.state == power::belief::test);
  flags.set(ups_flag::bypass, seen.state == power::belief::bypass);
  flags.set(ups_flag::off, seen.state == power::belief::off);
  flags.set(ups_flag::low_battery, seen.battery_low);
  flags.set(ups_flag::overload, seen.overload);
  return reading;
}

}  // namespace

void whole_site::start_jobs(std::size_t index) {
  auto& n = nodes_[index];
  if (site_.jobs.empty()) return;
  n.jobs = std::make_unique<jobs::machine>(site_, n.number, now_);
  n.jobs_wake.reset();
  n.ups_changes.clear();
  n.sensor_watches.clear();
  for (const auto& ups : site_.upses)
    n.ups_changes.emplace_back(ups.name);
  for (const auto& sensor : site_.sensors)
    n.sensor_watches.emplace_back(sensor);
  step_jobs(index, jobs::recalled{n.jobs_journal, n.last_alive});
}

void whole_site::step_jobs(std::size_t index, const jobs::job_input& what) {
  auto& n = nodes_[index];
  if (!n.jobs) return;
  const auto decided = n.jobs->step(what, now_);
  const auto before = std::exchange(n.jobs_wake, decided.wake_at);
  for (const auto& action : decided.actions)
    std::visit([&](const auto& one) { carry_out(index, one); }, action);
  if (!decided.wake_at || decided.wake_at == before) return;
  to_node(
      index,
      [=, this, when = decided.wake_at] {
        if (nodes_[index].jobs_wake == when) step_jobs(index, jobs::tick{});
      },
      *decided.wake_at - now_);
}

void whole_site::note(std::size_t index, event_payload what) {
  if (!nodes_[index].jobs) return;
  to_node(
      index, [=, this, what = std::move(what)] { step_jobs(index, jobs::own_fact{what}); }, 0ms);
}

void whole_site::note_reading(std::size_t index, ups_index ups, const power::observation& seen,
                              duration confirmed) {
  auto& n = nodes_[index];
  if (!n.jobs) return;
  for (auto& change : n.ups_changes[ups].read(as_read(seen)))
    note(index, std::move(change.what));
  to_node(
      index,
      [=, this] {
        step_jobs(index, jobs::supply_seen{ups, seen.state == power::belief::on_battery, confirmed,
                                           seen.runtime_left});
      },
      0ms);
}

void whole_site::note_reading(std::size_t index, sensor_index sensor,
                              const std::optional<power::sensor_reading>& reading) {
  auto& n = nodes_[index];
  if (!n.jobs) return;
  auto& watch = n.sensor_watches[sensor];
  for (auto& change : reading ? watch.read(*reading) : watch.lost())
    note(index, std::move(change.what));
}

jobs::local_seconds whole_site::local_time() const {
  const auto gone = std::chrono::floor<std::chrono::seconds>(now_ - clock_->since).count();
  return first_monday * jobs::day_seconds
         + static_cast<jobs::local_seconds>(clock_->week_minute) * 60 + gone;
}

void whole_site::tell_jobs_clock(std::size_t index) {
  step_jobs(index, jobs::clock_told{local_time(), clock_->synchronised});
}

void whole_site::tell_jobs_peers() {
  jobs::peers_seen seen;
  for (const auto& n : nodes_)
    if (n.alive) seen.alive.push_back(n.number);
  for (std::size_t i = 0; i < nodes_.size(); ++i)
    if (nodes_[i].alive) to_node(i, [=, this] { step_jobs(i, seen); });
}

void whole_site::release_job(std::uint32_t which) {
  for (std::size_t n = 0; n < nodes_.size(); ++n)
    if (nodes_[n].alive) to_node(n, [=, this] { step_jobs(n, jobs::released{which, "operator"}); });
}

void whole_site::carry_out(std::size_t index, const jobs::order& what) {
  const auto& name = site_.nodes[index].name;
  const bool fails = failing_programs_.count(what.program) != 0;
  if (what.kind == jobs::action_kind::mail) {
    std::string to;
    for (const auto& one : what.to)
      to += (to.empty() ? "" : ", ") + one;
    log_.fact(
        now_, "mail to " + to,
        '"' + what.subject + "\" " + (mails_arrive_ ? "SENT by " : "is not taken from ") + name);
  } else {
    log_.fact(now_, "program " + what.program,
              (fails ? "FAILS when run by " : "RUN by ") + name + " \"" + what.text + '"');
  }
  const bool mail = what.kind == jobs::action_kind::mail;
  const bool ok = mail ? mails_arrive_ : !fails;
  const std::string why = mail ? "the server does not answer" : "exit code 1";
  to_node(
      index,
      [=, this, task = what.task] {
        step_jobs(index, jobs::task_ended{task, ok, ok ? "" : why});
      },
      100ms);
}

// Mails of a story are sent or fail at once.
void whole_site::carry_out(std::size_t, const jobs::cancel&) {}

void whole_site::carry_out(std::size_t index, const jobs::set_wish& what) {
  to_node(
      index,
      [=, this] {
        step(index, policy::job_wished{what.which, what.on, what.lasts, what.by});
      },
      0ms);
}

void whole_site::carry_out(std::size_t index, const jobs::tell& what) {
  const auto& e = what.what;
  if (e.what != "started")
    log_.opinion(now_, nodes_[index].number, "job " + e.job,
                 e.action + (e.action.empty() ? "" : " ") + e.what
                     + (e.detail.empty() ? "" : ": " + e.detail));
  for (std::size_t n = 0; n < nodes_.size(); ++n) {
    nodes_[n].jobs_journal.push_back({n == index, e});
    if (n == index || !nodes_[n].alive) continue;
    to_node(n, [=, this, by = nodes_[index].number] { step_jobs(n, jobs::peer_fact{by, e}); });
  }
}

}  // namespace holdover::rehearsal
