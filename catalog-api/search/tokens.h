// SPDX-License-Identifier: Apache-2.0
// A name as the words it can be found by. Spaces end a word; punctuation inside one gives both readings: "AC/DC" is ac, dc and, joined,
// acdc. Scripts without spaces give every pair of neighbours and, last, the single final letter, so that each letter starts a token.
// Symbols that stand for letters read so (Ke$ha, P!nk), a lone & is "and", and a name of symbols only ("!!!") is one token.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace segue::search {

inline constexpr std::size_t kMaxTokenLetters = 40;  // longer words are cut: nobody types more, and edit distances stay bounded
inline constexpr std::size_t kMaxTokens = 64;        // of one name

struct Token {
  std::string text;          // folded, UTF-8
  std::uint32_t begin, end;  // bytes of the source
  bool joined = false;       // a second reading of the tokens before it that lie inside [begin, end)
  bool pair = false;         // of a script without spaces
};

[[nodiscard]] std::vector<Token> tokenize(std::string_view utf8);

// The same for two spellings of one name that differ in spaces, punctuation, case or marks only ("R.E.M." and "rem").
[[nodiscard]] std::uint64_t name_key(std::string_view utf8);

}  // namespace segue::search
