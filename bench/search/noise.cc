// SPDX-License-Identifier: Apache-2.0
#include "bench/search/noise.h"

#include <algorithm>

#include "catalog-api/search/fold.h"
#include "catalog-api/search/tokens.h"

namespace segue::bench {
namespace {

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const auto end = std::min(text.find(' '), text.size());
    if (end > 0) words.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

std::string join(const std::vector<std::string>& words) {
  std::string out;
  for (const auto& word : words) out += (out.empty() ? "" : " ") + word;
  return out;
}

std::string to_utf8(const std::u32string& letters) {
  std::string out;
  for (const char32_t letter : letters) search::append_utf8(out, letter);
  return out;
}

std::string edit_once(const std::string& query, std::mt19937_64& random) {
  std::u32string letters = search::to_code_points(query);
  if (letters.empty()) return query;
  std::size_t at = random() % letters.size();
  for (int tries = 0; letters[at] == U' ' && tries < 20; ++tries) at = random() % letters.size();
  // A slip of the finger stays on the keyboard of the word: another letter of the same name stands for it.
  const char32_t other = letters[at] < 0x80 ? static_cast<char32_t>('a' + random() % 26) : letters[at] + 1;
  switch (random() % 4) {
    case 0: letters.insert(at, 1, other); break;
    case 1: letters.erase(at, 1); break;
    case 2: letters[at] = other; break;
    default:
      if (at + 1 < letters.size() && letters[at + 1] != U' ') std::swap(letters[at], letters[at + 1]);
  }
  return to_utf8(letters);
}

std::string without_marks(const std::string& query) {
  std::string out;
  for (const auto& word : split(query)) {
    std::vector<search::Letter> letters;
    search::fold(word, letters);
    if (!out.empty()) out += ' ';
    for (const auto& letter : letters) search::append_utf8(out, letter.code);
  }
  return out;
}

}  // namespace

std::string noisy_query(const search::Document& track, Noise noise, std::mt19937_64& random) {
  const std::string query = track.name + " " + track.by;
  std::vector<std::string> words = split(query);
  switch (noise) {
    case Noise::none: return query;
    case Noise::one_edit: return edit_once(query, random);
    case Noise::two_edits: return edit_once(edit_once(query, random), random);
    case Noise::missing_word:
      if (words.size() > 2) words.erase(words.begin() + static_cast<std::ptrdiff_t>(random() % words.size()));
      return join(words);
    case Noise::swapped_words: std::shuffle(words.begin(), words.end(), random); return join(words);
    case Noise::no_marks: return without_marks(query);
    case Noise::one_word_one_edit: return edit_once(track.name, random);
  }
  return query;
}

std::string first_letters(std::string_view name, std::size_t letters) { return to_utf8(search::to_code_points(name).substr(0, letters)); }

}  // namespace segue::bench
