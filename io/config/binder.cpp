#include "io/config/binder.hpp"

#include "core/utf8.hpp"
#include "io/config/scalar.hpp"
#include "io/config/suggest.hpp"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace holdover::config {

namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::OneofDescriptor;

constexpr std::size_t values_max = 200'000;
constexpr std::size_t problems_max = 100;
constexpr std::size_t depth_max = 32;

std::vector<std::string> field_names(const Descriptor& type) {
  std::vector<std::string> names;
  for (int i = 0; i < type.field_count(); ++i)
    names.push_back(type.field(i)->name());
  return names;
}

std::vector<std::string> field_names(const OneofDescriptor& one) {
  std::vector<std::string> names;
  for (int i = 0; i < one.field_count(); ++i)
    names.push_back(one.field(i)->name());
  return names;
}

std::string below(const std::string& path, const std::string& name) {
  return path.empty() ? name : path + '.' + name;
}

place place_of(YAML::Mark mark) {
  return mark.line < 0 ? place{} : place{mark.line + 1, mark.column + 1};
}

class binder {
public:
  binder(const std::string& file, std::string_view text) : file_(file), lines_(lines_of(text)) {}

  void bind_group(const YAML::Node& node, Message& out, const std::string& path);
  void report(YAML::Mark mark, const std::string& path, std::string text) {
    report(place_of(mark), path, std::move(text));
  }
  void report(place where, const std::string& path, std::string text);
  binding finish() &&;

private:
  void bind_key(const YAML::Node& key, const YAML::Node& value, Message& out,
                const std::string& path, std::map<std::string, place>& seen);
  void bind_field(const YAML::Node& key, const YAML::Node& value, const FieldDescriptor& field,
                  Message& out, const std::string& path);
  void bind_list(const YAML::Node& value, const FieldDescriptor& field, Message& out,
                 const std::string& path);
  void bind_scalar(const YAML::Node& value, const FieldDescriptor& field, Message& out,
                   const std::string& path);
  void check_choices(const YAML::Node& node, const Message& out, const std::string& path,
                     const std::map<std::string, place>& seen);
  void remember(const YAML::Node& node, const std::string& path);

  const std::string& file_;
  std::vector<std::string_view> lines_;
  binding done_;
  std::size_t values_ = 0;
  std::size_t depth_ = 0;
};

void binder::report(place where, const std::string& path, std::string text) {
  const auto line = static_cast<std::size_t>(where.line);
  done_.problems.push_back({.file = file_,
                            .where = in_characters(where, lines_),
                            .how = site_problem::weight::error,
                            .text = std::move(text),
                            .path = path,
                            .source = line > 0 && line <= lines_.size()
                                          ? std::string{lines_[line - 1]}
                                          : std::string{}});
}

void binder::remember(const YAML::Node& node, const std::string& path) {
  done_.places.insert_or_assign(path, place_of(node.Mark()));
}

void binder::bind_group(const YAML::Node& node, Message& out, const std::string& path) {
  if (!node.IsMap()) {
    report(node.Mark(), path,
           "must be a group of keys; known here: " + choice(field_names(*out.GetDescriptor())));
    return;
  }
  if (depth_ >= depth_max)
    return report(node.Mark(), path,
                  "is nested deeper than " + std::to_string(depth_max)
                      + " groups; does an alias stand within itself?");
  ++depth_;
  std::map<std::string, place> seen;
  for (const auto& entry : node)
    bind_key(entry.first, entry.second, out, path, seen);
  --depth_;
  check_choices(node, out, path, seen);
}

void binder::bind_key(const YAML::Node& key, const YAML::Node& value, Message& out,
                      const std::string& path, std::map<std::string, place>& seen) {
  if (++values_ > values_max || done_.problems.size() >= problems_max) return;
  if (!key.IsScalar()) return report(key.Mark(), path, "a key must be a single word");
  const auto& name = key.Scalar();
  const auto& type = *out.GetDescriptor();
  const auto* field = type.FindFieldByName(name);
  if (field == nullptr)
    return report(key.Mark(), path,
                  "unknown key " + in_quotes(name) + suggestion(name, field_names(type)));
  const auto [first, fresh] = seen.emplace(name, place_of(key.Mark()));
  if (!fresh)
    return report(
        key.Mark(), below(path, name),
        in_quotes(name) + " is given twice, first in line " + std::to_string(first->second.line));
  bind_field(key, value, *field, out, below(path, name));
}

void binder::bind_field(const YAML::Node& key, const YAML::Node& value,
                        const FieldDescriptor& field, Message& out, const std::string& path) {
  if (value.IsNull()) {
    done_.places.insert_or_assign(path, place_of(key.Mark()));
    return report(key.Mark(), path, "needs a value; leave the key out for its default");
  }
  remember(value, path);
  if (field.is_repeated()) return bind_list(value, field, out, path);
  if (written_as_scalar(field)) return bind_scalar(value, field, out, path);
  bind_group(value, *out.GetReflection()->MutableMessage(&out, &field), path);
}

void binder::bind_list(const YAML::Node& value, const FieldDescriptor& field, Message& out,
                       const std::string& path) {
  if (!value.IsSequence())
    return report(value.Mark(), path, "must be a list, even of one: begin each entry with \"- \"");
  std::size_t index = 0;
  for (const auto& entry : value) {
    if (++values_ > values_max || done_.problems.size() >= problems_max) return;
    const auto here = path + '[' + std::to_string(index++) + ']';
    remember(entry, here);
    if (written_as_scalar(field))
      bind_scalar(entry, field, out, here);
    else
      bind_group(entry, *out.GetReflection()->AddMessage(&out, &field), here);
  }
}

void binder::bind_scalar(const YAML::Node& value, const FieldDescriptor& field, Message& out,
                         const std::string& path) {
  if (!value.IsScalar()) return report(value.Mark(), path, "must be a single value");
  if (auto wrong = set_scalar(out, field, value.Scalar()); !wrong.empty())
    report(value.Mark(), path, std::move(wrong));
}

void binder::check_choices(const YAML::Node& node, const Message& out, const std::string& path,
                           const std::map<std::string, place>& seen) {
  const auto& type = *out.GetDescriptor();
  for (int i = 0; i < type.real_oneof_decl_count(); ++i) {
    const auto& one = *type.oneof_decl(i);
    const auto names = field_names(one);
    std::vector<std::string> given;
    for (const auto& name : names)
      if (seen.contains(name)) given.push_back(name);
    const auto advice = "choose one " + one.name() + ": " + choice(names);
    if (given.empty()) report(node.Mark(), path, advice);
    if (given.size() > 1)
      report(node.Mark(), path, advice + "; given are " + std::to_string(given.size()));
  }
}

binding binder::finish() && {
  std::stable_sort(done_.problems.begin(), done_.problems.end(),
                   [](const problem& a, const problem& b) { return a.where < b.where; });
  if (values_ > values_max)
    report(place{}, "",
           "more than " + std::to_string(values_max) + " values; aliases count each time");
  if (done_.problems.size() >= problems_max)
    report(place{}, "", "too many mistakes; mend these first");
  return std::move(done_);
}

/// Where the first byte is that belongs to no character; nothing if all is well.
std::optional<place> not_utf8(std::string_view text) {
  place at{1, 1};
  while (!text.empty()) {
    const auto c = utf8::first(text);
    if (!c.valid || c.code == 0) return at;
    at = c.code == '\n' ? place{at.line + 1, 1}
                        : place{at.line, at.column + static_cast<int>(c.bytes)};
    text.remove_prefix(c.bytes);
  }
  return std::nullopt;
}

}  // namespace

place in_characters(place where, const std::vector<std::string_view>& lines) {
  const auto line = static_cast<std::size_t>(where.line);
  if (line == 0 || line > lines.size() || where.column < 1) return where;
  const auto before = lines[line - 1].substr(0, static_cast<std::size_t>(where.column - 1));
  return {where.line, static_cast<int>(utf8::length(before)) + 1};
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (true) {
    const auto end = text.find('\n');
    auto line = text.substr(0, end);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    lines.push_back(line);
    if (end == std::string_view::npos) return lines;
    text.remove_prefix(end + 1);
  }
}

binding bind_yaml(const std::string& file, std::string_view text, Message& out) {
  binder work{file, text};
  if (text.size() > file_bytes_max) {
    work.report(place{}, "", "is larger than 4 MiB; this is no such file");
    return std::move(work).finish();
  }
  if (const auto bad = not_utf8(text)) {
    work.report(*bad, "", "is not UTF-8 text here; save the file as UTF-8");
    return std::move(work).finish();
  }
  try {
    const auto documents = YAML::LoadAll(std::string{text});
    if (documents.empty() || !documents.front().IsDefined() || documents.front().IsNull())
      work.report(place{}, "",
                  "is empty; known here: " + choice(field_names(*out.GetDescriptor())));
    else if (documents.size() > 1)
      work.report(documents[1].Mark(), "", "a second document begins here; give each its own file");
    else
      work.bind_group(documents.front(), out, "");
  } catch (const YAML::Exception& bad) {
    work.report(bad.mark, "", "is not YAML: " + bad.msg);
  }
  return std::move(work).finish();
}

}  // namespace holdover::config
