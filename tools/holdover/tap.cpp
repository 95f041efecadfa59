#include "tools/holdover/tap.hpp"

#include "io/wire/json.hpp"

#include <algorithm>
#include <csignal>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <optional>
#include <set>
#include <sstream>
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

std::string outlets_text(const outlet_telemetry& told) {
  std::string text = told.unit + ":";
  for (const auto& one : told.outlets)
    text += " " + one.outlet + " " + std::string{power::to_string(one.state)};
  return text;
}

std::string sensor_text(const sensor_telemetry& told) {
  std::ostringstream text;
  text << told.device << ' ' << told.reading.value.number;
  return text.str();
}

std::string telemetry_text(const message& m) {
  if (const auto* t = std::get_if<ups_telemetry>(&m.what)) {
    std::string text = t->device + " " + power::to_string(t->flags);
    if (t->what.charge_percent)
      text += ", charge " + std::to_string(static_cast<int>(*t->what.charge_percent)) + " %";
    if (t->what.runtime_left) text += ", " + duration_text(t->what.runtime_left) + " left";
    return text;
  }
  if (const auto* t = std::get_if<outlet_telemetry>(&m.what)) return outlets_text(*t);
  if (const auto* t = std::get_if<sensor_telemetry>(&m.what)) return sensor_text(*t);
  return subject_of(m);
}

/// Under way an event has its number only; whose it is stands on the message.
event_id full_id(const message& m, const event& e) {
  return {m.site, m.publisher, e.id.incarnation, e.id.sequence};
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

  /// Prints it if it is wanted and new.
  void show(const message& m) {
    if (full() || !wanted(m) || !is_new(m)) return;
    const auto line = wire::to_json(m);
    if (record_.is_open()) record_ << line << '\n' << std::flush;
    if (options_.form == output::table)
      print_line(m);
    else
      std::cout << (options_.form == output::json && shown_ > 0 ? ",\n" : "") << line
                << (options_.form == output::jsonl ? "\n" : "");
    std::cout.flush();
    ++shown_;
  }

  /// As much was printed as was asked for.
  bool full() const { return options_.count != 0 && shown_ >= options_.count; }

private:
  bool wanted(const message& m) const {
    const auto* e = std::get_if<event>(&m.what);
    if (e == nullptr && !is_telemetry(m)) return false;
    const auto word = e != nullptr ? kind(*e) : std::string_view{"telemetry"};
    if (e == nullptr && options_.kinds.empty()) return false;
    return among(options_.sites, m.site) && among(options_.kinds, word)
           && among(options_.subjects, subject_of(m)) && among(options_.nodes, m.publisher)
           && (e == nullptr || e->how >= options_.at_least);
  }

  // The past and the present overlap where they meet.
  bool is_new(const message& m) {
    const auto* e = std::get_if<event>(&m.what);
    if (e == nullptr) return true;
    return seen_.insert(full_id(m, *e)).second;
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
  std::uint64_t shown_ = 0;
  std::set<event_id> seen_;
};

/// One page of the past, from whichever node answers; nothing if none does. What else comes is put
/// aside.
std::optional<std::vector<message>> ask_page(client& bus, const snapshot_request& asked,
                                             std::vector<message>& meanwhile) {
  const auto deadline = std::chrono::steady_clock::now() + connect_patience;
  bool sent = false;
  std::vector<message> page;
  while (std::chrono::steady_clock::now() < deadline && interrupted == 0) {
    for (const auto& node : bus.about().nodes)
      if (!sent) sent = bus.ask(node.name, domain::bus, asked);
    auto got = bus.next(std::min(deadline, std::chrono::steady_clock::now() + turn));
    if (!got) continue;
    const auto* range = std::get_if<event_range>(&got->what.what);
    if (range == nullptr) {
      meanwhile.push_back(std::move(got->what));
      continue;
    }
    for (const auto& bytes : range->events)
      if (auto letter = bus.open_letter(got->from, bytes)) page.push_back(std::move(letter->what));
    if (!range->more) return page;
  }
  return std::nullopt;
}

// Oldest first and page by page, each from the last time of the one before on, until there is
// nothing new. What happens meanwhile is shown after it.
/// @return whether any node told of it.
bool show_past(client& bus, const tap_options& options, printer& out) {
  snapshot_request asked;
  asked.since_wall_milliseconds =
      std::chrono::duration_cast<std::chrono::milliseconds>(
          (std::chrono::system_clock::now() - *options.since).time_since_epoch())
          .count();
  std::vector<message> meanwhile;
  std::set<event_id> known;
  for (bool news = true; news && interrupted == 0 && !out.full();) {
    const auto page = ask_page(bus, asked, meanwhile);
    if (!page) {
      std::cerr << (known.empty() ? "no node told of the past\n"
                                  : "no node tells the rest of the past\n");
      break;
    }
    news = false;
    for (const auto& one : *page) {
      const auto* happened = std::get_if<event>(&one.what);
      if (happened == nullptr) continue;
      asked.since_wall_milliseconds =
          std::max(asked.since_wall_milliseconds, happened->wall_milliseconds);
      if (!known.insert(full_id(one, *happened)).second) continue;
      news = true;
      out.show(one);
    }
  }
  for (const auto& one : meanwhile)
    out.show(one);
  return !known.empty();
}

/// Whether anybody is there to be listened to: silence of a dead site and of a calm one look alike.
class company {
public:
  /// @param ever whether somebody was there before.
  explicit company(bool ever) : ever_(ever) {}

  /// Tells of a change, once each.
  void look(bool reached, std::chrono::steady_clock::time_point now) {
    ever_ = ever_ || reached;
    if (reached) {
      alone_since_.reset();
      told_ = false;
    } else if (!alone_since_) {
      alone_since_ = now;
    } else if (!told_ && now - *alone_since_ >= connect_patience) {
      told_ = true;
      std::cerr << (ever_ ? "no node is reached any more; still trying\n"
                          : "no node is reached yet; still trying\n");
    }
  }
  bool ever() const { return ever_; }

private:
  bool ever_;
  bool told_ = false;
  std::optional<std::chrono::steady_clock::time_point> alone_since_;
};

// A filter that can match nothing is a mistake of spelling, and silence would hide it.
std::string misspelt(const site& about, const tap_options& options) {
  std::set<std::string> names;
  for (const auto& one : about.nodes)
    names.insert(one.name);
  for (const auto& wanted : options.sites)
    if (wanted != about.name)
      return "the site file is of " + about.name + ", not of '" + wanted
             + "': name that site's file with --site-file";
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
  for (const auto& one : about.jobs)
    names.insert(one.name);
  for (const auto& wanted : options.subjects)
    if (names.count(wanted) == 0)
      return "nothing in " + about.name + " is called '" + wanted + "': neither node, UPS, outlet, "
             "outlet unit, sensor, host nor job";
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
  const bool told = options.since && show_past(bus, options, out);
  const auto begun = std::chrono::steady_clock::now();
  company nodes{told};
  while (interrupted == 0 && std::cout && !out.full()) {
    const auto now = std::chrono::steady_clock::now();
    nodes.look(bus.heard_anybody(), now);
    if (options.lasts && now - begun >= *options.lasts) break;
    if (const auto got = bus.next(now + turn)) out.show(got->what);
  }
  if (nodes.ever() || out.full()) return exit_status::fine;
  std::cerr << "no node was reached: that nothing was heard says nothing about the site\n";
  return exit_status::not_reachable;
}

}  // namespace holdover::tool
