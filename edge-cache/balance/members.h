// SPDX-License-Identifier: Apache-2.0
// Who the origins of an upstream are, as an operator writes it into Redis (docs/formats/origins.md): a hash of "HOST:PORT" to "WEIGHT" or
// "WEIGHT backup". And as an edge keeps it on disk: a line each. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "media/result.h"

namespace segue::balance {

struct Origin {
  std::string host, port;
  std::uint32_t weight = 1;
  bool backup = false;
  bool operator==(const Origin&) const = default;
};

// Sorted; so two lists of the same origins are equal.
using Origins = std::vector<Origin>;

// "10.0.0.7:8081" or "[::1]:8081", and "2" or "2 backup". Error: which part is none.
[[nodiscard]] Result<Origin> origin_of(std::string_view address, std::string_view value);
[[nodiscard]] std::string address_of(const Origin& origin);

[[nodiscard]] std::string print_origins(const Origins& origins);
// Error: the line and what it lacks; more than 64 lines, one address twice.
[[nodiscard]] Result<Origins> parse_origins(std::string_view text);

}  // namespace segue::balance
