// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/playlists/playlists.h"

#include <algorithm>
#include <ctime>
#include <nlohmann/json.hpp>

#include "catalog-api/playlists/revision.h"
#include "service/outcome.h"

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
CREATE TABLE IF NOT EXISTS follow (user TEXT NOT NULL, playlist TEXT NOT NULL, PRIMARY KEY (user, playlist)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS folder (id TEXT PRIMARY KEY, user TEXT NOT NULL, name TEXT NOT NULL, parent TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS folder_user ON folder (user);
CREATE TABLE IF NOT EXISTS placed (user TEXT NOT NULL, playlist TEXT NOT NULL, folder TEXT NOT NULL, PRIMARY KEY (user, playlist)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS change (count INTEGER NOT NULL);
INSERT INTO change SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM change);
)sql";
// A file of the first version has lists that no search was told of.
constexpr const char* kSecondVersion =
    "ALTER TABLE playlist ADD COLUMN change INTEGER NOT NULL DEFAULT 1; CREATE INDEX playlist_change ON playlist (change);";
// One of the second does not say since when a list is public: since the last time that somebody said so.
constexpr const char* kThirdVersion =
    "ALTER TABLE playlist ADD COLUMN shown_from INTEGER NOT NULL DEFAULT 0; UPDATE playlist SET shown_from = coalesce((SELECT "
    "max(o.number) FROM operation o WHERE o.playlist = playlist.id AND o.operation LIKE '%\"public\":true%'), 0) WHERE public <> 0;";
constexpr std::size_t kMaxCachedItems = 500'000;  // of lists in memory: some 100 MB
constexpr std::size_t kMaxMissed = 1000;          // operations told to a client that was away; it reads the list anew then

// So many operations are replayed at most. Writing a long list down costs more than replaying a few operations on it.
std::int64_t snapshot_every(std::size_t items) { return std::max<std::int64_t>(64, static_cast<std::int64_t>(items / 16)); }

std::int64_t now() { return std::time(nullptr); }

// Written here and not as a tree of values: a snapshot of 10,000 items then keeps the writer's thread for one millisecond instead of eight,
// which the next edit would wait for.
void put_text(std::string& json, const std::string& text) {
  const auto is_plain = [](char c) { return c >= 0x20 && c < 0x7F && c != '"' && c != '\\'; };
  if (std::all_of(text.begin(), text.end(), is_plain)) {
    json.append(1, '"').append(text).append(1, '"');
  } else {
    json += Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
  }
}

std::string json_of(const List& list) {
  std::string json =
      Json{{"name", list.name}, {"description", list.description}, {"cover", list.cover}, {"public", list.is_public}, {"rules", list.rules}}
          .dump(-1, ' ', false, Json::error_handler_t::replace);
  json.back() = ',';
  json.reserve(json.size() + list.items.size() * 96);
  json += "\"items\":[";
  for (const Item& item : list.items) {
    json += json.back() == '[' ? "[" : ",[";
    for (const std::string* text : {&item.uid, &item.track, &item.added_by}) {
      put_text(json, *text);
      json += ',';
    }
    json.append(std::to_string(item.added)).append(1, ']');
  }
  return json + "]}";
}

Result<List> list_of(const std::string& text) {
  try {
    const Json json = Json::parse(text);  // our own writing
    List list{json.at("name"), json.at("description"), json.at("cover"), json.at("public")};
    list.rules = json.value("rules", "");
    for (const Json& item : json.at("items")) list.items.push_back({item.at(0), item.at(1), item.at(2), item.at(3)});
    return list;
  } catch (const Json::exception& wrong) {
    return Error{std::string(service::kDamaged) + wrong.what()};
  }
}

Logged logged_of(const service::Row& row) { return {row[0].integer(), row[1].integer(), row[2].text(), row[3].text(), row[4].text()}; }

constexpr const char* kOperations = "SELECT number, time, hash, author, operation FROM operation WHERE playlist = ? AND number ";

// Lines of the log between two revisions. A line may be an operation on all items of a list: no more are read than some megabytes, but one.
struct Span {
  std::int64_t above = 0, below = INT64_MAX, most = 0;
  bool newest_first = false;
};
Result<std::vector<Logged>> lines_of(Database& database, const std::string& id, const Span& span) {
  constexpr std::int64_t kMostBytes = 4 << 20;
  const std::string range = "> ? AND number < ? ORDER BY number " + std::string(span.newest_first ? "DESC" : "ASC") + " LIMIT ?";
  auto sizes = database.query("SELECT length(operation) FROM operation WHERE playlist = ? AND number " + range, id, span.above, span.below,
                              span.most);
  if (!sizes) return std::move(sizes).error();
  std::int64_t count = 0, bytes = 0;
  for (const auto& size : *sizes) {
    bytes += size[0].integer();
    if (count > 0 && bytes > kMostBytes) break;
    ++count;
  }
  auto rows = database.query(kOperations + range, id, span.above, span.below, count);
  if (!rows) return std::move(rows).error();
  std::vector<Logged> lines;
  for (const auto& row : *rows) lines.push_back(logged_of(row));
  return lines;
}

// Brings a list from where it is to a later revision, piece by piece: the log may be longer than there is memory for.
Result<void> replay(Database& database, std::int64_t number, Playlist& playlist) {
  constexpr std::int64_t kAtOnce = 1000;
  while (playlist.number < number) {
    auto lines = lines_of(database, playlist.id, {playlist.number, number + 1, kAtOnce, false});
    if (!lines) return std::move(lines).error();
    if (lines->empty()) break;
    for (const Logged& logged : *lines) {
      const std::string at = std::string(service::kDamaged) + "playlist " + playlist.id + ", revision " + logged.revision() + ": ";
      auto operation = parse_operation(logged.operation, kMaxItems);
      if (!operation) return Error{at + operation.error().message};
      if (auto applied = apply(playlist.list, *operation, playlist.list); !applied) return Error{at + applied.error().message};
      playlist.number = logged.number;
    }
  }
  return {};
}

}  // namespace

Playlists::Playlists(std::string path)
    : pool_(std::make_unique<service::DatabasePool>(std::move(path))), shared_(std::make_shared<Shared>()) {}

Result<Playlists> Playlists::open(const service::DatabasePlace& place) {
  Playlists playlists(place.database("playlists"));
  {
    auto database = playlists.pool_->borrow();
    if (!database) return std::move(database).error();
    auto transaction = service::Transaction::begin(**database);
    if (!transaction) return std::move(transaction).error();
    if (auto made = (*database)->script(kSchema); !made) return std::move(made).error();
    auto has_change = (*database)->has_column("playlist", "change");
    if (!has_change) return std::move(has_change).error();
    if (!*has_change)
      if (auto moved = (*database)->script(kSecondVersion); !moved) return std::move(moved).error();
    auto has_shown = (*database)->has_column("playlist", "shown_from");
    if (!has_shown) return std::move(has_shown).error();
    if (!*has_shown)
      if (auto moved = (*database)->script(kThirdVersion); !moved) return std::move(moved).error();
    if (auto done = transaction->commit(); !done) return std::move(done).error();
  }
  auto writer = service::GroupCommit::open(playlists.pool_->path(), [shared = playlists.shared_] { shared->told(); });
  if (!writer) return std::move(writer).error();
  playlists.writer_ = std::move(*writer);
  return playlists;
}

// What of a list stands in its own row, and what `user` may do with it. nullopt: none of that id, or none that the user may know of.
Result<std::optional<Playlists::Head>> Playlists::head(Database& database, const std::string& user, const std::string& id) {
  auto rows = database.query(
      "SELECT p.id, p.owner, p.created, p.changed, p.number, p.hash, p.public, p.deleted, coalesce(s.role, ''), "
      "p.shown_from FROM playlist p LEFT JOIN "
      "share s ON "
      "s.playlist = p.id AND s.user = ? WHERE p.id = ?",
      user, id);
  if (!rows) return std::move(rows).error();
  if (rows->empty() || rows->front()[7].integer() == kGone) return std::optional<Head>();
  const auto& row = rows->front();
  Head head{{row[0].text(), row[1].text(), row[2].integer(), row[3].integer(), row[4].integer(), row[5].text(), {}},
            Role::none,
            row[7].integer() != 0,
            row[1].text() == user || !row[8].text().empty(),
            row[9].integer(),
            0};
  head.role = head.facts.owner == user    ? Role::owner
              : row[8].text() == "editor" ? Role::editor
              : row[8].text() == "viewer" ? Role::viewer
              : row[6].integer() != 0     ? Role::viewer
                                          : Role::none;
  if (!head.is_among) head.sees_from = head.shown_from;
  if (head.role == Role::none || (head.is_deleted && head.role != Role::owner)) return std::optional<Head>();
  return std::optional(std::move(head));
}

Result<Answer<Playlists::Head>> Playlists::head_for(Database& database, const std::string& user, const std::string& id, Role least) {
  auto known = head(database, user, id);
  if (!known) return std::move(known).error();
  if (!*known || (*known)->is_deleted) return Answer<Head>(Refusal{Problem::unknown, "playlist: no such id"});
  if ((*known)->role < least)
    return Answer<Head>(Refusal{
        Problem::forbidden, least == Role::owner ? "playlist: only its owner may" : "playlist: only its owner and editors may change it"});
  return Answer<Head>(std::move(**known));
}

Result<std::optional<Refusal>> Playlists::is_full(Database& database, const std::string& user) {
  auto rows = database.query("SELECT count(*) FROM playlist WHERE owner = ? AND deleted = 0", user);
  if (!rows) return std::move(rows).error();
  if (rows->front()[0].integer() < kMaxLists) return std::optional<Refusal>();
  return std::optional(Refusal{Problem::full, "playlist: a user has at most " + std::to_string(kMaxLists) + "; delete one first"});
}

template <class T>
Result<Answer<T>> Playlists::change(const std::function<Result<Answer<T>>(Database&)>& work) {
  std::unique_ptr<Result<Answer<T>>> answer;  // on the heap: GCC 12 sees uninitialized texts in an optional of it
  auto done = writer_->run([&](Database& database) -> Result<bool> {
    answer = std::make_unique<Result<Answer<T>>>(work(database));
    if (!*answer) return answer->error();
    return !std::holds_alternative<Refusal>(**answer);
  });
  if (!done) return std::move(done).error();
  return std::move(*answer);
}
template Result<Answer<Edited>> Playlists::change(const std::function<Result<Answer<Edited>>(Database&)>& work);
template Result<Answer<Playlist>> Playlists::change(const std::function<Result<Answer<Playlist>>(Database&)>& work);
template Result<Answer<Folder>> Playlists::change(const std::function<Result<Answer<Folder>>(Database&)>& work);

void Playlists::remember(PlaylistPtr playlist) {
  const std::lock_guard lock(shared_->mutex);
  shared_->forget(playlist->id);
  const std::size_t items = playlist->list.items.size() + 1;
  if (shared_->items + items > kMaxCachedItems) shared_->lists.clear(), shared_->items = 0;
  shared_->items += items;
  shared_->lists[playlist->id] = std::move(playlist);
}

// The list at revision `number`: the nearest snapshot before it, and the operations since. What is kept in memory may be of a transaction
// that was not committed: only number and hash together, as the database has them, say that it is this list.
Result<Playlists::PlaylistPtr> Playlists::load(Database& database, const Head& head, std::int64_t number) {
  if (number == head.facts.number) {
    const std::lock_guard lock(shared_->mutex);
    const auto cached = shared_->lists.find(head.facts.id);
    if (cached != shared_->lists.end() && cached->second->number == number && cached->second->hash == head.facts.hash)
      return cached->second;
  }
  auto snapshots = database.query("SELECT number, list FROM snapshot WHERE playlist = ? AND number <= ? ORDER BY number DESC LIMIT 1",
                                  head.facts.id, number);
  if (!snapshots) return std::move(snapshots).error();
  auto playlist = std::make_shared<Playlist>(head.facts);
  playlist->number = 0;
  if (!snapshots->empty()) {
    playlist->number = snapshots->front()[0].integer();
    auto list = list_of(snapshots->front()[1].text());
    if (!list) return std::move(list).error();
    playlist->list = std::move(*list);
  }
  if (auto replayed = replay(database, number, *playlist); !replayed) return std::move(replayed).error();
  if (number != head.facts.number) {
    auto hash = database.query("SELECT hash FROM operation WHERE playlist = ? AND number = ?", head.facts.id, number);
    if (!hash) return std::move(hash).error();
    playlist->hash = hash->empty() ? std::string() : hash->front()[0].text();
  } else {
    remember(playlist);
  }
  return PlaylistPtr(std::move(playlist));
}

Result<Answer<Playlist>> Playlists::copied(Result<PlaylistPtr> list) {
  if (!list) return std::move(list).error();
  return Answer<Playlist>(**list);
}

Result<Answer<Playlist>> Playlists::get(const std::string& user, const std::string& id) {
  auto database = pool_->borrow();
  if (!database) return std::move(database).error();
  auto known = head_for(**database, user, id, Role::viewer);
  if (!known) return std::move(known).error();
  if (const auto* why = std::get_if<Refusal>(&*known)) return Answer<Playlist>(*why);
  const Head& head = std::get<Head>(*known);
  return copied(load(**database, head, head.facts.number));
}

Result<std::optional<std::string>> Playlists::revision_for(const std::string& user, const std::string& id) {
  auto database = pool_->borrow();
  if (!database) return std::move(database).error();
  // Asked for each showing of a list that is known: no more than this is read.
  auto rows = (*database)->query(
      "SELECT p.number, p.hash FROM playlist p WHERE p.id = ? AND p.deleted = 0 AND (p.owner = ? OR p.public <> 0 OR EXISTS "
      "(SELECT 1 FROM share s WHERE s.playlist = p.id AND s.user = ? AND s.role IN ('editor', 'viewer')))",
      id, user, user);
  if (!rows) return std::move(rows).error();
  if (rows->empty()) return std::optional<std::string>();
  return std::optional(std::to_string(rows->front()[0].integer()) + '-' + rows->front()[1].text());
}

Result<Answer<Playlist>> Playlists::get_at(const std::string& user, const std::string& id, const std::string& revision) {
  auto database = pool_->borrow();
  if (!database) return std::move(database).error();
  auto known = head(**database, user, id);
  if (!known) return std::move(known).error();
  if (!*known) return Answer<Playlist>(Refusal{Problem::unknown, "playlist: no such id"});
  auto number = number_of(**database, id, revision);
  if (!number) return std::move(number).error();
  if (!*number || **number < (*known)->sees_from) return Answer<Playlist>(Refusal{Problem::unknown, "revision: not one of this list"});
  return copied(load(**database, **known, **number));
}

Result<Answer<std::vector<Logged>>> Playlists::history(const std::string& user, const std::string& id, std::int64_t below,
                                                       std::int64_t most) {
  using Lines = Answer<std::vector<Logged>>;
  auto database = pool_->borrow();
  if (!database) return std::move(database).error();
  auto known = head(**database, user, id);
  if (!known) return std::move(known).error();
  if (!*known) return Lines(Refusal{Problem::unknown, "playlist: no such id"});
  auto lines = lines_of(**database, id, {(*known)->sees_from - 1, below, most, true});
  if (!lines) return std::move(lines).error();
  return Lines(std::move(*lines));
}

Result<Answer<Playlist>> Playlists::create(const std::string& user, const std::string& name, const std::vector<std::string>& tracks,
                                           const std::string& rules) {
  const std::string id = "pl-" + random_uid() + random_uid();
  Set set{name, std::nullopt, std::nullopt};
  if (!rules.empty()) set.rules = rules;
  Edit edit{{std::move(set)}, {}, false};
  Add add{{}, {}, true};
  for (const std::string& track : tracks) add.items.push_back({{}, track, {}, 0});
  if (!add.items.empty()) edit.operations.emplace_back(std::move(add));
  auto made = change<Edited>([&](Database& database) -> Result<Answer<Edited>> {
    auto full = is_full(database, user);
    if (!full) return std::move(full).error();
    if (*full) return Answer<Edited>(std::move(**full));
    if (auto put = database.run(
            "INSERT INTO playlist (id, owner, created, changed, number, hash, name, public) VALUES (?1, ?2, ?3, ?3, 0, '', ?4, 0)", id,
            user, now(), name);
        !put)
      return std::move(put).error();
    const Head head{{id, user, now(), now(), 0, "", {}}, Role::owner, false, 0, 0};
    return write(database, head, std::make_shared<Playlist>(head.facts), user, edit);
  });
  if (!made) return std::move(made).error();
  if (const auto* refusal = std::get_if<Refusal>(&*made)) return Answer<Playlist>(*refusal);
  return copied(Result<PlaylistPtr>(std::get<Edited>(*made).held));
}

// Appends one operation that was done to the log.
Result<void> Playlists::log(Database& database, Playlist& playlist, const std::string& author, const Operation& done) {
  const std::string text = to_json(done);
  playlist.hash = next_hash(playlist.hash, text);
  ++playlist.number;
  auto logged =
      database.run("INSERT INTO operation VALUES (?, ?, ?, ?, ?, ?)", playlist.id, playlist.number, playlist.hash, author, now(), text);
  if (!logged) return std::move(logged).error();
  return {};
}

// Beside the log, when nobody waits: only reading is faster with it.
void Playlists::keep_snapshot(const PlaylistPtr& playlist) {
  writer_->later([playlist](Database& database) -> Result<bool> {
    auto kept = database.run(
        "INSERT INTO snapshot SELECT ?1, ?2, ?3 WHERE EXISTS (SELECT 1 FROM operation WHERE playlist = ?1 AND number = ?2 AND "
        "hash = ?4) ON CONFLICT DO NOTHING",
        playlist->id, playlist->number, json_of(playlist->list), playlist->hash);
    if (!kept) return std::move(kept).error();
    return true;
  });
}

// A long list is not copied when nobody else has it: taken out of what is remembered, it is this thread's alone. Should the edit or its
// commit fail, the list is read from the log again.
std::shared_ptr<Playlist> Playlists::to_change(PlaylistPtr newest) {
  {
    const std::lock_guard lock(shared_->mutex);
    const auto cached = shared_->lists.find(newest->id);
    if (cached != shared_->lists.end() && cached->second == newest) shared_->forget(newest->id);
  }
  if (newest.use_count() == 1) return std::const_pointer_cast<Playlist>(std::move(newest));
  return std::make_shared<Playlist>(*newest);
}

// On the writer's thread: the operations on top of `newest`; those of others since edit.base are told.
Result<Answer<Edited>> Playlists::write(Database& database, const Head& head, PlaylistPtr newest, const std::string& author,
                                        const Edit& edit) {
  const std::int64_t before = newest->number;
  const auto playlist = to_change(std::move(newest));
  std::optional<List> seen;  // by the author, when others were faster
  std::vector<Logged> missed;
  if (!edit.base.empty() && edit.base != playlist->revision()) {
    auto base = number_of(database, playlist->id, edit.base);
    if (!base) return std::move(base).error();
    if (!*base || edit.is_strict) return Answer<Edited>(Refusal{Problem::stale, "If-Match: the list is at " + playlist->revision()});
    auto old = load(database, head, **base);
    if (!old) return std::move(old).error();
    seen = (*old)->list;
    auto lines = lines_of(database, playlist->id, {**base, INT64_MAX, static_cast<std::int64_t>(kMaxMissed), false});
    if (!lines) return std::move(lines).error();
    missed = std::move(*lines);
  }
  std::int64_t shown_from = head.shown_from;
  for (Operation operation : edit.operations) {
    const bool was_public = playlist->list.is_public;
    if (auto* add = std::get_if<Add>(&operation))
      for (Item& item : add->items) {
        if (item.uid.empty()) item.uid = random_uid();
        if (item.added == 0) item.added = now();
        if (item.added_by.empty()) item.added_by = author;
      }
    auto done = apply(playlist->list, operation, seen ? *seen : playlist->list);
    if (!done) return Answer<Edited>(Refusal{Problem::invalid, done.error().message});
    if (seen) static_cast<void>(apply(*seen, operation, *seen));  // the author's own earlier operations are what the next one was made on
    if (auto logged = log(database, *playlist, author, *done); !logged) return std::move(logged).error();
    if (playlist->list.is_public && !was_public) shown_from = playlist->number;  // what it was before is not everybody's
  }
  playlist->changed = now();
  if (auto counted = database.run("UPDATE change SET count = count + 1"); !counted) return std::move(counted).error();
  if (auto set = database.run("UPDATE playlist SET changed = ?, number = ?, hash = ?, name = ?, public = ?, shown_from = ?, change = "
                              "(SELECT count FROM change) "
                              "WHERE id = ?",
                              playlist->changed, playlist->number, playlist->hash, playlist->list.name, int{playlist->list.is_public},
                              shown_from, playlist->id);
      !set)
    return std::move(set).error();
  const std::int64_t every = snapshot_every(playlist->list.items.size());
  if (before / every != playlist->number / every) keep_snapshot(playlist);
  remember(playlist);
  return Answer<Edited>(Edited{playlist, *playlist, std::move(missed)});
}

Result<Answer<Edited>> Playlists::edit(const std::string& user, const std::string& id, const Edit& edit) {
  return change<Edited>([&](Database& database) -> Result<Answer<Edited>> {
    auto known = head_for(database, user, id, Role::editor);
    if (!known) return std::move(known).error();
    if (const auto* why = std::get_if<Refusal>(&*known)) return Answer<Edited>(*why);
    const Head& head = std::get<Head>(*known);
    for (const Operation& operation : edit.operations)
      if (const auto* set = std::get_if<Set>(&operation); set != nullptr && set->is_public && head.role != Role::owner)
        return Answer<Edited>(kOwnersToShow);
    auto list = load(database, head, head.facts.number);
    if (!list) return std::move(list).error();
    return write(database, head, std::move(*list), user, edit);
  });
}

Result<std::int64_t> Playlists::change_count() {
  auto database = pool_->borrow();
  if (!database) return std::move(database).error();
  auto rows = (*database)->query("SELECT count FROM change");
  if (!rows) return std::move(rows).error();
  return rows->empty() ? 0 : rows->front()[0].integer();
}

}  // namespace segue::playlists
