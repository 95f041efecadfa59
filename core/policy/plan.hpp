// What can be worked out of a site file before anything happens: who shares power with whom, how
// much time the stages before and after a host take, which stage and host an outlet belongs to.

#pragma once

#include "core/site.hpp"
#include "core/time.hpp"

#include <optional>
#include <vector>

namespace holdover::policy {

struct host_plan {
  duration before{};  ///< Shutdown times of the stages before its own, slowest host of each (X4).
  duration after{};   ///< Likewise of the stages after its own.
  std::vector<outlet_index> outlets;  ///< That feed it.
  std::vector<host_index> earlier;    ///< Hosts of earlier stages that share power with it.
};

struct outlet_plan {
  std::optional<stage_index> shed_in;
  std::optional<ups_index> ups;
};

struct plan {
  std::vector<host_plan> hosts;
  std::vector<outlet_plan> outlets;
};

plan make_plan(const site&);

/// The moment, counted back from empty, at which a host must begin to go down.
inline duration latest_safe_start(const host_config& host, const host_plan& timing,
                                  const observation_config& rules) {
  return host.shutdown_time + timing.after + rules.runtime_margin;
}

}  // namespace holdover::policy
