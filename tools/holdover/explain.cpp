#include "tools/holdover/explain.hpp"

#include "core/overloaded.hpp"
#include "core/words.hpp"
#include "io/config/members_loader.hpp"
#include "io/config/site_loader.hpp"
#include "io/keys/digest.hpp"
#include "io/wire/codec.hpp"
#include "tools/holdover/json_stream.hpp"
#include "tools/holdover/story_export.hpp"
#include "tools/holdover/terminal.hpp"

#include <algorithm>
#include <fstream>
#include <iostream>
#include <set>

namespace holdover::tool {

namespace {

constexpr std::int64_t around = 10'000;  // Clocks of nodes differ; what led to it came before.

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> parts;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find("; ", at), text.size());
    parts.push_back(text.substr(at, end - at));
    at = end + 2;
  }
  return parts;
}

bool grave(const std::string& state) {
  return state == "committed" || state == "down" || state == "gone";
}

std::string seconds_text(duration age) {
  return in_words(duration{age / 100ms * 100ms});
}

/// Who signed a piece of evidence and what it says.
std::string evidence_text(const std::string& bytes, const background& known) {
  const auto read = wire::decode_evidence(bytes);
  const auto* proof = std::get_if<wire::evidence>(&read);
  if (proof == nullptr) return "evidence that cannot be read";
  std::string text = "signed by " + proof->envelope.signer;
  if (!known.signatures)
    text += " (signature not checked: no membership document)";
  else if (std::holds_alternative<const member*>(known.signatures->verify(proof->envelope)))
    text += " (signature good)";
  else
    text += " (SIGNATURE BAD)";
  if (const auto* cast = std::get_if<vote::vote>(&proof->content.what)) {
    text += ": vote ";
    text +=
        cast->to.kind == target_kind::host ? to_string(cast->host_level) : to_string(cast->outlet);
    text += ", " + spaced(to_string(cast->why));
    for (const auto& view : cast->supplies) {
      text += "; " + view.ups + ' ' + spaced(to_string(view.state)) + ", seen "
              + seconds_text(view.observation_age) + " before";
      if (view.left) text += ", " + seconds_text(*view.left) + " left";
    }
  } else if (const auto* beacon = std::get_if<agent::host_beacon>(&proof->content.what)) {
    text += ": " + std::string{to_string(beacon->state)} + ", acting on "
            + spaced(to_string(beacon->effective));
    if (beacon->degraded) text += ", with too few nodes heard";
    text += ", had heard " + std::to_string(beacon->echoes.size()) + " nodes";
  }
  return text;
}

class historian {
public:
  historian(const past& of, const explain_options& asked, const background& known)
      : past_(of), asked_(asked), known_(known) {}

  std::optional<explanation> tell(std::string& why) {
    if (!choose(why)) return std::nullopt;
    explanation made;
    made.subject = asked_.host.empty() ? "the outage" : "host " + asked_.host;
    made.when = chosen_;
    find_outlets();
    for (const auto& one : past_.events)
      if (within(one.what)) consider(one.what, made);
    made.verdict = asked_.host.empty() ? verdict_of_outage() : verdict_of_host();
    return made;
  }

private:
  struct spoken {
    std::int64_t at = 0;
    vote::level level = vote::level::no_view;
    vote::reason why{};
    std::string facts;
  };
  struct host_course {
    std::map<std::string, spoken> wanted;   ///< By node, the last.
    std::map<std::string, spoken> highest;  ///< By node.
    std::map<std::string, spoken> at_commit;
    std::optional<std::int64_t> committed, down, gone, back;
    bool order_broken = false;
  };

  bool choose(std::string& why) {
    for (const auto& one : past_.outages) {
      if (!asked_.incident.empty() && !is_labelled(one)) continue;
      chosen_ = one;
      found_ = true;
      if (asked_.host.empty() || speaks_of_host()) last_ = one;
    }
    if (last_) chosen_ = *last_;
    if (found_ && (asked_.host.empty() || last_)) return true;
    if (!asked_.incident.empty() && !found_)
      why = past_.source + " knows of no incident " + asked_.incident;
    else if (past_.outages.empty())
      why = past_.source + " tells of no outage";
    else
      why = "in no outage that " + past_.source + " tells of was anything wanted of host "
            + asked_.host;
    return false;
  }
  bool is_labelled(const outage& one) const {
    for (const auto& [node, labels] : one.labels)
      for (const auto& label : labels)
        if (label.starts_with(asked_.incident)) return true;
    return false;
  }
  bool speaks_of_host() const {
    return std::any_of(past_.events.begin(), past_.events.end(), [&](const told& one) {
      return within(one.what) && subject(one.what) == asked_.host;
    });
  }
  bool within(const event& e) const {
    return e.wall_milliseconds >= chosen_.from_milliseconds - around
           && (!chosen_.to_milliseconds
               || e.wall_milliseconds <= *chosen_.to_milliseconds + around);
  }

  void find_outlets() {
    if (!known_.about) return;
    for (const auto& host : known_.about->hosts) {
      if (host.name != asked_.host) continue;
      for (const auto& supply : host.supplies) {
        if (supply.outlet) subjects_.insert(known_.about->outlets[*supply.outlet].name);
        if (supply.ups != no_ups) subjects_.insert(known_.about->upses[supply.ups].name);
      }
    }
  }

  bool concerns(const event& e) const {
    if (asked_.host.empty() || std::holds_alternative<incident_event>(e.what)) return true;
    const auto about = subject(e);
    return about == asked_.host || subjects_.count(about) != 0;
  }

  void consider(const event& e, explanation& made) {
    follow(e);
    if (!concerns(e)) return;
    explained_step step{e.wall_milliseconds,
                        e.id.publisher,
                        std::string{kind(e)},
                        subject(e),
                        to_string(e),
                        {},
                        {}};
    if (const auto* cast = std::get_if<vote_event>(&e.what)) {
      const auto wish = cast->about.kind == target_kind::host ? to_string(cast->host_level)
                                                              : to_string(cast->outlet);
      step.text = "wants " + cast->about.name + ": " + spaced(wish) + ", because of "
                  + spaced(to_string(cast->why));
      step.facts = split(cast->explanation);
    } else if (const auto* host = std::get_if<host_event>(&e.what)) {
      step.text = "sees " + host->host + ": " + spaced(host->from) + " -> " + spaced(host->what);
      if (!host->evidence.empty()) step.evidence = {evidence_text(host->evidence, known_)};
    } else if (const auto* outlet = std::get_if<outlet_event>(&e.what)) {
      for (const auto& bytes : outlet->evidence)
        step.evidence.push_back(evidence_text(bytes, known_));
    } else if (const auto* receipt = std::get_if<receipt_event>(&e.what)) {
      if (!receipt->evidence.empty()) step.evidence = {evidence_text(receipt->evidence, known_)};
    }
    made.steps.push_back(std::move(step));
  }

  void follow(const event& e) {
    const auto at = e.wall_milliseconds;
    if (const auto* cast = std::get_if<vote_event>(&e.what)) {
      if (cast->about.kind != target_kind::host) return;
      auto& course = courses_[cast->about.name];
      const spoken said{at, cast->host_level, cast->why, cast->explanation};
      course.wanted[e.id.publisher] = said;
      auto& highest = course.highest[e.id.publisher];
      if (said.level >= highest.level) highest = said;
      // Votes that were on their way while the host was seen to commit had their part in it.
      if (!course.committed || at <= *course.committed) course.at_commit[e.id.publisher] = said;
    } else if (const auto* host = std::get_if<host_event>(&e.what)) {
      auto& course = courses_[host->host];
      const auto note = [&](std::optional<std::int64_t>& when) {
        if (!when) when = at;
      };
      if (grave(host->what)) note(course.committed);
      if (host->what == "down") note(course.down);
      if (host->what == "gone") note(course.gone);
      if (host->what == "running" && course.committed) note(course.back);
    } else if (const auto* alarm = std::get_if<alarm_event>(&e.what)) {
      if (alarm->alarm == "order_broken" && alarm->raised)
        courses_[alarm->subject].order_broken = true;
    }
  }

  static std::string voters(const std::map<std::string, spoken>& said, vote::level least) {
    std::string text;
    for (const auto& [node, what] : said) {
      if (what.level < least) continue;
      if (!text.empty()) text += ", ";
      text += node + " at " + clock_text(what.at) + " (" + spaced(to_string(what.why)) + ')';
    }
    return text;
  }

  std::string verdict_of_host() const {
    const auto found = courses_.find(asked_.host);
    if (found == courses_.end()) return "nothing was wanted of it and nothing happened to it";
    const auto& course = found->second;
    std::string text;
    if (course.committed) {
      const auto who = voters(course.at_commit, vote::level::shutdown);
      text = who.empty()
                 ? "it went down without a vote for it in this journal: by its own fallback "
                   "rule, or by hand"
                 : "it went down because these nodes voted for it: " + who;
      text += "; committed at " + clock_text(*course.committed);
      if (course.down) text += ", last word at " + clock_text(*course.down);
      if (course.gone) text += ", fell silent without a last word at " + clock_text(*course.gone);
      if (course.back) text += ", back at " + clock_text(*course.back);
      if (course.order_broken)
        text += "; its latest safe start came before the hosts before it were done";
      return text;
    }
    const auto asked = voters(course.highest, vote::level::shutdown);
    if (!asked.empty())
      return "it stayed up: its shutdown was voted for by " + asked
             + ", and called off before it committed, or too few agreed";
    const auto warned = voters(course.highest, vote::level::warn);
    if (!warned.empty())
      return "it stayed up: it was warned by " + warned
             + ", but no condition for its shutdown was met";
    return "it stayed up: no node wanted anything of it";
  }

  std::string verdict_of_outage() const {
    std::string down, asked;
    for (const auto& [host, course] : courses_) {
      auto& list = course.committed ? down : asked;
      if (course.committed || !voters(course.highest, vote::level::warn).empty())
        list += (list.empty() ? "" : ", ") + host;
    }
    std::string text = down.empty() ? "no host went down" : "went down: " + down;
    if (!asked.empty()) text += "; stayed up: " + asked;
    return text;
  }

  const past& past_;
  const explain_options& asked_;
  const background& known_;
  outage chosen_;
  bool found_ = false;
  std::optional<outage> last_;
  std::set<std::string> subjects_;
  std::map<std::string, host_course> courses_;
};

void print(const explanation& made, const past& from) {
  std::cout << "From " << from.source << ": " << made.subject << ", outage of "
            << date_text(made.when.from_milliseconds);
  if (made.when.to_milliseconds)
    std::cout << " to " << clock_text(*made.when.to_milliseconds);
  else
    std::cout << ", not over here";
  std::cout << '\n';
  for (const auto& [node, labels] : made.when.labels)
    for (const auto& label : labels)
      std::cout << "  incident " << label << " at " << node << '\n';
  for (const auto& gap : from.gaps)
    std::cout << "  beware: " << gap << '\n';
  std::cout << "\nWhy: " << made.verdict << ".\n\n";
  for (const auto& step : made.steps) {
    std::cout << clock_text(step.wall_milliseconds) << "  " << step.node << ": " << step.text
              << '\n';
    for (const auto& fact : step.facts)
      std::cout << "                - " << fact << '\n';
    for (const auto& piece : step.evidence)
      std::cout << "                * " << piece << '\n';
  }
}

void print_json(const explanation& made, const past& from) {
  json_stream out;
  out.object([&] {
    out.field("source", from.source);
    out.field("subject", made.subject);
    out.field("from_wall_milliseconds", made.when.from_milliseconds);
    out.field("to_wall_milliseconds", made.when.to_milliseconds);
    out.list("incidents", [&] {
      for (const auto& [node, labels] : made.when.labels)
        for (const auto& label : labels)
          out.object([&] {
            out.field("node", node);
            out.field("label", label);
          });
    });
    out.list("gaps", [&] {
      for (const auto& gap : from.gaps)
        out.item(gap);
    });
    out.field("verdict", made.verdict);
    out.list("steps", [&] {
      for (const auto& step : made.steps)
        out.object([&] {
          out.field("wall_milliseconds", step.wall_milliseconds);
          out.field("node", step.node);
          out.field("kind", step.kind);
          out.field("subject", step.subject);
          out.field("text", step.text);
          out.list("facts", [&] {
            for (const auto& fact : step.facts)
              out.item(fact);
          });
          out.list("evidence", [&] {
            for (const auto& piece : step.evidence)
              out.item(piece);
          });
        });
    });
  });
  std::cout << out.text() << '\n';
}

// Both files are a help and no must: a journal may have been carried far from its site.
background load_background(const explain_options& asked) {
  background known;
  auto about = config::load_site(asked.site_file, keys::sha256);
  if (auto* loaded = std::get_if<site>(&about)) known.about = std::move(*loaded);
  auto members = config::load_members(asked.members_file);
  if (auto* loaded = std::get_if<membership>(&members))
    known.signatures.emplace(std::move(*loaded));
  return known;
}

}  // namespace

std::optional<explanation> explain(const past& of, const explain_options& asked,
                                   const background& known, std::string& why) {
  return historian{of, asked, known}.tell(why);
}

exit_status explain(const explain_options& asked, const access& how) {
  const auto read = asked.node.empty() ? read_journal(asked.database) : ask_node(how, asked.node);
  if (const auto* problem = std::get_if<std::string>(&read)) {
    std::cerr << *problem << '\n';
    return asked.node.empty() ? exit_status::usage : exit_status::not_reachable;
  }
  const auto& from = std::get<past>(read);
  std::string why;
  const auto made = explain(from, asked, load_background(asked), why);
  if (!made) {
    std::cerr << why << '\n';
    return exit_status::failed;
  }
  if (!asked.story_file.empty()) {
    std::ofstream file{asked.story_file};
    file << story_of(from, made->when);
    if (!file.flush()) {
      std::cerr << asked.story_file << " cannot be written\n";
      return exit_status::usage;
    }
  }
  asked.json ? print_json(*made, from) : print(*made, from);
  return exit_status::fine;
}

}  // namespace holdover::tool
