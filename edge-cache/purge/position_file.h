// SPDX-License-Identifier: Apache-2.0
// How far an edge has come in a log, in a file beside its cache: lives and dies with what the cache holds. "1764100000000-17 BOOT".
#pragma once

#include <optional>
#include <string>

#include "edge-cache/purge/order.h"

namespace segue::purge {

// Of which boot of this machine a position may be.
enum class Boot : std::uint8_t { this_one, any };

// Nothing: no file, or none that counts.
[[nodiscard]] std::optional<Position> read_position(const std::string& path, Boot boot);
// False: it could not be written, and the old one is there. Whole or not at all.
[[nodiscard]] bool keep_position(const std::string& path, Position position);

}  // namespace segue::purge
