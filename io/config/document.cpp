#include "io/config/document.hpp"

#include "io/config/suggest.hpp"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <utility>

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

using google::protobuf::Message;

constexpr const char* include_key = "include";
constexpr std::size_t fragments_max = 256;

/// One name for a file, however it is written.
std::string identity_of(const std::string& path) {
  std::error_code ignored;
  const auto known = std::filesystem::weakly_canonical(path, ignored);
  return known.empty() ? path : known.string();
}

/// "hosts[1].name" of a fragment -> "hosts[8].name" of the whole.
std::string shifted(const std::string& path, const std::map<std::string, int>& shifts) {
  const auto bracket = path.find('[');
  if (bracket == std::string::npos) return path;
  const auto shift = shifts.find(path.substr(0, bracket));
  if (shift == shifts.end()) return path;
  const auto end = path.find(']', bracket);
  const auto number = std::stoi(path.substr(bracket + 1, end - bracket - 1)) + shift->second;
  return path.substr(0, bracket + 1) + std::to_string(number) + path.substr(end);
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

document::document(std::string path, Message& out) {
  read(path, {}, out);
}

document::document(std::string path, std::string text, Message& out) {
  take(path, std::move(text));
  bind_first(out);
  if (given(include_key))
    error(include_key, "is for files; this text is none, so put everything into it");
}

// What cannot be read at all is reported where it was named.
void document::read(const std::string& path, const location& named_at, Message& out) {
  std::string unreadable;
  auto text = read_file(path, unreadable);
  const auto number = sources_.size();
  if (!unreadable.empty() && number > 0) {
    report_at(named_at, site_problem::weight::error, "", path + ' ' + unreadable);
    return;
  }
  take(path, std::move(text));
  if (!unreadable.empty()) return error("", unreadable);
  open_.push_back(identity_of(path));
  if (number == 0) {
    bind_first(out);
    include(number, out);
  } else {
    const std::unique_ptr<Message> fragment{out.New()};
    auto bound = bind_yaml(path, sources_.back().text, *fragment);
    merge(number, std::move(bound), *fragment, out);
  }
  open_.pop_back();
}

void document::take(const std::string& path, std::string text) {
  sources_.push_back({path, std::move(text), {}});
  auto& own = sources_.back();
  own.lines = lines_of(own.text);
  text_ += own.text;
}

void document::bind_first(Message& out) {
  auto bound = bind_yaml(sources_.front().file, sources_.front().text, out);
  for (const auto& [value, where] : bound.places)
    places_[value] = {0, where};
  problems_ = std::move(bound.problems);
}

// What a message includes is read once it is part of the whole: a fragment may include others.
void document::include(std::size_t source, Message& out) {
  const auto* field = out.GetDescriptor()->FindFieldByName(include_key);
  if (field == nullptr) return;
  const auto& look = *out.GetReflection();
  std::vector<std::string> names;
  for (int i = 0; i < look.FieldSize(out, field); ++i)
    names.push_back(look.GetRepeatedString(out, field, i));
  look.ClearField(&out, field);
  std::vector<location> places;
  for (std::size_t i = 0; i < names.size(); ++i)
    places.push_back(place_of(std::string{include_key} + '[' + std::to_string(i) + ']'));
  std::erase_if(places_, [](const auto& known) { return encloses(include_key, known.first); });
  const auto folder = std::filesystem::path{sources_[source].file}.parent_path();
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto path = (folder / names[i]).lexically_normal().string();
    const auto who = identity_of(path);
    const auto wrong = [&](const std::string& text) {
      report_at(places[i], site_problem::weight::error, "", text);
    };
    if (std::find(open_.begin(), open_.end(), who) != open_.end())
      wrong(in_quotes(names[i]) + " includes itself, by way of this; remove one");
    else if (sources_.size() > fragments_max)
      wrong("includes more than " + std::to_string(fragments_max) + " files; merge some");
    else
      read(path, places[i], out);
  }
}

void document::merge(std::size_t source, binding bound, Message& fragment, Message& out) {
  // Where each list of the fragment begins in the whole.
  std::map<std::string, int> shifts;
  const auto& type = *out.GetDescriptor();
  for (int i = 0; i < type.field_count(); ++i)
    if (const auto* field = type.field(i); field->is_repeated() && field->name() != include_key)
      shifts[field->name()] = out.GetReflection()->FieldSize(out, field);
  for (auto& one : bound.problems) {
    one.path = shifted(one.path, shifts);
    problems_.push_back(std::move(one));
  }
  for (const auto& [value, where] : bound.places)
    if (shifts.contains(value) || !already_given(source, value, where))
      places_.try_emplace(shifted(value, shifts), location{source, where});
  const auto* field = type.FindFieldByName(include_key);
  out.MergeFrom(fragment);  // Its own includes are now the only ones of the whole.
  if (field != nullptr) include(source, out);
}

// A list may be given again, and anything within it; all else has one place.
bool document::already_given(std::size_t source, const std::string& path, place where) {
  const auto known = places_.find(path);
  if (path.find_first_of(".[") != std::string::npos || known == places_.end()) return false;
  const auto& first = sources_[known->second.source];
  report_at({source, where}, site_problem::weight::error, path,
            in_quotes(path) + " is given twice, first in " + first.file + ':'
                + std::to_string(known->second.where.line));
  return true;
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
  return std::any_of(problems_.begin(), problems_.end(), [&](const problem& one) {
    return one.how == site_problem::weight::error && encloses(one.path, path);
  });
}

bool document::touched(std::string_view path) const {
  return std::any_of(problems_.begin(), problems_.end(), [&](const problem& one) {
    return one.how == site_problem::weight::error
           && (encloses(one.path, path) || encloses(path, one.path));
  });
}

std::string document::resolve(const std::string& path) const {
  if (path.empty()) return path;
  const auto folder = std::filesystem::path{sources_.front().file}.parent_path();
  return (folder / path).lexically_normal().string();
}

std::vector<problem> document::problems() const {
  const auto rank = [&](const problem& one) {
    return std::find_if(sources_.begin(), sources_.end(),
                        [&](const source_file& known) { return known.file == one.file; })
           - sources_.begin();
  };
  auto sorted = problems_;
  std::stable_sort(sorted.begin(), sorted.end(), [&](const problem& a, const problem& b) {
    return std::pair{rank(a), a.where} < std::pair{rank(b), b.where};
  });
  return sorted;
}

void document::report(site_problem::weight how, const std::string& path, std::string text) {
  report_at(place_of(path), how, path, std::move(text));
}

void document::report_at(location at, site_problem::weight how, const std::string& path,
                         std::string text) {
  const auto& from = sources_[at.source];
  const auto where = in_characters(at.where, from.lines);
  problem what{from.file, where, how, std::move(text), path, {}};
  if (where.line > 0 && static_cast<std::size_t>(where.line) <= from.lines.size())
    what.source = from.lines[static_cast<std::size_t>(where.line) - 1];
  problems_.push_back(std::move(what));
}

/// The place of the value, or of the closest group around it that was given.
document::location document::place_of(std::string path) const {
  while (!path.empty()) {
    const auto found = places_.find(path);
    if (found != places_.end()) return found->second;
    path = around(path);
  }
  return {};
}

}  // namespace holdover::config
