// SPDX-License-Identifier: Apache-2.0
// Letters that compatibility decomposition leaves alone, spelled in plain Latin letters: Latin letters with strokes, Cyrillic, Greek.
// One fixed spelling each, close to what people type (х is h, щ is sch); search forgives the rest.
#pragma once

#include <optional>
#include <string_view>

namespace segue::search {

// `code`: case-folded, decomposed. nullopt: not in the table, the letter stays as it is. May be empty (the hard sign).
[[nodiscard]] std::optional<std::string_view> transliterate(char32_t code) noexcept;

}  // namespace segue::search
