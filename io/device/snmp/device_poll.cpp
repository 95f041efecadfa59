// How a device is got to know, and then read in few requests.
//
//   identity and landmarks -> the families it speaks -> a walk through their columns, in pieces
//     -> every reading: one GET of what matters, filled up with the rest in turns, and the alarms
//
// What was learnt stays from one reading to the next, also when time runs out on the way, so that a
// slow card with large tables is known after a few attempts. Once known, a reading asks for what
// decisions rest on each time; if everything else does not fit into the same requests, it takes
// turns, and each value carries its age.

#include "io/device/snmp/outlet_profiles.hpp"
#include "io/device/snmp/outlet_reader.hpp"
#include "io/device/snmp/pattern.hpp"
#include "io/device/snmp/poll.hpp"
#include "io/device/snmp/sensor_reader.hpp"
#include "io/device/snmp/survey.hpp"
#include "io/device/snmp/ups_reader.hpp"
#include "io/device/snmp/whole_reader.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

namespace holdover::device::snmp {

namespace {

using steady = std::chrono::steady_clock;

constexpr std::size_t rows_max = 2000;      // Of a column: the meters of large units are one.
constexpr std::size_t columns_at_once = 6;  // In one question, so that it ends in time.
constexpr duration stale_after = 120s;

class device_poll final : public poll, public std::enable_shared_from_this<device_poll> {
public:
  device_poll(const family* given, poll_aim aim, std::string sensor)
      : given_(given), aim_(aim), sensor_(std::move(sensor)) {
    if (given_ != nullptr) families_ = {given_};
  }

  void read(errand task) override {
    if (survey_due_ == 0) start_survey();
    next_step(std::move(task));
  }

  std::vector<const family*> spoken_families() const override { return families_; }

private:
  /// Several readings may be open at once; each walks what is missing when it comes to that.
  struct walked_piece {
    unsigned survey = 0;
    std::size_t end = 0;
  };

  void start_survey() {
    if (given_ == nullptr) families_.clear();
    columns_.reset();
    surveyed_ = 0;
    fast_.clear();
    slow_.clear();
    vital_.clear();
    said_.clear();
    stamps_.clear();
    asked_all_ = false;
    sorted_ = false;
    ++survey_number_;
    survey_due_ = readings_per_survey;
  }

  void next_step(errand task) {
    if (families_.empty()) return identify(std::move(task));
    if (!columns_) plan();
    if (surveyed_ < columns_->size()) return walk_some(std::move(task));
    if (!std::exchange(sorted_, true)) sort_out();
    ask(std::move(task));
  }

  // --- who is it?

  void identify(errand task) {
    auto& line = *task.line;
    const auto limit = task.left();
    line.get(
        {system_identity_},
        [self = shared_from_this(), task](const bindings_answer& got) {
          if (self->gave_up(task, got)) return;
          const auto& what = std::get<std::vector<binding>>(got).front().what;
          if (const auto* name = std::get_if<object_id>(&what)) self->identity_ = *name;
          self->look_for_landmarks(task);
        },
        limit);
  }

  void look_for_landmarks(errand task) {
    auto& line = *task.line;
    const auto limit = task.left();
    line.walk(
        landmarks(),
        [self = shared_from_this(), task](const bindings_answer& got) {
          if (self->gave_up(task, got)) return;
          if (self->families_.empty())
            self->families_ =
                ranked(recognised(std::get<std::vector<binding>>(got)), self->identity_);
          if (self->families_.empty()) return self->unknown(task);
          self->next_step(task);
        },
        limit, 1, false);
  }

  void unknown(const errand& task) {
    survey_due_ = 0;
    const auto claimed = claimed_by(identity_);
    task.reply(failure{
        failure_kind::unsupported,
        claimed.empty()
            ? "the SNMP agent answers, but not in terms of any family known here; name a profile "
              "(unit) if it should"
            : "the SNMP agent names itself as " + std::string(claimed.front()->title)
                  + ", but shows nothing of it; let this community or user see the whole agent"});
  }

  // --- what has it got?

  bool wants_power() const { return aim_ != poll_aim::sensor; }
  bool wants_sensors() const { return aim_ != poll_aim::ups; }
  bool wants_outlets() const { return aim_ == poll_aim::whole; }

  /// Columns that lie in others are walked with them.
  static std::vector<object_id> outermost(std::vector<object_id> names) {
    std::ranges::sort(names);
    std::vector<object_id> kept;
    for (auto& name : names)
      if (kept.empty() || !name.starts_with(kept.back())) kept.push_back(std::move(name));
    return kept;
  }

  void plan() {
    std::vector<object_id> names;
    const auto add = [&](std::vector<object_id> more) {
      names.insert(names.end(), more.begin(), more.end());
    };
    for (const auto* one : families_) {
      if (wants_power()) add(columns(*one));
      if (wants_sensors()) add(sensor_columns(*one));
    }
    if (wants_outlets())
      for (const auto& profile : outlet_profiles)
        if (speaks_near(profile)) add(outlet_columns(profile));
    columns_ = outermost(std::move(names));
  }

  /// Whether one of the device's families is of the same maker: others' outlets are not looked for.
  bool speaks_near(const outlet_profile& profile) const {
    const auto state = pattern::of(profile.state).before();
    return std::ranges::any_of(families_, [&](const family* one) {
      return std::ranges::any_of(one->landmarks, [&](std::string_view landmark) {
        constexpr std::size_t maker = 7;  // 1.3.6.1.4.1.MAKER, and as far for 1.3.6.1.2.1.33
        const auto near = pattern::of(landmark).before().arcs();
        return near.size() >= maker && state.size() >= maker
               && std::equal(near.begin(), near.begin() + maker, state.arcs().begin());
      });
    });
  }

  static std::vector<object_id> outlet_columns(const outlet_profile& profile) {
    std::vector<object_id> names;
    for (const auto place :
         {profile.state, profile.load, profile.current, profile.digits, profile.label})
      if (!place.empty()) names.push_back(pattern::of(place).before());
    return names;
  }

  void walk_some(errand task) {
    const auto first = columns_->begin() + static_cast<std::ptrdiff_t>(surveyed_);
    const auto count = std::min(columns_at_once, columns_->size() - surveyed_);
    const walked_piece piece{survey_number_, surveyed_ + count};
    auto& line = *task.line;
    const auto limit = task.left();
    line.walk(
        std::vector(first, first + static_cast<std::ptrdiff_t>(count)),
        [self = shared_from_this(), task, piece](const bindings_answer& got) {
          self->walked(task, got, piece);
        },
        limit, rows_max, manners_.bulk());
  }

  void walked(const errand& task, const bindings_answer& got, const walked_piece& piece) {
    if (const auto* no = std::get_if<failure>(&got)) {
      if (no->kind == failure_kind::unreachable) manners_.walk_stayed_silent();
      return task.reply(*no);
    }
    manners_.walk_worked();
    // Another reading may have begun anew meanwhile, or walked the same piece.
    if (piece.survey != survey_number_) return next_step(task);
    const auto now = steady::now();
    std::vector<snapshot::value_type> found;
    std::vector<stamps::value_type> times;
    for (const auto& [given, what] : std::get<std::vector<binding>>(got)) {
      if (!present(what)) continue;
      const auto name = shared(given);
      found.emplace_back(name, what);
      times.emplace_back(name, now);
    }
    said_.merge(std::move(found));
    stamps_.merge(std::move(times));
    surveyed_ = std::max(surveyed_, piece.end);
    next_step(task);
  }

  /// What of all that was seen is asked for again, and how often.
  void sort_out() {
    std::set<object_id> fast;
    std::set<object_id> slow;
    std::set<object_id> vital;
    std::vector<object_id> vital_rows;
    for (const auto* one : families_) {
      if (wants_power()) {
        for (auto& name : scalars(*one))
          slow.insert(std::move(name));
        for (auto& name : vital_scalars(*one)) {
          fast.insert(name);
          vital.insert(std::move(name));
        }
        for (auto& name : state_scalars(*one))
          fast.insert(std::move(name));
        for (auto& name : vital_columns(*one))
          vital_rows.push_back(std::move(name));
      }
      if (wants_sensors())
        for (auto& name : sensor_scalars(*one))
          slow.insert(std::move(name));
    }
    if (wants_outlets())
      for (const auto& profile : outlet_profiles)
        vital_rows.push_back(pattern::of(profile.state).before());
    for (const auto& name : wanted_rows())
      (under(vital_rows, name) ? fast : slow).insert(name);
    for (const auto& name : fast)
      slow.erase(name);
    fast_ = shared(fast);
    slow_ = shared(slow);
    vital_ = shared(vital);
    slow_next_ = 0;
  }

  /// The same name as all other cards of this kind have: names are kept once, for as long as any
  /// card has them. On the engine's thread, like everything here.
  static object_id shared(const object_id& name) {
    static std::set<object_id> all;
    static std::size_t tidy_at = 4096;
    const auto [known, fresh] = all.insert(name);
    const auto kept = *known;
    if (fresh && all.size() >= tidy_at) {
      std::erase_if(all, [](const object_id& one) { return one.is_alone(); });
      tidy_at = std::max<std::size_t>(4096, 2 * all.size());
    }
    return kept;
  }
  static std::vector<object_id> shared(const std::set<object_id>& names) {
    std::vector<object_id> kept;
    kept.reserve(names.size());
    for (const auto& name : names)
      kept.push_back(shared(name));
    return kept;
  }

  /// Not asked for again before the next survey.
  void leave_out(const object_id& name) {
    std::erase(fast_, name);
    std::erase(slow_, name);
    if (slow_next_ >= slow_.size()) slow_next_ = 0;
  }

  static bool under(const std::vector<object_id>& roots, const object_id& name) {
    return std::ranges::any_of(roots,
                               [&](const object_id& root) { return name.starts_with(root); });
  }

  /// The rows that a table asks for, without those that stay as they are until the next survey.
  std::vector<object_id> wanted_rows() const {
    std::vector<object_id> settled;
    std::vector<const pattern*> places;
    const auto want = [&](std::string_view place) {
      if (!place.empty() && !pattern::of(place).fixed()) places.push_back(&pattern::of(place));
    };
    for (const auto* one : families_) {
      for (auto& name : settled_columns(*one))
        settled.push_back(std::move(name));
      if (wants_power()) {
        for (const auto& row : one->numbers)
          want(row.object);
        for (const auto& row : one->states)
          want(row.object);
        for (const auto place : phase_places(*one))
          places.push_back(place);
      }
      if (wants_sensors())
        for (const auto& row : one->sensors) {
          want(row.value);
          want(row.only);
        }
    }
    if (wants_outlets())
      for (const auto& profile : outlet_profiles)
        for (const auto place : {profile.state, profile.load, profile.current})
          want(place);
    std::vector<object_id> names;
    for (const auto& [name, what] : said_)
      if (!under(settled, name) && std::ranges::any_of(places, [&](const pattern* place) {
            return place->match(name).has_value();
          }))
        names.push_back(name);
    return names;
  }

  // --- a reading

  std::vector<object_id> next_names() {
    const auto in_one = manners_.names();
    const auto room =
        asked_all_ ? (fast_.size() / in_one + 1) * in_one : fast_.size() + slow_.size();
    std::vector<object_id> names;
    names.reserve(room);
    names = fast_;
    for (std::size_t i = 0; i < slow_.size() && names.size() < room; ++i) {
      names.push_back(slow_[slow_next_]);
      slow_next_ = (slow_next_ + 1) % slow_.size();
    }
    return names;
  }

  void ask(errand task) {
    auto names = next_names();
    if (names.empty()) return ask_alarms(std::move(task), 0);
    auto& line = *task.line;
    const auto limit = task.left();
    line.get(
        std::move(names),
        [self = shared_from_this(), task](const bindings_answer& got) { self->got(task, got); },
        limit, manners_.names());
  }

  void got(const errand& task, const bindings_answer& got) {
    if (const auto* no = std::get_if<failure>(&got)) {
      // What was learnt stays true of a device that is merely away.
      if (no->kind == failure_kind::unreachable)
        manners_.get_stayed_silent();
      else
        survey_due_ = 0;
      return task.reply(*no);
    }
    manners_.get_worked();
    asked_all_ = true;
    const auto now = steady::now();
    bool row_gone = false;
    for (const auto& [name, what] : std::get<std::vector<binding>>(got)) {
      if (present(what)) {
        said_.insert_or_assign(name, what);
        stamps_.insert_or_assign(name, now);
        continue;
      }
      if (said_.erase(name)) row_gone = true;
      stamps_.erase(name);
      if (!std::ranges::binary_search(vital_, name)) leave_out(name);
    }
    // A row that has gone means that the tables look different now.
    if (row_gone)
      survey_due_ = 0;
    else if (survey_due_ > 0)
      --survey_due_;
    ask_alarms(task, 0);
  }

  void ask_alarms(errand task, std::size_t place) {
    while (place < families_.size()
           && !(wants_power() && may_have_alarms(*families_[place], said_)))
      ++place;
    if (place >= families_.size()) return finish(task);
    const auto& column = pattern::of(families_[place]->alarm_column).before();
    auto& line = *task.line;
    const auto limit = task.left();
    line.walk(
        {column},
        [self = shared_from_this(), task, place, column](const bindings_answer& got) {
          if (const auto* no = std::get_if<failure>(&got)) return task.reply(*no);
          self->said_.erase_below(column);
          std::vector<snapshot::value_type> found;
          for (const auto& [name, what] : std::get<std::vector<binding>>(got))
            found.emplace_back(name, what);
          self->said_.merge(std::move(found));
          self->ask_alarms(task, place + 1);
        },
        limit, session::rows_default, manners_.bulk());
  }

  void finish(const errand& task) {
    // Another reading found that the device must be looked at anew.
    if (families_.empty()) return next_step(task);
    auto reading = read_whole(families_, said_);
    if (wants_outlets()) read_outlet_states(said_, reading);
    tell_ages(reading);
    switch (aim_) {
      case poll_aim::ups:
        return finish_ups(task, std::move(reading));
      case poll_aim::sensor:
        return finish_sensor(task, reading);
      case poll_aim::whole:
        return task.reply(power::device_reading(std::move(reading)));
    }
  }

  void finish_ups(const errand& task, power::whole_reading reading) {
    const bool is_ups = std::ranges::any_of(families_, [&](const family* one) {
      return one->is_ups && listen(*one, said_).has_value();
    });
    if (is_ups) return task.reply(power::device_reading(std::move(reading.power)));
    survey_due_ = 0;
    task.reply(failure{failure_kind::unsupported,
                       given_ != nullptr
                           ? "the SNMP agent answers, but says nothing of a UPS in terms of "
                                 + std::string(given_->title) + "; choose another profile (unit)"
                           : "the SNMP agent answers, but says nothing of a UPS"});
  }

  void finish_sensor(const errand& task, const power::whole_reading& reading) {
    std::string there;
    for (const auto& one : reading.sensors) {
      if (one.value.name == sensor_ || one.label == sensor_)
        return task.reply(power::device_reading(one));
      there += (there.empty() ? "" : ", ") + one.value.name;
    }
    task.reply(
        failure{failure_kind::unsupported, "the device has no sensor \"" + sensor_ + "\"; it has "
                                               + (there.empty() ? std::string("none") : there)
                                               + "; or give the object itself"});
  }

  void tell_ages(power::whole_reading& reading) const {
    const auto now = steady::now();
    const auto tell = [&](power::measurement& one) {
      const auto name = object_id::parse(one.source);
      const auto stamp = name ? stamps_.find(*name) : stamps_.end();
      if (stamp == stamps_.end()) return;
      one.age = std::chrono::floor<duration>(now - stamp->second);
      if (one.age > stale_after && one.how == power::quality::good) one.how = power::quality::stale;
    };
    for (auto& value : reading.power.values)
      tell(value);
    for (auto& sensor : reading.sensors)
      tell(sensor.value);
  }

  bool gave_up(const errand& task, const bindings_answer& got) {
    const auto* no = std::get_if<failure>(&got);
    if (no != nullptr) task.reply(*no);
    return no != nullptr;
  }

  static constexpr unsigned readings_per_survey = 150;

  const family* given_;
  const poll_aim aim_;
  const std::string sensor_;
  const object_id system_identity_ = object_id::known("1.3.6.1.2.1.1.2.0");
  object_id identity_;
  family_list families_;
  std::optional<std::vector<object_id>> columns_;
  std::size_t surveyed_ = 0;  ///< How many of the columns are walked.
  bool sorted_ = false;       ///< What to ask for is known.
  unsigned survey_number_ = 0;
  unsigned survey_due_ = readings_per_survey;
  snapshot said_;
  using stamps = by_name<steady::time_point>;
  stamps stamps_;
  std::vector<object_id> vital_;
  std::vector<object_id> fast_;
  std::vector<object_id> slow_;
  std::size_t slow_next_ = 0;
  bool asked_all_ = false;
  manners manners_;
};

}  // namespace

std::shared_ptr<poll> make_device_poll(const family* given, poll_aim aim, std::string sensor) {
  return std::make_shared<device_poll>(given, aim, std::move(sensor));
}

}  // namespace holdover::device::snmp
