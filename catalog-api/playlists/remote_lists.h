// SPDX-License-Identifier: Apache-2.0
// Playlists of another process: each question goes there.
#pragma once

#include "catalog-api/playlists/lists.h"
#include "service/http/question.h"

namespace segue::playlists {

class RemoteLists final : public Lists {
 public:
  RemoteLists(const service::http::ServerName& server, const service::http::InternalKey& key);

  [[nodiscard]] Result<Answer<Playlist>> get(const std::string& user, const std::string& id, const std::string& revision) override;
  Result<Answer<Playlist>> create(const std::string& user, const std::string& name, const std::vector<std::string>& tracks) override;
  Result<Answer<Changed>> edit(const std::string& user, const std::string& id, const Edit& edit) override;
  Result<Answer<Playlist>> remove(const std::string& user, const std::string& id) override;
  [[nodiscard]] Result<ShelfSlice> shelf(const std::string& user, const ShelfPage& page) override;
  [[nodiscard]] Result<std::vector<Announced>> announced_since(std::int64_t change, const std::string& id, std::int64_t most) override;

 private:
  service::http::Asking reading_, writing_;  // writers that wait for a lock are no reason to take readers for hanging
};

// The other end, in the process that has the playlists: /internal/v1/playlists/…, for who shows the key of the home. `lists` outlives the
// router.
void add_lists_routes(service::http::Router& router, Lists& lists, const service::http::InternalKey& key);

}  // namespace segue::playlists
