#include "io/wire/drill_codec.hpp"

#include "io/wire/common_codec.hpp"
#include "io/wire/writer.hpp"

namespace holdover::wire {

namespace {

constexpr words<drill::exercise_kind, v1::DrillExercise::Kind, 2> exercise_kinds{{
    {drill::exercise_kind::stop_process, v1::DrillExercise::KIND_STOP_PROCESS},
    {drill::exercise_kind::cut_peer, v1::DrillExercise::KIND_CUT_PEER},
}};

constexpr words<drill::order::verb, v1::DrillOrder::Verb, 3> verbs{{
    {drill::order::verb::start, v1::DrillOrder::VERB_START},
    {drill::order::verb::stop, v1::DrillOrder::VERB_STOP},
    {drill::order::verb::report, v1::DrillOrder::VERB_REPORT},
}};

constexpr words<drill::drill_state, v1::DrillReport::State, 4> states{{
    {drill::drill_state::none, v1::DrillReport::STATE_NONE},
    {drill::drill_state::running, v1::DrillReport::STATE_RUNNING},
    {drill::drill_state::done, v1::DrillReport::STATE_DONE},
    {drill::drill_state::aborted, v1::DrillReport::STATE_ABORTED},
}};

/// Calls `set` with what is there.
template <class Set>
void set_span(const std::optional<duration>& in, Set set) {
  if (in) *set() = span_of(*in);
}

void encode(const drill::exercise& in, v1::DrillExercise& out) {
  out.set_kind(to_wire(exercise_kinds, in.what));
  out.set_node(name_of(in.node));
  out.set_peer(name_of(in.peer));
  *out.mutable_at() = age_of(in.at);
  *out.mutable_lasts() = age_of(in.lasts);
}

drill::exercise decode(const v1::DrillExercise& in, reader& read) {
  return {.what = read.word(exercise_kinds, in.kind(), "kind"),
          .node = read.name(in.node(), "node"),
          .peer = read.name_or_none(in.peer(), "peer"),
          .at = read.age(in.at(), "at"),
          .lasts = read.age(in.lasts(), "lasts")};
}

void encode(const drill::host_view& in, v1::DrillHost& out) {
  out.set_host(name_of(in.host));
  set_span(in.heard, [&] { return out.mutable_heard(); });
  set_span(in.warned, [&] { return out.mutable_warned(); });
  set_span(in.shed, [&] { return out.mutable_shed(); });
  set_span(in.wanted_down, [&] { return out.mutable_wanted_down(); });
  set_span(in.armed, [&] { return out.mutable_armed(); });
  set_span(in.committed, [&] { return out.mutable_committed(); });
  set_span(in.down, [&] { return out.mutable_down(); });
  set_span(in.left, [&] { return out.mutable_left(); });
  *out.mutable_shutdown_time() = age_of(in.shutdown_time);
  out.set_reason(to_wire(reasons, in.why));
  for (const auto& check : in.checks)
    wire::encode(check, *out.add_checks());
}

drill::host_view decode(const v1::DrillHost& in, reader& read) {
  drill::host_view out;
  out.host = read.name(in.host(), "host");
  out.heard = read.span(in.has_heard(), in.heard(), "heard");
  out.warned = read.span(in.has_warned(), in.warned(), "warned");
  out.shed = read.span(in.has_shed(), in.shed(), "shed");
  out.wanted_down = read.span(in.has_wanted_down(), in.wanted_down(), "wanted_down");
  out.armed = read.span(in.has_armed(), in.armed(), "armed");
  out.committed = read.span(in.has_committed(), in.committed(), "committed");
  out.down = read.span(in.has_down(), in.down(), "down");
  out.left = read.span(in.has_left(), in.left(), "left");
  out.shutdown_time = read.age(in.shutdown_time(), "shutdown_time");
  out.why = read.label(reasons, in.reason(), vote::reason::unspecified);
  out.checks = read.list(in.checks(), reports_max, "checks",
                         [&](const v1::ActionReport& check) { return wire::decode(check, read); });
  return out;
}

void encode(const drill::missing_votes& in, v1::DrillMissing& out) {
  out.set_host(name_of(in.host));
  out.set_node(in.node);
  *out.mutable_from() = span_of(in.from);
  set_span(in.to, [&] { return out.mutable_to(); });
}

drill::missing_votes decode(const v1::DrillMissing& in, reader& read) {
  return {.host = read.name(in.host(), "host"),
          .node = read.node(in.node(), "node"),
          .from = read.span(true, in.from(), "from").value_or(duration::zero()),
          .to = read.span(in.has_to(), in.to(), "to")};
}

void encode(const drill::exercise_result& in, v1::DrillExerciseResult& out) {
  encode(in.what, *out.mutable_exercise());
  set_span(in.began, [&] { return out.mutable_began(); });
  set_span(in.ended, [&] { return out.mutable_ended(); });
  out.set_evidence(text_of(in.evidence));
}

drill::exercise_result decode(const v1::DrillExerciseResult& in, reader& read) {
  return {.what = decode(in.exercise(), read),
          .began = read.span(in.has_began(), in.began(), "began"),
          .ended = read.span(in.has_ended(), in.ended(), "ended"),
          .evidence = read.text(in.evidence(), "evidence")};
}

}  // namespace

void encode(const drill::call& in, v1::DrillCall& out) {
  out.set_drill(name_of(in.drill));
  out.set_over(in.over);
  out.set_why(text_of(in.why));
  *out.mutable_lasts() = age_of(in.lasts);
}

drill::call decode(const v1::DrillCall& in, reader& read) {
  return {.drill = read.name(in.drill(), "drill"),
          .over = in.over(),
          .why = read.text(in.why(), "why"),
          .lasts = read.age(in.lasts(), "lasts")};
}

void encode(const drill::order& in, v1::DrillOrder& out) {
  out.set_verb(to_wire(verbs, in.what));
  out.set_drill(name_of(in.drill));
  out.set_name(name_of(in.name));
  out.set_story(in.story);
  for (const auto& one : in.exercises)
    encode(one, *out.add_exercises());
  out.set_why(text_of(in.why));
}

drill::order decode(const v1::DrillOrder& in, reader& read) {
  drill::order out;
  out.what = read.word(verbs, in.verb(), "verb");
  out.drill = read.name_or_none(in.drill(), "drill");
  out.name = read.name_or_none(in.name(), "name");
  if (out.what == drill::order::verb::start)
    out.story = read.bytes(in.story(), story_bytes_max, "story");
  out.exercises = read.list(in.exercises(), node_entries_max, "exercises",
                            [&](const v1::DrillExercise& one) { return decode(one, read); });
  out.why = read.text(in.why(), "why");
  return out;
}

void encode(const drill::report& in, v1::DrillReport& out) {
  out.set_drill(name_of(in.drill));
  out.set_story(name_of(in.story));
  out.set_by(name_of(in.by));
  out.set_state(to_wire(states, in.state));
  out.set_why(text_of(in.why));
  out.set_wall_milliseconds(in.wall_milliseconds);
  *out.mutable_elapsed() = span_of(in.elapsed);
  *out.mutable_lasts() = age_of(in.lasts);
  for (const auto& host : in.hosts)
    encode(host, *out.add_hosts());
  for (const auto& one : in.missing)
    encode(one, *out.add_missing());
  for (const auto& one : in.exercises)
    encode(one, *out.add_exercises());
  for (const auto& one : in.lines) {
    auto& line = *out.add_lines();
    *line.mutable_at() = span_of(one.at);
    line.set_text(text_of(one.text));
  }
  for (const auto& one : in.not_played)
    out.add_not_played(text_of(one));
}

drill::report decode(const v1::DrillReport& in, reader& read) {
  drill::report out;
  out.drill = read.name_or_none(in.drill(), "drill");
  out.story = read.name_or_none(in.story(), "story");
  out.by = read.name_or_none(in.by(), "by");
  out.state = read.word(states, in.state(), "state");
  out.why = read.text(in.why(), "why");
  out.wall_milliseconds = in.wall_milliseconds();
  out.elapsed = read.span(true, in.elapsed(), "elapsed").value_or(duration::zero());
  out.lasts = read.age(in.lasts(), "lasts");
  out.hosts = read.list(in.hosts(), site_entries_max, "hosts",
                        [&](const v1::DrillHost& one) { return decode(one, read); });
  out.missing = read.list(in.missing(), site_entries_max, "missing",
                          [&](const v1::DrillMissing& one) { return decode(one, read); });
  out.exercises = read.list(in.exercises(), node_entries_max, "exercises",
                            [&](const v1::DrillExerciseResult& one) { return decode(one, read); });
  out.lines = read.list(in.lines(), site_entries_max, "lines", [&](const v1::DrillLine& one) {
    return drill::line{read.span(true, one.at(), "at").value_or(duration::zero()),
                       read.text(one.text(), "text")};
  });
  out.not_played = read.list(in.not_played(), target_entries_max, "not_played",
                             [&](const std::string& one) { return read.text(one, ""); });
  return out;
}

}  // namespace holdover::wire
