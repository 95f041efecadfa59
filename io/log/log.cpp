#include "io/log/log.hpp"

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <cstdlib>
#include <memory>

namespace holdover::log_output {

void start(const std::string& program, const std::string& level) {
  auto logger = spdlog::stderr_color_mt(program);
  const bool stamped_elsewhere = std::getenv("JOURNAL_STREAM") != nullptr;
  logger->set_pattern(stamped_elsewhere ? "%n %l: %v" : "%Y-%m-%d %H:%M:%S.%e %n %^%l%$: %v");
  logger->set_level(level == "debug"     ? spdlog::level::debug
                    : level == "warning" ? spdlog::level::warn
                                         : spdlog::level::info);
  logger->flush_on(spdlog::level::info);
  spdlog::set_default_logger(std::move(logger));
}

}  // namespace holdover::log_output
