// SPDX-License-Identifier: Apache-2.0
// What `segue library` does, apart from reading its arguments: libraries as accounts keep them, told by their names.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "catalog-api/accounts/accounts.h"

namespace segue::libraries {

struct Request {
  std::string action;  // "list", "add", "change", "remove", "give", "take"
  std::string name, user;
  std::string new_name;         // change; empty: as it is
  std::optional<bool> is_open;  // add: closed unless told; change: as it is unless told
  std::optional<std::vector<accounts::LibraryRule>> rules;
  std::uint32_t in_use = 0;  // add: library::libraries_in_use
  bool json = false;
};

// "genre=Audiobook". nullopt: no tag, no value.
[[nodiscard]] std::optional<accounts::LibraryRule> rule_of(const std::string& text);

// What to print: the library as it is now, or all of them. Error: one line.
[[nodiscard]] Result<std::string> run(accounts::Accounts& accounts, const Request& request);

}  // namespace segue::libraries
