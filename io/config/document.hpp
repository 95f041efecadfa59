// One YAML file while it is being loaded: its text, the places of its values and its problems.
//
// A file may include fragments (`include: [racks/a.yaml]`, relative to the file that says so):
// their lists go behind its own, what stands only once may stand in one of them only, and whatever
// is wrong with a value is said at its place in the fragment.
//
// The loaders read the message that the file was bound onto and, where something does not make
// sense, say so by path; the place is looked up here. One mistake is reported once: what follows
// from a mistake that is already on the list is left out.

#pragma once

#include "io/config/binder.hpp"
#include "io/config/problem.hpp"

#include <deque>
#include <map>
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

  /// The bytes of the file and of all that it includes, in order.
  const std::string& text() const { return text_; }

  /// Whether a value was given, were it only its default.
  bool given(const std::string& path) const { return places_.contains(path); }

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
  bool has_error() const { return config::has_error(problems_); }

  /// A path in the file, which is meant relative to the file's folder.
  std::string resolve(const std::string& path) const;

  /// All problems, by place.
  std::vector<problem> problems() const;

private:
  struct source_file {
    std::string file;
    std::string text;
    std::vector<std::string_view> lines;  ///< Of text, which never changes after.
  };
  struct location {
    std::size_t source = 0;
    place where;
  };

  void read(const std::string& path, const location& named_at, google::protobuf::Message& out);
  void take(const std::string& path, std::string text);
  void bind_first(google::protobuf::Message& out);
  void include(std::size_t source, google::protobuf::Message& out);
  void merge(std::size_t source, binding, google::protobuf::Message& fragment,
             google::protobuf::Message& out);
  bool already_given(std::size_t source, const std::string& path, place);
  void report(site_problem::weight how, const std::string& path, std::string text);
  void report_at(location, site_problem::weight how, const std::string& path, std::string text);
  location place_of(std::string path) const;

  std::string text_;
  std::deque<source_file> sources_;  ///< The file itself, then what it includes.
  std::vector<std::string> open_;    ///< Files that are being read, to notice circles.
  std::map<std::string, location> places_;
  std::vector<problem> problems_;
  std::set<std::string> excused_;
};

}  // namespace holdover::config
