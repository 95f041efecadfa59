// Who may take part in a site, and as what: the membership document as a value (rule E1).
//
// The electorate is this configured list, never the list of those who happen to be alive. Keys are
// public halves; private ones never leave the machine on which they were made.

#pragma once

#include "core/identity.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace holdover {

enum class role : std::uint8_t { unspecified = 0, node, agent, operator_, tap, hub };
std::string_view to_string(role);

struct member {
  std::string name;
  role as = role::unspecified;
  node_number number = 0;                   ///< Nodes only.
  std::string curve_key;                    ///< 40 characters of Z85.
  std::array<std::uint8_t, 32> sign_key{};  ///< Ed25519.

  bool operator==(const member&) const = default;
};

struct membership {
  std::string site;
  std::uint64_t epoch = 1;
  std::vector<member> members;
  /// Of whoever may change the document, over the rest; kept as found.
  std::string admin_signature{};

  bool operator==(const membership&) const = default;

  const member* find(std::string_view name) const;
  const member* find_node(node_number) const;
  const member* find_curve_key(std::string_view z85) const;
  /// The numbers of all nodes, ascending.
  std::vector<node_number> electorate() const;
};

/// The nodes that go from one membership to another with the same number and the same signing key.
std::vector<node_number> stayed(const membership& before, const membership& after);

}  // namespace holdover
