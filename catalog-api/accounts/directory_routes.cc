// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/accounts/directory_routes.h"

#include "catalog-api/accounts/directory_wire.h"

namespace segue::accounts {

void add_directory_routes(service::http::Router& router, Directory& directory, const service::http::InternalKey& key) {
  service::http::QuestionRoutes<Directory> routes(router, wire::kFolder, directory, key);
  const auto add = [&](const auto&... questions) { (routes.add(questions), ...); };
  add(wire::kIdentify, wire::kCheckAppPassword, wire::kCheckApiKey, wire::kGuests, wire::kFind, wire::kUsersAfter, wire::kLibraries,
      wire::kAddLibrary, wire::kChangeLibrary, wire::kRemoveLibrary, wire::kGiveLibrary, wire::kNote, wire::kKeepsDigest);
}

}  // namespace segue::accounts
