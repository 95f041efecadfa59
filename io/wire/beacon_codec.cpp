#include "io/wire/beacon_codec.hpp"

#include "io/wire/common_codec.hpp"
#include "io/wire/writer.hpp"

namespace holdover::wire {

namespace {

/// At most one echo for each node: two would leave open which of them is meant.
template <class List>
std::vector<agent::echo> decode_echoes(const List& in, reader& read) {
  std::uint64_t seen = 0;
  return read.list(in, node_entries_max, "echoes", [&](const v1::Echo& entry) {
    const auto echo = decode(entry, read);
    const auto bit = std::uint64_t{1} << echo.controller;
    if ((seen & bit) != 0) read.refuse("controller", "is echoed twice");
    seen |= bit;
    return echo;
  });
}

}  // namespace

void encode(const agent::host_beacon& in, v1::HostBeacon& out) {
  out.set_site(name_of(in.site));
  out.set_host(name_of(in.host));
  out.set_nonce(bytes_of(in.nonce));
  out.set_tick(in.tick);
  out.set_boot_id(name_of(in.boot_id));
  out.set_state(to_wire(host_states, in.state));
  out.set_effective(to_wire(host_levels, in.effective));
  if (in.acts_in) *out.mutable_acts_in() = span_of(*in.acts_in);
  out.set_degraded(in.degraded);
  out.set_epoch(in.epoch);
  encode_list(in.echoes, *out.mutable_echoes());
  encode_list(in.actions, *out.mutable_actions());
}

agent::host_beacon decode(const v1::HostBeacon& in, reader& read) {
  return {
      .site = read.name(in.site(), "site"),
      .host = read.name(in.host(), "host"),
      .nonce = read.id(in.nonce(), "nonce"),
      .tick = in.tick(),
      .boot_id = read.name(in.boot_id(), "boot_id"),
      .state = read.word(host_states, in.state(), "state"),
      .effective = read.word(host_levels, in.effective(), "effective"),
      .acts_in = read.span(in.has_acts_in(), in.acts_in(), "acts_in"),
      .degraded = in.degraded(),
      .epoch = in.epoch(),
      .echoes = decode_echoes(in.echoes(), read),
      .actions = read.list(in.actions(), reports_max, "actions",
                           [&](const v1::ActionReport& report) { return decode(report, read); })};
}

void encode(const agent::executor_beacon& in, v1::ExecutorBeacon& out) {
  out.set_site(name_of(in.site));
  out.set_unit(name_of(in.unit));
  out.set_node(in.node);
  out.set_nonce(bytes_of(in.nonce));
  out.set_tick(in.tick);
  out.set_epoch(in.epoch);
  encode_list(in.echoes, *out.mutable_echoes());
  encode_list(in.outlets, *out.mutable_outlets());
}

agent::executor_beacon decode(const v1::ExecutorBeacon& in, reader& read) {
  return {
      .site = read.name(in.site(), "site"),
      .unit = read.name(in.unit(), "unit"),
      .node = read.node(in.node(), "node"),
      .nonce = read.id(in.nonce(), "nonce"),
      .tick = in.tick(),
      .echoes = decode_echoes(in.echoes(), read),
      .outlets = read.list(in.outlets(), target_entries_max, "outlets",
                           [&](const v1::OutletStatus& outlet) { return decode(outlet, read); }),
      .epoch = in.epoch()};
}

}  // namespace holdover::wire
