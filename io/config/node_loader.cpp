#include "io/config/node_loader.hpp"

#include "io/config/values.hpp"

#include "holdover/config/v1/node.pb.h"

namespace holdover::config {

namespace {

constexpr std::uint32_t priority_max = 99;  // of SCHED_FIFO on Linux

node_program load_program(const v1::NodeProgram& in, const std::string& path,
                          const std::vector<node_program>& known, document& file) {
  node_program out{in.name(), {in.run().begin(), in.run().end()}};
  file.require(path + ".name", !in.name().empty());
  file.require(path + ".run", !out.run.empty());
  if (!out.run.empty() && !out.run.front().starts_with('/'))
    file.error(path + ".run",
               "must begin with the absolute path of a program: no shell looks for it");
  for (const auto& other : known)
    if (other.name == out.name && !out.name.empty())
      file.error(path + ".name", "names two programs: give each its own");
  take(out.limit, in.has_limit(), in.limit());
  if (out.limit <= duration::zero()) file.error(path + ".limit", "is not positive: 30s is usual");
  return out;
}

}  // namespace

std::variant<node_settings, std::vector<problem>> load_node(const std::string& path) {
  v1::NodeFile in;
  document file{path, in};
  if (file.troubled("")) return file.problems();
  file.require("number", file.given("number"));
  file.require("site_file", !in.site_file().empty());
  file.require("members_file", !in.members_file().empty());
  file.require("key_file", !in.key_file().empty());
  file.require("database", !in.database().empty());
  if (in.number() >= node_number_limit)
    file.error("number", std::to_string(in.number()) + " is no node's number; give 0 to 31");
  const auto priority = in.scheduling().realtime_priority();
  if (priority > priority_max)
    file.error("scheduling.realtime_priority",
               std::to_string(priority) + " is too high; give 1 to 99, or 0 for normal scheduling");
  std::vector<node_program> programs;
  for (int i = 0; i < in.programs_size(); ++i)
    programs.push_back(load_program(in.programs(i), at("programs", i), programs, file));
  node_settings out{.number = in.number(),
                    .site_file = file.resolve(in.site_file()),
                    .members_file = file.resolve(in.members_file()),
                    .key_file = file.resolve(in.key_file()),
                    .database = file.resolve(in.database()),
                    .realtime_priority = static_cast<int>(priority),
                    .log_level = log_level(in.log_level(), "log_level", file),
                    .programs = std::move(programs),
                    .drill_every = in.has_drill_every() ? to_duration(in.drill_every()) : 0s,
                    .admin_key = admin_key(in.admin_key(), "admin_key", file)};
  if (in.has_drill_every() && out.drill_every < 1h)
    file.error("drill_every", "must be an hour or more: a month is \"720h\"");
  if (file.has_error()) return file.problems();
  return out;
}

}  // namespace holdover::config
