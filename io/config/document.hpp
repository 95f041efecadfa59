// One YAML file while it is being loaded: its text, the places of its values and its problems.
//
// The loaders read the message that the file was bound onto and, where something does not make
// sense, say so by path; the place is looked up here. One mistake is reported once: what follows
// from a mistake that is already on the list is left out.

#pragma once

#include "io/config/binder.hpp"
#include "io/config/problem.hpp"

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace holdover::config {

class document {
public:
  /// Reads and binds a file. Afterwards there are problems, or `out` says what the file says.
  document(std::string path, google::protobuf::Message& out);
  /// The same for a text that is at hand; `path` only names it.
  document(std::string path, std::string text, google::protobuf::Message& out);
  document(const document&) = delete;
  document& operator=(const document&) = delete;

  const std::string& text() const { return text_; }

  /// Whether a value was given, were it only its default.
  bool given(const std::string& path) const { return bound_.places.contains(path); }

  void error(const std::string& path, std::string text);
  void warning(const std::string& path, std::string text);
  /// Reports that a key of the file must be given, unless its group is in trouble anyway.
  void require(const std::string& path, bool there);

  /// What core has found: left out where it follows from a mistake that is known.
  void add(const std::vector<site_problem>& found);
  /// What core may find at a path follows from a known mistake.
  void excuse(const std::string& path) { excused_.insert(path); }

  /// Whether there is an error at the path or at a group or list around it.
  bool troubled(std::string_view path) const;
  /// Whether there is an error at the path, around it or within it.
  bool touched(std::string_view path) const;
  bool has_error() const { return config::has_error(bound_.problems); }

  /// A path in the file, which is meant relative to the file's folder.
  std::string resolve(const std::string& path) const;

  /// All problems, by place.
  std::vector<problem> problems() const;

private:
  void report(site_problem::weight how, const std::string& path, std::string text);
  place place_of(std::string path) const;

  std::string file_;
  std::string text_;
  std::vector<std::string_view> lines_;  ///< Of text_, which never changes after.
  binding bound_;
  std::set<std::string> excused_;
};

}  // namespace holdover::config
