// SPDX-License-Identifier: Apache-2.0
// Names of revisions and items.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "media/result.h"
#include "service/database.h"

namespace segue::playlists {

// 10 random characters of [a-z2-7]: 50 bits, unique within a list.
[[nodiscard]] std::string random_uid();
// The hash of a log that had `hash` before `operation`: 16 hex digits of BLAKE2b.
[[nodiscard]] std::string next_hash(std::string_view hash, std::string_view operation);
// "17-0123456789abcdef" as a number; nullopt: not a revision of that list.
[[nodiscard]] Result<std::optional<std::int64_t>> number_of(service::Database& database, const std::string& playlist,
                                                            std::string_view revision);

}  // namespace segue::playlists
