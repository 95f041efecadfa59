#include "io/config/document.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace holdover::config {

namespace {

/// The file's bytes; `problem` says why there are none. One byte above the limit is read at most,
/// so that a wrong path such as /dev/zero ends, too.
std::string read_file(const std::string& path, std::string& problem) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    problem = "is a folder; name the file in it";
    return {};
  }
  errno = 0;
  std::ifstream file{path, std::ios::binary};
  std::string text(file_bytes_max + 1, '\0');
  if (file) {
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(file.gcount()));
  }
  if (!file.is_open() || file.bad()) {
    problem = std::string{"cannot be read: "} + std::strerror(errno != 0 ? errno : EIO);
    return {};
  }
  return text;
}

bool encloses(std::string_view outer, std::string_view inner) {
  if (outer.empty() || outer == inner) return true;
  return inner.size() > outer.size() && inner.substr(0, outer.size()) == outer
         && (inner[outer.size()] == '.' || inner[outer.size()] == '[');
}

/// "a[1].b" -> "a[1]" -> "a" -> "".
std::string around(const std::string& path) {
  const auto cut = path.find_last_of(".[");
  return cut == std::string::npos ? std::string{} : path.substr(0, cut);
}

}  // namespace

document::document(std::string path, google::protobuf::Message& out) : file_(std::move(path)) {
  std::string unreadable;
  text_ = read_file(file_, unreadable);
  lines_ = lines_of(text_);
  if (unreadable.empty())
    bound_ = bind_yaml(file_, text_, out);
  else
    error("", unreadable);
}

document::document(std::string path, std::string text, google::protobuf::Message& out)
    : file_(std::move(path)), text_(std::move(text)), lines_(lines_of(text_)) {
  bound_ = bind_yaml(file_, text_, out);
}

void document::error(const std::string& path, std::string text) {
  report(site_problem::weight::error, path, std::move(text));
}

void document::warning(const std::string& path, std::string text) {
  report(site_problem::weight::warning, path, std::move(text));
}

void document::require(const std::string& path, bool there) {
  if (there || touched(path)) return;
  const auto name = path.substr(path.find_last_of('.') + 1);
  error(path, "\"" + name + "\" is missing");
}

void document::add(const std::vector<site_problem>& found) {
  const bool uncertain = has_error();
  std::vector<site_problem> news;
  std::copy_if(found.begin(), found.end(), std::back_inserter(news), [&](const auto& one) {
    if (uncertain && one.how == site_problem::weight::warning) return false;
    return !touched(one.path) && !excused_.contains(one.path);
  });
  for (const auto& one : news)
    report(one.how, one.path, one.text);
}

bool document::troubled(std::string_view path) const {
  return std::any_of(bound_.problems.begin(), bound_.problems.end(), [&](const problem& one) {
    return one.how == site_problem::weight::error && encloses(one.path, path);
  });
}

bool document::touched(std::string_view path) const {
  return std::any_of(bound_.problems.begin(), bound_.problems.end(), [&](const problem& one) {
    return one.how == site_problem::weight::error
           && (encloses(one.path, path) || encloses(path, one.path));
  });
}

std::string document::resolve(const std::string& path) const {
  if (path.empty()) return path;
  const auto folder = std::filesystem::path{file_}.parent_path();
  return (folder / path).lexically_normal().string();
}

std::vector<problem> document::problems() const {
  auto sorted = bound_.problems;
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const problem& a, const problem& b) { return a.where < b.where; });
  return sorted;
}

void document::report(site_problem::weight how, const std::string& path, std::string text) {
  const auto where = in_characters(place_of(path), lines_);
  problem what{file_, where, how, std::move(text), path, {}};
  if (where.line > 0 && static_cast<std::size_t>(where.line) <= lines_.size())
    what.source = lines_[static_cast<std::size_t>(where.line) - 1];
  bound_.problems.push_back(std::move(what));
}

/// The place of the value, or of the closest group around it that was given.
place document::place_of(std::string path) const {
  while (!path.empty()) {
    const auto found = bound_.places.find(path);
    if (found != bound_.places.end()) return found->second;
    path = around(path);
  }
  return {};
}

}  // namespace holdover::config
