#include "io/wire/common_codec.hpp"

#include "io/wire/writer.hpp"

#include <cmath>

namespace holdover::wire {

void encode(const target& in, v1::Target& out) {
  out.set_kind(to_wire(target_kinds, in.kind));
  out.set_name(name_of(in.name));
  if (in.kind == target_kind::outlet) out.set_executor(in.executor);
}

target decode(const v1::Target& in, reader& read) {
  target out;
  out.kind = read.word(target_kinds, in.kind(), "kind");
  out.name = read.name(in.name(), "name");
  out.executor = read.node(in.executor(), "executor");
  if (out.kind == target_kind::host && out.executor != 0)
    read.refuse("executor", "is for outlets only");
  return out;
}

void encode(const agent::echo& in, v1::Echo& out) {
  out.set_controller(in.controller);
  out.set_incarnation(bytes_of(in.incarnation));
  out.set_challenge_tick(in.challenge_tick);
}

agent::echo decode(const v1::Echo& in, reader& read) {
  return {.controller = read.node(in.controller(), "controller"),
          .incarnation = read.id(in.incarnation(), "incarnation"),
          .challenge_tick = in.challenge_tick()};
}

void encode(const agent::action_report& in, v1::ActionReport& out) {
  out.set_id(name_of(in.id));
  out.set_state(to_wire(action_states, in.state));
  out.set_detail(report_of(in.detail));
}

agent::action_report decode(const v1::ActionReport& in, reader& read) {
  return {.id = read.name(in.id(), "id"),
          .state = read.word(action_states, in.state(), "state"),
          .detail = read.report(in.detail(), "detail")};
}

void encode_unnamed(const power::measurement& in, v1::Measurement& out) {
  const bool is_number = std::isfinite(in.number);
  out.set_number(is_number ? in.number : 0);
  out.set_quality(to_wire(qualities, is_number ? in.how : power::quality::absent));
  if (in.age > duration::zero()) *out.mutable_age() = age_of(in.age);
}

void encode(const power::measurement& in, v1::Measurement& out) {
  out.set_name(name_of(in.name));
  out.set_source(name_of(in.source));
  encode_unnamed(in, out);
}

power::measurement decode(const v1::Measurement& in, reader& read) {
  power::measurement out;
  if (in.called_case() == v1::Measurement::kLabel) {
    const auto& label = read.spell_out(in.label(), "label");
    out.name = label.name;
    out.source = label.source;
    if (!in.source().empty()) read.refuse("source", "stands beside a label, which names it");
  } else {
    out.name = read.name(in.name(), "name");
    out.source = read.name_or_none(in.source(), "source");
  }
  out.number = read.number(in.number(), "number");
  out.how = read.word(qualities, in.quality(), "quality");
  if (in.has_age()) out.age = read.age(in.age(), "age");
  return out;
}

void encode(const power::identity& in, v1::DeviceIdentity& out) {
  out.set_manufacturer(name_of(in.manufacturer));
  out.set_model(name_of(in.model));
  out.set_serial(name_of(in.serial));
  out.set_firmware(name_of(in.firmware));
}

power::identity decode(const v1::DeviceIdentity& in, reader& read) {
  return {.manufacturer = read.name_or_none(in.manufacturer(), "manufacturer"),
          .model = read.name_or_none(in.model(), "model"),
          .serial = read.name_or_none(in.serial(), "serial"),
          .firmware = read.name_or_none(in.firmware(), "firmware")};
}

void encode(const power::observation& in, v1::Observation& out) {
  out.set_state(to_wire(beliefs, in.state));
  out.set_battery_low(in.battery_low);
  out.set_overload(in.overload);
  out.set_replace_battery(in.replace_battery);
  out.set_forced_shutdown(in.forced_shutdown);
  out.set_fault(in.fault);
  out.set_on_generator(in.on_generator);
  if (const auto charge = finite(in.charge_percent)) out.set_charge_percent(*charge);
  if (const auto load = finite(in.load_percent)) out.set_load_percent(*load);
  if (in.runtime_left) *out.mutable_runtime_left() = span_of(*in.runtime_left);
  if (in.countdown) *out.mutable_countdown() = span_of(*in.countdown);
  if (in.counter_on_battery) *out.mutable_counter_on_battery() = age_of(*in.counter_on_battery);
}

power::observation decode(const v1::Observation& in, reader& read) {
  return {.state = read.word(beliefs, in.state(), "state"),
          .battery_low = in.battery_low(),
          .overload = in.overload(),
          .replace_battery = in.replace_battery(),
          .forced_shutdown = in.forced_shutdown(),
          .fault = in.fault(),
          .on_generator = in.on_generator(),
          .charge_percent =
              read.percent(in.has_charge_percent(), in.charge_percent(), "charge_percent"),
          .load_percent = read.percent(in.has_load_percent(), in.load_percent(), "load_percent"),
          .runtime_left = read.span(in.has_runtime_left(), in.runtime_left(), "runtime_left"),
          .countdown = read.span(in.has_countdown(), in.countdown(), "countdown"),
          .counter_on_battery =
              read.age(in.has_counter_on_battery(), in.counter_on_battery(), "counter_on_battery")};
}

void encode(const agent::outlet_status& in, v1::OutletStatus& out) {
  out.set_outlet(name_of(in.outlet));
  out.set_state(to_wire(outlet_states, in.state));
  *out.mutable_reading_age() = age_of(in.reading_age);
  out.set_effective(to_wire(outlet_wishes, in.effective));
  out.set_switching(to_wire(action_states, in.switching));
  out.set_detail(text_of(in.detail));
}

agent::outlet_status decode(const v1::OutletStatus& in, reader& read) {
  const bool switched = in.switching() != v1::ActionReport::STATE_UNSPECIFIED;
  return {.outlet = read.name(in.outlet(), "outlet"),
          .state = read.word(outlet_states, in.state(), "state"),
          .reading_age = read.age(in.reading_age(), "reading_age"),
          .effective = read.word(outlet_wishes, in.effective(), "effective"),
          .switching = switched ? read.word(action_states, in.switching(), "switching")
                                : agent::action_state::unspecified,
          .detail = read.text(in.detail(), "detail")};
}

}  // namespace holdover::wire
