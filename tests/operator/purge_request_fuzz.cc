// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>

#include "operator/purge_request.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* bytes, std::size_t size) {
  const auto request = segue::oper::parse_purge_request({reinterpret_cast<const char*>(bytes), size}, {});
  if (!request) return 0;
  if (request->orders.empty() || request->orders.size() > segue::oper::kMostOrders + 1) std::abort();
  for (const segue::purge::Order& order : request->orders)
    if (!segue::purge::check(order)) std::abort();
  return 0;
}
