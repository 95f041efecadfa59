#include "io/device/snmp/poll.hpp"
#include "io/device/snmp/survey.hpp"
#include "io/device/snmp/ups_reader.hpp"

#include <algorithm>
#include <string>

namespace holdover::device::snmp {

namespace {

constexpr std::size_t phases_max = 12;

/// survey: which rows do the tables have? -> values -> alarms, if there are any -> the reading
class ups_poll final : public poll, public std::enable_shared_from_this<ups_poll> {
public:
  explicit ups_poll(const ups_profile& profile)
      : profile_(profile), scalars_(scalars(profile)), vital_(vital_scalars(profile)) {}

  void read(errand task) override {
    if (!survey_.due()) return ask_values(std::move(task));
    auto& line = *task.line;
    const auto limit = task.left();
    line.walk(
        phase_columns(profile_),
        [self = shared_from_this(), task](bindings_answer got) { self->surveyed(task, got); },
        limit, phases_max, manners_.bulk());
  }

private:
  void surveyed(const errand& task, const bindings_answer& got) {
    if (const auto* no = std::get_if<failure>(&got)) {
      if (no->kind == failure_kind::unreachable) manners_.walk_stayed_silent();
      return task.reply(*no);
    }
    manners_.walk_worked();
    std::vector<object_id> rows;
    for (const auto& [name, what] : std::get<std::vector<binding>>(got))
      if (present(what)) rows.push_back(name);
    survey_.found(std::move(rows));
    ask_values(task);
  }

  void ask_values(errand task) {
    auto names = survey_.rows();
    for (const auto& name : scalars_)
      if (!survey_.lacks(name)) names.push_back(name);
    auto& line = *task.line;
    const auto limit = task.left();
    line.get(
        std::move(names),
        [self = shared_from_this(), task](bindings_answer got) { self->got_values(task, got); },
        limit, manners_.names());
  }

  void got_values(const errand& task, const bindings_answer& got) {
    if (const auto* no = std::get_if<failure>(&got)) {
      if (no->kind == failure_kind::unreachable) manners_.get_stayed_silent();
      survey_.forget();
      return task.reply(*no);
    }
    manners_.get_worked();
    auto said = std::make_shared<snapshot>();
    for (const auto& [name, what] : std::get<std::vector<binding>>(got))
      said->emplace(name, what);
    if (!may_have_alarms(profile_, *said)) return finish(task, *said);
    task.line->walk(
        {object_id::known(profile_.alarm_column)},
        [self = shared_from_this(), task, said](const bindings_answer& alarms) {
          self->got_alarms(task, *said, alarms);
        },
        task.left(), session::rows_default, manners_.bulk());
  }

  void got_alarms(const errand& task, snapshot& said, const bindings_answer& got) {
    if (const auto* no = std::get_if<failure>(&got)) return task.reply(*no);
    for (const auto& [name, what] : std::get<std::vector<binding>>(got))
      said.emplace(name, what);
    finish(task, said);
  }

  void finish(const errand& task, const snapshot& said) {
    auto reading = read_ups(profile_, said);
    if (!reading) {
      survey_.forget();
      return task.reply(failure{failure_kind::unsupported,
                                "the SNMP agent answers, but says nothing of a UPS in terms of "
                                    + std::string(profile_.title)
                                    + "; choose another profile (unit)"});
    }
    remember(said);
    task.reply(power::device_reading(*std::move(reading)));
  }

  void remember(const snapshot& said) {
    for (const auto& name : scalars_)
      if (find(said, name) == nullptr && !std::ranges::binary_search(vital_, name))
        survey_.note_missing(name);
    // A row that has gone means that the tables look different now.
    for (const auto& name : survey_.rows())
      if (find(said, name) == nullptr) return survey_.forget();
  }

  const ups_profile& profile_;
  const std::vector<object_id> scalars_;
  const std::vector<object_id> vital_;
  survey survey_;
  manners manners_;
};

}  // namespace

std::shared_ptr<poll> make_ups_poll(const ups_profile& profile) {
  return std::make_shared<ups_poll>(profile);
}

}  // namespace holdover::device::snmp
