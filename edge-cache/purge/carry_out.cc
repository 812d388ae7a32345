// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/purge/carry_out.h"

#include <nlohmann/json.hpp>

namespace segue::purge {

using Clock = std::chrono::steady_clock;

Result<Outcome> carry_out(Log& log, const std::vector<Order>& orders, std::chrono::milliseconds patience) {
  auto edges = log.edges_alive();
  if (!edges) return edges.error();
  auto from = log.newest_ack();
  if (!from) return from.error();
  const auto started = Clock::now();
  const auto position = log.write(orders);
  if (!position) return position.error();
  Outcome outcome{*position, {*position, *edges}, 0};
  for (auto now = started; !outcome.acks.complete() && now - started < patience; now = Clock::now()) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(patience - (now - started));
    const auto acks = log.read_acks(*from, left);
    if (!acks) return Error{"accepted as " + text_of(*position) + ", then: " + acks.error().message};
    for (const Ack& ack : *acks) outcome.acks.take(ack.edge, ack.position);
    outcome.milliseconds = std::chrono::duration<double, std::milli>(Clock::now() - started).count();
  }
  return outcome;
}

std::string to_json(const Outcome& outcome, std::size_t orders) {
  const nlohmann::ordered_json answer{{"id", text_of(outcome.position)},      {"orders", orders},
                                      {"edges", outcome.acks.edges()},        {"applied", outcome.acks.applied()},
                                      {"milliseconds", outcome.milliseconds}, {"missing", outcome.acks.missing()}};
  return answer.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace segue::purge
