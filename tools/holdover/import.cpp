#include "tools/holdover/import.hpp"

#include "io/config/atomic_file.hpp"
#include "io/config/site_loader.hpp"
#include "io/keys/digest.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <set>
#include <utility>

namespace holdover::tool {

namespace {

constexpr std::uintmax_t file_bytes_max = 1 << 20;

/// Quoted for YAML.
std::string yaml(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

/// A name that a site file accepts.
std::string name_from(std::string_view text) {
  constexpr std::size_t longest = 63;
  std::string out;
  for (const char c : text.substr(0, longest)) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (letter || (!out.empty() && (c == '.' || c == '_' || c == '-')))
      out += c;
    else if (!out.empty())
      out += '-';
  }
  return out.empty() ? "unnamed" : out;
}

/// Comment lines no wider than a page.
std::string comment(std::string_view text, std::string_view first, std::string_view rest) {
  constexpr std::size_t width = 96;
  std::string out;
  std::string line{first};
  while (!text.empty()) {
    const auto end = std::min(text.find(' '), text.size());
    const auto word = text.substr(0, end);
    if (line.size() + word.size() + 1 > width && line.size() > rest.size()) {
      out += line + '\n';
      line = std::string{rest};
    }
    line += ' ';
    line += word;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out + line + '\n';
}

/// Two UPSes of one name behind two servers get the server's, too; nobody is called as the host is.
std::vector<std::string> names_of(const imported& from, const std::set<std::string>& reserved) {
  std::map<std::string, int> uses;
  for (const auto& ups : from.upses)
    ++uses[name_from(ups.name)];
  std::set<std::string> taken = reserved;
  std::vector<std::string> out;
  for (const auto& ups : from.upses) {
    auto name = name_from(ups.name);
    if (uses[name] > 1) name = name_from(name + '-' + ups.host);
    const auto stem = name;
    for (int i = 2; !taken.insert(name).second; ++i)
      name = stem + '-' + std::to_string(i);
    out.push_back(name);
  }
  return out;
}

std::string ups_lines(const imported& from, const imported::ups& ups, const std::string& name) {
  std::string out = "  - name: " + yaml(name) + '\n';
  if (ups.driver == "snmp") {
    out += "    snmp: { host: " + yaml(ups.host) + ", profile: rfc1628";
    if (ups.port != 0) out += ", port: " + std::to_string(ups.port);
    out += " }\n";
  } else {
    out += "    nut: { host: " + yaml(ups.host) + ", ups: " + yaml(ups.unit);
    if (ups.port != 0) out += ", port: " + std::to_string(ups.port);
    out += " }\n";
  }
  if (!from.poll.empty()) out += "    poll: " + from.poll + '\n';
  if (!from.alert_poll.empty()) out += "    alert_poll: " + from.alert_poll + '\n';
  return out;
}

std::string host_lines(const imported& from, const std::string& host,
                       const std::vector<std::string>& names) {
  std::string supplies;
  for (std::size_t i = 0; i < from.upses.size(); ++i)
    for (unsigned n = 0; n < from.upses[i].supplies; ++n)
      supplies += (supplies.empty() ? "" : ", ") + ("{ ups: " + yaml(names[i]) + " }");
  std::string out = "  - name: " + yaml(host) + "\n    supplies: [" + supplies + "]\n";
  out += "    needed: " + std::to_string(from.needed) + '\n';
  out += "    shutdown_time: 2m       # measure a real shutdown, times 1.5 plus 30 s\n";
  out += "    boot_time: 3m           # measure a real start\n";
  if (!from.hold.empty()) out += "    hold: " + from.hold + '\n';
  return out;
}

std::string read(const std::string& file, std::string& problem) {
  std::error_code error;
  const auto size = std::filesystem::file_size(file, error);
  if (error) {
    problem = "cannot be read: " + error.message();
    return {};
  }
  if (size > file_bytes_max) {
    problem = "is larger than 1 MiB: this is no such file";
    return {};
  }
  std::ifstream in{file, std::ios::binary};
  if (!in) problem = "cannot be read: check its rights";
  return {std::istreambuf_iterator<char>{in}, {}};
}

/// By its name, or else by what only one of the two has in it.
bool is_apcupsd(const std::string& file, std::string_view text) {
  const auto name = std::filesystem::path{file}.filename().string();
  if (name.find("upsmon") != std::string::npos) return false;
  if (name.find("apcupsd") != std::string::npos) return true;
  return text.find("UPSTYPE") != std::string_view::npos
         && text.find("MONITOR ") == std::string_view::npos;
}

exit_status write(const std::string& out, const std::string& yaml_text) {
  if (std::filesystem::exists(out)) {
    std::cerr << out << ": exists already; give another name, or remove it first\n";
    return exit_status::usage;
  }
  if (const auto problem = config::write_atomically(out, yaml_text)) {
    std::cerr << *problem << '\n';
    return exit_status::usage;
  }
  const auto loaded = config::load_site(out, keys::sha256);
  if (const auto* bad = std::get_if<std::vector<config::problem>>(&loaded)) {
    std::cerr << config::to_string(*bad);
    return exit_status::failed;
  }
  std::cout << out << ": written; read its notes, then run `holdover check " << out << "`\n";
  return exit_status::fine;
}

}  // namespace

std::vector<std::string> words_of(std::string_view line) {
  std::vector<std::string> words;
  std::string word;
  bool quoted = false;
  bool inside = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (c == '\\' && i + 1 < line.size()) {
      word += line[++i];
      inside = true;
    } else if (c == '"') {
      quoted = !quoted;
      inside = true;
    } else if (!quoted && c == '#') {
      break;
    } else if (!quoted && (c == ' ' || c == '\t' || c == '\r')) {
      if (inside) words.push_back(std::exchange(word, {}));
      inside = false;
    } else {
      word += c;
      inside = true;
    }
  }
  if (inside) words.push_back(word);
  return words;
}

std::string to_yaml(const imported& from, const std::string& host_wish) {
  const auto host = name_from(host_wish);
  const auto names = names_of(from, {host, "node-a"});
  std::string out = "# Made from a configuration of " + from.source
                    + " by `holdover import`: a start, not a plan.\n";
  if (!from.notes.empty()) {
    out += "#\n# What has no equivalent, and what to do:\n";
    for (const auto& note : from.notes)
      out += comment(note, "#  -", "#   ");
  }
  out += "\nsite: " + yaml(host == "unnamed" ? "site" : host + "-site");
  out +=
      "\nrevision: 1\n\n"
      "# One node has nobody to agree with: better three, on machines, feeds and switches of "
      "their\n"
      "# own. Put the address here that the hosts reach it at.\n"
      "nodes:\n"
      "  - { number: 0, name: node-a, control: \"tcp://127.0.0.1:7400\", events: "
      "\"tcp://127.0.0.1:7401\" }\n\nups:\n";
  for (std::size_t i = 0; i < from.upses.size(); ++i)
    out += ups_lines(from, from.upses[i], names[i]);
  out += "\nhosts:\n" + host_lines(from, host, names);
  out += "\n# What made " + from.source + " shut the machine down. Any one suffices.\nstages:\n";
  out += "  - name: shutdown\n    when:\n";
  for (const auto& trigger : from.triggers)
    out += "      " + trigger + '\n';
  return out + "    hosts: [" + yaml(host) + "]\n";
}

exit_status import_file(const std::string& file, const std::string& host, const std::string& out) {
  std::string problem;
  const auto text = read(file, problem);
  if (!problem.empty()) {
    std::cerr << file << ' ' << problem << '\n';
    return exit_status::usage;
  }
  const auto found = is_apcupsd(file, text) ? import_apcupsd(text) : import_upsmon(text);
  for (const auto& mistake : found.mistakes)
    std::cerr << file << ": " << mistake << '\n';
  if (!found.mistakes.empty()) return exit_status::usage;
  const auto made = to_yaml(found, host);
  if (!out.empty()) return write(out, made);
  std::cout << made;
  return exit_status::fine;
}

}  // namespace holdover::tool
