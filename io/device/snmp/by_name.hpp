// What is known of an agent's objects, sorted by name: a list that is searched by halving.
//
// Ten thousand cards with sixty objects each are kept here. A tree would spend more on its branches
// than on what hangs on them, and searching it goes from page to page.

#pragma once

#include "io/device/snmp/object_id.hpp"

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <utility>
#include <vector>

namespace holdover::device::snmp {

template <class T>
class by_name {
public:
  using value_type = std::pair<object_id, T>;
  using iterator = typename std::vector<value_type>::iterator;
  using const_iterator = typename std::vector<value_type>::const_iterator;

  by_name() = default;
  by_name(std::initializer_list<value_type> entries) {
    for (const auto& [name, what] : entries)
      emplace(name, what);
  }

  const_iterator begin() const { return entries_.begin(); }
  const_iterator end() const { return entries_.end(); }
  std::size_t size() const { return entries_.size(); }
  bool empty() const { return entries_.empty(); }

  const_iterator lower_bound(const object_id& name) const {
    return std::ranges::lower_bound(entries_, name, {}, &value_type::first);
  }
  const_iterator find(const object_id& name) const {
    const auto at = lower_bound(name);
    return at != end() && at->first == name ? at : end();
  }
  bool contains(const object_id& name) const { return find(name) != end(); }

  /// Keeps what is there; else adds it.
  void emplace(const object_id& name, T what) {
    const auto at = place(name);
    if (at == entries_.end() || at->first != name) entries_.emplace(at, name, std::move(what));
  }
  void insert_or_assign(const object_id& name, T what) {
    const auto at = place(name);
    if (at != entries_.end() && at->first == name)
      at->second = std::move(what);
    else
      entries_.emplace(at, name, std::move(what));
  }
  /// Many at once: as if each were inserted or assigned, the last of one name counts.
  void merge(std::vector<value_type> more) {
    const auto before = [](const value_type& a, const value_type& b) { return a.first < b.first; };
    std::ranges::stable_sort(more, before);
    std::vector<value_type> all;
    all.reserve(entries_.size() + more.size());
    auto mine = entries_.begin();
    for (auto& one : more) {
      for (; mine != entries_.end() && mine->first < one.first; ++mine)
        all.push_back(std::move(*mine));
      if (mine != entries_.end() && mine->first == one.first) ++mine;
      if (!all.empty() && all.back().first == one.first)
        all.back() = std::move(one);
      else
        all.push_back(std::move(one));
    }
    std::move(mine, entries_.end(), std::back_inserter(all));
    all.shrink_to_fit();
    entries_.swap(all);
  }

  bool erase(const object_id& name) {
    const auto at = find(name);
    if (at == end()) return false;
    entries_.erase(at);
    return true;
  }
  /// Everything below a name.
  void erase_below(const object_id& root) {
    const auto first = place(root);
    auto last = first;
    while (last != entries_.end() && last->first.starts_with(root))
      ++last;
    entries_.erase(first, last);
  }
  void clear() { entries_.clear(); }

private:
  iterator place(const object_id& name) {
    return std::ranges::lower_bound(entries_, name, {}, &value_type::first);
  }

  std::vector<value_type> entries_;
};

}  // namespace holdover::device::snmp
