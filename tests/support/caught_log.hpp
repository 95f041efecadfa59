// What is logged while this lives, for a test to read; it goes nowhere else.

#pragma once

#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <sstream>
#include <string>

namespace holdover::support {

class caught_log {
public:
  caught_log() : before_(spdlog::default_logger()) {
    spdlog::set_default_logger(std::make_shared<spdlog::logger>(
        "test", std::make_shared<spdlog::sinks::ostream_sink_mt>(text_)));
  }
  ~caught_log() { spdlog::set_default_logger(before_); }
  caught_log(const caught_log&) = delete;
  caught_log& operator=(const caught_log&) = delete;

  std::string text() const { return text_.str(); }
  std::size_t lines() const {
    const auto all = text();
    return static_cast<std::size_t>(std::count(all.begin(), all.end(), '\n'));
  }

private:
  std::ostringstream text_;
  std::shared_ptr<spdlog::logger> before_;
};

}  // namespace holdover::support
