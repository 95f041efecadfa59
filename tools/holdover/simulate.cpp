#include "tools/holdover/simulate.hpp"

#include "io/config/site_loader.hpp"
#include "io/config/story_loader.hpp"
#include "io/keys/digest.hpp"
#include "tools/holdover/json_stream.hpp"
#include "tools/holdover/sequence_story.hpp"
#include "tools/holdover/what_if.hpp"
#include "tools/rehearsal/story_player.hpp"

#include <iostream>

namespace holdover::tool {

namespace {

using rehearsal::whole_site;

std::string_view outcome(const whole_site& played, host_index index) {
  if (played.crashed().count(index) != 0) return "crashed";
  switch (played.state_of(index)) {
    case whole_site::power_state::up:
      return "up";
    case whole_site::power_state::halted:
      return "shut down";
    case whole_site::power_state::dark:
      return "shut down, without power";
    case whole_site::power_state::booting:
      return "booting";
  }
  return "up";
}

void print_outcome(const whole_site& played) {
  const auto& hosts = played.about().hosts;
  std::cout << '\n';
  for (host_index i = 0; i < hosts.size(); ++i)
    std::cout << hosts[i].name << ": " << outcome(played, i) << '\n';
  const auto crashes = played.crashed().size();
  std::cout << (crashes == 0   ? std::string{"No host crashed."}
                : crashes == 1 ? std::string{"1 host CRASHED."}
                               : std::to_string(crashes) + " hosts CRASHED.")
            << '\n';
}

void print_json(const std::string& about, const whole_site& played, rehearsal::transcript& log) {
  json_stream out;
  out.object([&] {
    out.field("site", played.about().name);
    out.field("story", about);
    out.field("crashes", played.crashed().size());
    out.list("happened", [&] {
      for (const auto& line : log.records())
        out.object([&] {
          out.field("at_seconds", line.at);
          out.field("subject", line.subject);
          out.field("text", line.text);
          if (!line.why.empty()) out.field("why", line.why);
          if (line.by.empty()) return;
          out.list("by", [&] {
            for (const auto& node : played.about().nodes)
              if (line.by.count(node.number) != 0) out.item(node.name);
          });
        });
    });
    out.list("hosts", [&] {
      for (host_index i = 0; i < played.about().hosts.size(); ++i)
        out.object([&] {
          out.field("name", played.about().hosts[i].name);
          out.field("outcome", outcome(played, i));
        });
    });
  });
  std::cout << out.text() << '\n';
}

exit_status report(const std::string& about, const whole_site& played, rehearsal::transcript& log,
                   bool json) {
  if (json) {
    print_json(about, played, log);
  } else {
    std::cout << "# " << about << "\n# site " << played.about().name << "\n\n" << log.text();
    print_outcome(played);
  }
  return played.crashed().empty() ? exit_status::fine : exit_status::failed;
}

}  // namespace

exit_status simulate(const simulate_options& asked) {
  const auto wish = read_what_if(asked.what_if);
  if (const auto* why = std::get_if<std::string>(&wish)) {
    std::cerr << *why << '\n';
    return exit_status::usage;
  }
  const auto loaded = config::load_site(asked.site_file, keys::sha256);
  if (const auto* problems = std::get_if<std::vector<config::problem>>(&loaded)) {
    std::cerr << config::to_string(*problems);
    return exit_status::usage;
  }
  const auto& about = std::get<site>(loaded);
  if (asked.story_file.ends_with(".seq") || asked.story_file.ends_with(".dev")) {
    if (!asked.what_if.empty()) {
      std::cerr << "--what-if needs a story in YAML: a sequence says every value itself\n";
      return exit_status::usage;
    }
    auto opened = sequence_story::open(asked.story_file, about, asked.ups);
    if (const auto* why = std::get_if<std::string>(&opened)) {
      std::cerr << *why << '\n';
      return exit_status::usage;
    }
    auto& sequence = *std::get<std::unique_ptr<sequence_story>>(opened);
    if (asked.explain) sequence.log().explain();
    sequence.play();
    return report(asked.story_file, sequence.played(), sequence.log(), asked.json);
  }
  const auto told = config::load_story(asked.story_file, about);
  if (const auto* problems = std::get_if<std::vector<config::problem>>(&told)) {
    std::cerr << config::to_string(*problems);
    return exit_status::usage;
  }
  const auto& story = std::get<config::story>(told);
  rehearsal::story_player player{about, story, std::get<rehearsal::what_if>(wish)};
  if (asked.explain) player.log().explain();
  player.play();
  return report(story.about, player.played(), player.log(), asked.json);
}

}  // namespace holdover::tool
