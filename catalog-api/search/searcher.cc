// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/search/searcher.h"

#include <algorithm>

namespace segue::search {

Result<std::vector<Ids>> LocalSearcher::find(const std::vector<Lookup>& lookups) {
  std::vector<Ids> found;
  for (const Lookup& lookup : lookups) {
    Ids& ids = found.emplace_back();
    if (lookup.limit == 0) continue;
    Request request{lookup.query, {lookup.kind}, {}, std::min(lookup.limit, kMostFound)};
    request.filter.libraries = lookup.libraries;
    Results results = index_.search(request);
    for (Group& group : results.groups)
      for (Hit& hit : group.hits) ids.push_back(std::move(hit.document.id));
  }
  return found;
}

}  // namespace segue::search
