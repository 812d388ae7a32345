// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/playlists/playlists.h"

#include <algorithm>
#include <ctime>
#include <nlohmann/json.hpp>

#include "catalog-api/playlists/revision.h"

namespace segue::playlists {
namespace {

using service::Database;
using Json = nlohmann::json;

constexpr const char* kSchema = R"sql(
CREATE TABLE IF NOT EXISTS playlist (
  id TEXT PRIMARY KEY, owner TEXT NOT NULL, created INTEGER NOT NULL, changed INTEGER NOT NULL, number INTEGER NOT NULL, hash TEXT NOT NULL,
  name TEXT NOT NULL, public INTEGER NOT NULL, deleted INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS playlist_owner ON playlist (owner);
CREATE TABLE IF NOT EXISTS operation (
  playlist TEXT NOT NULL, number INTEGER NOT NULL, hash TEXT NOT NULL, author TEXT NOT NULL, time INTEGER NOT NULL, operation TEXT NOT NULL,
  PRIMARY KEY (playlist, number)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS snapshot (
  playlist TEXT NOT NULL, number INTEGER NOT NULL, list TEXT NOT NULL, PRIMARY KEY (playlist, number)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS share (playlist TEXT NOT NULL, user TEXT NOT NULL, role TEXT NOT NULL, PRIMARY KEY (playlist, user)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS share_user ON share (user);
CREATE TABLE IF NOT EXISTS change (count INTEGER NOT NULL);
INSERT INTO change SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM change);
)sql";
constexpr std::int64_t kSnapshotEvery = 64;  // operations: so many are replayed at most
constexpr std::size_t kMaxCached = 256;      // lists in memory
constexpr std::size_t kMaxMissed = 1000;     // operations told to a client that was away; it reads the list anew then

std::int64_t now() { return std::time(nullptr); }

std::string json_of(const List& list) {
  Json items = Json::array();
  for (const Item& item : list.items) items.push_back({item.uid, item.track, item.added_by, item.added});
  return Json{{"name", list.name},
              {"description", list.description},
              {"cover", list.cover},
              {"public", list.is_public},
              {"items", std::move(items)}}
      .dump(-1, ' ', false, Json::error_handler_t::replace);
}

List list_of(const std::string& text) {
  const Json json = Json::parse(text);  // our own writing
  List list{json["name"], json["description"], json["cover"], json["public"], {}};
  for (const Json& item : json["items"]) list.items.push_back({item[0], item[1], item[2], item[3]});
  return list;
}

Logged logged_of(const service::Row& row) { return {row[0].integer(), row[1].integer(), row[2].text(), row[3].text(), row[4].text()}; }

constexpr const char* kOperations = "SELECT number, time, hash, author, operation FROM operation WHERE playlist = ? AND number ";

}  // namespace

Playlists::Playlists(std::string path)
    : pool_(std::make_unique<service::DatabasePool>(std::move(path))), cache_(std::make_shared<Cache>()) {}

Result<Playlists> Playlists::open(const std::string& folder) {
  Playlists playlists(folder + "/playlists.sqlite3");
  auto database = playlists.pool_->borrow();
  if (!database) return std::move(database).error();
  if (auto made = (*database)->script(kSchema); !made) return std::move(made).error();
  return playlists;
}

// What of a list stands in its own row, and what `user` may do with it. nullopt: none of that id, or none that the user may know of.
Result<std::optional<Playlists::Head>> Playlists::head(Database& database, const std::string& user, const std::string& id) {
  auto rows = database.query(
      "SELECT p.id, p.owner, p.created, p.changed, p.number, p.hash, p.public, p.deleted, coalesce(s.role, '') FROM playlist p LEFT JOIN "
      "share s ON "
      "s.playlist = p.id AND s.user = ? WHERE p.id = ?",
      user, id);
  if (!rows) return std::move(rows).error();
  if (rows->empty()) return std::optional<Head>();
  const auto& row = rows->front();
  Head head{{row[0].text(), row[1].text(), row[2].integer(), row[3].integer(), row[4].integer(), row[5].text(), {}},
            Role::none,
            row[7].integer() != 0};
  head.role = head.facts.owner == user    ? Role::owner
              : row[8].text() == "editor" ? Role::editor
              : row[8].text() == "viewer" ? Role::viewer
              : row[6].integer() != 0     ? Role::viewer
                                          : Role::none;
  if (head.role == Role::none || (head.is_deleted && head.role != Role::owner)) return std::optional<Head>();
  return std::optional(std::move(head));
}

void Playlists::remember(const Playlist& playlist) {
  const std::lock_guard lock(cache_->mutex);
  if (cache_->lists.size() >= kMaxCached) cache_->lists.clear();
  cache_->lists[playlist.id] = playlist;
}

// The list at revision `number`: the nearest snapshot before it, and the operations since.
Result<Answer<Playlist>> Playlists::load(Database& database, const Head& head, std::int64_t number) {
  {
    const std::lock_guard lock(cache_->mutex);
    const auto cached = cache_->lists.find(head.facts.id);
    if (cached != cache_->lists.end() && cached->second.number == number &&
        (number != head.facts.number || cached->second.hash == head.facts.hash))
      return Answer<Playlist>(cached->second);
  }
  auto snapshots = database.query("SELECT number, list FROM snapshot WHERE playlist = ? AND number <= ? ORDER BY number DESC LIMIT 1",
                                  head.facts.id, number);
  if (!snapshots) return std::move(snapshots).error();
  Playlist playlist = head.facts;
  playlist.number = 0;
  if (!snapshots->empty()) {
    playlist.number = snapshots->front()[0].integer();
    playlist.list = list_of(snapshots->front()[1].text());
  }
  auto rows = database.query(kOperations + std::string("> ? AND number <= ? ORDER BY number"), head.facts.id, playlist.number, number);
  if (!rows) return std::move(rows).error();
  for (const auto& row : *rows) {
    const Logged logged = logged_of(row);
    auto operation = parse_operation(logged.operation);
    if (!operation) return Error{"playlist " + head.facts.id + ", revision " + logged.revision() + operation.error().message};
    if (auto applied = apply(playlist.list, *operation, playlist.list); !applied) return std::move(applied).error();
    playlist.number = logged.number;
  }
  if (number != head.facts.number) {
    auto hash = database.query("SELECT hash FROM operation WHERE playlist = ? AND number = ?", head.facts.id, number);
    if (!hash) return std::move(hash).error();
    playlist.hash = hash->empty() ? std::string() : hash->front()[0].text();
  } else {
    remember(playlist);
  }
  return Answer<Playlist>(std::move(playlist));
}

Result<std::vector<Playlist>> Playlists::visible(const std::string& user) {
  auto database = pool_->borrow();
  if (!database) return std::move(database).error();
  auto rows = (*database)->query(
      "SELECT id FROM playlist WHERE deleted = 0 AND (owner = ?1 OR public = 1 OR id IN (SELECT playlist FROM share WHERE user = ?1)) "
      "ORDER BY name, id "
      "LIMIT 5000",
      user);
  if (!rows) return std::move(rows).error();
  std::vector<Playlist> lists;
  for (const auto& row : *rows) {
    auto known = head(**database, user, row[0].text());
    if (!known) return std::move(known).error();
    if (!*known) continue;
    auto list = load(**database, **known, (*known)->facts.number);
    if (!list) return std::move(list).error();
    lists.push_back(std::get<Playlist>(std::move(*list)));
  }
  return lists;
}

Result<Answer<Playlist>> Playlists::get(const std::string& user, const std::string& id) {
  auto database = pool_->borrow();
  if (!database) return std::move(database).error();
  auto known = head(**database, user, id);
  if (!known) return std::move(known).error();
  if (!*known || (*known)->is_deleted) return Answer<Playlist>(Refusal{Problem::unknown, "playlist: no such id"});
  return load(**database, **known, (*known)->facts.number);
}

Result<Answer<Playlist>> Playlists::get_at(const std::string& user, const std::string& id, const std::string& revision) {
  auto database = pool_->borrow();
  if (!database) return std::move(database).error();
  auto known = head(**database, user, id);
  if (!known) return std::move(known).error();
  if (!*known) return Answer<Playlist>(Refusal{Problem::unknown, "playlist: no such id"});
  auto number = number_of(**database, id, revision);
  if (!number) return std::move(number).error();
  if (!*number) return Answer<Playlist>(Refusal{Problem::unknown, "revision: not one of this list"});
  return load(**database, **known, **number);
}

Result<Answer<std::vector<Logged>>> Playlists::history(const std::string& user, const std::string& id, std::int64_t below,
                                                       std::int64_t most) {
  using Lines = Answer<std::vector<Logged>>;
  auto database = pool_->borrow();
  if (!database) return std::move(database).error();
  auto known = head(**database, user, id);
  if (!known) return std::move(known).error();
  if (!*known) return Lines(Refusal{Problem::unknown, "playlist: no such id"});
  auto rows = (*database)->query(kOperations + std::string("< ? ORDER BY number DESC LIMIT ?"), id, below, most);
  if (!rows) return std::move(rows).error();
  std::vector<Logged> lines;
  for (const auto& row : *rows) lines.push_back(logged_of(row));
  return Lines(std::move(lines));
}

Result<Answer<Playlist>> Playlists::create(const std::string& user, const std::string& name, const std::vector<std::string>& tracks) {
  const std::string id = "pl-" + random_uid() + random_uid();
  Edit edit{{Set{name, std::nullopt, std::nullopt, std::nullopt}}, {}, false};
  Add add{{}, {}, true};
  for (const std::string& track : tracks) add.items.push_back({{}, track, {}, 0});
  if (!add.items.empty()) edit.operations.emplace_back(std::move(add));
  auto database = pool_->borrow();
  if (!database) return std::move(database).error();
  auto transaction = service::Transaction::begin(**database);
  if (!transaction) return std::move(transaction).error();
  if (auto made = (*database)->run(
          "INSERT INTO playlist (id, owner, created, changed, number, hash, name, public) VALUES (?1, ?2, ?3, ?3, 0, '', ?4, 0)", id, user,
          now(), name);
      !made)
    return std::move(made).error();
  const Head head{{id, user, now(), now(), 0, "", {}}, Role::owner, false};
  auto written = write(**database, head, head.facts, user, edit);
  if (!written) return std::move(written).error();
  if (const auto* refusal = std::get_if<Refusal>(&*written)) return Answer<Playlist>(*refusal);
  if (auto done = transaction->commit(); !done) return std::move(done).error();
  auto& edited = std::get<Edited>(*written);
  remember(edited.now);
  told_();
  return Answer<Playlist>(std::move(edited.now));
}

// Inside the caller's transaction: the operations on top of `now`, which is the newest; those of others since edit.base are told.
Result<Answer<Edited>> Playlists::write(Database& database, const Head& head, Playlist now_list, const std::string& author,
                                        const Edit& edit) {
  Edited edited{std::move(now_list), {}};
  Playlist& playlist = edited.now;
  List seen = playlist.list;
  if (!edit.base.empty() && edit.base != playlist.revision()) {
    auto base = number_of(database, playlist.id, edit.base);
    if (!base) return std::move(base).error();
    if (!*base || edit.is_strict) return Answer<Edited>(Refusal{Problem::stale, "If-Match: the list is at " + playlist.revision()});
    auto old = load(database, head, **base);
    if (!old) return std::move(old).error();
    seen = std::get<Playlist>(std::move(*old)).list;
    auto missed = database.query(kOperations + std::string("> ? ORDER BY number LIMIT ?"), playlist.id, **base,
                                 static_cast<std::int64_t>(kMaxMissed));
    if (!missed) return std::move(missed).error();
    for (const auto& row : *missed) edited.missed.push_back(logged_of(row));
  }
  for (Operation operation : edit.operations) {
    if (auto* add = std::get_if<Add>(&operation))
      for (Item& item : add->items) {
        if (item.uid.empty()) item.uid = random_uid();
        if (item.added == 0) item.added = now();
        if (item.added_by.empty()) item.added_by = author;
      }
    auto done = apply(playlist.list, operation, seen);
    if (!done) return Answer<Edited>(Refusal{Problem::invalid, done.error().message});
    static_cast<void>(apply(seen, operation, seen));  // the author's own earlier operations are what the next one was made on
    const std::string text = to_json(*done);
    playlist.hash = next_hash(playlist.hash, text);
    ++playlist.number;
    if (auto logged = database.run("INSERT INTO operation VALUES (?, ?, ?, ?, ?, ?)", playlist.id, playlist.number, playlist.hash, author,
                                   now(), text);
        !logged)
      return std::move(logged).error();
    if (playlist.number % kSnapshotEvery == 0)
      if (auto kept = database.run("INSERT INTO snapshot VALUES (?, ?, ?)", playlist.id, playlist.number, json_of(playlist.list)); !kept)
        return std::move(kept).error();
  }
  playlist.changed = now();
  if (auto set = database.run("UPDATE playlist SET changed = ?, number = ?, hash = ?, name = ?, public = ? WHERE id = ?", playlist.changed,
                              playlist.number, playlist.hash, playlist.list.name, int{playlist.list.is_public}, playlist.id);
      !set)
    return std::move(set).error();
  if (auto counted = database.run("UPDATE change SET count = count + 1"); !counted) return std::move(counted).error();
  return Answer<Edited>(std::move(edited));
}

Result<Answer<Edited>> Playlists::edit(const std::string& user, const std::string& id, const Edit& edit) {
  auto database = pool_->borrow();
  if (!database) return std::move(database).error();
  auto transaction = service::Transaction::begin(**database);
  if (!transaction) return std::move(transaction).error();
  auto known = head(**database, user, id);
  if (!known) return std::move(known).error();
  if (!*known || (*known)->is_deleted) return Answer<Edited>(Refusal{Problem::unknown, "playlist: no such id"});
  if ((*known)->role < Role::editor)
    return Answer<Edited>(Refusal{Problem::forbidden, "playlist: only its owner and editors may change it"});
  for (const Operation& operation : edit.operations)
    if (const auto* set = std::get_if<Set>(&operation); set != nullptr && set->is_public && (*known)->role != Role::owner)
      return Answer<Edited>(Refusal{Problem::forbidden, "public: only the owner may change it"});
  auto list = load(**database, **known, (*known)->facts.number);
  if (!list) return std::move(list).error();
  auto written = write(**database, **known, std::get<Playlist>(std::move(*list)), user, edit);
  if (!written || std::holds_alternative<Refusal>(*written)) return written;
  if (auto done = transaction->commit(); !done) return std::move(done).error();
  remember(std::get<Edited>(*written).now);
  told_();
  return written;
}

Result<std::int64_t> Playlists::change_count() {
  auto database = pool_->borrow();
  if (!database) return std::move(database).error();
  auto rows = (*database)->query("SELECT count FROM change");
  if (!rows) return std::move(rows).error();
  return rows->empty() ? 0 : rows->front()[0].integer();
}

}  // namespace segue::playlists
