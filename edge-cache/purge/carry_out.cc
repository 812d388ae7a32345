// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/purge/carry_out.h"

#include <map>
#include <nlohmann/json.hpp>
#include <set>

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

namespace {

// Which orders each edge still owes a report on.
class Owed {
 public:
  Owed(Position last, std::size_t orders, const std::vector<std::string>& edges) {
    for (const std::string& edge : edges) {
      for (std::size_t i = 0; i < orders; ++i) owed_[edge].insert({last.epoch, last.number - i});  // written in one step: no gap
    }
  }
  // True: it was owed.
  bool take(const Report& report) {
    const auto of = owed_.find(report.edge);
    if (of == owed_.end() || of->second.erase(report.position) == 0) return false;
    if (of->second.empty()) owed_.erase(of);
    return true;
  }
  [[nodiscard]] bool none() const { return owed_.empty(); }
  [[nodiscard]] std::vector<std::string> edges() const {
    std::vector<std::string> names;
    for (const auto& [edge, positions] : owed_) names.push_back(edge);
    return names;
  }

 private:
  std::map<std::string, std::set<Position>> owed_;
};

}  // namespace

Result<Fetched> fetch_everywhere(Log& log, const std::vector<Order>& orders, std::chrono::milliseconds patience) {
  const auto edges = log.edges_alive();
  if (!edges) return edges.error();
  auto from = log.newest_report();
  if (!from) return from.error();
  const auto started = Clock::now();
  const auto position = log.write_fetches(orders);
  if (!position) return position.error();
  Owed owed(*position, orders.size(), *edges);
  Fetched fetched{.position = *position, .edges = edges->size(), .missing = {}};
  for (auto now = started; !owed.none() && now - started < patience; now = Clock::now()) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(patience - (now - started));
    const auto reports = log.read_reports(*from, left);
    if (!reports) return Error{"accepted as " + text_of(*position) + ", then: " + reports.error().message};
    for (const Report& report : *reports) {
      if (!owed.take(report)) continue;
      fetched.objects += report.objects;
      fetched.failed += report.failed;
    }
    fetched.milliseconds = std::chrono::duration<double, std::milli>(Clock::now() - started).count();
  }
  fetched.missing = owed.edges();
  return fetched;
}

std::string to_json(const Fetched& fetched, std::size_t orders) {
  const nlohmann::ordered_json answer{{"id", text_of(fetched.position)},
                                      {"orders", orders},
                                      {"edges", fetched.edges},
                                      {"done", fetched.edges - fetched.missing.size()},
                                      {"objects", fetched.objects},
                                      {"failed", fetched.failed},
                                      {"milliseconds", fetched.milliseconds},
                                      {"missing", fetched.missing}};
  return answer.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string to_json(const Outcome& outcome, std::size_t orders) {
  const nlohmann::ordered_json answer{{"id", text_of(outcome.position)},      {"orders", orders},
                                      {"edges", outcome.acks.edges()},        {"applied", outcome.acks.applied()},
                                      {"milliseconds", outcome.milliseconds}, {"missing", outcome.acks.missing()}};
  return answer.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace segue::purge
