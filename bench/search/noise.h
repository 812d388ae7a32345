// SPDX-License-Identifier: Apache-2.0
// What people type when they look for a track: its title and artist, and what goes wrong on the way.
#pragma once

#include <array>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "catalog-api/search/document.h"

namespace segue::bench {

enum class Noise : std::uint8_t { none, one_edit, two_edits, missing_word, swapped_words, no_marks, one_word_one_edit };
inline constexpr std::array<std::string_view, 7> kNoiseNames{"clean",         "1 edit",        "2 edits",           "missing word",
                                                             "swapped words", "no diacritics", "title only, 1 edit"};

// Title and artist with that noise; edits are insertions, deletions, substitutions and swaps of letters, anywhere.
[[nodiscard]] std::string noisy_query(const search::Document& track, Noise noise, std::mt19937_64& random);
// The first letters of a name, as each key stroke sends them: 1 to `longest` letters.
[[nodiscard]] std::string first_letters(std::string_view name, std::size_t letters);

}  // namespace segue::bench
