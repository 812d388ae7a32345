// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/library/names.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <utility>

#include "catalog-api/search/fold.h"

namespace segue::library {
namespace {

std::string_view trim(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

// FNV-1a; two of them with different starts are 100 bits. Who finds a collision gets another attempt's id.
std::uint64_t hash(std::string_view text, std::uint64_t state) {
  for (const char c : text) state = (state ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  return state ^ state >> 29;
}

bool equals_in_ascii(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) {
           return std::tolower(static_cast<unsigned char>(x)) == std::tolower(static_cast<unsigned char>(y));
         });
}

struct Separator {
  std::string_view text;
  bool guests;
};
// With spaces around, or a semicolon: taggers write these between names, hardly anybody writes them in one.
constexpr std::array<Separator, 9> kSeparators = {{{" feat. ", true},
                                                   {" feat ", true},
                                                   {" ft. ", true},
                                                   {" featuring ", true},
                                                   {" (feat. ", true},
                                                   {" (ft. ", true},
                                                   {"; ", false},
                                                   {" / ", false},
                                                   {" // ", false}}};

void split(std::string_view text, bool is_guest, std::vector<ArtistName>& out) {
  for (std::size_t at = 0; at < text.size(); ++at)
    for (const auto& [separator, guests] : kSeparators) {
      if (at == 0 || !equals_in_ascii(text.substr(at, separator.size()), separator)) continue;
      std::string_view rest = text.substr(at + separator.size());
      if (separator[1] == '(' && rest.ends_with(')')) rest.remove_suffix(1);
      split(text.substr(0, at), is_guest, out);
      return split(rest, is_guest || guests, out);
    }
  const std::string name(trim(text));
  const auto same = [&](const ArtistName& known) { return known.name == name; };
  if (!name.empty() && std::none_of(out.begin(), out.end(), same)) out.push_back({name, is_guest});
}

}  // namespace

std::string cut_key(std::string text) {
  if (text.size() <= kMaxKeyBytes) return text;
  std::size_t end = kMaxKeyBytes;
  while (end > kMaxKeyBytes - 4 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  text.resize(end);
  return text;
}

std::string name_key(std::string_view name) {
  std::vector<search::Letter> letters;
  search::fold(name, letters);
  std::string key;
  for (const search::Letter& letter : letters) {
    if (letter.kind != search::LetterClass::hard) {
      search::append_utf8(key, letter.code);
    } else if (!key.empty() && key.back() != ' ') {
      key += ' ';
    }
  }
  if (!key.empty() && key.back() == ' ') key.pop_back();
  return cut_key(key.empty() ? std::string(name) : std::move(key));
}

std::string sort_name(std::string_view name) {
  const std::string key = name_key(name);
  for (const std::string_view article : {"the ", "a ", "an ", "der ", "die ", "das ", "les ", "le ", "la ", "el ", "los "})
    if (key.size() > article.size() && key.starts_with(article)) return key.substr(article.size());
  return key;
}

std::string make_id(std::string_view prefix, std::string_view key, int attempt) {
  static constexpr char kLetters[] = "abcdefghijklmnopqrstuvwxyz234567";
  const std::string text = std::string(key) + '\0' + std::to_string(attempt);
  std::string id(prefix);
  for (std::uint64_t bits : {hash(text, 14695981039346656037ULL), hash(text, 0x9E3779B97F4A7C15ULL)})
    for (int i = 0; i < 10; ++i, bits >>= 5) id += kLetters[bits & 31];
  return id;
}

std::vector<ArtistName> split_artists(const std::vector<std::string>& tags) {
  std::vector<ArtistName> names;
  for (const std::string& tag : tags) split(tag, false, names);
  return names;
}

}  // namespace segue::library
