// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/opensubsonic/paged.h"

#include "catalog-api/accounts/secrets.h"

namespace segue::opensubsonic {
namespace {

std::string joined(const std::vector<std::string>& words) {
  std::string all;
  for (const std::string& word : words) all += (all.empty() ? "" : ", ") + word;
  return all;
}

// Without a direction of its own each key grows.
std::string larger(const Walked& list) {
  std::string marks;
  for (std::size_t i = 0; i < list.keys.size(); ++i) marks += i == 0 ? "?" : ", ?";
  return '(' + joined(list.keys) + ") > (" + marks + ')';
}

}  // namespace

library::Selection rows_behind(const Walked& list, const Walks::Place& place) {
  library::Selection rows{list.join + " WHERE " + list.filter, list.values};
  if (!place.keys.empty()) rows.sql += " AND " + (list.behind.empty() ? larger(list) : list.behind);
  rows.values.insert(rows.values.end(), place.keys.begin(), place.keys.end());
  rows.sql += " ORDER BY " + (list.order.empty() ? joined(list.keys) : list.order);
  return rows;
}

Result<std::string> walk_of(const Call& call, library::Reader& database, const Walked& list) {
  auto incarnation = library::incarnation(database.database());
  if (!incarnation) return std::move(incarnation).error();
  std::string values;  // a genre may be as long as it likes
  for (const service::Value& value : list.values) values += std::to_string(value.integer()) + value.text() + '\n';
  return call.device() + list.name + ' ' + std::to_string(database.view().libraries) + *incarnation + list.order +
         accounts::hash_secret(values);
}

Result<std::vector<service::Value>> keys_of(library::Reader& database, const std::string& from, const Walked& list,
                                            const library::Selection& selection) {
  auto rows = database.database().query_list("SELECT " + joined(list.keys) + " FROM " + from + selection.sql, selection.values);
  if (!rows) return std::move(rows).error();
  return rows->empty() ? std::vector<service::Value>() : std::move(rows->front());
}

}  // namespace segue::opensubsonic
