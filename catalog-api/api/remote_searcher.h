// SPDX-License-Identifier: Apache-2.0
// The search in another process, and the other end of it:
//   POST /internal/v1/search/ids   lookups -> ids (search_wire.h), for who shows the key of the home
#pragma once

#include "catalog-api/search/searcher.h"
#include "service/http/client.h"
#include "service/http/internal_key.h"
#include "service/http/router.h"

namespace segue::api {

class RemoteSearcher : public search::Searcher {
 public:
  RemoteSearcher(service::http::ServerName server, const service::http::InternalKey& key);
  [[nodiscard]] Result<std::vector<search::Ids>> find(const std::vector<search::Lookup>& lookups) override;

 private:
  // Not more than one question holds.
  [[nodiscard]] Result<std::vector<search::Ids>> find_some(const std::vector<search::Lookup>& lookups);
  service::http::Client client_;
};

// `searcher` outlives the router; it answers from memory.
void add_searcher_routes(service::http::Router& router, search::Searcher& searcher, const service::http::InternalKey& key);

}  // namespace segue::api
