#include "io/config/members_loader.hpp"

#include "io/config/atomic_file.hpp"
#include "io/config/suggest.hpp"
#include "io/config/values.hpp"

#include "holdover/config/v1/node.pb.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <map>

namespace holdover::config {

namespace {

constexpr std::size_t curve_key_characters = 40;

role to_role(v1::Member::Role in) {
  switch (in) {
    case v1::Member::NODE:
      return role::node;
    case v1::Member::AGENT:
      return role::agent;
    case v1::Member::OPERATOR:
      return role::operator_;
    case v1::Member::TAP:
      return role::tap;
    case v1::Member::HUB:
      return role::hub;
    default:
      return role::unspecified;
  }
}

bool only_listens(role as) {
  return as == role::tap || as == role::hub;
}

bool is_curve_key(std::string_view key) {
  constexpr std::string_view z85 =
      "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#";
  return key.size() == curve_key_characters && key.find_first_not_of(z85) == std::string_view::npos;
}

std::string to_text(const sign_key& key) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  for (const auto byte : key) {
    out += digits[byte >> 4];
    out += digits[byte & 15];
  }
  return out;
}

/// Names, numbers and keys that are taken, so that nobody can pass for somebody else.
class registry {
public:
  explicit registry(document& file) : file_(file) {}

  void enter(const std::string& what, const std::string& value, const std::string& path,
             const std::string& who) {
    if (value.empty()) return;
    const auto [other, is_new] = taken_.emplace(what + ' ' + value, who);
    if (!is_new && !file_.touched(path))
      file_.error(path, "this " + what + " is already that of " + in_quotes(other->second)
                            + "; everybody needs an own one");
  }

private:
  document& file_;
  std::map<std::string, std::string> taken_;
};

void check_number(const v1::Member& in, const std::string& path, document& file) {
  if (in.role() == v1::Member::NODE) {
    file.require(path + ".number", file.given(path + ".number"));
    if (in.number() >= node_number_limit)
      file.error(path + ".number",
                 std::to_string(in.number()) + " is no node's number; give 0 to 31");
  } else if (file.given(path + ".number")) {
    file.error(path + ".number", "is for nodes only; leave it out");
  }
}

member to_member(const v1::Member& in, const std::string& path, document& file) {
  member out{.name = in.name(),
             .as = to_role(in.role()),
             .number = in.number(),
             .curve_key = in.curve_key(),
             .sign_key = {}};
  file.require(path + ".name", !in.name().empty());
  file.require(path + ".role", out.as != role::unspecified);
  check_number(in, path, file);
  file.require(path + ".curve_key", !in.curve_key().empty());
  if (!in.curve_key().empty() && !is_curve_key(in.curve_key()))
    file.error(path + ".curve_key",
               "is no CURVE key: 40 characters of Z85, as `holdover keys` "
               "shows it");
  if (!in.sign_key().empty() || !only_listens(out.as))
    file.require(path + ".sign_key", !in.sign_key().empty());
  const auto key = to_sign_key(in.sign_key());
  if (!in.sign_key().empty() && !key)
    file.error(path + ".sign_key",
               "is no signing key: 64 hexadecimal digits, as `holdover keys` "
               "shows it");
  out.sign_key = key.value_or(sign_key{});
  return out;
}

void add_member(const v1::Member& in, const std::string& path, document& file, registry& taken,
                membership& out) {
  auto one = to_member(in, path, file);
  taken.enter("name", one.name, path + ".name", one.name);
  taken.enter("CURVE key", one.curve_key, path + ".curve_key", one.name);
  taken.enter("signing key", in.sign_key().empty() ? "" : to_text(one.sign_key), path + ".sign_key",
              one.name);
  if (one.as == role::node)
    taken.enter("number", std::to_string(one.number), path + ".number", one.name);
  out.members.push_back(std::move(one));
}

}  // namespace

std::variant<membership, std::vector<problem>> load_members(const std::string& path) {
  v1::MembersFile in;
  document file{path, in};
  if (file.troubled("")) return file.problems();
  membership out;
  out.site = in.site();
  out.admin_signature = in.admin_signature();
  if (file.given("epoch")) out.epoch = in.epoch();
  file.require("site", !in.site().empty());
  if (out.epoch == 0) file.error("epoch", "is 0; epochs count from 1");
  registry taken{file};
  for (int i = 0; i < in.members_size(); ++i)
    add_member(in.members(i), at("members", i), file, taken, out);
  if (file.has_error()) return file.problems();
  return out;
}

std::optional<std::string> save_members(const std::string& path, const membership& what) {
  YAML::Emitter out;
  out << YAML::Comment(
      "Who may take part in this site. Public keys only. Made by `holdover keys`.");
  out << YAML::BeginMap;
  out << YAML::Key << "site" << YAML::Value << YAML::DoubleQuoted << what.site << YAML::Auto;
  out << YAML::Key << "epoch" << YAML::Value << what.epoch;
  out << YAML::Key << "members" << YAML::Value << YAML::BeginSeq;
  for (const auto& one : what.members) {
    out << YAML::BeginMap;
    out << YAML::Key << "name" << YAML::Value << YAML::DoubleQuoted << one.name;
    out << YAML::Key << "role" << YAML::Value << std::string{to_string(one.as)};
    if (one.as == role::node) out << YAML::Key << "number" << YAML::Value << one.number;
    out << YAML::Key << "curve_key" << YAML::Value << YAML::DoubleQuoted << one.curve_key;
    if (one.sign_key != sign_key{})
      out << YAML::Key << "sign_key" << YAML::Value << YAML::DoubleQuoted << to_text(one.sign_key);
    out << YAML::EndMap;
  }
  out << YAML::EndSeq;
  if (!what.admin_signature.empty())
    out << YAML::Key << "admin_signature" << YAML::Value << YAML::DoubleQuoted
        << what.admin_signature << YAML::Auto;
  out << YAML::EndMap << YAML::Newline;
  if (!out.good()) return path + ": cannot be written as YAML: " + out.GetLastError();
  return write_atomically(path, out.c_str());
}

}  // namespace holdover::config
