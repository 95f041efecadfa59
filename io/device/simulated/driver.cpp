#include "io/device/simulated/driver.hpp"

#include "io/device/nut/reading.hpp"
#include "io/device/questions.hpp"
#include "io/device/simulated/station.hpp"

#include <chrono>
#include <utility>

namespace holdover::device {

namespace {

time_point real_time() {
  auto now = std::chrono::steady_clock::now().time_since_epoch();
  return time_point(std::chrono::duration_cast<duration>(now));
}

class simulated_driver final : public driver {
public:
  simulated_driver(const std::string& path, device_kind kind, const std::string& channel,
                   const simulated::play_clock& clock)
      : station_(simulated::station::of(path, clock)),
        path_(path),
        subject_{kind, channel, "the simulated device " + path} {}

  void read(on_reading done) override {
    if (subject_.kind == device_kind::interface) return read_interface(std::move(done));
    station_->post([reply = questions_.open(std::move(done)), what = subject_](auto& stage) {
      auto looked = stage.look();
      if (auto* why = std::get_if<failure>(&looked)) return reply(std::move(*why));
      reply(nut::read(std::get<simulated::snapshot>(looked).values, what));
    });
  }

  void switch_outlet(std::uint32_t number, bool on, on_switched done) override {
    station_->post([reply = questions_.open(std::move(done)), number, on](auto& stage) {
      if (reply.wanted()) reply(stage.switch_outlet(number, on));
    });
  }

  void read_interface(on_reading done) override {
    station_->post([reply = questions_.open(std::move(done)), path = path_](auto& stage) {
      auto looked = stage.look();
      if (auto* why = std::get_if<failure>(&looked)) return reply(std::move(*why));
      power::interface_reading reading;
      reading.description = "simulated from " + path;
      reading.up_since = std::get<simulated::snapshot>(looked).running;
      reply(power::device_reading(std::move(reading)));
    });
  }

private:
  std::shared_ptr<simulated::station> station_;
  std::string path_;
  nut::subject subject_;
  question_desk questions_;  ///< Last, so that it closes first.
};

}  // namespace

std::unique_ptr<driver> make_simulated_driver(const device_address& where, device_kind kind,
                                              const std::string& channel) {
  return make_simulated_driver(where, kind, channel, real_time);
}

std::unique_ptr<driver> make_simulated_driver(const device_address& where, device_kind kind,
                                              const std::string& channel,
                                              const simulated::play_clock& clock) {
  return std::make_unique<simulated_driver>(where.host, kind, channel, clock);
}

}  // namespace holdover::device
