#include "tests/unit/io/wire/samples.hpp"

#include <numeric>

namespace holdover::wire {

namespace {

power::measurement measured(std::string name, double number, power::quality how) {
  return {.name = std::move(name),
          .number = number,
          .how = how,
          .source = "1.3.6.1.2.1.33",
          .age = 40ms};
}

power::identity device() {
  return {.manufacturer = "Generex", .model = "CS141", .serial = "S1", .firmware = "2.10"};
}

power::observation observed() {
  return {.state = power::belief::on_battery,
          .battery_low = true,
          .overload = true,
          .replace_battery = true,
          .forced_shutdown = true,
          .fault = true,
          .on_generator = true,
          .charge_percent = 81.5,
          .load_percent = 120,
          .runtime_left = 621s,
          .countdown = 30s,
          .counter_on_battery = 1250ms};
}

agent::outlet_status outlet() {
  return {.outlet = "ss4.2",
          .state = power::outlet_state::off,
          .reading_age = 900ms,
          .effective = vote::outlet_wish::on,
          .switching = agent::action_state::failed,
          .detail = "read-back says off"};
}

std::vector<agent::echo> echoes() {
  return {{.controller = 1, .incarnation = sample_id(0x40), .challenge_tick = 71},
          {.controller = 31, .incarnation = sample_id(0x50), .challenge_tick = 72}};
}

agent::executor_beacon executor() {
  return {.site = "hq",
          .unit = "ss4",
          .node = 2,
          .nonce = sample_id(0x60),
          .tick = 900,
          .echoes = echoes(),
          .outlets = {outlet()},
          .epoch = 4};
}

policy::status policy_status() {
  policy::status out;
  out.site = "hq";
  out.lab = true;
  out.node = 2;
  out.incident = policy::incident_state::committed;
  out.called_off = true;
  out.incident_id = sample_id(0x70);
  out.policy_revision = 12;
  out.upses = {{.name = "main",
                .state = power::belief::bypass,
                .fresh = power::freshness::stale,
                .unknown_for = 8s,
                .age = 9s,
                .confirmed_on_battery = 10s,
                .left = -2s,
                .charge_percent = 55,
                .load_percent = 44,
                .battery_low = true}};
  out.hosts = {{.name = "web1",
                .state = "armed",
                .wanted = vote::level::shutdown,
                .why = vote::reason::stage_order,
                .heard_ago = 1s,
                .acts_in = 2s,
                .left = 3s,
                .held_for = 4s}};
  out.outlets = {{.name = "printer",
                  .state = power::outlet_state::on,
                  .wanted = vote::outlet_wish::off,
                  .why = vote::reason::shed_load}};
  out.alarms = {"main: battery low"};
  return out;
}

node_status status() {
  return {.name = "gamma",
          .policy = policy_status(),
          .sensors = {{.name = "rack",
                       .value = measured("ambient.temperature", 31.5, power::quality::good),
                       .age = 6s}},
          .interfaces = {{.name = "ss4", .reachable = true, .since = 77s, .who = device()}},
          .peers = {{.name = "beta", .role = "node", .connected = true, .heard_ago = 300ms}},
          .refusals = {{.why = "message of another site", .count = 3}},
          .storage = "ok",
          .scheduling = "SCHED_FIFO 10",
          .up_for = 3600s};
}

ups_telemetry ups_reading() {
  return {.counter = 1,
          .device = "main",
          .what = observed(),
          .observation_age = 2s,
          .confirmed_on_battery = 3s,
          .fresh = power::freshness::fresh,
          .flags = power::ups_flags{4},
          .values = {measured("input.voltage", 231.4, power::quality::good)}};
}

outlet_telemetry outlets_reading() {
  return {.counter = 2, .unit = "ss4", .outlets = {outlet()}};
}

sensor_telemetry sensor_reading() {
  return {.counter = 3,
          .device = "rack",
          .reading = {.kind = power::sensor_kind::contact,
                      .value = measured("door", 1, power::quality::good)},
          .reading_age = 4s};
}

std::vector<event_payload> every_event_payload() {
  return {
      ups_event{.device = "main",
                .what = "on_battery",
                .state = power::belief::on_battery,
                .flags = power::ups_flags{0x14},
                .values = {measured("battery.charge", 98, power::quality::good),
                           measured("ups.load", 31, power::quality::suspect)}},
      interface_event{
          .device = "ss4", .what = "restarted", .who = device(), .detail = "uptime fell"},
      sensor_event{.device = "rack",
                   .what = "alarm_high",
                   .reading = {.kind = power::sensor_kind::humidity_percent,
                               .value = measured("ambient.humidity", 71, power::quality::stale)}},
      outlet_event{.outlet = "ss4.1",
                   .what = "intent_off",
                   .detail = "2 of 3",
                   .evidence = {std::string("\0\1\xff", 3), "second"}},
      host_event{.host = "web1",
                 .what = "committed",
                 .from = "armed",
                 .detail = "2 of 3 votes",
                 .evidence = std::string("\x08\0\x01", 3)},
      receipt_event{
          .host = "web1",
          .report = {.id = "shutdown", .state = agent::action_state::started, .detail = "pid 7"},
          .evidence = "beacon"},
      vote_event{.about = {.kind = target_kind::host, .name = "db1", .executor = 0},
                 .host_level = vote::level::warn,
                 .outlet = vote::outlet_wish::keep,
                 .why = vote::reason::on_battery,
                 .explanation = "main on battery for 3 s",
                 .incident = sample_id(0x20)},
      vote_event{.about = {.kind = target_kind::outlet, .name = "ss4.1", .executor = 1},
                 .host_level = vote::level::no_view,
                 .outlet = vote::outlet_wish::off,
                 .why = vote::reason::host_is_down,
                 .explanation = "its host is down",
                 .incident = sample_id(0x21)},
      incident_event{.incident = sample_id(0x22), .from = "open", .to = "committed", .why = "web1"},
      redundancy_event{
          .host = "app1",
          .what = "unknown",
          .raised = true,
          .needed = 1,
          .supplies =
              {{.ups = "left", .how = "unknown", .unknown_for = 31s, .rule = "as_last_seen"},
               {.ups = "", .how = "carries", .unknown_for = {}, .rule = ""}}},
      alarm_event{.alarm = "host_gone", .subject = "web1", .raised = true, .text = "silent\n5 s"},
      node_event{.what = "peer_lost", .detail = "beta"},
      operator_event{.by = "anna", .command = "hold", .subject = "db1", .why = "backup runs"},
      job_event{.job = "powerfail",
                .subject = "main",
                .what = "done",
                .action = "mail-1",
                .run = 3,
                .due_minute = 29'000'000,
                .detail = "accepted by mail.example.org"},
  };
}

}  // namespace

random_id sample_id(std::uint8_t first) {
  random_id id;
  std::iota(id.bytes.begin(), id.bytes.end(), first);
  return id;
}

vote::vote sample_host_vote() {
  vote::vote v;
  v.site = "hq";
  v.epoch = 3;
  v.controller = 2;
  v.incarnation = sample_id(1);
  v.sequence = 17;
  v.challenge_tick = 18;
  v.to = {.kind = target_kind::host, .name = "web1", .executor = 0};
  v.nonce = sample_id(0x80);
  v.tick = 19;
  v.host_level = vote::level::shutdown;
  v.actions = {{.id = "message", .text = "Going down\nsave your work"}};
  v.policy_revision = 20;
  std::iota(v.policy_hash.begin(), v.policy_hash.end(), std::uint8_t{100});
  v.incident = sample_id(0x90);
  v.why = vote::reason::latest_safe_start;
  v.supplies = {{.ups = "main",
                 .state = power::belief::on_battery,
                 .blind = true,
                 .disputed = true,
                 .observation_age = 1500ms,
                 .left = 240s,
                 .confirmed_on_battery = 61s,
                 .groups = {"usb", "lan"}}};
  v.needed_supplies = 2;
  v.shutdown_time = 120s;
  v.before = 7s;
  v.after = 8s;
  v.drill = "drill-1";
  return v;
}

vote::vote sample_outlet_vote() {
  auto v = sample_host_vote();
  v.to = {.kind = target_kind::outlet, .name = "ss4.1", .executor = 1};
  v.host_level = vote::level::no_view;
  v.outlet = vote::outlet_wish::off;
  v.actions.clear();
  return v;
}

agent::host_beacon sample_host_beacon() {
  return {.site = "hq",
          .host = "web1",
          .nonce = sample_id(0x30),
          .tick = 800,
          .boot_id = "5b1e7c1a",
          .state = agent::host_state::armed,
          .effective = vote::level::shed,
          .acts_in = 2500ms,
          .degraded = true,
          .epoch = 3,
          .echoes = echoes(),
          .actions = {{.id = "shed",
                       .state = agent::action_state::done,
                       .detail = "Gr\xC3\xBC\xC3\x9F"
                                 "e"}}};
}

namespace {

drill::order drill_order() {
  return {.what = drill::order::verb::start,
          .drill = "drill-1",
          .name = "outage",
          .story = "story: \"mains\"",
          .exercises = {{.what = drill::exercise_kind::cut_peer,
                         .node = "beta",
                         .peer = "gamma",
                         .at = 30s,
                         .lasts = 12s}},
          .why = "monthly"};
}

drill::report drill_report() {
  drill::host_view host;
  host.host = "web1";
  host.heard = -4s;
  host.warned = 1s;
  host.shed = 2s;
  host.wanted_down = 3s;
  host.armed = 4s;
  host.committed = 5s;
  host.down = 6s;
  host.left = 300s;
  host.shutdown_time = 120s;
  host.why = vote::reason::runtime_below;
  host.checks = {{.id = "shutdown", .state = agent::action_state::done, .detail = "would run"}};
  return {.drill = "drill-1",
          .story = "outage",
          .by = "anna",
          .state = drill::drill_state::aborted,
          .why = "real: mains",
          .wall_milliseconds = 1'700'000'000'789,
          .elapsed = 61s,
          .lasts = 600s,
          .hosts = {host},
          .missing = {{.host = "web1", .node = 2, .from = 7s, .to = 8s}},
          .exercises =
              {{.what = drill_order().exercises[0], .began = 30s, .ended = 42s, .evidence = "cut"}},
          .lines = {{.at = 9s, .text = "incident open"}},
          .not_played = {"mail fails"}};
}

}  // namespace

event sample_event(event_payload what) {
  return {.id = {.site = "hq", .publisher = "alpha", .incarnation = 4, .sequence = 5},
          .how = severity::alarm,
          .age = 250ms,
          .wall_milliseconds = 1'700'000'000'123,
          .what = std::move(what)};
}

message wrap(message_payload what) {
  return {.site = "hq",
          .publisher = "alpha",
          .age = 250ms,
          .wall_milliseconds = 1'700'000'000'456,
          .what = std::move(what)};
}

std::vector<message> every_message() {
  std::vector<message> all;
  for (auto& payload : every_event_payload())
    all.push_back(wrap(sample_event(payload)));
  const std::vector<message_payload> others{
      sample_host_vote(),
      sample_outlet_vote(),
      sample_host_beacon(),
      executor(),
      ups_reading(),
      outlets_reading(),
      sensor_reading(),
      policy::node_word{.policy_revision = 4,
                        .policy_hash = sample_host_vote().policy_hash,
                        .holds = {{.host = "web1", .lasts = 60s, .by = "anna"}},
                        .tests = {{.ups = "main", .ago = 2s}}},
      log_digest{.logs = {{.publisher = "beta", .incarnation = 5, .prefix = 6}}},
      range_request{.publisher = "beta", .incarnation = 7, .first = 8, .last = 9},
      event_range{.publisher = "beta",
                  .incarnation = 10,
                  .events = {"one", "two"},
                  .discarded = {{3, 4}},
                  .more = true},
      snapshot_request{.events_back = 11, .since_wall_milliseconds = 12},
      status(),
      operator_command{.by = "anna",
                       .request = sample_id(0xA0),
                       .node_incarnation = sample_id(0xB0),
                       .node_tick = 13,
                       .what = hold_command{.hosts = {"db1"}, .lasts = 600s, .why = "backup"}},
      operator_command{.by = "anna",
                       .request = sample_id(0xA2),
                       .node_incarnation = sample_id(0xB2),
                       .node_tick = 16,
                       .what = ups_order{.ups = "main",
                                         .what = power::ups_command::verb::buzzer_mute,
                                         .why = "noise"}},
      operator_command{.by = "anna",
                       .request = sample_id(0xA1),
                       .node_incarnation = sample_id(0xB1),
                       .node_tick = 14,
                       .what = status_command{}},
      operator_command{.by = "anna",
                       .request = sample_id(0xA3),
                       .node_incarnation = sample_id(0xB3),
                       .node_tick = 17,
                       .what = drill_order()},
      drill::call{.drill = "drill-1", .over = true, .why = "real: mains", .lasts = 90s},
      operator_answer{.request = sample_id(0xC0),
                      .ok = true,
                      .text = "held",
                      .node_incarnation = sample_id(0xD0),
                      .node_tick = 15,
                      .status = status(),
                      .drilled = drill_report()},
      telemetry_batch{.readings = {{.waited = 5ms, .what = ups_reading()},
                                   {.waited = 6ms, .what = outlets_reading()},
                                   {.waited = 0ms, .what = sensor_reading()}}}};
  for (const auto& payload : others)
    all.push_back(wrap(payload));
  return all;
}

signed_message sample_signed(std::string bytes) {
  return {.about = domain::vote,
          .signer = "alpha",
          .bytes = std::move(bytes),
          .signature = std::string(64, '\x5a')};
}

}  // namespace holdover::wire
