// SPDX-License-Identifier: Apache-2.0
// SHA-256 of bytes; of files: validator/file_digest.h.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace segue::ingest {

using Digest = std::array<std::uint8_t, 32>;

[[nodiscard]] Digest sha256(std::string_view bytes);

}  // namespace segue::ingest
