// A whole site in virtual time and in a perfect world: every node's mind and executors, every
// host's agent, a network that loses nothing, and the hardware as far as the power goes.
//
// The hardware: a UPS on battery runs out at the rate that it predicts, and what hangs on it then
// loses power. A host that has halted and whose power goes away and returns boots by itself.
// Outlet units answer while their UPS carries them and obey within a tenth of a second.
//
// Stories drive this: those of tests/scenario and those that operators write. Everything worth
// reading goes to the transcript.

#pragma once

#include "core/agent/agent_machine.hpp"
#include "core/agent/outlet_executor.hpp"
#include "core/jobs/machine.hpp"
#include "core/policy/site_machine.hpp"
#include "core/power/sensor_watch.hpp"
#include "core/power/ups_changes.hpp"
#include "core/site.hpp"
#include "tools/rehearsal/transcript.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <queue>
#include <set>
#include <string>
#include <vector>

namespace holdover::rehearsal {

class whole_site {
public:
  whole_site(site about, transcript& log);

  void pass(duration);
  time_point now() const { return now_; }
  const site& about() const { return site_; }

  // What a story may do.
  /// States what a UPS says from now on; what is absent stays as it is.
  struct ups_statement {
    power::belief state = power::belief::online;
    std::optional<duration> runtime;
    std::optional<double> charge_percent;
    bool battery_low = false;
    bool forced_shutdown = false;
    std::optional<duration> countdown = {};  ///< To the end of its output, whatever its input does.
    std::optional<double> load_percent = {};
    bool overload = false;
  };
  void ups_says(ups_index, const ups_statement&);
  /// What it shows from now on stands still until it shows something else; `off` ends its output.
  void ups_shows(ups_index, const power::observation&);
  /// What a look at it would tell.
  power::observation reading(ups_index) const;
  void ups_silent(ups_index, bool silent);
  void kill_node(std::size_t index);
  void start_node(std::size_t index);
  /// The shutdown program of a host will not end by itself.
  void hang_program(host_index);
  void end_program(host_index);
  /// How long its shutdown program takes; otherwise a third of what the site file allows.
  void takes_to_stop(host_index, duration);
  void hold(host_index, duration lasts);
  /// Ordered at the first node that lives; what the UPS then shows is told by ups_says().
  void test_battery(ups_index);
  void set_switch(switch_index, duration lasts);
  /// What a sensor says from now on; nothing: it is silent.
  void sensor_says(sensor_index, std::optional<double>);
  /// Ends what a job wishes.
  void release_job(std::uint32_t which);
  /// Whether the mail server takes mails.
  void mails_arrive(bool yes) { mails_arrive_ = yes; }
  /// How a program of jobs ends from now on.
  void program_fails(const std::string& name, bool yes);
  /// What an outlet that is on carries from now on; before, nobody has measured it.
  void outlet_carries(outlet_index, double watts);
  /// Every node's wall clock; before it is set nobody knows the time.
  void set_clock(std::uint32_t weekday, std::uint32_t minute, bool synchronised);

  // What became of the hosts.
  enum class power_state { up, halted, dark, booting };
  power_state state_of(host_index index) const { return hosts_[index].is; }
  /// Hosts that lost their power while they ran.
  const std::set<host_index>& crashed() const { return crashed_; }
  /// When its shutdown program was last started.
  std::optional<time_point> began_to_stop(host_index index) const {
    return hosts_[index].began_to_stop;
  }

private:
  struct ups_model {
    power::observation says;  ///< As of `since`.
    time_point since{};
    bool silent = false;
    bool stands_still = false;  ///< On battery nothing runs out by itself.
    bool output = true;
    std::uint64_t version = 0;  ///< Of what it says: a planned end belongs to one.
  };
  struct node_model {
    node_number number = 0;
    std::uint64_t life = 0;
    bool alive = false;
    std::unique_ptr<policy::site_machine> mind;
    std::optional<time_point> mind_wake;
    std::vector<std::unique_ptr<agent::outlet_executor>> executors;  ///< By unit.
    std::vector<std::optional<time_point>> executor_wakes;
    std::vector<bool> alert;  ///< By UPS.
    // The journal.
    random_id incident;
    std::set<host_index> stopped;
    std::set<outlet_index> switched_off;
    // Jobs, if the site has any.
    std::unique_ptr<jobs::machine> jobs;
    std::optional<time_point> jobs_wake;
    std::vector<power::ups_changes> ups_changes;
    std::vector<power::sensor_watch> sensor_watches;
    std::vector<jobs::recalled::entry> jobs_journal;
    std::optional<jobs::local_seconds> last_alive;
  };
  struct host_model {
    power_state is = power_state::up;
    std::uint64_t life = 0;  ///< Of the agent.
    std::unique_ptr<agent::agent_machine> agent;
    std::optional<time_point> wake;
    bool hangs = false;
    bool stopping = false;    ///< Its shutdown program runs.
    bool powers_off = false;  ///< That one was to power it off, not to make it stand by.
    std::optional<time_point> began_to_stop;
    std::optional<duration> stop_time;
    bool down = false;  ///< Its agent has said its last word.
  };

  // Time.
  void at(time_point, std::function<void()>);
  /// Later, if that life goes on: a message or an answer.
  void to_node(std::size_t, std::function<void()>, duration after = 10ms);
  void to_host(host_index, std::function<void()>, duration after = 10ms);
  random_id draw_id();

  // Nodes.
  void step(std::size_t node, const policy::site_event&);
  void step(std::size_t node, outlet_unit_index, const agent::executor_event&);
  void wake_mind(std::size_t node);
  void wake_executor(std::size_t node, outlet_unit_index);
  void poll_ups(std::size_t node, ups_index);
  void poll_unit(std::size_t node, outlet_unit_index, bool again);
  void poll_sensor(std::size_t node, sensor_index);
  void tell_clock(std::size_t node);
  void carry_out(std::size_t node, const policy::site_action&);
  void carry_out(std::size_t node, outlet_unit_index, const agent::executor_action&);
  void remember(std::size_t node, const policy::host_changed&);
  void cast(const vote::vote&);
  void tell_alive();

  // Jobs.
  void start_jobs(std::size_t node);
  void step_jobs(std::size_t node, const jobs::job_input&);
  void note(std::size_t node, event_payload);
  void note_reading(std::size_t node, ups_index, const power::observation&, duration confirmed);
  void note_reading(std::size_t node, sensor_index, const std::optional<power::sensor_reading>&);
  void tell_jobs_clock(std::size_t node);
  void tell_jobs_peers();
  jobs::local_seconds local_time() const;
  void carry_out(std::size_t node, const jobs::order&);
  void carry_out(std::size_t node, const jobs::cancel&);
  void carry_out(std::size_t node, const jobs::set_wish&);
  void carry_out(std::size_t node, const jobs::tell&);

  // Hosts.
  void start_agent(host_index);
  void step(host_index, const agent::agent_event&);
  void wake_agent(host_index);
  void carry_out(host_index, const agent::agent_action&);
  void run(host_index, const agent::run_action&);
  void halt(host_index);
  void reboot(host_index);
  void nodes_go(host_index);

  // Hardware.
  void plan_end(ups_index);
  void set_output(ups_index, bool on, const char* how = "IS EMPTY");
  void switch_outlet(outlet_index, bool on);
  bool powered(host_index) const;
  bool powered_unit(outlet_unit_index) const;
  void wake(host_index);
  void boot(host_index);
  void power_changed(host_index);
  power::outlet_unit_reading read(outlet_unit_index) const;

  struct job {
    time_point when;
    std::uint64_t order;
    std::function<void()> what;
    bool operator>(const job& other) const {
      return when != other.when ? when > other.when : order > other.order;
    }
  };

  site site_;
  transcript& log_;
  time_point now_{1000s};
  std::priority_queue<job, std::vector<job>, std::greater<>> jobs_;
  std::uint64_t jobs_made_ = 0;
  std::uint64_t ids_ = 0;
  std::vector<ups_model> upses_;
  std::vector<bool> outlets_on_;
  std::vector<std::optional<double>> sensors_;
  struct clock_model {
    std::uint64_t week_minute = 0;
    bool synchronised = false;
    time_point since{};
  };
  std::optional<clock_model> clock_;
  std::vector<node_model> nodes_;
  std::vector<host_model> hosts_;
  std::set<host_index> crashed_;
  bool mails_arrive_ = true;
  std::set<std::string> failing_programs_;
  std::map<outlet_index, double> outlet_watts_;
};

}  // namespace holdover::rehearsal
