#include "tools/holdover/tap.hpp"

#include "io/wire/json.hpp"

#include <algorithm>
#include <csignal>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <set>
#include <utility>

namespace holdover::tool {

namespace {

constexpr std::chrono::seconds connect_patience{3};
constexpr std::chrono::milliseconds turn{200};

volatile std::sig_atomic_t interrupted = 0;

bool among(const std::vector<std::string>& wanted, std::string_view what) {
  return wanted.empty() || std::count(wanted.begin(), wanted.end(), what) != 0;
}

std::string subject_of(const message& m) {
  if (const auto* e = std::get_if<event>(&m.what)) return subject(*e);
  if (const auto* t = std::get_if<ups_telemetry>(&m.what)) return t->device;
  if (const auto* t = std::get_if<outlet_telemetry>(&m.what)) return t->unit;
  if (const auto* t = std::get_if<sensor_telemetry>(&m.what)) return t->device;
  return {};
}

bool is_telemetry(const message& m) {
  return std::holds_alternative<ups_telemetry>(m.what)
         || std::holds_alternative<outlet_telemetry>(m.what)
         || std::holds_alternative<sensor_telemetry>(m.what);
}

std::string telemetry_text(const message& m) {
  if (const auto* t = std::get_if<ups_telemetry>(&m.what)) {
    std::string text = t->device + " " + power::to_string(t->flags);
    if (t->what.charge_percent)
      text += ", charge " + std::to_string(static_cast<int>(*t->what.charge_percent)) + " %";
    if (t->what.runtime_left) text += ", " + duration_text(t->what.runtime_left) + " left";
    return text;
  }
  return subject_of(m);
}

class printer {
public:
  printer(const tap_options& options, std::ofstream record)
      : options_(options), record_(std::move(record)), colour_(colour_wanted()) {
    if (options_.form == output::json) std::cout << "[\n";
  }
  ~printer() {
    if (options_.form == output::json) std::cout << "\n]\n";
    std::cout.flush();
  }

  /// Whether it was wanted, new, and so printed.
  bool show(const message& m) {
    if (!wanted(m) || !is_new(m)) return false;
    const auto line = wire::to_json(m);
    if (record_.is_open()) record_ << line << '\n' << std::flush;
    if (options_.form == output::table)
      print_line(m);
    else
      std::cout << (options_.form == output::json && shown_ > 0 ? ",\n" : "") << line
                << (options_.form == output::jsonl ? "\n" : "");
    std::cout.flush();
    ++shown_;
    return true;
  }

private:
  bool wanted(const message& m) const {
    const auto* e = std::get_if<event>(&m.what);
    if (e == nullptr && !is_telemetry(m)) return false;
    const auto word = e != nullptr ? kind(*e) : std::string_view{"telemetry"};
    if (e == nullptr && options_.kinds.empty()) return false;
    return among(options_.kinds, word) && among(options_.subjects, subject_of(m))
           && among(options_.nodes, m.publisher) && (e == nullptr || e->how >= options_.at_least);
  }

  // The past and the present overlap where they meet.
  bool is_new(const message& m) {
    const auto* e = std::get_if<event>(&m.what);
    if (e == nullptr) return true;
    return seen_.insert({m.site, m.publisher, e->id.incarnation, e->id.sequence}).second;
  }

  void print_line(const message& m) const {
    const auto* e = std::get_if<event>(&m.what);
    const auto how = e != nullptr ? e->how : severity::debug;
    const auto word = e != nullptr ? std::string{kind(*e)} : "telemetry";
    std::cout << clock_text(m.wall_milliseconds) << "  " << std::left << std::setw(8) << m.publisher
              << "  " << std::setw(9) << word << "  "
              << painted(e != nullptr ? to_string(*e) : telemetry_text(m), how, colour_) << '\n';
  }

  const tap_options& options_;
  std::ofstream record_;
  bool colour_;
  std::size_t shown_ = 0;
  std::set<event_id> seen_;
};

// The past from whichever node answers first, oldest first.
void show_past(client& bus, const tap_options& options, printer& out) {
  const auto now = std::chrono::system_clock::now();
  snapshot_request asked;
  asked.since_wall_milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(
                                      (now - *options.since).time_since_epoch())
                                      .count();
  const auto deadline = std::chrono::steady_clock::now() + connect_patience;
  bool sent = false;
  std::vector<heard> past;
  while (std::chrono::steady_clock::now() < deadline && interrupted == 0) {
    for (const auto& node : bus.about().nodes)
      if (!sent) sent = bus.ask(node.name, domain::bus, asked);
    auto got = bus.next(std::min(deadline, std::chrono::steady_clock::now() + turn));
    if (!got) continue;
    const auto* range = std::get_if<event_range>(&got->what.what);
    if (range == nullptr) {
      out.show(got->what);
      continue;
    }
    for (const auto& bytes : range->events)
      if (auto letter = bus.open_letter(got->from, bytes)) past.push_back(std::move(*letter));
    if (range->more) continue;
    std::stable_sort(past.begin(), past.end(), [](const heard& a, const heard& b) {
      return a.what.wall_milliseconds < b.what.wall_milliseconds;
    });
    for (const auto& letter : past)
      out.show(letter.what);
    return;
  }
  std::cerr << "no node told of the past\n";
}

// A filter that can match nothing is a mistake of spelling, and silence would hide it.
std::string misspelt(const site& about, const tap_options& options) {
  std::set<std::string> names;
  for (const auto& one : about.nodes)
    names.insert(one.name);
  for (const auto& wanted : options.nodes)
    if (names.count(wanted) == 0) return "no node of " + about.name + " is called '" + wanted + "'";
  for (const auto& one : about.upses)
    names.insert(one.name);
  for (const auto& one : about.units)
    names.insert(one.name);
  for (const auto& one : about.outlets)
    names.insert(one.name);
  for (const auto& one : about.sensors)
    names.insert(one.name);
  for (const auto& one : about.hosts)
    names.insert(one.name);
  for (const auto& wanted : options.subjects)
    if (names.count(wanted) == 0)
      return "nothing in " + about.name + " is called '" + wanted + "': neither node, UPS, outlet, "
             "outlet unit, sensor nor host";
  return {};
}

}  // namespace

exit_status tap(const access& how, const tap_options& options) {
  std::ofstream record;
  if (!options.record_file.empty()) {
    record.open(options.record_file, std::ios::app);
    if (!record) {
      std::cerr << options.record_file << " cannot be written\n";
      return exit_status::usage;
    }
  }
  auto opened = client::open(how, true);
  if (const auto* why = std::get_if<std::string>(&opened)) {
    std::cerr << *why << '\n';
    return exit_status::usage;
  }
  auto& bus = *std::get<std::unique_ptr<client>>(opened);
  if (const auto why = misspelt(bus.about(), options); !why.empty()) {
    std::cerr << why << '\n';
    return exit_status::usage;
  }
  std::signal(SIGINT, [](int) { interrupted = 1; });
  std::signal(SIGTERM, [](int) { interrupted = 1; });
  std::signal(SIGPIPE, [](int) { interrupted = 1; });
  printer out{options, std::move(record)};
  if (options.since) show_past(bus, options, out);
  const auto begun = std::chrono::steady_clock::now();
  std::uint64_t shown = 0;
  bool alone_told = false;
  while (interrupted == 0 && std::cout) {
    const auto now = std::chrono::steady_clock::now();
    if (!alone_told && now - begun >= connect_patience) {
      alone_told = true;
      if (!bus.heard_anybody()) std::cerr << "no node is reached yet; still trying\n";
    }
    if (options.lasts && now - begun >= *options.lasts) break;
    if (const auto got = bus.next(now + turn)) shown += out.show(got->what) ? 1 : 0;
    if (options.count != 0 && shown >= options.count) break;
  }
  return exit_status::fine;
}

}  // namespace holdover::tool
