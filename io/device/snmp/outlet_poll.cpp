#include "io/device/snmp/outlet_reader.hpp"
#include "io/device/snmp/poll.hpp"
#include "io/device/snmp/survey.hpp"

#include <algorithm>
#include <string>

namespace holdover::device::snmp {

namespace {

constexpr std::size_t outlets_max = 128;

/// survey: which outlets are there? -> their states -> the reading
class outlet_poll final : public poll, public std::enable_shared_from_this<outlet_poll> {
public:
  explicit outlet_poll(const outlet_profile& profile) : profile_(profile) {}

  void read(errand task) override {
    if (!survey_.due()) return ask_states(std::move(task));
    auto& line = *task.line;
    const auto limit = task.left();
    line.walk(
        {outlet_column(profile_)},
        [self = shared_from_this(), task](bindings_answer got) { self->surveyed(task, got); },
        limit, outlets_max, manners_.bulk());
  }

  bool may_have_outlet(std::uint32_t number) const override {
    if (survey_.rows().empty()) return true;
    const auto known = read_outlets(profile_, survey_.rows(), {});
    return std::ranges::find(known.outlets, number, &power::outlet_reading::number)
           != known.outlets.end();
  }

private:
  void surveyed(const errand& task, const bindings_answer& got) {
    if (const auto* no = std::get_if<failure>(&got)) {
      if (no->kind == failure_kind::unreachable) manners_.walk_stayed_silent();
      return task.reply(*no);
    }
    manners_.walk_worked();
    survey_.found(outlet_states(profile_, std::get<std::vector<binding>>(got)));
    if (!survey_.rows().empty()) return ask_states(task);
    survey_.forget();
    task.reply(failure{failure_kind::unsupported,
                       "the SNMP agent answers, but has no outlets in terms of "
                           + std::string(profile_.title) + "; choose another profile (unit)"});
  }

  void ask_states(errand task) {
    auto names = survey_.rows();
    for (auto& name : outlet_extras(profile_, survey_.rows()))
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
    auto reading = read_outlets(profile_, survey_.rows(), said);
    remember(said);
    task.reply(power::device_reading(std::move(reading)));
  }

  void remember(const snapshot& said) {
    for (const auto& [name, what] : said)
      if (!present(what)) survey_.note_missing(name);
    for (const auto& name : survey_.rows())
      if (survey_.lacks(name)) return survey_.forget();
  }

  const outlet_profile& profile_;
  survey survey_;
  manners manners_;
};

}  // namespace

std::shared_ptr<poll> make_outlet_poll(const outlet_profile& profile) {
  return std::make_shared<outlet_poll>(profile);
}

}  // namespace holdover::device::snmp
