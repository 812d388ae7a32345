// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/listening/listening.h"

#include <algorithm>
#include <ctime>
#include <nlohmann/json.hpp>

namespace segue::listening {
namespace {

using service::Value;

constexpr const char* kSchema = R"sql(
CREATE TABLE IF NOT EXISTS mark (
  user INTEGER NOT NULL, kind INTEGER NOT NULL, id TEXT NOT NULL, starred INTEGER NOT NULL DEFAULT 0, rating INTEGER NOT NULL DEFAULT 0,
  plays INTEGER NOT NULL DEFAULT 0, last_played INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (user, kind, id)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS mark_played ON mark (kind, id, plays);
CREATE TABLE IF NOT EXISTS play (user INTEGER NOT NULL, time INTEGER NOT NULL, id TEXT NOT NULL, PRIMARY KEY (user, time, id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS queue (
  user INTEGER PRIMARY KEY, ids TEXT NOT NULL, at INTEGER NOT NULL, position INTEGER NOT NULL, changed INTEGER NOT NULL, changed_by TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS bookmark (
  user INTEGER NOT NULL, id TEXT NOT NULL, position INTEGER NOT NULL, comment TEXT NOT NULL, created INTEGER NOT NULL, changed INTEGER NOT NULL,
  PRIMARY KEY (user, id)) WITHOUT ROWID;
)sql";

std::int64_t now() { return std::time(nullptr); }

// Of id, starred, rating, plays, last_played.
Mark mark_of(const service::Row& row) { return {row[1].integer(), static_cast<int>(row[2].integer()), row[3].integer(), row[4].integer()}; }

}  // namespace

Result<Listening> Listening::open(const service::DatabasePlace& place) {
  Listening listening(place.database("listening"));
  auto database = listening.pool_->borrow();
  if (!database) return std::move(database).error();
  if (auto made = (*database)->define(kSchema); !made) return std::move(made).error();
  return listening;
}

Result<void> Listening::star(std::int64_t user, Kind kind, const std::vector<std::string>& ids, bool starred) {
  auto database = pool_->borrow();
  if (!database) return std::move(database).error();
  auto transaction = service::Transaction::begin(**database);
  if (!transaction) return std::move(transaction).error();
  for (const std::string& id : ids) {
    // A second star keeps the time of the first.
    auto set = (*database)->run(
        "INSERT INTO mark (user, kind, id, starred) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (user, kind, id) DO UPDATE SET starred = CASE "
        "WHEN ?4 > 0 AND mark.starred > 0 THEN mark.starred ELSE ?4 END",
        user, static_cast<int>(kind), id, starred ? now() : std::int64_t{0});
    if (!set) return std::move(set).error();
  }
  return transaction->commit();
}

Result<void> Listening::rate(std::int64_t user, Kind kind, const std::string& id, int rating) {
  auto database = pool_->borrow();
  if (!database) return std::move(database).error();
  auto set = (*database)->run(
      "INSERT INTO mark (user, kind, id, rating) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (user, kind, id) DO UPDATE SET rating = ?4", user,
      static_cast<int>(kind), id, rating);
  if (!set) return std::move(set).error();
  return {};
}

Result<void> Listening::played(std::int64_t user, const std::string& track, const std::string& album, std::int64_t time) {
  auto database = pool_->borrow();
  if (!database) return std::move(database).error();
  auto transaction = service::Transaction::begin(**database);
  if (!transaction) return std::move(transaction).error();
  auto told = (*database)->run("INSERT INTO play VALUES (?, ?, ?) ON CONFLICT DO NOTHING", user, time, track);
  if (!told) return std::move(told).error();
  if (*told == 0) return {};
  for (const auto& [kind, id] : {std::pair(Kind::track, track), std::pair(Kind::album, album)}) {
    if (id.empty()) continue;
    auto counted = (*database)->run(
        "INSERT INTO mark (user, kind, id, plays, last_played) VALUES (?1, ?2, ?3, 1, ?4) ON CONFLICT (user, kind, id) DO UPDATE SET "
        "plays = mark.plays + 1, last_played = CASE WHEN mark.last_played > ?4 THEN mark.last_played ELSE ?4 END",
        user, static_cast<int>(kind), id, time);
    if (!counted) return std::move(counted).error();
  }
  return transaction->commit();
}

// A page's songs in one question: on a server each costs a round trip. Two statements, of one id and of many, so that both stay prepared.
Result<Marks> Listening::marks(std::int64_t user, Kind kind, const std::vector<std::string>& ids) {
  constexpr std::size_t kMany = 100;
  auto database = pool_->borrow();
  if (!database) return std::move(database).error();
  Marks marks;
  for (std::size_t i = 0; i < ids.size(); i += kMany) {
    const std::size_t count = ids.size() == 1 ? 1 : kMany;
    std::string places = "?";
    std::vector<service::Value> values{user, static_cast<int>(kind)};
    for (std::size_t k = 0; k < count; ++k) {
      if (k > 0) places += ", ?";
      values.emplace_back(i + k < ids.size() ? ids[i + k] : std::string());
    }
    auto rows = (*database)->query_list(
        "SELECT id, starred, rating, plays, last_played FROM mark WHERE user = ? AND kind = ? AND id IN (" + places + ')', values);
    if (!rows) return std::move(rows).error();
    for (const auto& row : *rows) marks[row[0].text()] = mark_of(row);
  }
  return marks;
}

Result<Marks> Listening::all_marks(std::int64_t user, Kind kind) {
  auto database = pool_->borrow();
  if (!database) return std::move(database).error();
  auto rows = (*database)->query("SELECT id, starred, rating, plays, last_played FROM mark WHERE user = ? AND kind = ?", user,
                                 static_cast<int>(kind));
  if (!rows) return std::move(rows).error();
  Marks marks;
  for (const auto& row : *rows) marks[row[0].text()] = mark_of(row);
  return marks;
}

Result<std::vector<std::string>> Listening::ranked(std::int64_t user, Kind kind, Ranking by, std::int64_t limit, std::int64_t offset) {
  const char* column = by == Ranking::frequent  ? "plays"
                       : by == Ranking::recent  ? "last_played"
                       : by == Ranking::highest ? "rating"
                                                : "starred";
  auto database = pool_->borrow();
  if (!database) return std::move(database).error();
  const std::string c(column);
  auto rows =
      (*database)->query("SELECT id FROM mark WHERE user = ? AND kind = ? AND " + c + " > 0 ORDER BY " + c + " DESC, id LIMIT ? OFFSET ?",
                         user, static_cast<int>(kind), limit, offset);
  if (!rows) return std::move(rows).error();
  std::vector<std::string> ids;
  for (const auto& row : *rows) ids.push_back(row[0].text());
  return ids;
}

Result<std::vector<std::pair<std::string, std::int64_t>>> Listening::total_plays(Kind kind, const std::string& after, std::int64_t most) {
  auto database = pool_->borrow();
  if (!database) return std::move(database).error();
  auto rows = (*database)->query("SELECT id, sum(plays) FROM mark WHERE kind = ? AND plays > 0 AND id > ? GROUP BY id ORDER BY id LIMIT ?",
                                 static_cast<int>(kind), after, most);
  if (!rows) return std::move(rows).error();
  std::vector<std::pair<std::string, std::int64_t>> plays;
  for (const auto& row : *rows) plays.emplace_back(row[0].text(), row[1].integer());
  return plays;
}

Result<void> Listening::save_queue(std::int64_t user, const Queue& queue) {
  auto database = pool_->borrow();
  if (!database) return std::move(database).error();
  auto saved = (*database)->run(
      "INSERT INTO queue VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (user) DO UPDATE SET ids = ?2, at = ?3, position = ?4, changed = ?5, "
      "changed_by = ?6",
      user, nlohmann::json(queue.ids).dump(), queue.index, queue.position_ms, now(), queue.changed_by);
  if (!saved) return std::move(saved).error();
  return {};
}

Result<std::optional<Queue>> Listening::queue(std::int64_t user) {
  auto database = pool_->borrow();
  if (!database) return std::move(database).error();
  auto rows = (*database)->query("SELECT ids, at, position, changed, changed_by FROM queue WHERE user = ?", user);
  if (!rows) return std::move(rows).error();
  if (rows->empty()) return std::optional<Queue>();
  const auto& row = rows->front();
  Queue queue{{}, row[1].integer(), row[2].integer(), row[3].integer(), row[4].text()};
  for (const auto& id : nlohmann::json::parse(row[0].text(), nullptr, false)) queue.ids.push_back(id.get<std::string>());
  return std::optional(std::move(queue));
}

Result<void> Listening::save_bookmark(std::int64_t user, const Bookmark& bookmark) {
  auto database = pool_->borrow();
  if (!database) return std::move(database).error();
  auto saved = (*database)->run(
      "INSERT INTO bookmark VALUES (?1, ?2, ?3, ?4, ?5, ?5) ON CONFLICT (user, id) DO UPDATE SET position = ?3, comment = ?4, changed = ?5",
      user, bookmark.id, bookmark.position_ms, bookmark.comment, now());
  if (!saved) return std::move(saved).error();
  return {};
}

Result<void> Listening::remove_bookmark(std::int64_t user, const std::string& id) {
  auto database = pool_->borrow();
  if (!database) return std::move(database).error();
  auto gone = (*database)->run("DELETE FROM bookmark WHERE user = ? AND id = ?", user, id);
  if (!gone) return std::move(gone).error();
  return {};
}

Result<std::vector<Bookmark>> Listening::bookmarks(std::int64_t user) {
  auto database = pool_->borrow();
  if (!database) return std::move(database).error();
  auto rows = (*database)->query(
      "SELECT id, comment, position, created, changed FROM bookmark WHERE user = ? ORDER BY changed DESC LIMIT 1000", user);
  if (!rows) return std::move(rows).error();
  std::vector<Bookmark> out;
  for (const auto& row : *rows) out.push_back({row[0].text(), row[1].text(), row[2].integer(), row[3].integer(), row[4].integer()});
  return out;
}

}  // namespace segue::listening
