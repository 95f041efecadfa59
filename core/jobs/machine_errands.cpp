// What is done when an action is due, and by whom.

#include "core/agent/outlet_executor.hpp"
#include "core/jobs/machine.hpp"
#include "core/words.hpp"

#include <algorithm>
#include <array>

namespace holdover::jobs {

namespace {

// The next one in rank begins so long after the one before it should have: a few times what a poll,
// a commit and the bus take.
constexpr duration stand_in = 10s;

// Whoever has begun may take so long: mails are tried for half an hour.
constexpr duration patience = std::chrono::minutes{35};

// After bad news the next one in rank begins soon.
constexpr duration after_failure = 1s;

// A peer may see an event this much earlier than we do.
constexpr duration credit_lasts = 30s;

constexpr std::size_t errands_max = 256;
constexpr std::size_t credits_max = 256;

bool same(const job_event& a, const job_event& b) {
  return a.job == b.job && a.subject == b.subject && a.action == b.action && a.run == b.run
         && a.due_minute == b.due_minute;
}

}  // namespace

std::string label(const action_config& action, std::size_t index, bool when_over) {
  return (when_over ? "over-" : "") + std::string{to_string(action.kind)} + '-'
         + std::to_string(index + 1);
}

const std::vector<std::string_view>& placeholders() {
  static const std::vector<std::string_view> names{"site",    "node",  "job",
                                                   "subject", "facts", "run"};
  return names;
}

std::optional<std::string> unknown_placeholder(std::string_view text) {
  for (auto open = text.find('{'); open != text.npos; open = text.find('{', open + 1)) {
    const auto close = text.find('}', open);
    const auto name = text.substr(open + 1, close == text.npos ? close : close - open - 1);
    const auto& known = placeholders();
    if (close == text.npos || std::find(known.begin(), known.end(), name) == known.end())
      return std::string{name};
  }
  return std::nullopt;
}

void machine::say(severity how, job_event about, std::string_view what, std::string detail) {
  about.what = what;
  about.detail = std::move(detail);
  out_.actions.emplace_back(tell{how, std::move(about)});
}

void machine::fire(std::uint32_t job, phase when, std::size_t index, const job_event& about,
                   const std::string& facts) {
  const auto& config = site_.jobs[job];
  const auto& action = when == phase::over ? config.when_over[index] : config.actions[index];
  auto named = about;
  named.action = label(action, index, when == phase::over);
  if (goes_by_votes(action.kind)) return set_wishes(action, named, facts);
  if (!action.nodes.empty() && std::count(action.nodes.begin(), action.nodes.end(), self_) == 0)
    return;
  add_errand(job, action, named, facts);
}

bool machine::wants_on(const action_config& action, wish_index wish) const {
  switch (action.kind) {
    case action_kind::switch_on:
      return site_.wishes[wish].kind == wish_kind::output_on;
    case action_kind::switch_off:
      return site_.wishes[wish].kind == wish_kind::outlet_off;
    case action_kind::start:
      return false;
    default:
      return true;
  }
}

void machine::set_wishes(const action_config& action, const job_event& about,
                         const std::string& facts) {
  const bool command = action.kind == action_kind::command;
  std::string names;
  bool any_on = false;
  for (const auto wish : action.wishes) {
    const bool on = wants_on(action, wish);
    any_on = any_on || on;
    wished_by_[wish] = on && !command ? job_named(about.job) : std::nullopt;
    const auto lasts = command ? command_lasts : duration::zero();
    out_.actions.emplace_back(set_wish{wish, on, lasts, about.job + ": " + facts});
    names += (names.empty() ? "" : ", ") + site_.wishes[wish].name;
  }
  say(severity::warning, about, any_on ? "wished" : "withdrawn", names);
}

void machine::take(const released& wish) {
  job_event about;
  about.job = site_.jobs[wish.job].name;
  for (wish_index w = 0; w < wished_by_.size(); ++w) {
    if (wished_by_[w] != wish.job) continue;
    wished_by_[w].reset();
    out_.actions.emplace_back(set_wish{w, false, {}, about.job + ": released by " + wish.by});
  }
  say(severity::warning, about, "withdrawn", "released by " + wish.by);
}

std::uint32_t machine::rank(const errand& one) const {
  if (!one.action->nodes.empty()) return 0;
  return agent::rank_of(self_, alive_, one.what.job + '/' + one.what.subject);
}

void machine::add_errand(std::uint32_t job, const action_config& action, const job_event& about,
                         const std::string& facts) {
  errand one;
  one.task = ++tasks_;
  one.what = about;
  one.job = job;
  one.action = &action;
  one.facts = facts;
  std::erase_if(credits_, [&](const credit& c) { return now_ - c.at > credit_lasts; });
  const bool shared = action.nodes.empty();
  const auto heard = std::find_if(credits_.begin(), credits_.end(),
                                  [&](const credit& c) { return shared && same(c.what, about); });
  if (heard != credits_.end()) {
    const auto news = *heard;
    credits_.erase(heard);
    if (news.what.what == "done") return;
    one.doer = news.by;
    one.act_at = now_ + patience;
  } else {
    one.act_at = now_ + rank(one) * stand_in;
  }
  if (errands_.size() >= errands_max) {
    say(severity::alarm, errands_.front().what, "failed", "too much is to be done at once");
    errands_.erase(errands_.begin());
  }
  errands_.push_back(std::move(one));
}

void machine::follow_errands() {
  for (auto& one : errands_)
    if (!one.mine && reached(*one.act_at)) begin(one);
  std::erase_if(errands_,
                [](const errand& one) { return one.mine && one.action->kind == action_kind::log; });
}

// A line of the journal is done by being told.
void machine::begin(errand& one) {
  one.mine = true;
  one.act_at.reset();
  const auto& action = *one.action;
  auto text = expanded(action.text.empty() ? "{facts}" : action.text, one);
  if (action.kind == action_kind::log)
    return say(severity::info, one.what, "done", std::move(text));
  auto subject = expanded(action.subject.empty() ? "{site}: {job} {subject}" : action.subject, one);
  while (subject.ends_with(' '))
    subject.pop_back();
  say(severity::info, one.what, "started", {});
  out_.actions.emplace_back(
      order{one.task, action.kind, std::move(text), std::move(subject), action.to, action.program});
}

void machine::take(const task_ended& ended) {
  const auto found = std::find_if(errands_.begin(), errands_.end(), [&](const errand& one) {
    return one.mine && one.task == ended.task;
  });
  if (found == errands_.end()) return;
  say(ended.ok ? severity::info : severity::alarm, found->what, ended.ok ? "done" : "failed",
      ended.detail);
  errands_.erase(found);
}

void machine::take(const task_delayed& delayed) {
  for (const auto& one : errands_)
    if (one.mine && one.task == delayed.task)
      say(severity::warning, one.what, "retrying", delayed.detail);
}

// A program that runs is not called back; a mail that waits in a queue is.
void machine::take(const peer_fact& heard) {
  const auto& e = heard.what;
  if (heard.by == self_) return;
  const bool begun = e.what == "started" || e.what == "done";
  const auto found = std::find_if(errands_.begin(), errands_.end(), [&](const errand& one) {
    return one.action->nodes.empty() && same(one.what, e);
  });
  if (found == errands_.end()) {
    if (!begun) return;
    std::erase_if(credits_, [&](const credit& c) { return same(c.what, e); });
    if (credits_.size() >= credits_max) credits_.pop_front();
    credits_.push_back({heard.by, e, now_});
    return;
  }
  if (e.what == "done") {
    if (found->mine && found->action->kind != action_kind::mail) return;
    if (found->mine) out_.actions.emplace_back(cancel{found->task});
    errands_.erase(found);
  } else if (!found->mine && e.what == "started") {
    found->doer = heard.by;
    found->act_at = now_ + patience;
  } else if (!found->mine && (e.what == "failed" || e.what == "retrying")) {
    found->doer.reset();
    found->act_at = now_ + std::max(1u, rank(*found)) * after_failure;
  }
}

void machine::take(const peers_seen& seen) {
  alive_ = seen.alive;
  if (std::count(alive_.begin(), alive_.end(), self_) == 0) alive_.push_back(self_);
  std::sort(alive_.begin(), alive_.end());
  for (auto& one : errands_) {
    if (one.mine) continue;
    const bool orphaned = one.doer && std::count(alive_.begin(), alive_.end(), *one.doer) == 0;
    if (!orphaned && one.doer) continue;
    if (orphaned) one.doer.reset();
    one.act_at = std::min(*one.act_at, now_ + rank(one) * (orphaned ? after_failure : stand_in));
  }
}

std::string machine::expanded(const std::string& text, const errand& one) const {
  const std::array<std::pair<std::string_view, std::string>, 6> values{
      {{"site", site_.name},
       {"node", node_},
       {"job", one.what.job},
       {"subject", one.what.subject},
       {"facts", one.facts},
       {"run", std::to_string(one.what.run)}}};
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const auto close = text[at] == '{' ? text.find('}', at) : text.npos;
    const auto name = close == text.npos ? std::string_view{}
                                         : std::string_view{text}.substr(at + 1, close - at - 1);
    const auto known =
        std::find_if(values.begin(), values.end(), [&](const auto& v) { return v.first == name; });
    if (known == values.end()) {
      out += text[at++];
    } else {
      out += known->second;
      at = close + 1;
    }
  }
  return out;
}

}  // namespace holdover::jobs
