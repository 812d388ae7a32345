// SPDX-License-Identifier: Apache-2.0
// The body of a purge by HTTP: {"url":[…],"tag":[…],"prefix":[…],"all":true,"soft":true,"timeout":5}; a single text stands for a list of
// one; and of a preposition: {"url":[…],"timeout":30}. Pure.
#pragma once

#include <chrono>
#include <string_view>
#include <vector>

#include "edge-cache/purge/order.h"
#include "service/home.h"

namespace segue::oper {

inline constexpr std::size_t kMostOrders = 1000;
inline constexpr int kLongestWait = 60;  // s

struct PurgeRequest {
  std::vector<purge::Order> orders;  // at least one, all good
  std::chrono::seconds patience{5};
};

// Paths and addresses of `home` are those of its edges (purge/own_address.h). Error: what is wrong, in one line.
[[nodiscard]] Result<PurgeRequest> parse_purge_request(std::string_view body, const service::Home& home);

[[nodiscard]] Result<PurgeRequest> parse_preposition_request(std::string_view body, const service::Home& home);

}  // namespace segue::oper
