#include "tests/scenario/story.hpp"

#include "io/config/site_loader.hpp"
#include "tests/support/sites.hpp"
#include "tools/rehearsal/transcript.hpp"
#include "tools/rehearsal/whole_site.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <vector>

namespace holdover::test {

namespace {

using rehearsal::transcript;
using rehearsal::whole_site;

// Long enough for everybody to have heard everybody before the story begins.
constexpr duration settling = 20s;

/// One of those built in code, or "NAME.yaml" beside the stories.
site site_called(const std::string& name) {
  if (!name.ends_with(".yaml")) return site_by_name(name);
  auto loaded = config::load_site(HOLDOVER_ROOT "/tests/scenario/sites/" + name,
                                  [](std::string_view) { return std::array<std::uint8_t, 32>{}; });
  if (const auto* bad = std::get_if<std::vector<config::problem>>(&loaded))
    throw std::invalid_argument(config::to_string(*bad));
  return std::get<site>(std::move(loaded));
}

/// "1m30s", "20m", "5s", "1h".
duration parse_duration(const std::string& text) {
  std::istringstream rest{text};
  duration sum{};
  long count = 0;
  char unit = 0;
  bool any = false;
  while (rest >> count >> unit) {
    any = true;
    if (unit == 'h')
      sum += std::chrono::hours{count};
    else if (unit == 'm')
      sum += std::chrono::minutes{count};
    else if (unit == 's')
      sum += std::chrono::seconds{count};
    else
      throw std::invalid_argument("no duration: " + text);
  }
  if (!any || !rest.eof()) throw std::invalid_argument("no duration: " + text);
  return sum;
}

class player {
public:
  explicit player(const std::string& name) : log_(names(name)), site_(site_called(name), log_) {
    site_.pass(settling);
    log_.begin(site_.now());
  }

  void event(const std::string& line) {
    std::istringstream words{line.substr(1)};
    std::string after, kind;
    words >> after >> kind;
    site_.pass(parse_duration(after));
    log_.line(line);
    if (kind == "ups")
      ups(words);
    else if (kind == "node")
      node(words);
    else if (kind == "host")
      host(words);
    else if (kind == "operator")
      hold(words);
    else if (kind == "sensor")
      sensor(words);
    else if (kind == "clock")
      clock(words);
    else if (kind == "mail")
      site_.mails_arrive(word(words) == "works");
    else if (kind != "end")
      throw std::invalid_argument("nobody called \"" + kind + "\"");
    site_.pass(0s);
  }

  void prose(const std::string& line) { log_.line(line); }
  std::string text() { return log_.text(); }

private:
  static std::map<node_number, std::string> names(const std::string& name) {
    std::map<node_number, std::string> found;
    for (const auto& node : site_called(name).nodes)
      found[node.number] = node.name;
    return found;
  }

  static std::string word(std::istringstream& words) {
    std::string text;
    words >> text;
    return text;
  }

  void ups(std::istringstream& words) {
    const auto index = index_of(site_.about().upses, word(words));
    const auto what = word(words);
    if (what == "silent" || what == "answers") return site_.ups_silent(index, what == "silent");
    whole_site::ups_statement says;
    if (what == "online")
      says.state = power::belief::online;
    else if (what == "battery")
      says.state = power::belief::on_battery;
    else if (what == "test")
      says.state = power::belief::test;
    else if (what == "bypass")
      says.state = power::belief::bypass;
    else
      throw std::invalid_argument("no state of a UPS: " + what);
    for (auto more = word(words); !more.empty(); more = word(words)) {
      const auto value = more.substr(more.find('=') + 1);
      if (more.starts_with("runtime="))
        says.runtime = parse_duration(value);
      else if (more.starts_with("charge="))
        says.charge_percent = std::stod(value);
      else if (more.starts_with("countdown="))
        says.countdown = parse_duration(value);
      else if (more == "low")
        says.battery_low = true;
      else if (more == "forced")
        says.forced_shutdown = true;
      else
        throw std::invalid_argument("no value of a UPS: " + more);
    }
    site_.ups_says(index, says);
  }

  void node(std::istringstream& words) {
    const auto index = index_of(site_.about().nodes, word(words));
    const auto what = word(words);
    if (what == "killed")
      site_.kill_node(index);
    else if (what == "started")
      site_.start_node(index);
    else
      throw std::invalid_argument("a node is killed or started, not " + what);
  }

  void host(std::istringstream& words) {
    const auto index = index_of(site_.about().hosts, word(words));
    const auto whose = word(words);
    const auto what = word(words);
    if (whose == "program" && what == "hangs")
      site_.hang_program(index);
    else if (whose == "program" && what == "ends")
      site_.end_program(index);
    else
      throw std::invalid_argument("a host's \"program hangs\" or \"program ends\"");
  }

  void hold(std::istringstream& words) {
    const auto what = word(words);
    if (what == "acknowledges") return site_.release_job(index_of(site_.about().jobs, word(words)));
    if (what == "tests") return site_.test_battery(index_of(site_.about().upses, word(words)));
    if (what == "sets" || what == "clears") return set_switch(what == "sets", words);
    const auto index = index_of(site_.about().hosts, word(words));
    if (what == "releases") return site_.hold(index, 0s);
    if (what != "holds" || word(words) != "for")
      throw std::invalid_argument("an operator \"holds HOST for 5m\" or \"releases HOST\"");
    site_.hold(index, parse_duration(word(words)));
  }

  void set_switch(bool on, std::istringstream& words) {
    const auto index = index_of(site_.about().switches, word(words));
    if (!on) return site_.set_switch(index, 0s);
    if (word(words) != "for") throw std::invalid_argument("an operator \"sets SWITCH for 5m\"");
    site_.set_switch(index, parse_duration(word(words)));
  }

  void sensor(std::istringstream& words) {
    const auto index = index_of(site_.about().sensors, word(words));
    const auto what = word(words);
    if (what == "silent") return site_.sensor_says(index, std::nullopt);
    if (what == "active" || what == "inactive")
      return site_.sensor_says(index, what == "active" ? 1.0 : 0.0);
    site_.sensor_says(index, std::stod(what));
  }

  void clock(std::istringstream& words) {
    static const std::vector<std::string> days{"monday", "tuesday",  "wednesday", "thursday",
                                               "friday", "saturday", "sunday"};
    const auto day = std::find(days.begin(), days.end(), word(words)) - days.begin();
    const auto time = word(words);
    if (static_cast<std::size_t>(day) == days.size() || time.size() != 5)
      throw std::invalid_argument("a clock says \"monday 22:00\"");
    const auto minute = std::stol(time.substr(0, 2)) * 60 + std::stol(time.substr(3));
    site_.set_clock(static_cast<std::uint32_t>(day), static_cast<std::uint32_t>(minute),
                    word(words) != "doubtful");
  }

  transcript log_;
  whole_site site_;
};

}  // namespace

std::string play(const std::string& story) {
  std::istringstream lines{story};
  std::string head;
  std::unique_ptr<player> played;
  std::size_t number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    try {
      if (line.starts_with("  ")) continue;  // What followed when it was last played.
      if (number <= 2 && !line.starts_with("# "))
        throw std::invalid_argument("a story begins with two lines of prose, \"# …\"");
      if (line.starts_with("site ")) {
        played = std::make_unique<player>(line.substr(5));
        played->prose(head + line);
      } else if (!played) {
        head += line + '\n';
      } else if (line.starts_with('+')) {
        played->event(line);
      } else {
        played->prose(line);
      }
    } catch (const std::exception& problem) {
      throw std::invalid_argument("line " + std::to_string(number) + ": " + problem.what());
    }
  }
  if (!played) throw std::invalid_argument("no line \"site NAME\"");
  return played->text();
}

}  // namespace holdover::test
