#include "io/device/megatec/driver.hpp"

#include "io/device/job_thread.hpp"
#include "io/device/megatec/mirror.hpp"
#include "io/device/megatec/reading.hpp"
#include "io/device/megatec/serial_line.hpp"
#include "io/device/megatec/settings.hpp"
#include "io/device/questions.hpp"

#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

namespace holdover::device {

namespace {

using clock_type = std::chrono::steady_clock;

constexpr std::chrono::milliseconds answer_patience{1000};
constexpr std::chrono::milliseconds extra_patience{400};  // What not every UPS answers at all.
constexpr std::chrono::milliseconds question_limit{4500};
constexpr int attempts_max = 3;

/// What is known of the UPS at the other end; lives on the line's thread.
class station {
public:
  station(std::string path, std::uint32_t baud) : line_(std::move(path), baud) {}

  /// Lets another program read along.
  void offer(const std::string& path) {
    if (path.empty() || mirror_) return;
    auto opened = megatec::mirror::open(path);
    if (auto* made = std::get_if<std::unique_ptr<megatec::mirror>>(&opened))
      mirror_ = std::move(*made);
    else
      not_offered_ = std::get<std::string>(opened);
  }
  /// Why another program cannot read along; empty if it can.
  const std::string& not_offered() const { return not_offered_; }

  answer<power::ups_reading> read(clock_type::time_point deadline) {
    auto came = ask_status(deadline);
    if (auto* why = std::get_if<failure>(&came)) return std::move(*why);
    introduce();
    return megatec::reading_of(std::get<megatec::status>(came), rating_, maker_);
  }

  answer<switched> command(const power::ups_command& what, clock_type::time_point deadline) {
    auto came = ask_status(deadline);
    if (auto* why = std::get_if<failure>(&came)) return std::move(*why);
    auto words = megatec::words_for(what, std::get<megatec::status>(came));
    if (auto* why = std::get_if<failure>(&words)) return std::move(*why);
    const auto& text = std::get<std::string>(words);
    const auto name = std::string(to_string(what.what));
    if (text.empty()) return switched{name + ": it is so already"};
    auto said = line_.ask(text, extra_patience);
    if (auto* why = std::get_if<failure>(&said)) return std::move(*why);
    if (auto no = megatec::refusal_in(std::get<std::string>(said), text)) return std::move(*no);
    return switched{name + ": " + text};
  }

private:
  answer<megatec::status> ask_status(clock_type::time_point deadline) {
    failure why{failure_kind::unreachable, "no answer from the UPS on " + line_.path()
                                               + "; check the cable, the rate, and that it speaks "
                                                 "Megatec's protocol"};
    for (int attempt = 0; attempt < attempts_max; ++attempt) {
      if (clock_type::now() + answer_patience > deadline) break;
      if (!line_.is_open()) introduced_ = false;
      auto said = ask_aloud("Q1", answer_patience);
      if (auto* lost = std::get_if<failure>(&said)) return std::move(*lost);
      const auto& text = std::get<std::string>(said);
      if (auto status = megatec::status_from(text)) return *status;
      if (!text.empty())
        why = {failure_kind::nonsense, "what the UPS on " + line_.path()
                                           + " answers to Q1 is no answer of Megatec's protocol; "
                                             "check the rate and the kind of UPS"};
    }
    // Whoever answers after a silence may be another UPS.
    introduced_ = false;
    return why;
  }

  /// Whoever reads along hears the answer, too.
  std::variant<std::string, failure> ask_aloud(const std::string& question,
                                               std::chrono::milliseconds patience) {
    auto said = line_.ask(question, patience);
    const auto* text = std::get_if<std::string>(&said);
    if (mirror_ && text != nullptr && !text->empty()) mirror_->note(question, *text);
    return said;
  }

  /// Ratings and names, once after each silence; not every UPS has them.
  void introduce() {
    if (std::exchange(introduced_, true)) return;
    rating_.reset();
    maker_.reset();
    auto rated = ask_aloud("F", extra_patience);
    if (const auto* text = std::get_if<std::string>(&rated)) rating_ = megatec::rating_from(*text);
    auto named = ask_aloud("I", extra_patience);
    if (const auto* text = std::get_if<std::string>(&named)) maker_ = megatec::maker_from(*text);
  }

  megatec::serial_line line_;
  std::unique_ptr<megatec::mirror> mirror_;
  std::string not_offered_;
  bool introduced_ = false;
  std::optional<megatec::rating> rating_;
  std::optional<megatec::maker> maker_;
};

/// A line with its thread, shared by all drivers of a path: when a changed site file is taken over,
/// the old driver and the new one live side by side for a moment.
struct shared_line {
  shared_line(const std::string& path, std::uint32_t baud)
      : ups(std::make_shared<station>(path, baud)) {}

  static std::shared_ptr<shared_line> of(const std::string& path, std::uint32_t baud) {
    static std::mutex mutex;
    static std::map<std::pair<std::string, std::uint32_t>, std::weak_ptr<shared_line>> in_use;
    const std::lock_guard lock(mutex);
    std::erase_if(in_use, [](const auto& entry) { return entry.second.expired(); });
    auto& entry = in_use[{path, baud}];
    auto found = entry.lock();
    if (!found) entry = found = std::make_shared<shared_line>(path, baud);
    return found;
  }

  std::shared_ptr<station> ups;  ///< Shared with the jobs, which alone use it.
  job_thread thread;
};

class megatec_driver final : public driver {
public:
  megatec_driver(const std::string& path, const megatec::settings& how, device_kind kind)
      : line_(shared_line::of(path, how.baud)), path_(path), kind_(kind) {
    if (!how.pass_through.empty())
      line_->thread.post([here = line_->ups, through = how.pass_through] { here->offer(through); });
  }

  void read(on_reading done) override {
    if (kind_ == device_kind::interface) return read_interface(std::move(done));
    post<power::device_reading>(std::move(done), [kind = kind_](station& there, auto deadline) {
      auto came = there.read(deadline);
      if (auto* why = std::get_if<failure>(&came))
        return answer<power::device_reading>(std::move(*why));
      auto& reading = std::get<power::ups_reading>(came);
      if (kind == device_kind::ups) return answer<power::device_reading>(std::move(reading));
      power::whole_reading whole;
      whole.told = told();
      whole.power = std::move(reading);
      whole.families = {"megatec"};
      return answer<power::device_reading>(std::move(whole));
    });
  }

  void switch_outlet(std::uint32_t, bool, on_switched done) override {
    auto reply = questions_.open(std::move(done));
    reply(failure{failure_kind::unsupported, "a Megatec UPS has no outlets of its own to switch"});
  }

  void read_interface(on_reading done) override {
    post<power::device_reading>(
        std::move(done),
        [path = path_](station& there, auto deadline) -> answer<power::device_reading> {
          auto came = there.read(deadline);
          if (auto* why = std::get_if<failure>(&came)) return std::move(*why);
          power::interface_reading reading;
          reading.description = "serial line " + path;
          if (!there.not_offered().empty())
            reading.description += "; no pass-through: " + there.not_offered();
          return power::device_reading(std::move(reading));
        });
  }

  void command(const power::ups_command& what, on_switched done) override {
    post<switched>(std::move(done),
                   [what](station& there, auto deadline) { return there.command(what, deadline); });
  }

private:
  static power::ups_flags told() {
    using enum power::ups_flag;
    power::ups_flags all;
    for (const auto flag : {online, on_battery, low_battery, testing, off, bypass, boosting,
                            trimming, discharging, alarm})
      all.set(flag);
    return all;
  }

  template <class T, class Ask>
  void post(std::function<void(answer<T>)> done, Ask ask) {
    auto reply = questions_.open(std::move(done));
    const auto deadline = clock_type::now() + question_limit;
    line_->thread.post([reply, here = line_->ups, ask, deadline] {
      if (reply.wanted()) reply(ask(*here, deadline));
    });
  }

  std::shared_ptr<shared_line> line_;
  std::string path_;
  device_kind kind_;
  question_desk questions_;  ///< Last, so that it closes first.
};

}  // namespace

std::unique_ptr<driver> make_megatec_driver(const device_address& where, device_kind kind,
                                            const std::string&) {
  return std::make_unique<megatec_driver>(where.host, megatec::settings_from(where.settings).first,
                                          kind);
}

std::string problem_with_megatec(const device_address& where, device_kind kind) {
  if (!where.host.starts_with('/'))
    return "a Megatec UPS needs the path of its serial line, such as /dev/ttyS0";
  if (kind == device_kind::sensor || kind == device_kind::outlet_unit)
    return "a Megatec UPS has no " + std::string(to_string(kind)) + "s to read";
  return megatec::settings_from(where.settings).second;
}

}  // namespace holdover::device
