#include "io/device/snmp/order.hpp"

#include <algorithm>
#include <string>

namespace holdover::device::snmp {

namespace {

using how = order_row::value;

failure unsupported(std::string text) {
  return {failure_kind::unsupported, std::move(text)};
}

bool takes_delay(const order_row* row) {
  return row->how == how::seconds || row->how == how::minutes;
}

/// Whether a row counts in the state that the device is in; a state that is not told is no state.
bool counts(const order_row& row, const snapshot& read) {
  if (row.only.empty()) return true;
  const auto* state = find(read, object_id::known(row.only));
  const auto is = state != nullptr ? whole_number(*state) : std::nullopt;
  return is && (*is == row.only_is) != row.only_if_not;
}

}  // namespace

answer<order> order_for(const std::vector<const family*>& list, const power::ups_command& what) {
  order rows;
  for (const auto* one : list) {
    for (const auto& row : one->orders)
      if (row.what == what.what) rows.push_back(&row);
    if (!rows.empty()) break;
  }
  const auto name = std::string(to_string(what.what));
  if (rows.empty()) return unsupported("there is no known way to tell this device \"" + name + '"');
  // A shutdown that was to come in two minutes must not come at once.
  if (what.delay > duration::zero() && std::ranges::none_of(rows, takes_delay))
    return unsupported("this family takes no delay with \"" + name
                       + "\": it is a setting of the device; command it without");
  return rows;
}

std::vector<object_id> order_objects(const order& rows) {
  std::vector<object_id> names;
  for (const auto* row : rows) {
    names.push_back(object_id::known(row->object));
    if (!row->only.empty()) names.push_back(object_id::known(row->only));
  }
  return names;
}

answer<std::vector<binding>> order_bindings(const order& rows, const power::ups_command& what,
                                            const snapshot& read) {
  const auto seconds =
      std::max<std::int64_t>(std::chrono::ceil<std::chrono::seconds>(what.delay).count(), 0);
  std::vector<binding> wanted;
  for (const auto* row : rows) {
    if (!counts(*row, read)) continue;
    const auto name = object_id::known(row->object);
    const auto* now = find(read, name);
    if (now == nullptr && row->may_be_missing) continue;
    if (now == nullptr)
      return unsupported("the device has no " + to_string(name) + ", which \""
                         + std::string(to_string(what.what)) + "\" needs");
    switch (row->how) {
      case how::constant:
        wanted.push_back({name, row->number});
        break;
      case how::seconds:
        wanted.push_back({name, std::max(seconds, row->least)});
        break;
      case how::minutes:
        wanted.push_back({name, (seconds + 59) / 60});
        break;
      case how::identity:
        wanted.push_back({name, object_id::known(row->name)});
        break;
      case how::lock:
        wanted.push_back({name, *now});
        break;
    }
  }
  if (wanted.empty()) return unsupported("the device has nothing of what the command needs");
  return wanted;
}

}  // namespace holdover::device::snmp
