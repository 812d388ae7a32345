// SPDX-License-Identifier: Apache-2.0
// An address or a network in CIDR form. An IPv4 address that came through an IPv6 socket (::ffff:a.b.c.d) is the IPv4 address.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace segue::access {

struct Network {
  std::string address;  // 4 or 16 bytes, in network order
  unsigned bits = 0;    // of the prefix; 8 * address.size(): one address

  [[nodiscard]] bool holds(const Network& one) const noexcept;  // is the address `one` inside?
  [[nodiscard]] std::string text() const;                       // "203.0.113.7", "2001:db8::/32"
  bool operator==(const Network&) const = default;
};

// nullopt: neither IPv4 nor IPv6, a prefix that is too long.
[[nodiscard]] std::optional<Network> network_of(std::string_view text);

}  // namespace segue::access
