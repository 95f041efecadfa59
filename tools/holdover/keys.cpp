#include "tools/holdover/keys.hpp"

#include "io/config/members_loader.hpp"
#include "io/keys/endorsement.hpp"
#include "io/keys/key_file.hpp"
#include "io/keys/z85.hpp"

#include <algorithm>
#include <filesystem>
#include <iomanip>
#include <iostream>
#include <sstream>
#include <utility>

namespace holdover::tool {

namespace {

constexpr std::uint32_t numbers = 32;  // Of nodes: 0 to 31.

exit_status complain(const std::string& why) {
  std::cerr << why << (why.ends_with('\n') ? "" : "\n");
  return exit_status::usage;
}

std::variant<member, std::string> public_half(const enrolment& wish) {
  member who;
  if (!wish.key_file.empty()) {
    const auto read = keys::read_key_file(wish.key_file);
    if (const auto* bad = std::get_if<keys::refusal>(&read)) return bad->reason;
    const auto& pair = std::get<keys::key_pair>(read);
    who.name = pair.name;
    who.curve_key = pair.curve.public_key;
    who.sign_key = pair.sign.public_key;
    return who;
  }
  std::istringstream line{wish.public_line};
  std::string sign_key, rest;
  line >> who.name >> who.curve_key >> sign_key;
  const auto parsed = keys::parse_sign_key(sign_key);
  if (!keys::is_principal_name(who.name) || !keys::z85_decode(who.curve_key) || !parsed
      || (line >> rest))
    return std::string{"'" + wish.public_line
                       + "' is not a line as `holdover keys show` prints it: NAME CURVE SIGN"};
  who.sign_key = *parsed;
  return who;
}

std::variant<membership, std::string> read_or_new(const enrolment& wish) {
  if (!std::filesystem::exists(wish.members_file)) {
    if (wish.site.empty())
      return std::string{wish.members_file
                         + " does not exist; name the site with --site to begin it"};
    if (!keys::is_principal_name(wish.site))
      return std::string{"'" + wish.site
                         + "' cannot be a site's name: use 1 to 64 letters, digits, '.', '-', '_'"};
    membership fresh;
    fresh.site = wish.site;
    return fresh;
  }
  auto read = config::load_members(wish.members_file);
  if (const auto* bad = std::get_if<std::vector<config::problem>>(&read))
    return config::to_string(*bad);
  return std::move(std::get<membership>(read));
}

exit_status save(const std::string& path, const membership& members) {
  if (const auto why = config::save_members(path, members)) {
    std::cerr << *why << '\n';
    return exit_status::failed;
  }
  if (!members.admin_signature.empty())
    std::cerr << "the administrator's signature in " << path
              << " is of the document as it was: have it signed anew\n";
  return exit_status::fine;
}

}  // namespace

std::optional<role> role_named(const std::string& word) {
  for (const auto as : {role::node, role::agent, role::operator_, role::tap, role::hub})
    if (to_string(as) == word) return as;
  return std::nullopt;
}

exit_status make_keys(const std::string& name, const std::string& key_file) {
  if (!keys::is_principal_name(name))
    return complain("'" + name + "' cannot be a name: use 1 to 64 letters, digits, '.', '-', '_'");
  if (const auto bad = keys::write_key_file(keys::make_key_pair(name), key_file))
    return complain(bad->reason);
  std::cout << "keys of " << name << " are in " << key_file << "; enrol the public half:\n";
  return show_keys(key_file);
}

exit_status show_keys(const std::string& key_file) {
  const auto read = keys::read_key_file(key_file);
  if (const auto* bad = std::get_if<keys::refusal>(&read)) return complain(bad->reason);
  const auto& pair = std::get<keys::key_pair>(read);
  std::cout << pair.name << ' ' << pair.curve.public_key << ' '
            << keys::sign_key_text(pair.sign.public_key) << '\n';
  return exit_status::fine;
}

exit_status enrol(const enrolment& wish) {
  auto who_or = public_half(wish);
  if (const auto* why = std::get_if<std::string>(&who_or)) return complain(*why);
  auto& who = std::get<member>(who_or);
  who.as = wish.as;
  if ((wish.as == role::node) != wish.number.has_value())
    return complain("--number belongs to nodes, and every node needs one");
  if (wish.number && *wish.number >= numbers)
    return complain("a node's number is between 0 and " + std::to_string(numbers - 1));
  who.number = wish.number.value_or(0);
  auto members_or = read_or_new(wish);
  if (const auto* why = std::get_if<std::string>(&members_or)) return complain(*why);
  auto& members = std::get<membership>(members_or);
  for (const auto& other : members.members) {
    if (other.name == who.name) continue;
    if (other.curve_key == who.curve_key || other.sign_key == who.sign_key)
      return complain("these are the keys of '" + other.name + "'; every member needs its own");
    if (who.as == role::node && other.as == role::node && other.number == who.number)
      return complain("node number " + std::to_string(who.number) + " is '" + other.name + "'");
  }
  const auto known = std::find_if(members.members.begin(), members.members.end(),
                                  [&](const member& m) { return m.name == who.name; });
  if (known != members.members.end() && known->as != who.as)
    return complain("'" + who.name + "' is enrolled as " + std::string{to_string(known->as)}
                    + "; revoke it first if it is to become "
                    + (who.as == role::agent || who.as == role::operator_ ? "an " : "a ")
                    + std::string{to_string(who.as)});
  if (known != members.members.end())
    *known = who;
  else
    members.members.push_back(who);
  const auto result = save(wish.members_file, members);
  if (result == exit_status::fine)
    std::cout << who.name << " is enrolled as " << to_string(who.as) << " in " << wish.members_file
              << '\n';
  return result;
}

exit_status sign_members(const std::string& members_file, const std::string& key_file, bool raise) {
  auto read = config::load_members(members_file);
  if (const auto* bad = std::get_if<std::vector<config::problem>>(&read))
    return complain(config::to_string(*bad));
  auto& members = std::get<membership>(read);
  const auto keys_or = keys::read_key_file(key_file);
  if (const auto* bad = std::get_if<keys::refusal>(&keys_or)) return complain(bad->reason);
  const auto& by = std::get<keys::key_pair>(keys_or);
  for (const auto& one : members.members)
    if (one.sign_key == by.sign.public_key)
      return complain("this is the key of the member '" + one.name
                      + "': the administrator's key is one that no machine of the site holds");
  if (raise) ++members.epoch;
  members.admin_signature = keys::endorse(members, by.sign);
  if (const auto why = config::save_members(members_file, members)) {
    std::cerr << *why << '\n';
    return exit_status::failed;
  }
  std::cout << members_file << " is signed by " << by.name << ", epoch " << members.epoch
            << "; programs that pin this key take it up by a reload: "
            << keys::sign_key_text(by.sign.public_key) << '\n';
  return exit_status::fine;
}

exit_status revoke(const std::string& members_file, const std::string& name) {
  auto read = config::load_members(members_file);
  if (const auto* bad = std::get_if<std::vector<config::problem>>(&read))
    return complain(config::to_string(*bad));
  auto& members = std::get<membership>(read);
  const auto removed =
      std::erase_if(members.members, [&](const member& m) { return m.name == name; });
  if (removed == 0) return complain("nobody is called '" + name + "' in " + members_file);
  return save(members_file, members);
}

exit_status list_members(const std::string& members_file) {
  const auto read = config::load_members(members_file);
  if (const auto* bad = std::get_if<std::vector<config::problem>>(&read))
    return complain(config::to_string(*bad));
  const auto& members = std::get<membership>(read);
  std::cout << "site " << members.site << ", epoch " << members.epoch << '\n';
  for (const auto& m : members.members)
    std::cout << std::left << std::setw(20) << m.name << ' ' << std::setw(9) << to_string(m.as)
              << ' ' << (m.as == role::node ? std::to_string(m.number) : "-") << "  " << m.curve_key
              << '\n';
  return exit_status::fine;
}

}  // namespace holdover::tool
