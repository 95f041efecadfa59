// The site loader's steps, in the order in which they need each other's names.

#pragma once

#include "core/site.hpp"
#include "core/site_assets.hpp"
#include "io/config/document.hpp"
#include "io/config/index.hpp"

#include "holdover/config/v1/site.pb.h"

namespace holdover::config {

struct site_names {
  index upses{"ups", "UPS"};
  index outlets{"outlet_units", "outlet"};
  index hosts{"hosts", "host"};
  index switches{"switches", "switch"};
  index interfaces{"interfaces", "interface"};
};

void load_devices(const v1::SiteFile&, document&, site& out, site_names& names);
void load_hosts(const v1::SiteFile&, document&, site& out, site_names& names);
void load_stages(const v1::SiteFile&, document&, site& out, const site_names& names);
/// Needs the names of everything else. Fills the supplies of the nodes, too.
site_assets load_assets(const v1::SiteFile&, document&, site& out, site_names& names);

}  // namespace holdover::config
