// SPDX-License-Identifier: Apache-2.0
// The cover: the picture inside a file, or one that lies beside it. Pure but for beside().
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace segue::ingest {

struct Cover {
  std::string name;  // "cover.jpg"
  std::vector<std::uint8_t> bytes;
  bool has_end = true;  // false: a JPEG without its last marker, which some cameras do not write and a broken upload lacks
};

// "jpg", "png", "webp", "gif" by the picture's own first bytes; empty: no picture that browsers show.
[[nodiscard]] std::string picture_type(std::span<const std::uint8_t> bytes);

// nullopt: no picture, or one that was cut off.
[[nodiscard]] std::optional<Cover> cover_of(std::span<const std::uint8_t> bytes);

// cover, folder, front or album .jpg, .jpeg, .png or .webp, in any case, in the folder of `media_path`; at most 32 MiB. The first name
// that has its end, else the first that is a picture.
[[nodiscard]] std::optional<Cover> cover_beside(const std::string& media_path);

// `inside`: of the file itself, which goes before the one beside it unless that alone has its end.
[[nodiscard]] std::optional<Cover> best_cover(std::span<const std::uint8_t> inside, const std::string& media_path);

}  // namespace segue::ingest
