// SPDX-License-Identifier: Apache-2.0
// A made-up music library of any size, the same for the same seed. Words are made of syllables of one script and drawn by Zipf's law, so
// that few are everywhere and most are rare; seven names in ten are Latin (a fifth of the words with marks), the others Cyrillic, Greek,
// Han, Kana and Hangul. An artist has a dozen tracks on average, the popular ones more; popularity is long-tailed as well.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "catalog-api/search/document.h"

namespace segue::bench {

// Calls visit with each document, an album after its tracks, an artist after all of theirs. Nothing is held but the words. Ids are made
// by number_id(): tracks, albums and artists are counted from 0.
void make_library(std::size_t tracks, std::uint64_t seed, const std::function<void(const search::Document&)>& visit);

// As long as the ids of assets are.
[[nodiscard]] std::string number_id(std::size_t number);

}  // namespace segue::bench
