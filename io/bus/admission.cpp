#include "io/bus/admission.hpp"

#include "io/keys/key_pair.hpp"
#include "io/keys/z85.hpp"

#include <iterator>
#include <utility>

namespace holdover::bus {

namespace {

bool is_curve_key(std::string_view text) {
  const auto bytes = keys::z85_decode(text);
  return bytes && bytes->size() == keys::key_bytes;
}

}  // namespace

admission::admission(const membership& members) {
  read(members);
}

// A member without a proper key or a role has no place: the document is checked elsewhere, but what
// is wrong in it must not become an entry that something else could match.
void admission::read(const membership& members) {
  by_name_.clear();
  name_by_key_.clear();
  for (const auto& m : members.members) {
    if (m.name.empty() || m.as == role::unspecified || !is_curve_key(m.curve_key)) continue;
    if (name_by_key_.emplace(m.curve_key, m.name).second)
      by_name_.emplace(m.name, place{m.curve_key, m.as});
  }
}

std::optional<std::string> admission::admit(std::string_view curve_key, std::string_view address) {
  const std::lock_guard guard{lock_};
  const auto found = name_by_key_.find(curve_key);
  if (found == name_by_key_.end()) {
    note_refused("key " + std::string{curve_key} + " from " + std::string{address});
    return std::nullopt;
  }
  ++count_.admitted;
  inside_.emplace(curve_key);
  return found->second;
}

void admission::turn_away(std::string_view why, std::string_view address) {
  const std::lock_guard guard{lock_};
  note_refused(std::string{why} + " from " + std::string{address});
}

void admission::note_refused(std::string whom) {
  refused_ = ++count_.refused;
  count_.last_refused = std::move(whom);
}

std::optional<role> admission::standing(std::string_view name, std::string_view curve_key) const {
  const std::lock_guard guard{lock_};
  const auto found = by_name_.find(name);
  if (found == by_name_.end() || found->second.curve_key != curve_key) return std::nullopt;
  return found->second.as;
}

bool admission::knows(std::string_view name) const {
  const std::lock_guard guard{lock_};
  return by_name_.find(name) != by_name_.end();
}

std::optional<std::string> admission::key_of(std::string_view name) const {
  const std::lock_guard guard{lock_};
  const auto found = by_name_.find(name);
  if (found == by_name_.end()) return std::nullopt;
  return found->second.curve_key;
}

bool admission::update(const membership& members) {
  const std::lock_guard guard{lock_};
  const auto before = name_by_key_;
  read(members);
  bool lost = false;
  for (auto key = inside_.begin(); key != inside_.end();) {
    const auto now = name_by_key_.find(*key);
    const bool same = now != name_by_key_.end() && before.find(*key)->second == now->second;
    lost = lost || !same;
    key = same ? std::next(key) : inside_.erase(key);
  }
  return lost;
}

admission::count admission::counted() const {
  const std::lock_guard guard{lock_};
  return count_;
}

void admission::start_counting_anew() {
  const std::lock_guard guard{lock_};
  count_ = {};
  refused_ = 0;
}

}  // namespace holdover::bus
