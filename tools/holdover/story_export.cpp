#include "tools/holdover/story_export.hpp"

#include "tools/holdover/terminal.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <tuple>

namespace holdover::tool {

namespace {

constexpr std::int64_t before = 10'000;  // The story begins a little before the first event.

std::string seconds_of(std::int64_t milliseconds) {
  const auto tenths = std::max<std::int64_t>(milliseconds, 0) / 100;
  return std::to_string(tenths / 10) + (tenths % 10 == 0 ? "" : "." + std::to_string(tenths % 10))
         + 's';
}

/// In double quotes, as YAML reads them: names are shown, never parsed as anything else.
std::string quoted(const std::string& name) {
  std::string text = "\"";
  for (const char c : name)
    text += c == '"' || c == '\\' ? std::string{'\\', c} : std::string(1, c);
  return text + '"';
}

std::optional<double> value(const ups_event& e, std::string_view name) {
  for (const auto& one : e.values)
    if (one.name == name && one.how == power::quality::good && std::isfinite(one.number))
      return one.number;
  return std::nullopt;
}

/// What a UPS reported, as the fields of `set`.
std::string reported(const ups_event& e) {
  std::string text;
  const auto add = [&](const char* key, std::optional<double> number, const char* unit) {
    if (number)
      text += std::string{", "} + key + ": " + std::to_string(std::lround(*number)) + unit;
  };
  add("load", value(e, "ups.load"), "");
  add("charge", value(e, "battery.charge"), "");
  add("runtime", value(e, "battery.runtime"), "s");
  return text;
}

class writer {
public:
  writer(const past& of, const outage& when)
      : past_(of), from_(when.from_milliseconds - before), when_(when) {}

  std::string write() {
    choose_eyes();
    for (const auto& one : past_.events)
      if (within(one.what)) tell(one.what);
    const auto end = when_.to_milliseconds.value_or(last_);
    return "# From " + past_.source + ", " + date_text(when_.from_milliseconds)
           + ". Deaths of nodes stand in no journal: add them by hand.\n"
             "story: The outage of "
           + date_text(when_.from_milliseconds) + "\nevents:\n" + events_ + "lasts: "
           + seconds_of(std::max(end, last_) - from_ + 60'000) + '\n';
  }

private:
  bool within(const event& e) const {
    return e.wall_milliseconds >= from_
           && (!when_.to_milliseconds || e.wall_milliseconds <= *when_.to_milliseconds);
  }
  // Several nodes look at one device: the story follows the one that tells most of it.
  void choose_eyes() {
    std::map<std::string, std::map<std::string, int>> told;
    for (const auto& one : past_.events)
      if (const auto* e = std::get_if<ups_event>(&one.what.what); e != nullptr && within(one.what))
        ++told[e->device][one.what.id.publisher];
    for (const auto& [device, nodes] : told)
      eyes_[device] =
          std::max_element(nodes.begin(), nodes.end(), [](const auto& a, const auto& b) {
            return a.second < b.second;
          })->first;
  }
  void line(const event& e, const std::string& what) {
    events_ += "  - { at: " + seconds_of(e.wall_milliseconds - from_) + ", " + what + " }\n";
    last_ = std::max(last_, e.wall_milliseconds);
  }
  void tell(const event& e) {
    if (const auto* ups = std::get_if<ups_event>(&e.what))
      tell(e, *ups);
    else if (const auto* wish = std::get_if<operator_event>(&e.what))
      tell(e, *wish);
  }
  void tell(const event& e, const ups_event& ups) {
    if (eyes_[ups.device] != e.id.publisher) return;
    const auto name = quoted(ups.device);
    const auto set = [&](const std::string& what) { line(e, "set: { ups: " + name + what + " }"); };
    if (ups.what == "on_battery") {
      line(e, "mains_off: " + name);
      if (const auto values = reported(ups); !values.empty()) set(values);
    } else if (ups.what == "online") {
      line(e, "mains_on: " + name);
    } else if (ups.what == "communication_lost") {
      line(e, "card_silent: " + name);
    } else if (ups.what == "communication_restored") {
      line(e, "card_answers: " + name);
    } else if (ups.what == "low_battery") {
      set(reported(ups) + ", battery_low: true");
    } else if (ups.what == "battery_ok") {
      set(", battery_low: false");
    } else if (ups.what == "bypass") {
      set(", state: bypass");
    } else if (ups.what == "test_started") {
      set(", state: test");
    }
  }
  // All nodes note the same command; how long it was for they do not.
  void tell(const event& e, const operator_event& wish) {
    if (!wishes_.insert({wish.command, wish.subject, e.wall_milliseconds / before}).second) return;
    if (wish.command == "release") return line(e, "release: " + quoted(wish.subject));
    if (wish.command != "hold") return;
    const auto end = when_.to_milliseconds.value_or(e.wall_milliseconds + 3600'000);
    line(e, "hold: { host: " + quoted(wish.subject) + ", for: "
                + seconds_of(std::max<std::int64_t>(end - e.wall_milliseconds, 1000)) + " }");
  }

  const past& past_;
  const std::int64_t from_;
  const outage& when_;
  std::map<std::string, std::string> eyes_;  ///< By device: the node.
  std::set<std::tuple<std::string, std::string, std::int64_t>> wishes_;
  std::string events_;
  std::int64_t last_ = 0;
};

}  // namespace

std::string story_of(const past& of, const outage& when) {
  return writer{of, when}.write();
}

}  // namespace holdover::tool
