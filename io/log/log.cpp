#include "io/log/log.hpp"

#include "io/log/line_writer.hpp"

#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <initializer_list>
#include <memory>
#include <mutex>
#include <string_view>
#include <unistd.h>

namespace holdover::log_output {

namespace {

constexpr std::chrono::milliseconds last_words{300};

std::atomic<const line_writer*> writer_now{nullptr};

std::string_view colour_of(spdlog::level::level_enum level) {
  switch (level) {
    case spdlog::level::critical:
      return "\033[1;41m";
    case spdlog::level::err:
      return "\033[1;31m";
    case spdlog::level::warn:
      return "\033[1;33m";
    case spdlog::level::info:
      return "\033[32m";
    default:
      return "\033[36m";
  }
}

class queued_sink final : public spdlog::sinks::base_sink<std::mutex> {
public:
  explicit queued_sink(const std::string& program) : writer_{STDERR_FILENO, program} {
    writer_now = &writer_;
  }
  ~queued_sink() override { writer_now = nullptr; }
  queued_sink(const queued_sink&) = delete;
  queued_sink& operator=(const queued_sink&) = delete;

private:
  void sink_it_(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t formatted;
    formatter_->format(message, formatted);
    std::string line{formatted.data(), formatted.size()};
    if (colours_ && message.color_range_end > message.color_range_start) {
      line.insert(message.color_range_end, "\033[m");
      line.insert(message.color_range_start, colour_of(message.level));
    }
    writer_.put(std::move(line));
  }
  void flush_() override {}  // Lines are on their way as soon as they are put.

  const bool colours_ = ::isatty(STDERR_FILENO) == 1;
  line_writer writer_;
};

// The fault goes on to its end as if nobody had looked: SA_RESETHAND.
void let_last_words_out(int) {
  if (const auto* writer = writer_now.load()) writer->drain(last_words);
}

void catch_own_faults() {
  for (const int fault : {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL}) {
    struct sigaction known {};
    if (::sigaction(fault, nullptr, &known) != 0 || known.sa_handler != SIG_DFL) continue;
    struct sigaction ours {};
    ours.sa_handler = &let_last_words_out;
    ours.sa_flags = static_cast<int>(SA_RESETHAND);
    ::sigaction(fault, &ours, nullptr);
  }
}

}  // namespace

void start(const std::string& program, const std::string& level) {
  auto logger = std::make_shared<spdlog::logger>(program, std::make_shared<queued_sink>(program));
  const bool stamped_elsewhere = std::getenv("JOURNAL_STREAM") != nullptr;
  logger->set_pattern(stamped_elsewhere ? "%n %l: %v" : "%Y-%m-%d %H:%M:%S.%e %n %^%l%$: %v");
  logger->set_level(level == "debug"     ? spdlog::level::debug
                    : level == "warning" ? spdlog::level::warn
                                         : spdlog::level::info);
  spdlog::set_default_logger(std::move(logger));
  catch_own_faults();
}

bool drain(std::chrono::milliseconds bound) {
  const auto* writer = writer_now.load();
  return writer == nullptr || writer->drain(bound);
}

}  // namespace holdover::log_output
