#include "io/config/agent_loader.hpp"

#include "tests/unit/io/config/folder.hpp"

#include <gtest/gtest.h>

namespace holdover::config {
namespace {

constexpr std::string_view complete = R"(host: web1
site: hq
members_file: members.yaml
key_file: web1.key
state_directory: state
nodes:
  - { number: 2, control: "tcp://10.0.0.3:7400" }
  - { number: 0, control: "tcp://10.0.0.1:7400" }
  - { number: 1, control: "tcp://[fd00::2]:7400" }
actions:
  - { id: shutdown, run: [/sbin/shutdown, -h, now], limit: 90s }
  - { id: warn, run: [/usr/bin/wall, Mains has failed] }
  - { id: backup-off, run: [/usr/local/bin/backup, stop], limit: 10s }
)";

class AgentLoader : public testing::Test {
protected:
  agent_settings load(std::string_view yaml) {
    auto got = load_agent(here_.write("agent.yaml", yaml));
    if (const auto* no = std::get_if<std::vector<problem>>(&got)) {
      ADD_FAILURE() << to_string(*no);
      return {};
    }
    return std::get<agent_settings>(got);
  }

  std::string mistakes(std::string_view yaml) {
    const auto got = load_agent(here_.write("agent.yaml", yaml));
    const auto* no = std::get_if<std::vector<problem>>(&got);
    return no == nullptr ? "none" : here_.without_path(to_string(*no));
  }

  static std::string with(std::string_view old_text, std::string_view new_text) {
    std::string yaml{complete};
    const auto at = yaml.find(old_text);
    EXPECT_NE(at, std::string::npos) << old_text;
    return yaml.replace(at, old_text.size(), new_text);
  }

  static std::string by_rccmd(const std::string& more = ", unauthenticated: true") {
    return with("run: [/sbin/shutdown, -h, now]",
                "rccmd: { host: 10.0.0.9, say: MSG_SHUTDOWN" + more + " }");
  }

  void expect_mistake(const std::string& yaml, const std::string& text) {
    const auto all = mistakes(yaml);
    EXPECT_NE(all.find(text), std::string::npos) << all;
  }

  folder here_;
};

TEST_F(AgentLoader, TheMachineGetsWhatTheFileSays) {
  const auto a = load(complete);
  EXPECT_EQ(a.machine.host, "web1");
  EXPECT_EQ(a.machine.electorate, (std::vector<node_number>{0, 1, 2}));
  EXPECT_EQ(a.machine.threshold, 2u);
  EXPECT_EQ(a.machine.fallback.threshold, 2u);
  EXPECT_EQ(a.machine.shutdown_limit, 90s);
  EXPECT_EQ(a.machine.forced_limit, agent::agent_config{}.forced_limit);
  EXPECT_EQ(a.machine.hold, agent::agent_config{}.hold);
  EXPECT_EQ(a.key_file, here_.path("web1.key"));
  EXPECT_EQ(a.state_directory, here_.path("state"));
  EXPECT_EQ(a.network_user, "nobody");
  ASSERT_EQ(a.nodes.size(), 3u);
  EXPECT_EQ(a.nodes[0].number, 2u);
  EXPECT_EQ(a.nodes[0].control, "tcp://10.0.0.3:7400");
}

TEST_F(AgentLoader, ActionsKeepTheirArgumentsApart) {
  const auto a = load(complete);
  EXPECT_EQ(a.actions.at("warn").run,
            (std::vector<std::string>{"/usr/bin/wall", "Mains has failed"}));
  EXPECT_EQ(a.actions.at("warn").limit, 30s);
  EXPECT_EQ(a.actions.at("backup-off").limit, 10s);
}

TEST_F(AgentLoader, VotesMayNameOnlyActionsThatNoLevelRuns) {
  EXPECT_EQ(load(complete).machine.actions, (std::vector<std::string>{"backup-off"}));
}

TEST_F(AgentLoader, TimesAndTheLastWordAreTaken) {
  const auto a = load(with("/sbin/shutdown, -h, now", "/usr/local/sbin/stop-all") +
                      "hold: 2s\nlast_word: on_program_end\ntime_to_live: 12s\n"
                      "beacon_period: 2s\nfallback: { able_within: 20s, reserve: 90s }\n");
  EXPECT_EQ(a.machine.hold, 2s);
  EXPECT_EQ(a.machine.last_word, agent::final_word::on_program_end);
  EXPECT_EQ(a.machine.time_to_live, 12s);
  EXPECT_EQ(a.machine.beacon_period, 2s);
  EXPECT_EQ(a.machine.fallback.able_within, 20s);
  EXPECT_EQ(a.machine.fallback.reserve, 90s);
}

// Else the outlet could open under a host that is still stopping.
TEST_F(AgentLoader, AProgramThatOnlyAsksForPowerOffCannotEndInTheLastWord) {
  const auto ends_with = [](std::string_view command) {
    return with("[/sbin/shutdown, -h, now]", command) + "last_word: on_program_end\n";
  };
  const std::vector<std::pair<const char*, const char*>> asked{
      {"[/usr/bin/systemctl, poweroff]", "/usr/bin/systemctl poweroff"},
      {"[/bin/systemctl, --no-wall, start, poweroff.target]", "/bin/systemctl poweroff.target"},
      {"[/sbin/shutdown, -h, now]", "/sbin/shutdown"},
      {"[/usr/sbin/poweroff]", "/usr/sbin/poweroff"},
      {"[/sbin/halt, -p]", "/sbin/halt"},
      {"[/sbin/init, '0']", "/sbin/init"},
      {"[/usr/bin/sudo, /sbin/poweroff]", "/sbin/poweroff"},
      {"[/bin/sh, -c, 'sync; systemctl poweroff']", "systemctl poweroff"},
      {"[/bin/sh, -c, \"/usr/local/bin/stop-db && shutdown -h now\"]", "shutdown"}};
  for (const auto& [command, word] : asked) {
    expect_mistake(ends_with(command), "\"" + std::string{word} + "\" returns at once");
    EXPECT_EQ(mistakes(with("[/sbin/shutdown, -h, now]", command)), "none") << "on_stop waits";
    EXPECT_EQ(mistakes(ends_with(command) + "lab: true\n"), "none");
  }
  EXPECT_TRUE(mistakes(ends_with("[/sbin/poweroff]")).find("last_word: on_stop")
              != std::string::npos);
  for (const auto* waits : {"[/usr/local/sbin/poweroff]", "[/etc/holdover/shutdown, web1]",
                            "[/usr/bin/virsh, shutdown]", "[/bin/sh, -c, /etc/holdover/shutdown]",
                            "[/usr/bin/systemctl, stop, app.service]"})
    EXPECT_EQ(mistakes(ends_with(waits)), "none") << waits;
}

// ---- Hosts that run nothing but an RCCMD client
// --------------------------------------------------

TEST_F(AgentLoader, ItMayStandForAHostThatIsToldByRccmd) {
  const auto a = load(by_rccmd());
  EXPECT_TRUE(a.stands_for_another);
  EXPECT_EQ(a.machine.last_word, agent::final_word::never);
  const auto& shutdown = a.actions.at("shutdown");
  ASSERT_TRUE(shutdown.rccmd);
  EXPECT_EQ(*shutdown.rccmd, (device::rccmd::order{"10.0.0.9", 6003, false, "MSG_SHUTDOWN"}));
  EXPECT_FALSE(load(complete).stands_for_another);
}

TEST_F(AgentLoader, RccmdIsOffUntilSomebodyWritesThatItIsNotAuthenticated) {
  EXPECT_NE(mistakes(by_rccmd("")).find("not authenticated"), std::string::npos);
}

TEST_F(AgentLoader, MistakesInRccmdAreTold) {
  const auto told = [this](const std::string& file, const std::string& words) {
    EXPECT_NE(mistakes(file).find(words), std::string::npos) << mistakes(file);
  };
  told(by_rccmd(", unauthenticated: true, by: ipx"), "udp or tcp");
  told(by_rccmd(", unauthenticated: true, port: 70000"), "no port");
  told(by_rccmd() + "last_word: on_stop\n", "nobody can know when that host is down");
  told(with("run: [/sbin/shutdown, -h, now]",
            "rccmd: { host: printer, say: MSG_SHUTDOWN, unauthenticated: true }"),
       "no numeric address");
  told(with("run: [/sbin/shutdown, -h, now]",
            "run: [/bin/true], rccmd: { host: 10.0.0.9, say: X, unauthenticated: true }"),
       "remove one");
}

TEST_F(AgentLoader, ShutdownIsMandatory) {
  expect_mistake(with("id: shutdown", "id: shut-down"),
                 "\"shutdown\" is missing: say which program brings this host down [actions]");
}

TEST_F(AgentLoader, ProgramsHaveAbsolutePaths) {
  expect_mistake(with("[/usr/bin/wall,", "[wall,"),
                 "\"wall\" is no absolute path; programs are not searched for [actions[1].run[0]]");
  expect_mistake(with("[/usr/bin/wall, Mains has failed]", "[]"),
                 "\"run\" is missing [actions[1].run]");
}

TEST_F(AgentLoader, AnActionIsDescribedOnceAndTakesTime) {
  expect_mistake(with("id: warn", "id: shutdown"),
                 "\"shutdown\" is described already; keep one [actions[1].id]");
  expect_mistake(with("limit: 10s", "limit: 0s"), "must be above zero");
}

TEST_F(AgentLoader, ANodeHasOneVote) {
  expect_mistake(with("number: 1", "number: 0"),
                 "node 0 is listed already; one vote each [nodes[2].number]");
}

TEST_F(AgentLoader, AThresholdThatNobodyReachesIsRefused) {
  expect_mistake(std::string{complete} + "threshold: 4\n", "4 of 3 nodes can never agree");
}

TEST_F(AgentLoader, AHoldThatTheSiteWouldNotAllowForIsRefused) {
  expect_mistake(std::string{complete} + "hold: 61s\n", "is not from 0s to 60s");
  EXPECT_EQ(mistakes(std::string{complete} + "hold: 60s\n"), "none");
}

TEST_F(AgentLoader, LostBeaconsMustNotCancelVotes) {
  expect_mistake(std::string{complete} + "beacon_period: 4s\n", "a third of time_to_live at most");
}

TEST_F(AgentLoader, FloorsAreLowerInALab) {
  const auto fast = std::string{complete} + "time_to_live: 3s\nfallback: { reserve: 5s }\n";
  expect_mistake(fast, "is below 5000ms");
  EXPECT_EQ(mistakes(fast + "lab: true\n"), "none");
}

TEST_F(AgentLoader, DeadCablesAreWatchedOnlyWhereTheFileAsksForIt) {
  EXPECT_FALSE(load(complete).ports);
  EXPECT_FALSE(load(complete).machine.no_carrier_after);
  const auto asks = std::string{complete} + "no_carrier: { ports: [eno1, eno2] }\n";
  EXPECT_EQ(load(asks).machine.no_carrier_after, 8min);
  EXPECT_EQ(load(asks).ports->names, (std::vector<std::string>{"eno1", "eno2"}));
  EXPECT_EQ(load(asks).ports->folder, "/sys/class/net");
}

TEST_F(AgentLoader, MistakesAboutDeadCablesAreTold) {
  const auto asks = [](const std::string& what) {
    return std::string{complete} + "no_carrier: " + what + "\n";
  };
  expect_mistake(asks("{ after: 8m }"), "no_carrier.ports");
  expect_mistake(asks("{ ports: [../eno1] }"), "is no port of this host");
  expect_mistake(asks("{ ports: [eno1], after: 5s }"), "is below 120000ms");
  expect_mistake(asks("{ ports: [eno1], folder: net }"), "is for labs");
  expect_mistake(by_rccmd() + "no_carrier: { ports: [eno1] }\n", "beside rccmd");
}

TEST_F(AgentLoader, AnAgentWithoutNodesIsRefused) {
  expect_mistake("host: a\n", "\"nodes\" is missing: list the number and address of each node");
}

TEST_F(AgentLoader, AHostThatStandsByNeedsAProgramForItAndOneThatDoesNotHasNone) {
  const std::string program =
      "actions:\n  - { id: stand_by, run: [/bin/systemctl, stop, app], limit: 40s }\n";
  const auto a = load(with("actions:\n", program) + "stands_by: true\n");
  EXPECT_TRUE(a.machine.stands_by);
  EXPECT_EQ(a.actions.at("stand_by").limit, 40s);
  EXPECT_EQ(a.machine.actions, (std::vector<std::string>{"backup-off"})) << "votes cannot name it";
  EXPECT_FALSE(load(complete).machine.stands_by);
  expect_mistake(std::string{complete} + "stands_by: true\n", "\"stand_by\" is missing");
  expect_mistake(with("actions:\n", program), "\"stand_by\" would never run: set stands_by: true");
}

}  // namespace
}  // namespace holdover::config
