#include "io/config/story_loader.hpp"

#include "io/config/index.hpp"
#include "io/config/values.hpp"

#include "holdover/config/v1/story.pb.h"

#include <algorithm>
#include <numeric>

namespace holdover::config {

namespace {

constexpr duration calm_at_the_end = 10min;
constexpr duration longest_story = 7 * 24h;

/// Names of the site that a story is about.
struct cast {
  explicit cast(const site& about) {
    for (const auto& ups : about.upses)
      upses.add(ups.name);
    for (const auto& node : about.nodes)
      nodes.add(node.name);
    for (const auto& host : about.hosts)
      hosts.add(host.name);
  }
  index upses{"the site's ups", "UPS"};
  index nodes{"the site's nodes", "node"};
  index hosts{"the site's hosts", "host"};
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

  const v1::StoryEvent& in_;
  const std::string path_;
  document& file_;
  const cast& names_;
  story_event out_;
};

}  // namespace

std::string_view to_string(story_verb verb) {
  switch (verb) {
    case story_verb::mains_off:
      return "mains off";
    case story_verb::mains_on:
      return "mains on";
    case story_verb::card_silent:
      return "card silent";
    case story_verb::card_answers:
      return "card answers";
    case story_verb::set:
      return "set";
    case story_verb::node_killed:
      return "node killed";
    case story_verb::node_started:
      return "node started";
    case story_verb::program_hangs:
      return "program hangs";
    case story_verb::program_ends:
      return "program ends";
    case story_verb::hold:
      return "hold";
    case story_verb::release:
      return "release";
  }
  return "set";
}

namespace {

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
