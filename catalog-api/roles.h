// SPDX-License-Identifier: Apache-2.0
// Which pieces of the catalog a process is. All in one on a small box; each alone where one should not be in another's way. A process opens
// the databases of its own roles and asks the others by HTTP.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "media/result.h"
#include "service/http/client.h"

namespace segue::catalog {

struct Roles {
  bool accounts = false;
  bool library = false;    // and covers, listening, sharing, presentations, OpenSubsonic
  bool playlists = false;  // and folders, following, collaborators, import and export
  bool search = false;

  // "accounts,search", "all". Error: the one that is none.
  static Result<Roles> parse(std::string_view list);
  [[nodiscard]] bool is_all() const noexcept { return accounts && library && playlists && search; }
};

// Where roles are that this process has not, as far as it asks them.
struct Others {
  std::optional<service::http::ServerName> accounts, library, playlists, search;
};

// What --accounts, --library, --playlists and --search say; empty: nothing. Error: the option, and what is missing, wrong or of no use.
struct OtherUrls {
  std::string accounts, library, playlists, search;
};
[[nodiscard]] Result<Others> others_of(const Roles& roles, const OtherUrls& urls);

}  // namespace segue::catalog
