// SPDX-License-Identifier: Apache-2.0
// A still picture made smaller: covers for lists.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "media/result.h"

namespace segue::transcoder {

inline constexpr std::size_t kMaxPictureBytes = 32u << 20;
inline constexpr std::int64_t kMaxPicturePixels = 100'000'000;  // 400 MB as RGBA; a scan of a record's sleeve at 600 dpi has 52

// A JPEG whose longer side has `side` pixels, of a JPEG, PNG, WebP or GIF file (its first picture); nullopt: the picture is no larger than
// that. Transparency becomes black. Error: not such a picture, or beyond the limits above.
[[nodiscard]] Result<std::optional<std::vector<std::uint8_t>>> shrink_picture(std::span<const std::uint8_t> file, std::uint32_t side);

}  // namespace segue::transcoder
