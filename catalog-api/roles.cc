// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/roles.h"

namespace segue::catalog {
namespace {

using service::http::ServerName;

struct Other {
  std::string name;
  bool is_here = false, is_asked = false;
};

Result<std::optional<ServerName>> place_of(const Other& other, const std::string& url) {
  const std::string option = "--" + other.name + ": ";
  if (other.is_here && !url.empty()) return Error{option + "this process has that role itself"};
  if (url.empty() && other.is_asked) return Error{option + "expected where that role is (http://HOST:PORT), found nothing"};
  if (url.empty()) return std::optional<ServerName>();
  auto name = ServerName::parse(url);
  if (!name) return Error{option + name.error().message};
  return std::optional(std::move(*name));
}

}  // namespace

Result<Roles> Roles::parse(std::string_view list) {
  if (list == "all") return Roles{true, true, true, true};
  Roles roles;
  while (true) {
    const std::string_view one = list.substr(0, list.find(','));
    bool* role = one == "accounts"    ? &roles.accounts
                 : one == "library"   ? &roles.library
                 : one == "playlists" ? &roles.playlists
                 : one == "search"    ? &roles.search
                                      : nullptr;
    if (role == nullptr) return Error{"--roles: expected all, or some of accounts,library,playlists,search, found " + std::string(one)};
    *role = true;
    if (one.size() == list.size()) return roles;
    list.remove_prefix(one.size() + 1);
  }
}

Result<Others> others_of(const Roles& roles, const OtherUrls& urls) {
  auto accounts = place_of({"accounts", roles.accounts, !roles.accounts}, urls.accounts);
  if (!accounts) return std::move(accounts).error();
  auto library = place_of({"library", roles.library, (roles.search || roles.playlists) && !roles.library}, urls.library);
  if (!library) return std::move(library).error();
  auto playlists = place_of({"playlists", roles.playlists, roles.library && !roles.playlists}, urls.playlists);
  if (!playlists) return std::move(playlists).error();
  auto search = place_of({"search", roles.search, roles.library && !roles.search}, urls.search);
  if (!search) return std::move(search).error();
  return Others{std::move(*accounts), std::move(*library), std::move(*playlists), std::move(*search)};
}

}  // namespace segue::catalog
