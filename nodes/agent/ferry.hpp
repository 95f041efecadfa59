// The agent's network part: ferries bytes between the nodes and the machine, and knows nothing.
//
// It runs as an unprivileged user, holds the CURVE key and no signing key, and never looks into
// what it carries. Taken over by an attacker it can withhold votes, which the machine notices as
// silence; it cannot make one. Once it is connected it gives up every system call that it does not
// need for that (io/sandbox).

#pragma once

#include "core/membership.hpp"
#include "io/config/agent_loader.hpp"
#include "io/host/link.hpp"
#include "io/keys/key_pair.hpp"

#include <string>

namespace holdover::agent_node {

/// What the machine tells its ferry to begin with.
bool brief_ferry(const host::link&, const config::agent_settings&, const membership&,
                 const keys::key_pair&);

/// Runs until the machine closes the link. @return exit status.
int run_ferry(host::link);

}  // namespace holdover::agent_node
