#include "tools/holdover/check.hpp"

#include "io/config/site_loader.hpp"
#include "io/keys/digest.hpp"
#include "tools/holdover/json_text.hpp"

#include <algorithm>
#include <iostream>
#include <optional>

namespace holdover::tool {

namespace {

using weight = site_problem::weight;

/// One file, looked through.
struct checked {
  std::string file;
  std::vector<config::problem> problems;
  std::optional<site> about;  ///< If it may run.

  std::size_t count(weight how) const {
    return static_cast<std::size_t>(
        std::count_if(problems.begin(), problems.end(),
                      [&](const config::problem& one) { return one.how == how; }));
  }
  bool fine() const { return count(weight::error) == 0 && count(weight::warning) == 0; }
};

checked look_at(const std::string& file) {
  checked out{file, {}, std::nullopt};
  auto loaded = config::load_site(file, keys::sha256, out.problems);
  if (auto* bad = std::get_if<std::vector<config::problem>>(&loaded))
    out.problems = std::move(*bad);
  else
    out.about = std::move(std::get<site>(loaded));
  return out;
}

std::string counted(std::size_t n, const std::string& what) {
  return std::to_string(n) + ' ' + what + (n == 1 ? "" : what.ends_with('S') ? "es" : "s");
}

std::string summary(const checked& one) {
  std::string out = one.file + ": ";
  if (!one.fine())
    out += counted(one.count(weight::error), "error") + ", "
           + counted(one.count(weight::warning), "warning");
  else
    out += "fine: site " + one.about->name + (one.about->lab ? " (LAB)" : "") + ", "
           + counted(one.about->nodes.size(), "node") + ", threshold "
           + std::to_string(threshold(*one.about)) + ", " + counted(one.about->upses.size(), "UPS")
           + ", " + counted(one.about->hosts.size(), "host") + ", "
           + counted(one.about->stages.size(), "stage");
  if (const auto notes = one.count(weight::note); notes > 0) out += ", " + counted(notes, "note");
  return out + '\n';
}

std::string as_json(const checked& one) {
  std::vector<std::string> problems;
  for (const auto& p : one.problems)
    problems.push_back(json_object{}
                           .text("severity", config::word_for(p.how))
                           .number("line", static_cast<std::size_t>(p.where.line))
                           .number("column", static_cast<std::size_t>(p.where.column))
                           .text("path", p.path)
                           .text("text", p.text)
                           .done());
  json_object out;
  out.text("file", one.file).flag("fine", one.fine());
  out.number("errors", one.count(weight::error)).number("warnings", one.count(weight::warning));
  out.number("notes", one.count(weight::note));
  if (one.about) out.text("site", one.about->name).flag("lab", one.about->lab);
  return out.raw("problems", json_list(problems)).done();
}

}  // namespace

exit_status check(const std::vector<std::string>& files, bool json) {
  bool findings = false;
  std::vector<std::string> documents;
  for (const auto& file : files) {
    const auto one = look_at(file);
    findings = findings || !one.fine();
    if (json)
      documents.push_back(as_json(one));
    else
      std::cout << config::to_string(one.problems) << summary(one);
  }
  if (json) std::cout << json_list(documents) << '\n';
  return findings ? exit_status::failed : exit_status::fine;
}

}  // namespace holdover::tool
