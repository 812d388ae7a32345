// SPDX-License-Identifier: Apache-2.0
// A made-up music library of any size, the same for the same seed. Words are made of syllables of one script and drawn by Zipf's law, so
// that few are everywhere and most are rare; seven names in ten are Latin (a fifth of the words with marks), the others Cyrillic, Greek,
// Han, Kana and Hangul. An artist has a dozen tracks on average, the popular ones more; popularity is long-tailed as well.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "catalog-api/search/document.h"

namespace segue::bench {

struct Library {
  std::vector<search::Document> artists, albums, tracks;
};

[[nodiscard]] Library make_library(std::size_t tracks, std::uint64_t seed);

}  // namespace segue::bench
