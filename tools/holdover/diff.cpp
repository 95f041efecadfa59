#include "tools/holdover/diff.hpp"

#include "core/policy/difference.hpp"
#include "io/config/site_loader.hpp"
#include "io/keys/digest.hpp"
#include "tools/holdover/json_text.hpp"

#include <filesystem>
#include <iostream>
#include <optional>

namespace holdover::tool {

namespace {

// Paths are relative to the file's folder, and both files are meant for the same one.
void forget_folder(device_address& address, const std::string& folder) {
  const auto strip = [&](std::string& text, const std::string& before) {
    if (text.starts_with(before + folder)) text.erase(before.size(), folder.size());
  };
  strip(address.credentials, "file:");
  if (address.driver == "simulated") strip(address.host, "");
}

void forget_folder(site& s, const std::string& file) {
  auto folder = std::filesystem::path{file}.parent_path().lexically_normal().string();
  if (folder.empty()) return;
  folder += '/';
  for (auto& one : s.upses) {
    forget_folder(one.address, folder);
    for (auto& path : one.paths)
      forget_folder(path.address, folder);
  }
  for (auto& one : s.units)
    forget_folder(one.address, folder);
  for (auto& one : s.sensors)
    forget_folder(one.address, folder);
}

std::optional<site> read(const std::string& file) {
  auto loaded = config::load_site(file, keys::sha256);
  if (const auto* bad = std::get_if<std::vector<config::problem>>(&loaded)) {
    std::cerr << config::to_string(*bad);
    return std::nullopt;
  }
  forget_folder(std::get<site>(loaded), file);
  return std::move(std::get<site>(loaded));
}

std::string as_json(const policy::difference& one) {
  std::vector<std::string> subjects;
  for (const auto& subject : one.subjects)
    subjects.push_back(json_string(subject));
  return json_object{}
      .text("kind", one.kind)
      .raw("subjects", json_list(subjects))
      .text("what", one.what)
      .text("before", one.before)
      .text("after", one.after)
      .done();
}

}  // namespace

exit_status diff(const std::string& before, const std::string& after, bool json) {
  const auto old_site = read(before);
  const auto new_site = read(after);
  if (!old_site || !new_site) return exit_status::usage;
  const auto found = policy::differences(*old_site, *new_site);
  if (json) {
    std::vector<std::string> all;
    for (const auto& one : found)
      all.push_back(as_json(one));
    std::cout << json_list(all) << '\n';
  } else {
    for (const auto& one : found)
      std::cout << policy::to_string(one) << '\n';
    if (found.empty())
      std::cout << (old_site->hash == new_site->hash ? "the same file: " : "")
                << "no change in behaviour\n";
    if (old_site->hash != new_site->hash && old_site->revision == new_site->revision)
      std::cout << "note: both have revision " << new_site->revision
                << "; raise it, so that nodes that follow different files say so\n";
  }
  return found.empty() ? exit_status::fine : exit_status::failed;
}

}  // namespace holdover::tool
