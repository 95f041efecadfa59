#include "io/device/snmp/exchange.hpp"

#include "core/expects.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace holdover::device::snmp {

namespace {

// errorStatus, RFC 3416.
constexpr std::int64_t no_error = 0;
constexpr std::int64_t too_big = 1;
constexpr std::int64_t no_such_name = 2;
constexpr std::int64_t authorization_error = 16;

// A reply of this many bindings fits the smallest message that every link carries.
constexpr std::size_t bulk_bindings = 40;

struct status_meaning {
  std::int64_t status;
  failure_kind kind;
  std::string_view text;
};

constexpr std::string_view read_only =
    "the device does not let this community or user write; give it write access in the device";
constexpr std::string_view no_such_thing =
    "the device has no such object; check the number and the profile (unit)";
constexpr std::string_view bad_value =
    "the device does not take this value; check the profile (unit)";

constexpr std::array set_refusals{
    status_meaning{1, failure_kind::nonsense, "the device calls a single value too big"},
    status_meaning{2, failure_kind::refused,
                   "the device has no such object, or does not let this community write it; check "
                   "the number, the profile (unit) and the write access"},
    status_meaning{3, failure_kind::unsupported, bad_value},
    status_meaning{4, failure_kind::refused, read_only},
    status_meaning{5, failure_kind::nonsense, "the device reports a general error; try again"},
    status_meaning{6, failure_kind::refused, read_only},
    status_meaning{7, failure_kind::unsupported, bad_value},
    status_meaning{8, failure_kind::unsupported, bad_value},
    status_meaning{9, failure_kind::unsupported, bad_value},
    status_meaning{10, failure_kind::unsupported, bad_value},
    status_meaning{11, failure_kind::unsupported, no_such_thing},
    status_meaning{12, failure_kind::refused, "the device does not take this value now"},
    status_meaning{13, failure_kind::refused, "the device is busy; try again"},
    status_meaning{14, failure_kind::refused, "the device failed to carry it out; try again"},
    status_meaning{15, failure_kind::refused,
                   "the device failed to carry it out, and its state is uncertain: read it back"},
    status_meaning{16, failure_kind::refused, read_only},
    status_meaning{17, failure_kind::refused, read_only},
    status_meaning{18, failure_kind::unsupported, no_such_thing},
};

failure set_refusal(std::int64_t status) {
  const auto found = std::ranges::find(set_refusals, status, &status_meaning::status);
  if (found == set_refusals.end())
    return {failure_kind::nonsense,
            "the device answers with an unknown error " + std::to_string(status)};
  return {found->kind, std::string(found->text)};
}

}  // namespace

get_exchange::get_exchange(std::vector<object_id> names, std::size_t chunk)
    : chunk_(std::max<std::size_t>(chunk, 1)) {
  for (auto& name : names) {
    open_.push_back(results_.size());
    results_.push_back({std::move(name), absence::null});
  }
}

std::size_t get_exchange::batch() const {
  return std::min(chunk_, open_.size());
}

request get_exchange::next() const {
  request ask{request::verb::get, {}, 0};
  for (std::size_t i = 0; i < batch(); ++i)
    ask.bindings.push_back({results_[open_[i]].name, absence::null});
  return ask;
}

void get_exchange::settle(std::size_t place, value what) {
  results_[place].what = std::move(what);
  std::erase(open_, place);
}

/// What nearly every agent answers: each name that was asked for, in its order.
bool get_exchange::settle_all(const reply& got) {
  const auto asked = batch();
  if (got.bindings.size() != asked) return false;
  for (std::size_t i = 0; i < asked; ++i)
    if (got.bindings[i].name != results_[open_[i]].name) return false;
  for (std::size_t i = 0; i < asked; ++i)
    results_[open_[i]].what = got.bindings[i].what;
  open_.erase(open_.begin(), open_.begin() + static_cast<std::ptrdiff_t>(asked));
  return true;
}

void get_exchange::learn(const reply& got) {
  expects(!done());
  if (got.status != no_error) return settle_failed(got);
  if (settle_all(got)) return;
  const std::vector<std::size_t> asked(open_.begin(),
                                       open_.begin() + static_cast<std::ptrdiff_t>(batch()));
  const auto before = open_.size();
  for (const auto& [name, what] : got.bindings)
    for (auto place : asked)
      if (results_[place].name == name) settle(place, what);
  // A complete reply leaves nothing open: an object that came back under another name is absent. A
  // cut one is asked for the rest, as long as that leads anywhere.
  if (got.bindings.size() >= asked.size() || open_.size() == before)
    for (auto place : asked)
      if (std::ranges::find(open_, place) != open_.end()) settle(place, absence::no_such_object);
}

/// One object that fails must not cost the others: it is taken out if the agent names it, and
/// searched for by halving the request if not.
void get_exchange::settle_failed(const reply& got) {
  if (got.status == authorization_error) {
    refusal_ =
        failure{failure_kind::refused,
                "the device does not let this community or user read; give it read access in "
                "the device"};
    return;
  }
  const auto asked = batch();
  const bool names_culprit = got.status >= no_such_name && got.index >= 1
                             && static_cast<std::uint64_t>(got.index) <= asked;
  if (names_culprit)
    settle(open_[static_cast<std::size_t>(got.index - 1)], absence::no_such_object);
  else if (asked > 1)
    chunk_ = asked / 2;
  else
    settle(open_.front(), absence::no_such_object);
}

bindings_answer get_exchange::outcome() const {
  if (refusal_) return *refusal_;
  return results_;
}

walk_exchange::walk_exchange(std::vector<object_id> columns, std::size_t rows_max, bool bulk,
                             std::size_t chunk)
    : rows_max_(std::max<std::size_t>(rows_max, 1)),
      bulk_(bulk),
      chunk_(std::max<std::size_t>(chunk, 1)) {
  for (auto& name : columns)
    columns_.push_back({name, name, {}, false});
}

std::vector<std::size_t> walk_exchange::unfinished() const {
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < columns_.size() && places.size() < chunk_; ++i)
    if (!columns_[i].finished) places.push_back(i);
  return places;
}

bool walk_exchange::done() const {
  return std::ranges::all_of(columns_, &column::finished);
}

request walk_exchange::next() const {
  request ask{request::verb::get_next, {}, 0};
  for (auto place : unfinished())
    ask.bindings.push_back({columns_[place].cursor, absence::null});
  if (bulk_) {
    ask.how = request::verb::get_bulk;
    const auto fitting = std::max<std::size_t>(bulk_bindings / ask.bindings.size(), 1);
    ask.repetitions = static_cast<std::uint32_t>(std::min(fitting, rows_max_));
  }
  return ask;
}

void walk_exchange::learn(const reply& got) {
  expects(!done());
  const auto asked = unfinished();
  if (got.status != no_error) {
    // Version 1 says noSuchName at the end of the view. An agent that fails on GETBULK is asked
    // again without; any other error ends the column it names, or else all.
    if (bulk_) {
      bulk_ = false;
    } else if (got.status == too_big && asked.size() > 1) {
      chunk_ = asked.size() / 2;
    } else if (got.index >= 1 && static_cast<std::uint64_t>(got.index) <= asked.size()) {
      columns_[asked[static_cast<std::size_t>(got.index - 1)]].finished = true;
    } else {
      for (auto place : asked)
        columns_[place].finished = true;
    }
    return;
  }
  for (std::size_t i = 0; i < got.bindings.size(); ++i)
    advance(columns_[asked[i % asked.size()]], got.bindings[i]);
  // A reply that is cut short is asked for in smaller pieces; an empty one leads nowhere.
  if (got.bindings.empty())
    for (const auto place : asked)
      columns_[place].finished = true;
  else if (got.bindings.size() < asked.size())
    chunk_ = got.bindings.size();
}

void walk_exchange::advance(column& along, const binding& got) {
  if (along.finished) return;
  // Names must grow: an agent that goes back would be walked in circles.
  if (!present(got.what) && std::get<absence>(got.what) == absence::end_of_view)
    along.finished = true;
  else if (!got.name.starts_with(along.prefix) || got.name <= along.cursor)
    along.finished = true;
  if (along.finished) return;
  along.found.push_back(got);
  along.cursor = got.name;
  if (along.found.size() >= rows_max_) along.finished = true;
}

bindings_answer walk_exchange::outcome() const {
  std::vector<binding> sorted;
  for (const auto& one : columns_)
    sorted.insert(sorted.end(), one.found.begin(), one.found.end());
  // Of what two columns have in common the last is kept.
  std::ranges::reverse(sorted);
  std::ranges::stable_sort(sorted, {}, &binding::name);
  sorted.erase(std::unique(sorted.begin(), sorted.end(),
                           [](const binding& a, const binding& b) { return a.name == b.name; }),
               sorted.end());
  return sorted;
}

void set_exchange::learn(const reply& got) {
  expects(!done());
  if (got.status != no_error) {
    outcome_ = set_refusal(got.status);
    return;
  }
  // Some agents say "no error" about an object that they do not have; only the binding tells.
  for (const auto& [name, what] : got.bindings) {
    if (present(what)) continue;
    outcome_ = failure{failure_kind::unsupported, std::string(no_such_thing)};
    return;
  }
  if (got.bindings.size() != wanted_.size()) {
    outcome_ = failure{failure_kind::nonsense,
                       "the device did not confirm what it was told; read it back"};
    return;
  }
  outcome_ = got.bindings;
}

}  // namespace holdover::device::snmp
