// A drill's report as Markdown, HTML and JSON. The three say the same.

#include "core/words.hpp"
#include "tools/holdover/drill_summary.hpp"
#include "tools/holdover/json_stream.hpp"

#include <ctime>

namespace holdover::tool {

namespace {

using table = std::vector<std::vector<std::string>>;

/// Parts of a report, in the order in which one reads them.
struct section {
  std::string title;
  std::vector<std::string> lines{};  ///< Points.
  table rows{};                      ///< The first is the head.
};

std::string moment(const std::optional<duration>& at) {
  return at ? (*at < duration::zero() ? "-" + in_words(-*at) : in_words(*at)) : "-";
}

std::string joined(const std::vector<std::string>& names) {
  std::string all;
  for (const auto& name : names)
    all += (all.empty() ? "" : ", ") + name;
  return all.empty() ? "-" : all;
}

std::string moment_in_utc(std::int64_t wall_milliseconds) {
  const auto seconds = static_cast<std::time_t>(wall_milliseconds / 1000);
  std::tm parts{};
  char text[32];
  if (::gmtime_r(&seconds, &parts) == nullptr
      || std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S UTC", &parts) == 0)
    return "at an unknown time";
  return text;
}

std::string outcome(const drill_summary& what) {
  const auto state = std::string{to_string(what.state)};
  if (what.state == drill::drill_state::aborted) return state + ": " + what.why;
  if (what.findings.empty()) return state + ", nothing to mend";
  return state + ", " + std::to_string(what.findings.size())
         + (what.findings.size() == 1 ? " finding" : " findings");
}

section facts(const drill_summary& what) {
  section made{"Drill " + what.drill};
  made.lines = {
      "site: " + what.site + (what.lab ? " (LAB timings: nothing real may depend on it)" : ""),
      "story: " + what.story + ", " + in_words(what.lasts) + " long",
      "begun: " + moment_in_utc(what.wall_milliseconds) + " by " + what.by,
      "outcome: " + outcome(what),
      std::to_string(what.threshold) + " of " + std::to_string(what.nodes.size())
          + " nodes decide"};
  for (const auto& [node, part] : what.nodes)
    made.lines.push_back("node " + node + ": " + part);
  return made;
}

section hosts(const drill_summary& what) {
  section made{"Hosts: when each would have stopped, since the story began"};
  made.rows.push_back({"host", "stage", "warned", "decided", "committed", "down", "margin to empty",
                       "because of", "heard by"});
  for (const auto& host : what.hosts)
    made.rows.push_back({host.name, host.stage.empty() ? "-" : host.stage, moment(host.warned),
                         moment(host.decided), moment(host.committed), moment(host.down),
                         moment(host.margin), host.why.empty() ? "-" : host.why,
                         joined(host.heard_by)});
  return made;
}

section checks(const drill_summary& what) {
  section made{"Programs that the hosts would have run"};
  made.rows.push_back({"host", "action", "could it run", "what was found"});
  for (const auto& host : what.hosts)
    for (const auto& check : host.checks)
      made.rows.push_back({host.name, check.id,
                           check.state == agent::action_state::failed ? "NO" : "yes",
                           check.detail});
  return made;
}

section failovers(const drill_summary& what) {
  section made{"Failovers that this drill caused"};
  for (const auto& one : what.failovers) {
    const auto& wish = one.what.what;
    auto text = "node " + wish.node + ", "
                + (wish.what == drill::exercise_kind::stop_process ? "process stopped"
                                                                   : "cut off from " + wish.peer);
    if (!one.what.began) {
      made.lines.push_back(text + ": not done: " + one.what.evidence);
      continue;
    }
    text += " from " + moment(one.what.began) + " to " + moment(one.what.ended) + " ("
            + one.what.evidence + "); ";
    if (one.gaps.empty()) text += "nobody missed its votes";
    for (std::size_t i = 0; i < one.gaps.size(); ++i)
      text += (i == 0 ? "votes missing at " : ", ") + one.gaps[i].host + " from "
              + moment(one.gaps[i].from) + " to "
              + (one.gaps[i].to ? moment(one.gaps[i].to) : "the end") + " (seen by "
              + one.gaps[i].seen_by + ")";
    if (!one.gaps.empty()) text += "; the votes of " + joined(one.carried_by) + " carried on";
    made.lines.push_back(std::move(text));
  }
  return made;
}

std::vector<section> sections(const drill_summary& what) {
  std::vector<section> all{facts(what)};
  if (!what.findings.empty()) all.push_back({"Findings", what.findings, {}});
  all.push_back(hosts(what));
  if (auto made = checks(what); made.rows.size() > 1) all.push_back(std::move(made));
  if (auto made = failovers(what); !made.lines.empty()) all.push_back(std::move(made));
  if (!what.notes.empty()) all.push_back({"Worth knowing", what.notes, {}});
  section made{"What happened"};
  made.rows.push_back({"when", "what", "seen by"});
  for (const auto& one : what.timeline)
    made.rows.push_back({moment(one.at), one.text, joined(one.nodes)});
  if (made.rows.size() > 1) all.push_back(std::move(made));
  return all;
}

std::string escaped(const std::string& text, bool html) {
  std::string out;
  for (const char c : text) {
    if (html && c == '&')
      out += "&amp;";
    else if (html && c == '<')
      out += "&lt;";
    else if (html && c == '>')
      out += "&gt;";
    else if (html && c == '"')
      out += "&quot;";
    else if (!html && c == '|')
      out += "\\|";
    else if (!html && c == '<')
      out += "&lt;";
    else if (c == '\n')
      out += ' ';
    else
      out += c;
  }
  return out;
}

template <class T>
void list_texts(json_stream& out, std::string_view key, const T& values) {
  out.list(key, [&] {
    for (const auto& value : values)
      out.item(value);
  });
}

}  // namespace

std::string as_markdown(const drill_summary& what) {
  std::string out;
  for (const auto& one : sections(what)) {
    out += (out.empty() ? "# " : "\n## ") + escaped(one.title, false) + "\n\n";
    for (const auto& line : one.lines)
      out += "- " + escaped(line, false) + '\n';
    for (std::size_t row = 0; row < one.rows.size(); ++row) {
      for (const auto& cell : one.rows[row])
        out += "| " + escaped(cell, false) + ' ';
      out += "|\n";
      if (row > 0) continue;
      for (std::size_t i = 0; i < one.rows[row].size(); ++i)
        out += "|---";
      out += "|\n";
    }
  }
  return out;
}

std::string as_html(const drill_summary& what) {
  std::string out =
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Drill "
      + escaped(what.drill, true)
      + "</title><style>body{font-family:sans-serif;margin:2em;max-width:75em}"
        "table{border-collapse:collapse}td,th{border:1px solid #999;padding:.3em .6em;"
        "text-align:left;vertical-align:top}</style></head><body>\n";
  bool first = true;
  for (const auto& one : sections(what)) {
    const auto* tag = first ? "h1" : "h2";
    first = false;
    out += '<' + std::string{tag} + '>' + escaped(one.title, true) + "</" + tag + ">\n";
    if (!one.lines.empty()) out += "<ul>\n";
    for (const auto& line : one.lines)
      out += "<li>" + escaped(line, true) + "</li>\n";
    if (!one.lines.empty()) out += "</ul>\n";
    if (!one.rows.empty()) out += "<table>\n";
    for (std::size_t row = 0; row < one.rows.size(); ++row) {
      const auto* cell = row == 0 ? "th" : "td";
      out += "<tr>";
      for (const auto& text : one.rows[row])
        out += '<' + std::string{cell} + '>' + escaped(text, true) + "</" + cell + '>';
      out += "</tr>\n";
    }
    if (!one.rows.empty()) out += "</table>\n";
  }
  return out + "</body></html>\n";
}

std::string as_json(const drill_summary& what) {
  json_stream out;
  out.object([&] {
    out.field("site", what.site);
    out.field("lab", what.lab);
    out.field("drill", what.drill);
    out.field("story", what.story);
    out.field("by", what.by);
    out.field("wall_milliseconds", what.wall_milliseconds);
    out.field("lasts", what.lasts);
    out.field("state", std::string{to_string(what.state)});
    out.field("why", what.why);
    out.field("threshold", what.threshold);
    out.object("nodes", [&] {
      for (const auto& [node, part] : what.nodes)
        out.field(node, part);
    });
    list_texts(out, "findings", what.findings);
    out.list("hosts", [&] {
      for (const auto& host : what.hosts)
        out.object([&] {
          out.field("host", host.name);
          out.field("stage", host.stage);
          list_texts(out, "heard_by", host.heard_by);
          list_texts(out, "unheard_by", host.unheard_by);
          out.field("warned", host.warned);
          out.field("shed", host.shed);
          out.field("decided", host.decided);
          out.object("wanted_by", [&] {
            for (const auto& [node, at] : host.wanted)
              out.field(node, at);
          });
          out.field("armed", host.armed);
          out.field("committed", host.committed);
          out.field("down", host.down);
          out.field("left_at_commit", host.left);
          out.field("shutdown_time", host.shutdown_time);
          out.field("margin_to_empty", host.margin);
          out.field("because", host.why);
          out.list("checks", [&] {
            for (const auto& check : host.checks)
              out.object([&] {
                out.field("action", check.id);
                out.field("state", std::string{to_string(check.state)});
                out.field("detail", check.detail);
              });
          });
        });
    });
    out.list("failovers", [&] {
      for (const auto& one : what.failovers)
        out.object([&] {
          out.field("node", one.what.what.node);
          out.field("what", std::string{to_string(one.what.what.what)});
          out.field("peer", one.what.what.peer);
          out.field("began", one.what.began);
          out.field("ended", one.what.ended);
          out.field("evidence", one.what.evidence);
          out.field("shown", one.shown);
          list_texts(out, "carried_by", one.carried_by);
          out.list("missing_votes", [&] {
            for (const auto& gap : one.gaps)
              out.object([&] {
                out.field("host", gap.host);
                out.field("seen_by", gap.seen_by);
                out.field("from", gap.from);
                out.field("to", gap.to);
              });
          });
        });
    });
    list_texts(out, "notes", what.notes);
    out.list("timeline", [&] {
      for (const auto& one : what.timeline)
        out.object([&] {
          out.field("at", one.at);
          out.field("what", one.text);
          list_texts(out, "nodes", one.nodes);
        });
    });
  });
  return out.text() + '\n';
}

}  // namespace holdover::tool
