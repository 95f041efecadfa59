// The site loader's steps, in the order in which they need each other's names.

#pragma once

#include "core/site.hpp"
#include "core/site_assets.hpp"
#include "io/config/document.hpp"
#include "io/config/index.hpp"

#include "holdover/config/v1/site.pb.h"

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace holdover::config {

struct site_names {
  index upses{"ups", "UPS"};
  index units{"outlet_units", "outlet unit"};
  index outlets{"outlet_units", "outlet"};
  index sensors{"sensors", "sensor"};
  index operator_switches{"operator_switches", "operator's switch"};
  index hosts{"hosts", "host"};
  index switches{"switches", "switch"};
  index interfaces{"interfaces", "interface"};
  std::map<std::string, std::vector<host_index>> groups;

  /// The host of a name, or those of a group; an unknown name is one that core takes for wrong.
  std::vector<host_index> hosts_of(const std::string& name, const std::string& path,
                                   document& file) const;
};

void load_devices(const v1::SiteFile&, document&, site& out, site_names& names);
/// Addresses of devices in the field: Modbus, and serial lines.
device_address to_address(const v1::Modbus&, const std::string& path, document&);
device_address to_address(const v1::Megatec&, const std::string& path, document&);
/// A sensor's address with how its channel is to be understood, and the channel.
void take_modbus_channel(const v1::Sensor&, const std::string& path, document&, sensor_config&);
void load_hints(const v1::Hints&, document&, site& out, const site_names& names);
void load_hosts(const v1::SiteFile&, document&, site& out, site_names& names);
void load_groups(const v1::SiteFile&, document&, site_names& names);
void load_dependencies(const v1::SiteFile&, document&, site& out, const site_names& names);
void load_stages(const v1::SiteFile&, document&, site& out, const site_names& names);
/// Jobs, and the stages that stand for what they wish: after all others.
void load_jobs(const v1::SiteFile&, document&, site& out, const site_names& names);
/// The wish of operators that the output of a UPS be off, and the stage that stands for it.
void load_output_orders(site& out);
/// For each host that a drill may really stop, the wish of two operators and the stage that stands
/// for it.
void load_drills(const v1::SiteFile&, document&, site& out, const site_names& names);
/// Which stage each host belongs to, once all are there.
void assign_stages(site& out);
/// A reference keeps secrets out of a file that is copied to every node and hashed.
std::string credentials(const std::string& given, const std::string& path, document& file);
/// "22:00" -> minutes; "24:00" ends a day.
std::optional<std::uint32_t> minute_of_day(std::string_view text);
/// Sets a day by its name, or several by "weekdays" and "weekend". Another word is a problem at
/// `path`; `also` are those that would have been known there, too.
void set_days(const std::string& word, const std::string& path, document&,
              std::array<bool, 7>& days, const std::vector<std::string>& also = {});
/// Needs the names of everything else. Fills the supplies of the nodes, too.
site_assets load_assets(const v1::SiteFile&, document&, site& out, site_names& names);
/// The conditions of a stage: the four short ones, and the tree of all others.
void load_condition(const v1::Condition&, const std::string& path, document&, site& out,
                    const site_names& names, stage_config& stage);

}  // namespace holdover::config
