// A drill in virtual time: every node's and every host's part, connected by a perfect network.
//
//   drill_bench b{office(), outage(20min)};
//   b.pass(5min);
//   EXPECT_TRUE(b.seen_by(0, "web1").committed);

#pragma once

#include "core/drill/host_drill.hpp"
#include "core/drill/node_drill.hpp"
#include "core/overloaded.hpp"
#include "tests/support/sites.hpp"
#include "tests/support/votes.hpp"

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace holdover::test {

inline drill::story outage(duration lasts, duration runtime = 20min) {
  drill::story told;
  told.about = "mains fails";
  drill::story_values main;
  main.runtime = runtime;
  told.upses = {main};
  drill::story_event off;
  off.at = 10s;
  off.what = drill::story_verb::mains_off;
  off.subjects = {0};
  off.named = "main";
  told.events = {off};
  told.lasts = lasts;
  return told;
}

inline drill::order order_for(std::string id) {
  drill::order wish;
  wish.what = drill::order::verb::start;
  wish.drill = std::move(id);
  wish.name = "outage.yaml";
  wish.story = "told elsewhere";
  return wish;
}

class drill_bench {
public:
  drill_bench(site about, drill::story told, drill::order wish = order_for("drill-1"))
      : site_(std::move(about)) {
    std::uint8_t ids = 10;
    for (const auto& node : site_.nodes) {
      drill::node_setup setup;
      setup.about = site_;
      setup.self = node.number;
      setup.what = wish;
      setup.told = told;
      setup.by = "anna";
      setup.incarnation = id(++ids);
      setup.label_seed = id(++ids);
      nodes_.push_back({std::make_unique<drill::node_drill>(std::move(setup), now_), now_});
    }
    for (const auto& host : site_.hosts) {
      agent::agent_config c;
      c.site = site_.name;
      c.host = host.name;
      c.epoch = site_.epoch;
      for (const auto& node : site_.nodes)
        c.electorate.push_back(node.number);
      c.threshold = threshold(site_);
      c.hold = host.hold;
      hosts_.push_back({std::make_unique<drill::host_drill>(c, "boot-1"), {}});
    }
  }

  void pass(duration time) {
    const auto until = now_ + time;
    for (;;) {
      std::optional<time_point> next;
      for (const auto& n : nodes_)
        next = earliest(next, n.wake);
      for (const auto& h : hosts_)
        next = earliest(next, h.wake);
      if (!next || *next > until) break;
      now_ = std::max(now_, *next);
      for (std::size_t i = 0; i < nodes_.size(); ++i)
        if (nodes_[i].wake && *nodes_[i].wake <= now_) to_node(i, drill::node_tick{});
      for (std::size_t i = 0; i < hosts_.size(); ++i)
        if (hosts_[i].wake && *hosts_[i].wake <= now_) to_host(i, drill::tick{});
    }
    now_ = until;
  }

  void to_node(std::size_t index, const drill::node_event& what) {
    if (frozen.count(index) != 0) {
      nodes_[index].wake = now_ + 1s;
      return;
    }
    const auto decision = nodes_[index].part->step(what, now_);
    nodes_[index].wake = decision.wake_at;
    for (const auto& action : decision.actions)
      std::visit(overloaded{
                     [&](const drill::send_call& a) {
                       const auto by = site_.nodes[index].number;
                       calls.push_back(a.what);
                       for (std::size_t h = 0; h < hosts_.size(); ++h)
                         to_host(h, drill::call_heard{by, a.what, id(++nonces_)});
                       for (std::size_t n = 0; n < nodes_.size(); ++n)
                         if (n != index) to_node(n, drill::peer_called{by, a.what});
                     },
                     [&](const drill::cast_rehearsed& a) {
                       votes.push_back(a.what);
                       to_host(index_of(site_.hosts, a.what.to.name),
                               drill::vote_heard{{a.what, true, "signed"}});
                     },
                     [&](const drill::begin_exercise& a) { begun.push_back(a); },
                     [&](const drill::heal&) { ++healed; },
                     [](const drill::finished&) {},
                 },
                 action);
  }

  void to_host(std::size_t index, const drill::host_event& what) {
    if (absent.count(index) != 0) return;
    const auto decision = hosts_[index].part->step(what, now_);
    hosts_[index].wake = decision.wake_at;
    for (const auto& action : decision.actions)
      std::visit(
          overloaded{
              [&](const drill::say& a) {
                for (std::size_t n = 0; n < nodes_.size(); ++n)
                  to_node(n, drill::beacon_heard{static_cast<host_index>(index), a.what});
              },
              [&](const drill::look_at& a) {
                looks.push_back(site_.hosts[index].name + ' ' + a.id);
                const bool ok = broken.count(a.id) == 0;
                to_host(index, drill::looked{a.id, ok, ok ? "would run it" : "is not there"});
              },
              [&](const drill::note& a) { notes.push_back(a.text); },
          },
          action);
  }

  const drill::node_drill& node(std::size_t index) const { return *nodes_[index].part; }
  const drill::host_drill& host(std::size_t index) const { return *hosts_[index].part; }
  drill::host_view seen_by(std::size_t index, const std::string& name) const {
    for (const auto& one : node(index).view(now_).hosts)
      if (one.host == name) return one;
    return {};
  }
  const site& about() const { return site_; }
  time_point now() const { return now_; }

  std::set<std::size_t> frozen;  ///< Nodes whose process is stopped.
  std::set<std::size_t> absent;  ///< Hosts without an agent.
  std::set<std::string> broken;  ///< Actions that could not be run.
  std::vector<drill::call> calls;
  std::vector<vote::vote> votes;
  std::vector<std::string> looks;
  std::vector<std::string> notes;
  std::vector<drill::begin_exercise> begun;
  int healed = 0;

private:
  struct node_part {
    std::unique_ptr<drill::node_drill> part;
    std::optional<time_point> wake;
  };
  struct host_part {
    std::unique_ptr<drill::host_drill> part;
    std::optional<time_point> wake;
  };

  site site_;
  time_point now_{1000s};
  std::vector<node_part> nodes_;
  std::vector<host_part> hosts_;
  std::uint8_t nonces_ = 100;
};

}  // namespace holdover::test
