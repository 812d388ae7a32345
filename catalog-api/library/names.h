// SPDX-License-Identifier: Apache-2.0
// Names as the library compares, orders and numbers them. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace segue::library {

// A PostgreSQL index takes rows of 2704 bytes, the longest here (asset.sort) holds three of these; a longer one stops no library.
inline constexpr std::size_t kMaxKeyBytes = 500;
// The first of it, whole characters of UTF-8.
[[nodiscard]] std::string cut_key(std::string text);

// The same for spellings that mean one name: case, marks and runs of spaces do not count ("Björk", "BJÖRK"); punctuation does. At most
// kMaxKeyBytes, as all that is sorted or looked up: what differs only behind them is one name.
[[nodiscard]] std::string name_key(std::string_view name);
// For ordering by bytes: the key without a leading article ("The Beatles" after "Beastie Boys").
[[nodiscard]] std::string sort_name(std::string_view name);
// A public id made of a key: "ar-" or "al-" and 20 characters of [a-z2-7]. `attempt`: another one, when the first is taken.
[[nodiscard]] std::string make_id(std::string_view prefix, std::string_view key, int attempt);

// "A feat. B" and "A; B" as the names in it: [{"A", false}, {"B", true}]; true: as a guest. A name that only looks so ("AC/DC") stays
// whole.
struct ArtistName {
  std::string name;
  bool is_guest = false;
  friend bool operator==(const ArtistName&, const ArtistName&) = default;
};
[[nodiscard]] std::vector<ArtistName> split_artists(const std::vector<std::string>& tags);

}  // namespace segue::library
