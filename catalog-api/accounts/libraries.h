// SPDX-License-Identifier: Apache-2.0
// Libraries ("music folders") as accounts know them: a name, what of the store is sorted into it, and who sees it. Number 0 is what no
// other claims, and always there. An open library is seen by every user and guest; another one by those to whom it was given, and by
// administrators, who see everything.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace segue::accounts {

inline constexpr std::uint32_t kMostLibraries = 32;  // a view is a word of bits
inline constexpr std::size_t kMostRules = 50;        // of one library
inline constexpr std::uint32_t kEverything = 0xFFFFFFFF;

struct LibraryRule {
  std::string tag, value;
  friend bool operator==(const LibraryRule&, const LibraryRule&) = default;
};

struct MusicLibrary {
  std::uint32_t number = 0;
  std::string name;
  bool is_open = true;
  std::vector<LibraryRule> rules;
  std::vector<std::string> users;  // to whom it was given
};

}  // namespace segue::accounts
