// SPDX-License-Identifier: Apache-2.0
// How a body lies in the system's page cache. The kernel keeps a file in folios of 4 KB to 64 KB (and more); it makes one when a file is
// written to, as large as the write reaches, and splits it again when the file is cut inside of it. Sending a body that lies in one folio
// costs sender and receiver a fifth less than sending it in single pages (docs/performance.md).
//
// So a body begins at a multiple of kBodyAlignment in its file, every write that begins a stretch of that length fills it up with zeros,
// over which the next bytes are written, and where little is missing of a folio the file ends behind its body, with zeros.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

namespace segue::edge {

inline constexpr std::uint64_t kBodyAlignment = 65536;

// The bytes that a body takes in its file: its own, and up to an eighth of the last stretch.
[[nodiscard]] std::uint64_t stored_bytes(std::uint64_t body_bytes) noexcept;

// How many zeros, less than kBodyAlignment, go behind `bytes` that arrive at `at` of a body. `body_bytes`: nothing while nobody knows.
[[nodiscard]] std::size_t padding_behind(std::uint64_t at, std::uint64_t bytes, std::optional<std::uint64_t> body_bytes) noexcept;

}  // namespace segue::edge
