// SPDX-License-Identifier: Apache-2.0
// Which library ("music folder") an asset belongs to: one, told by its tags. The tag `library` names one; a library may also
// claim by other tags ("genre" is "Audiobook"). The first in the order of their numbers wins; what none claims is library 0's. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "media/asset.h"

namespace segue::library {

struct TagIs {
  std::string tag, value;  // compared as names are: case and accents do not count
  friend bool operator==(const TagIs&, const TagIs&) = default;
};

struct Shelf {
  std::uint32_t library = 0;
  std::string name;
  std::vector<TagIs> rules;
};

[[nodiscard]] std::uint32_t library_of(const media::Tags& tags, const std::vector<Shelf>& shelves);
// The same text for shelves that sort alike.
[[nodiscard]] std::string text_of(const std::vector<Shelf>& shelves);

}  // namespace segue::library
