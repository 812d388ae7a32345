// SPDX-License-Identifier: Apache-2.0
// What two spellings of a name have in common. Folding maps every code point to zero or more folded letters: compatibility forms and
// case are folded, marks dropped (NFKD), Latin letters that do not decompose spelled out (ø → o, ł → l), Cyrillic and Greek written in
// Latin letters, Katakana as Hiragana. Hangul becomes its Jamo, so that a syllable that is still being typed is a prefix.
// Names and queries are folded by the same function; nothing else in search/ looks at a script.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace segue::search {

enum class LetterClass : std::uint8_t {
  word,       // letters and digits of scripts that put spaces between words
  ideograph,  // scripts without spaces (Han, Kana, Thai, Lao, Khmer, Burmese): indexed by pairs
  soft,       // punctuation and symbols: AC/DC is one word and two
  hard        // spaces and controls, and bytes that are not UTF-8
};

struct Letter {
  char32_t code;
  LetterClass kind;
  std::uint32_t begin, end;  // the bytes of the source that it comes from
};

// Replaces `letters`. Never fails: malformed bytes are separators.
void fold(std::string_view utf8, std::vector<Letter>& letters);

void append_utf8(std::string& out, char32_t code);
// Of text that append_utf8 made.
[[nodiscard]] std::u32string to_code_points(std::string_view utf8);

// The letter at `at`, which is moved behind it; at < utf8.size(). Of damaged text U+FFFD, a byte each.
[[nodiscard]] char32_t next_code_point(std::string_view utf8, std::size_t& at) noexcept;

}  // namespace segue::search
