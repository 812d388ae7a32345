// SPDX-License-Identifier: Apache-2.0
#include <charconv>

#include "catalog-api/sharing/sharing.h"

namespace segue::sharing {
namespace {

std::int64_t row_of(const std::string& id) {
  std::int64_t row = 0;
  const auto [end, wrong] = std::from_chars(id.data(), id.data() + id.size(), row);
  return wrong == std::errc() && end == id.data() + id.size() ? row : 0;
}

}  // namespace

Result<std::vector<Station>> Sharing::stations() {
  auto database = pool_->borrow();
  if (!database) return std::move(database).error();
  auto rows = (*database)->query("SELECT row, name, stream_url, home_page FROM station ORDER BY name, row LIMIT 10000");
  if (!rows) return std::move(rows).error();
  std::vector<Station> out;
  for (const auto& row : *rows) out.push_back({std::to_string(row[0].integer()), row[1].text(), row[2].text(), row[3].text()});
  return out;
}

Result<void> Sharing::add_station(const Station& station) {
  auto database = pool_->borrow();
  if (!database) return std::move(database).error();
  auto added = (*database)->run("INSERT INTO station (name, stream_url, home_page) VALUES (?, ?, ?)", station.name, station.stream_url,
                                station.home_page);
  if (!added) return std::move(added).error();
  return {};
}

Result<bool> Sharing::update_station(const Station& station) {
  auto database = pool_->borrow();
  if (!database) return std::move(database).error();
  auto changed = (*database)->run("UPDATE station SET name = ?, stream_url = ?, home_page = ? WHERE row = ?", station.name,
                                  station.stream_url, station.home_page, row_of(station.id));
  if (!changed) return std::move(changed).error();
  return *changed > 0;
}

Result<bool> Sharing::remove_station(const std::string& id) {
  auto database = pool_->borrow();
  if (!database) return std::move(database).error();
  auto gone = (*database)->run("DELETE FROM station WHERE row = ?", row_of(id));
  if (!gone) return std::move(gone).error();
  return *gone > 0;
}

}  // namespace segue::sharing
