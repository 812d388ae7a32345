// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>

#include "operator/purge_request.h"

namespace {

void check(const segue::Result<segue::oper::PurgeRequest>& request) {
  if (!request) return;
  if (request->orders.empty() || request->orders.size() > segue::oper::kMostOrders + 1) std::abort();
  for (const segue::purge::Order& order : request->orders)
    if (!segue::purge::check(order)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* bytes, std::size_t size) {
  const std::string_view body(reinterpret_cast<const char*>(bytes), size);
  check(segue::oper::parse_purge_request(body, {}));
  check(segue::oper::parse_preposition_request(body, {}));
  return 0;
}
