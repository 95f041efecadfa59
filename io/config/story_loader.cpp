#include "io/config/story_loader.hpp"

#include "io/config/index.hpp"
#include "io/config/site_parts.hpp"
#include "io/config/suggest.hpp"
#include "io/config/values.hpp"

#include "holdover/config/v1/story.pb.h"

#include <algorithm>
#include <array>
#include <numeric>

namespace holdover::config {

namespace {

constexpr duration calm_at_the_end = 10min;
constexpr duration longest_story = 7 * 24h;
constexpr std::uint32_t day_minutes = 24 * 60;

/// Names of the site that a story is about.
struct cast {
  explicit cast(const site& about) {
    for (const auto& ups : about.upses)
      upses.add(ups.name);
    for (const auto& node : about.nodes)
      nodes.add(node.name);
    for (const auto& host : about.hosts)
      hosts.add(host.name);
    for (const auto& sensor : about.sensors) {
      sensors.add(sensor.name);
      contacts.push_back(sensor.kind == power::sensor_kind::contact);
    }
    for (const auto& one : about.switches)
      switches.add(one.name);
    for (const auto& job : about.jobs)
      jobs.add(job.name);
    for (const auto& outlet : about.outlets)
      outlets.add(outlet.name);
  }
  index upses{"the site's ups", "UPS"};
  index nodes{"the site's nodes", "node"};
  index hosts{"the site's hosts", "host"};
  index sensors{"the site's sensors", "sensor"};
  std::vector<bool> contacts;  ///< Which of the sensors are.
  index switches{"the site's operator_switches", "switch"};
  index jobs{"the site's jobs", "job"};
  index outlets{"the site's outlets", "outlet"};
};

std::optional<double> number(bool given, double value, double most, const std::string& path,
                             document& file) {
  if (!given) return std::nullopt;
  if (value < 0 || value > most)
    file.error(path, "must be from 0 to " + std::to_string(static_cast<int>(most)));
  return value;
}

std::optional<duration> positive(bool given, const google::protobuf::Duration& in,
                                 const std::string& path, document& file) {
  if (!given) return std::nullopt;
  if (to_duration(in) <= duration::zero()) file.error(path, "must be more than zero");
  return to_duration(in);
}

story_values load_ups(const v1::StoryUps& in, const std::string& path, document& file,
                      const cast& names) {
  file.require(path + ".name", !in.name().empty());
  story_values out;
  if (!in.name().empty()) out.ups = names.upses.find(in.name(), path + ".name", file);
  out.load_percent = number(in.has_load(), in.load(), 200, path + ".load", file);
  out.charge_percent = number(in.has_charge(), in.charge(), 100, path + ".charge", file);
  out.runtime = positive(in.has_runtime(), in.runtime(), path + ".runtime", file);
  out.battery_age_years =
      number(in.has_battery_age(), in.battery_age(), 30, path + ".battery_age", file);
  out.recharge = positive(in.has_recharge(), in.recharge(), path + ".recharge", file);
  return out;
}

std::optional<power::belief> to_state(v1::StoryValues::State in) {
  switch (in) {
    case v1::StoryValues::ONLINE:
      return power::belief::online;
    case v1::StoryValues::BATTERY:
      return power::belief::on_battery;
    case v1::StoryValues::TEST:
      return power::belief::test;
    case v1::StoryValues::BYPASS:
      return power::belief::bypass;
    default:
      return std::nullopt;
  }
}

class event_loader {
public:
  event_loader(const v1::StoryEvent& in, std::string path, document& file, const cast& names)
      : in_(in), path_(std::move(path)), file_(file), names_(names) {}

  story_event load(std::size_t upses) && {
    file_.require(path_ + ".at", in_.has_at());
    out_.at = to_duration(in_.at());
    if (out_.at < duration::zero() || out_.at > longest_story)
      file_.error(path_ + ".at", "must be from 0s to 7d");
    switch (in_.happening_case()) {
      case v1::StoryEvent::kMainsOff:
        return of_upses(story_verb::mains_off, in_.mains_off(), "mains_off", upses);
      case v1::StoryEvent::kMainsOn:
        return of_upses(story_verb::mains_on, in_.mains_on(), "mains_on", upses);
      case v1::StoryEvent::kCardSilent:
        return of_upses(story_verb::card_silent, in_.card_silent(), "card_silent", upses);
      case v1::StoryEvent::kCardAnswers:
        return of_upses(story_verb::card_answers, in_.card_answers(), "card_answers", upses);
      case v1::StoryEvent::kSet:
        return set();
      case v1::StoryEvent::kNodeKilled:
        return of(story_verb::node_killed, names_.nodes, in_.node_killed(), "node_killed");
      case v1::StoryEvent::kNodeStarted:
        return of(story_verb::node_started, names_.nodes, in_.node_started(), "node_started");
      case v1::StoryEvent::kProgramHangs:
        return of(story_verb::program_hangs, names_.hosts, in_.program_hangs(), "program_hangs");
      case v1::StoryEvent::kProgramEnds:
        return of(story_verb::program_ends, names_.hosts, in_.program_ends(), "program_ends");
      case v1::StoryEvent::kHold:
        return hold();
      case v1::StoryEvent::kRelease:
        return of(story_verb::release, names_.hosts, in_.release(), "release");
      case v1::StoryEvent::kSensor:
        return sensor();
      case v1::StoryEvent::kClock:
        return clock();
      case v1::StoryEvent::kSwitchOn:
        return switch_on();
      case v1::StoryEvent::kSwitchOff:
        return of(story_verb::switch_off, names_.switches, in_.switch_off(), "switch_off");
      case v1::StoryEvent::kAcknowledge:
        return of(story_verb::acknowledge, names_.jobs, in_.acknowledge(), "acknowledge");
      case v1::StoryEvent::kMail:
        return mail();
      case v1::StoryEvent::kProgram:
        return program();
      case v1::StoryEvent::kOutlet:
        return outlet();
      case v1::StoryEvent::HAPPENING_NOT_SET:
        break;  // Reported when the file was bound.
    }
    return out_;
  }

private:
  story_event of(story_verb what, const index& among, const std::string& name, const char* key) {
    out_.what = what;
    out_.named = name;
    out_.subjects = {among.find(name, path_ + '.' + key, file_)};
    return std::move(out_);
  }
  story_event of_upses(story_verb what, const std::string& name, const char* key,
                       std::size_t upses) {
    if (name != "all") return of(what, names_.upses, name, key);
    out_.what = what;
    out_.named = name;
    out_.subjects.resize(upses);
    std::iota(out_.subjects.begin(), out_.subjects.end(), 0u);
    return std::move(out_);
  }
  story_event set() {
    const auto& in = in_.set();
    const auto path = path_ + ".set";
    file_.require(path + ".ups", !in.ups().empty());
    out_.what = story_verb::set;
    out_.named = in.ups();
    if (!in.ups().empty()) out_.subjects = {names_.upses.find(in.ups(), path + ".ups", file_)};
    auto& values = out_.values;
    values.load_percent = number(in.has_load(), in.load(), 200, path + ".load", file_);
    values.charge_percent = number(in.has_charge(), in.charge(), 100, path + ".charge", file_);
    if (in.has_runtime()) values.runtime = to_duration(in.runtime());
    if (in.has_battery_low()) values.battery_low = in.battery_low();
    if (in.has_overload()) values.overload = in.overload();
    values.state = to_state(in.state());
    return std::move(out_);
  }
  story_event hold() {
    const auto& in = in_.hold();
    file_.require(path_ + ".hold.host", !in.host().empty());
    file_.require(path_ + ".hold.for", in.has_for_());
    if (in.host().empty()) return std::move(out_);
    out_.lasts = to_duration(in.for_());
    return of(story_verb::hold, names_.hosts, in.host(), "hold.host");
  }

  story_event sensor() {
    const auto& in = in_.sensor();
    const auto path = path_ + ".sensor";
    const bool state = in.state() != v1::StorySensor::STATE_UNSPECIFIED;
    if (int{in.has_value()} + int{state} + int{in.silent()} != 1)
      file_.error(path, "needs one of value, state and silent");
    if (in.has_value()) out_.number = in.value();
    if (state) out_.number = in.state() == v1::StorySensor::ACTIVE ? 1 : 0;
    auto made = of(story_verb::sensor, names_.sensors, in.name(), "sensor.name");
    const auto which = made.subjects.front();
    if (which < names_.contacts.size() && !in.silent() && names_.contacts[which] != state)
      file_.error(
          path, in_quotes(in.name())
                    + (state ? " is no contact: give its value" : " is a contact: give its state"));
    return made;
  }
  story_event clock() {
    const auto& in = in_.clock();
    out_.what = story_verb::clock;
    out_.good = !in.doubtful();
    out_.named = in.day() + ' ' + in.time() + (in.doubtful() ? ", not synchronised" : "");
    out_.subjects = {0};
    std::array<bool, 7> days{};
    set_days(in.day(), path_ + ".clock.day", file_, days);
    if (std::count(days.begin(), days.end(), true) > 1)
      file_.error(path_ + ".clock.day", "must be one day");
    const auto minute = minute_of_day(in.time());
    if (!minute || *minute >= day_minutes)
      file_.error(path_ + ".clock.time",
                  "must be a time of day such as \"22:00\", not " + in_quotes(in.time()));
    const auto day = std::find(days.begin(), days.end(), true) - days.begin();
    out_.week_minute = static_cast<std::uint32_t>(day) * day_minutes + minute.value_or(0);
    return std::move(out_);
  }
  story_event switch_on() {
    const auto& in = in_.switch_on();
    file_.require(path_ + ".switch_on.for", in.has_for_());
    out_.lasts = to_duration(in.for_());
    return of(story_verb::switch_on, names_.switches, in.name(), "switch_on.name");
  }
  story_event mail() {
    if (in_.mail() != "arrives" && in_.mail() != "fails")
      file_.error(path_ + ".mail",
                  "must be \"arrives\" or \"fails\", not " + in_quotes(in_.mail()));
    out_.what = story_verb::mail;
    out_.named = in_.mail();
    out_.good = in_.mail() == "arrives";
    out_.subjects = {0};
    return std::move(out_);
  }
  story_event program() {
    const auto& in = in_.program();
    file_.require(path_ + ".program.name", !in.name().empty());
    out_.what = story_verb::program;
    out_.good = !in.fails();
    out_.named = in.name();
    out_.subjects = {0};
    return std::move(out_);
  }
  story_event outlet() {
    const auto& in = in_.outlet();
    out_.number = number(true, in.watts(), 100'000, path_ + ".outlet.watts", file_);
    return of(story_verb::outlet, names_.outlets, in.name(), "outlet.name");
  }

  const v1::StoryEvent& in_;
  const std::string path_;
  document& file_;
  const cast& names_;
  story_event out_;
};

std::variant<story, std::vector<problem>> finish(const v1::StoryFile& in, document& file,
                                                 const site& about) {
  if (file.troubled("")) return file.problems();
  const cast names{about};
  story out;
  out.about = in.story();
  file.require("story", !in.story().empty());
  for (int i = 0; i < in.ups_size(); ++i)
    out.upses.push_back(load_ups(in.ups(i), at("ups", i), file, names));
  for (int i = 0; i < in.events_size(); ++i) {
    out.events.push_back(
        event_loader{in.events(i), at("events", i), file, names}.load(about.upses.size()));
    if (i > 0 && in.events(i).has_at()
        && out.events.back().at < out.events[static_cast<std::size_t>(i) - 1].at)
      file.error(at("events", i) + ".at", "is before the event above it: keep events in order");
  }
  const auto last = out.events.empty() ? duration::zero() : out.events.back().at;
  out.lasts = in.has_lasts() ? to_duration(in.lasts()) : last + calm_at_the_end;
  if (in.has_lasts() && (out.lasts < last || out.lasts > longest_story + calm_at_the_end))
    file.error("lasts", "must reach to the last event, and 7d at most");
  if (file.has_error()) return file.problems();
  return out;
}

}  // namespace

std::variant<story, std::vector<problem>> load_story(const std::string& path, const site& about) {
  v1::StoryFile in;
  document file{path, in};
  return finish(in, file, about);
}

std::variant<story, std::vector<problem>> load_story_text(const std::string& name, std::string text,
                                                          const site& about) {
  v1::StoryFile in;
  document file{name, std::move(text), in};
  return finish(in, file, about);
}

}  // namespace holdover::config
