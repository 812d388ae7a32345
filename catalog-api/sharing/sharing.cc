// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/sharing/sharing.h"

namespace segue::sharing {
namespace {

constexpr const char* kSchema = R"sql(
CREATE TABLE IF NOT EXISTS share (
  id TEXT PRIMARY KEY, user INTEGER NOT NULL, user_name TEXT NOT NULL, description TEXT NOT NULL, ids TEXT NOT NULL, created INTEGER NOT NULL,
  expires INTEGER NOT NULL, last_visited INTEGER NOT NULL DEFAULT 0, visits INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS share_user ON share (user, created);
CREATE TABLE IF NOT EXISTS station (
  row INTEGER PRIMARY KEY, name TEXT NOT NULL, stream_url TEXT NOT NULL, home_page TEXT NOT NULL);
)sql";

}  // namespace

Result<Sharing> Sharing::open(const service::DatabasePlace& place) {
  Sharing sharing(place.database("sharing"));
  auto database = sharing.pool_->borrow();
  if (!database) return std::move(database).error();
  if (auto made = (*database)->define(kSchema); !made) return std::move(made).error();
  return sharing;
}

}  // namespace segue::sharing
