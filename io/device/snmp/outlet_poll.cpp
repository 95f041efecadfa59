#include "io/device/snmp/outlet_profiles.hpp"
#include "io/device/snmp/outlet_reader.hpp"
#include "io/device/snmp/poll.hpp"
#include "io/device/snmp/survey.hpp"

#include <algorithm>
#include <optional>
#include <string>

namespace holdover::device::snmp {

namespace {

constexpr std::size_t outlets_max = 128;

/// survey: which profile fits, which outlets are there? -> their states -> the reading
class outlet_poll final : public poll, public std::enable_shared_from_this<outlet_poll> {
public:
  explicit outlet_poll(const outlet_profile* given) : given_(given) {}

  void read(errand task) override {
    if (!survey_.due()) return ask_states(std::move(task));
    auto& line = *task.line;
    const auto limit = task.left();
    line.walk(
        columns(),
        [self = shared_from_this(), task](bindings_answer got) { self->surveyed(task, got); },
        limit, outlets_max, manners_.bulk());
  }

  bool may_have_outlet(std::uint32_t number) const override {
    if (!profile_) return true;
    const auto known = read_outlets(*profile_, survey_.rows(), {});
    return std::ranges::find(known.outlets, number, &power::outlet_reading::number)
           != known.outlets.end();
  }

  const outlet_profile* outlets() const override { return profile_ ? &*profile_ : nullptr; }

private:
  std::vector<object_id> columns() const {
    if (given_ != nullptr) return {outlet_column(*given_)};
    std::vector<object_id> names;
    for (const auto& profile : outlet_profiles)
      names.push_back(outlet_column(profile));
    return names;
  }

  void surveyed(const errand& task, const bindings_answer& got) {
    if (const auto* no = std::get_if<failure>(&got)) {
      if (no->kind == failure_kind::unreachable) manners_.walk_stayed_silent();
      return task.reply(*no);
    }
    manners_.walk_worked();
    if (choose(std::get<std::vector<binding>>(got))) return ask_states(task);
    survey_.forget();
    task.reply(failure{failure_kind::unsupported,
                       given_ != nullptr
                           ? "the SNMP agent answers, but has no outlets in terms of "
                                 + std::string(given_->title) + "; choose another profile (unit)"
                           : "the SNMP agent answers, but has no outlets known here; name its "
                             "profile (unit)"});
  }

  /// The given profile, or the first in the list with outlets, one that can switch before others.
  bool choose(const std::vector<binding>& walked) {
    const outlet_profile* best = nullptr;
    std::vector<object_id> rows;
    const auto consider = [&](const outlet_profile& profile) {
      auto found = outlet_states(profile, walked);
      const bool better =
          best == nullptr || (best->command_on.empty() && !profile.command_on.empty());
      if (found.empty() || !better) return;
      best = &profile;
      rows = std::move(found);
    };
    if (given_ != nullptr)
      consider(*given_);
    else
      for (const auto& profile : outlet_profiles)
        consider(profile);
    if (best == nullptr) return false;
    profile_ = settled_on(*best, rows.front());
    survey_.found(std::move(rows));
    return true;
  }

  void ask_states(errand task) {
    auto names = survey_.rows();
    for (auto& name : outlet_extras(*profile_, survey_.rows()))
      if (!survey_.lacks(name)) names.push_back(std::move(name));
    auto& line = *task.line;
    const auto limit = task.left();
    line.get(
        std::move(names),
        [self = shared_from_this(), task](bindings_answer got) { self->got_states(task, got); },
        limit, manners_.names());
  }

  void got_states(const errand& task, const bindings_answer& got) {
    if (const auto* no = std::get_if<failure>(&got)) {
      if (no->kind == failure_kind::unreachable) manners_.get_stayed_silent();
      return task.reply(*no);
    }
    manners_.get_worked();
    snapshot said;
    for (const auto& [name, what] : std::get<std::vector<binding>>(got))
      said.emplace(name, what);
    auto reading = read_outlets(*profile_, survey_.rows(), said);
    remember(said);
    task.reply(power::device_reading(std::move(reading)));
  }

  void remember(const snapshot& said) {
    for (const auto& [name, what] : said)
      if (!present(what)) survey_.note_missing(name);
    for (const auto& name : survey_.rows())
      if (survey_.lacks(name)) return survey_.forget();
  }

  const outlet_profile* given_;
  std::optional<outlet_profile> profile_;  ///< Once it is known, as this agent has it.
  survey survey_;
  manners manners_;
};

}  // namespace

std::shared_ptr<poll> make_outlet_poll(const outlet_profile* given) {
  return std::make_shared<outlet_poll>(given);
}

}  // namespace holdover::device::snmp
