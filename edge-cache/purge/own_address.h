// SPDX-License-Identifier: Apache-2.0
// The address of an object as its edges know it. Those of a platform keep everything under one name, whatever host a listener asked; who
// purges what `segue ingest` printed, or a path, means that. Pure.
#pragma once

#include <string>

#include "edge-cache/purge/order.h"
#include "service/home.h"

namespace segue::purge {

inline constexpr const char* kPlatformHost = "segue";  // segue_edge_host in conf/edge.conf.in

// Of an order that names an address below the home's gateway, edge or origin, or a path: the same with kPlatformHost. Else as it is.
[[nodiscard]] Order for_edges_of(const service::Home& home, Order order);

}  // namespace segue::purge
