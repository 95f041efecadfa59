#include "core/drill/two_persons.hpp"
#include "io/config/site_parts.hpp"
#include "io/config/values.hpp"

#include <algorithm>

namespace holdover::config {

namespace {

/// By votes like every other stop, with the interlock and the way back of any stage; see
/// load_output_orders().
void add_execution(host_index index, const std::string& path, site& out) {
  const auto& host = out.hosts[index];
  const auto name = host.name + std::string{drill::execution_suffix};
  condition_node node;
  node.kind = condition_kind::operator_switch;
  node.subject = static_cast<std::uint32_t>(out.switches.size());
  node.path = path;
  node.parent = static_cast<condition_index>(out.conditions.size());
  out.switches.push_back({name});
  out.wishes.push_back({jobs::wish_kind::host_down, index, {}, {}, name});
  stage_config stage;
  stage.name = name;
  stage.wish = static_cast<wish_index>(out.wishes.size() - 1);
  stage.path = path;
  stage.hosts.push_back(index);
  stage.timeout = std::max(stage.timeout, host.hold + host.shutdown_time + host.power_off_delay);
  stage.condition = condition_tree{node.parent, node.parent};
  out.conditions.push_back(node);
  out.stages.push_back(std::move(stage));
}

}  // namespace

void load_drills(const v1::SiteFile& in, document& file, site& out, const site_names& names) {
  for (int i = 0; i < in.drills().execute_size(); ++i) {
    const auto path = at("drills.execute", i);
    const auto host = names.hosts.find(in.drills().execute(i), path, file);
    if (host < out.hosts.size()) add_execution(host, path, out);
  }
}

}  // namespace holdover::config
