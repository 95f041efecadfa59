#include "actors/drill_actor.hpp"

#include "core/words.hpp"

#include <caf/send.hpp>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

namespace holdover::actors {

namespace {

constexpr duration calendar_period = 1h;

}  // namespace

drill_actor::behavior_type drill_behavior(drill_actor::stateful_pointer<drill_state> self,
                                          std::shared_ptr<const drill_setup> setup) {
  return self->state.start(std::move(setup));
}

drill_actor::behavior_type drill_state::start(std::shared_ptr<const drill_setup> setup) {
  guard(self_, name);
  setup_ = std::move(setup);
  life_ = setup_->make_id();
  if (setup_->every > duration::zero())
    setup_->last_done([self = drill_actor{self_}](std::optional<std::int64_t> when) {
      caf::anon_send(self, last_drill{when});
    });
  return {
      [this](const drill_request& what) { take(what); },
      [this](const drill_heard& what) { feed(what.what); },
      [this](wake_atom) {
        timer_.fired(now(self_));
        feed(drill::node_tick{});
      },
      [this](clock_atom) { end_cut(); },
      [this](const last_drill& what) {
        asked_journal_ = true;
        if (what.wall_milliseconds) done_ = std::max(done_.value_or(0), *what.wall_milliseconds);
        if (setup_->every > duration::zero()) turn_page();
      },
      [this](flush_atom) { turn_page(); },
      [](alive_atom) { return alive_atom::value; },
  };
}

void drill_state::take(const drill_request& asked) {
  using verb = drill::order::verb;
  const auto& what = asked.what;
  if (what.what == verb::start) {
    const auto why = begin(asked);
    return answer(asked, why.empty(), why.empty() ? "the drill has begun" : why, std::nullopt);
  }
  if (!drill_ || (!what.drill.empty() && what.drill != drill_->id()))
    return answer(asked, what.what == verb::report, "no such drill since this node has started",
                  drill::report{});
  if (what.what == verb::stop) feed(drill::stopped{asked.by, what.why});
  answer(asked, true, "", drill_->view(now(self_)));
}

std::string drill_state::begin(const drill_request& asked) {
  if (drill_ && !drill_->over())
    return "refused: drill '" + drill_->id() + "' is not over; one at a time";
  auto told = setup_->read_story(asked.what.name, asked.what.story);
  if (auto* why = std::get_if<std::string>(&told)) return "refused: " + *why;
  auto& story = std::get<drill::story>(told);
  if (const auto why = drill::objection(asked.what, story, *setup_->about))
    return "refused: " + *why;
  drill::node_setup setup{.about = *setup_->about,
                          .self = setup_->self,
                          .what = asked.what,
                          .told = std::move(story),
                          .by = asked.by,
                          .wall_milliseconds = setup_->outside.wall_milliseconds(),
                          .incarnation = setup_->make_id(),
                          .label_seed = setup_->make_id()};
  drill_ = std::make_unique<drill::node_drill>(std::move(setup), now(self_));
  tell(severity::info, asked.by, "drill_started", asked.what.drill + ", story " + asked.what.name);
  feed(drill::node_tick{});
  return {};
}

void drill_state::turn_page() {
  look_at_calendar();
  self_->delayed_send(self_, calendar_period, flush_atom::value);
}

// The wall clock, as people mean it; a wrong one costs a wrong warning and nothing else.
void drill_state::look_at_calendar() {
  const auto every = setup_->every;
  if (every <= duration::zero() || !asked_journal_) return;
  const auto age = duration{setup_->outside.wall_milliseconds() - done_.value_or(0)};
  const auto late = !done_ || age > every;
  const auto text = !late   ? std::string{}
                    : done_ ? "the last drill was " + in_words(round<std::chrono::hours>(age))
                                  + " ago, and one is due every " + in_words(every)
                            : "no drill is on record, and one is due every " + in_words(every);
  setup_->say_overdue(text);
  if (text.empty() != overdue_.empty())
    if (const auto to = setup_->where->find<recorder_actor>("recorder"))
      self_->send(to, record{late ? severity::warning : severity::info,
                             alarm_event{"drill_overdue", "drills", late, text}});
  overdue_ = text;
}

void drill_state::answer(const drill_request& asked, bool ok, std::string text,
                         std::optional<drill::report> report) {
  operator_answer said;
  said.request = asked.request;
  said.ok = ok;
  said.text = std::move(text);
  said.node_incarnation = life_;
  said.drilled = std::move(report);
  setup_->outside.answer(asked.from, seal(setup_->outside, domain::operator_, setup_->about->name,
                                          setup_->name, std::move(said)));
}

void drill_state::feed(const drill::node_event& what) {
  if (!drill_ || drill_->over()) return;
  const auto decision = drill_->step(what, now(self_));
  for (const auto& action : decision.actions)
    std::visit([this](const auto& a) { carry_out(a); }, action);
  timer_.arm(self_, decision.wake_at);
}

void drill_state::tell(severity how, const std::string& by, std::string what, std::string detail) {
  if (const auto to = setup_->where->find<recorder_actor>("recorder"))
    self_->send(to, record{how, operator_event{by, std::move(what), "drills", std::move(detail)}});
}

void drill_state::carry_out(const drill::send_call& call) {
  const auto bytes =
      seal(setup_->outside, domain::drill, setup_->about->name, setup_->name, call.what);
  for (const auto& host : setup_->about->hosts)
    setup_->outside.send(host.name, bytes);
  setup_->outside.send_to_nodes(bytes);
}

void drill_state::carry_out(const drill::cast_rehearsed& cast) {
  setup_->outside.send(cast.what.to.name, seal(setup_->outside, domain::drill, setup_->about->name,
                                               setup_->name, cast.what));
}

// The last look before anything is taken from the site. What it does to this node is told first:
// the journal's own word, should something go wrong.
void drill_state::carry_out(const drill::begin_exercise& begun) {
  const auto& what = begun.what;
  const auto over = [&](bool done, std::string evidence) {
    self_->send(self_, drill_heard{drill::exercise_over{begun.which, done, std::move(evidence)}});
  };
  if (auto why = setup_->exercises.forbids(); !why.empty()) return over(false, std::move(why));
  const bool stops = what.what == drill::exercise_kind::stop_process;
  tell(severity::warning, drill_->view(now(self_)).by, "drill_exercise",
       stops ? "this process stops for " + in_words(what.lasts)
             : "cut off from " + what.peer + " for " + in_words(what.lasts));
  if (stops) {
    auto [done, evidence] = setup_->exercises.stop_process(what.lasts);
    return over(done, std::move(evidence));
  }
  setup_->exercises.cut(what.peer, what.lasts);
  cutting_ = begun.which;
  self_->delayed_send(self_, what.lasts, clock_atom::value);
}

void drill_state::end_cut() {
  if (!cutting_) return;
  const auto which = *cutting_;
  cutting_.reset();
  feed(drill::exercise_over{which, true, setup_->exercises.heal()});
}

void drill_state::carry_out(const drill::heal&) {
  if (!cutting_) return;
  cutting_.reset();
  setup_->exercises.heal();
}

void drill_state::carry_out(const drill::finished&) {
  const auto seen = drill_->view(now(self_));
  const bool done = seen.state == drill::drill_state::done;
  if (done) done_ = setup_->outside.wall_milliseconds();
  if (!overdue_.empty()) look_at_calendar();
  tell(done ? severity::info : severity::warning, seen.by, done ? "drill_done" : "drill_aborted",
       seen.drill + ", story " + seen.story + (done ? "" : ": " + seen.why));
  spdlog::info("drill {}: {} {}", seen.drill, to_string(seen.state), seen.why);
}

}  // namespace holdover::actors
