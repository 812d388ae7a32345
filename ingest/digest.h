// SPDX-License-Identifier: Apache-2.0
// SHA-256 of bytes and of files.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "media/result.h"

namespace segue::ingest {

using Digest = std::array<std::uint8_t, 32>;

[[nodiscard]] Digest sha256(std::string_view bytes);
// Error: the file and the system's reason.
[[nodiscard]] Result<Digest> sha256_of_file(const std::string& path);

[[nodiscard]] std::string hex(const Digest& digest);  // lower case

}  // namespace segue::ingest
