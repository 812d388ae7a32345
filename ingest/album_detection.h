// SPDX-License-Identifier: Apache-2.0
// Which files of one folder are one album, by their tags. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "media/asset.h"

namespace segue::ingest {

struct TaggedFile {
  std::string path;
  media::Tags tags;
  bool sound_only = true;  // no pictures that move
};

struct Position {
  int disc = 1, track = 0;
  friend auto operator<=>(const Position&, const Position&) = default;
};

// "3", "3/12", "03". nullopt: the tags give no track number.
[[nodiscard]] std::optional<Position> position_of(const media::Tags& tags);

// Groups of two and more files, in playing order, as indices into `files`: the same album by the same album artist (or a compilation, or
// one artist), and no two of them at one place. Files without a place are in no group.
[[nodiscard]] std::vector<std::vector<std::size_t>> albums_among(std::span<const TaggedFile> files);

// The playing order of files that are an album because somebody says so: by their places where each has one of its own, else by
// name, numbers in it as numbers.
[[nodiscard]] std::vector<std::size_t> playing_order(std::span<const TaggedFile> files);

}  // namespace segue::ingest
