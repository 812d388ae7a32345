// SPDX-License-Identifier: Apache-2.0
// Which lists somebody sees and in what order of their own: shelf, following, folders. None of it is part of a list's log.
#include "catalog-api/playlists/playlists.h"
#include "catalog-api/playlists/revision.h"
#include "service/outcome.h"

namespace segue::playlists {
namespace {

using service::Database;

constexpr std::int64_t kMaxFolders = 1000;  // of one user
constexpr int kMaxFolderDepth = 16;
constexpr std::size_t kMaxFolderName = 200;

// Nobody's lists stand in the way of one's own, however many they make public or share. A name has up to 4 KB: its beginning gives the
// order, and fits a cursor.
constexpr const char* kPlace =
    "CASE WHEN p.owner = ?1 THEN 0 WHEN f.playlist IS NOT NULL THEN 1 WHEN s.role IS NOT NULL THEN 2 ELSE 3 END, substr(p.name, 1, 100), "
    "p.id";
constexpr const char* kShelf =
    " FROM playlist p LEFT JOIN follow f ON f.playlist = p.id AND f.user = ?1 "
    "LEFT JOIN share s ON s.playlist = p.id AND s.user = ?1 LEFT JOIN placed d ON d.playlist = p.id AND d.user = ?1 "
    "WHERE p.deleted = 0 AND (p.owner = ?1 OR p.public = 1 OR s.role IS NOT NULL) ";
constexpr const char* kMine = "(p.owner = ?1 OR s.role IS NOT NULL OR f.playlist IS NOT NULL) ";

// One row more than the page has tells whether there is another.
std::string select_page(Shelf which) {
  const std::string place = kPlace, also = which == Shelf::all ? "" : std::string(which == Shelf::mine ? "AND " : "AND NOT ") + kMine;
  return "SELECT " + place + ", f.playlist IS NOT NULL, coalesce(d.folder, '')" + kShelf + also + "AND (" + place +
         ") > (?2, ?3, ?4) ORDER BY " + place + " LIMIT ?5";
}

Folder folder_of(const service::Row& row) { return {row[0].text(), row[1].text(), row[2].text()}; }

Result<std::optional<Folder>> folder(Database& database, const std::string& user, const std::string& id) {
  auto rows = database.query("SELECT id, name, parent FROM folder WHERE user = ? AND id = ?", user, id);
  if (!rows) return std::move(rows).error();
  return rows->empty() ? std::optional<Folder>() : std::optional(folder_of(rows->front()));
}

// Whether `id` may lie in `parent`: it is one of the user's, not below `id` itself, and not too deep. Empty parent: the top.
Result<std::optional<Refusal>> check_parent(Database& database, const std::string& user, const std::string& id, const std::string& parent) {
  std::string at = parent;
  for (int depth = 0; !at.empty(); ++depth) {
    if (at == id) return std::optional(Refusal{Problem::invalid, "/parent: lies in the folder itself"});
    if (depth >= kMaxFolderDepth)
      return std::optional(Refusal{Problem::invalid, "/parent: nested deeper than " + std::to_string(kMaxFolderDepth)});
    auto known = folder(database, user, at);
    if (!known) return std::move(known).error();
    if (!*known) return std::optional(Refusal{Problem::invalid, "/parent: no such folder"});
    at = (*known)->parent;
  }
  return std::optional<Refusal>();
}

std::optional<Refusal> check_name(const std::string& name) {
  if (!name.empty() && name.size() <= kMaxFolderName) return std::nullopt;
  return Refusal{Problem::invalid, "/name: expected 1 to " + std::to_string(kMaxFolderName) + " bytes"};
}

const Refusal kNoFolder{Problem::unknown, "folder: no such id"};

}  // namespace

Result<ShelfSlice> Playlists::shelf(const std::string& user, const ShelfPage& page) {
  auto database = pool_->borrow();
  if (!database) return std::move(database).error();
  const auto& [nearness, name, id] = page.after;
  auto rows = (*database)->query(select_page(page.which), user, nearness, name, id, page.most + 1);
  if (!rows) return std::move(rows).error();
  ShelfSlice slice;
  ShelfPlace place;
  std::size_t items = 0;
  for (const auto& row : *rows) {
    if (items >= kMaxSliceItems || &row - rows->data() == page.most) {
      slice.next.emplace(std::move(place));
      break;
    }
    place = {row[0].integer(), row[1].text(), row[2].text()};
    auto known = head(**database, user, place.id);
    if (!known) return std::move(known).error();
    if (!*known) continue;
    auto list = load(**database, **known, (*known)->facts.number);
    if (!list && service::is_damaged(list.error())) continue;
    if (!list) return std::move(list).error();
    items += (*list)->list.items.size();
    slice.lists.push_back({**list, row[3].integer() != 0, row[4].text(), place});
  }
  return slice;
}

Result<Answer<Playlist>> Playlists::follow(const std::string& user, const std::string& id, bool following) {
  return change<Playlist>([&](Database& database) -> Result<Answer<Playlist>> {
    auto known = head_for(database, user, id, Role::viewer);
    if (!known) return std::move(known).error();
    if (const auto* why = std::get_if<Refusal>(&*known)) return Answer<Playlist>(*why);
    const Head& head = std::get<Head>(*known);
    if (following && head.role == Role::owner) return Answer<Playlist>(Refusal{Problem::invalid, "/following: it is your own"});
    auto set = following ? database.run("INSERT INTO follow VALUES (?, ?) ON CONFLICT DO NOTHING", user, id)
                         : database.run("DELETE FROM follow WHERE user = ? AND playlist = ?", user, id);
    if (!set) return std::move(set).error();
    return copied(load(database, head, head.facts.number));
  });
}

Result<std::vector<Folder>> Playlists::folders(const std::string& user) {
  auto database = pool_->borrow();
  if (!database) return std::move(database).error();
  auto rows = (*database)->query("SELECT id, name, parent FROM folder WHERE user = ? ORDER BY name, id LIMIT ?", user, kMaxFolders);
  if (!rows) return std::move(rows).error();
  std::vector<Folder> all;
  for (const auto& row : *rows) all.push_back(folder_of(row));
  return all;
}

Result<Answer<Folder>> Playlists::add_folder(const std::string& user, const std::string& name, const std::string& parent) {
  if (auto wrong = check_name(name)) return Answer<Folder>(std::move(*wrong));
  return change<Folder>([&](Database& database) -> Result<Answer<Folder>> {
    auto wrong = check_parent(database, user, "", parent);
    if (!wrong) return std::move(wrong).error();
    if (*wrong) return Answer<Folder>(std::move(**wrong));
    auto count = database.query("SELECT count(*) FROM folder WHERE user = ?", user);
    if (!count) return std::move(count).error();
    if (count->front()[0].integer() >= kMaxFolders)
      return Answer<Folder>(Refusal{Problem::invalid, "folder: at most " + std::to_string(kMaxFolders)});
    Folder made{"fo-" + random_uid() + random_uid(), name, parent};
    if (auto put = database.run("INSERT INTO folder VALUES (?, ?, ?, ?)", made.id, user, made.name, made.parent); !put)
      return std::move(put).error();
    return Answer<Folder>(std::move(made));
  });
}

Result<Answer<Folder>> Playlists::change_folder(const std::string& user, const std::string& id, const std::optional<std::string>& name,
                                                const std::optional<std::string>& parent) {
  if (name)
    if (auto wrong = check_name(*name)) return Answer<Folder>(std::move(*wrong));
  return change<Folder>([&](Database& database) -> Result<Answer<Folder>> {
    auto known = folder(database, user, id);
    if (!known) return std::move(known).error();
    if (!*known) return Answer<Folder>(kNoFolder);
    if (parent) {
      auto wrong = check_parent(database, user, id, *parent);
      if (!wrong) return std::move(wrong).error();
      if (*wrong) return Answer<Folder>(std::move(**wrong));
    }
    Folder now{id, name.value_or((*known)->name), parent.value_or((*known)->parent)};
    if (auto set = database.run("UPDATE folder SET name = ?, parent = ? WHERE id = ?", now.name, now.parent, id); !set)
      return std::move(set).error();
    return Answer<Folder>(std::move(now));
  });
}

Result<Answer<Folder>> Playlists::remove_folder(const std::string& user, const std::string& id) {
  return change<Folder>([&](Database& database) -> Result<Answer<Folder>> {
    auto known = folder(database, user, id);
    if (!known) return std::move(known).error();
    if (!*known) return Answer<Folder>(kNoFolder);
    const std::string& parent = (*known)->parent;
    if (auto up = database.run("UPDATE folder SET parent = ? WHERE parent = ? AND user = ?", parent, id, user); !up)
      return std::move(up).error();
    auto moved = parent.empty() ? database.run("DELETE FROM placed WHERE folder = ? AND user = ?", id, user)
                                : database.run("UPDATE placed SET folder = ? WHERE folder = ? AND user = ?", parent, id, user);
    if (!moved) return std::move(moved).error();
    if (auto gone = database.run("DELETE FROM folder WHERE id = ?", id); !gone) return std::move(gone).error();
    return Answer<Folder>(std::move(**known));
  });
}

Result<Answer<Playlist>> Playlists::put_in(const std::string& user, const std::string& id, const std::string& into) {
  return change<Playlist>([&](Database& database) -> Result<Answer<Playlist>> {
    auto known = head_for(database, user, id, Role::viewer);
    if (!known) return std::move(known).error();
    if (const auto* why = std::get_if<Refusal>(&*known)) return Answer<Playlist>(*why);
    if (!into.empty()) {
      auto there = folder(database, user, into);
      if (!there) return std::move(there).error();
      if (!*there) return Answer<Playlist>(Refusal{Problem::invalid, "/folder: no such folder"});
    }
    auto set = into.empty() ? database.run("DELETE FROM placed WHERE user = ? AND playlist = ?", user, id)
                            : database.run("INSERT INTO placed VALUES (?1, ?2, ?3) ON CONFLICT (user, playlist) DO UPDATE SET folder = ?3",
                                           user, id, into);
    if (!set) return std::move(set).error();
    const Head& head = std::get<Head>(*known);
    return copied(load(database, head, head.facts.number));
  });
}

Result<std::vector<Announced>> Playlists::announced_since(std::int64_t change, const std::string& id, std::int64_t most) {
  auto database = pool_->borrow();
  if (!database) return std::move(database).error();
  auto rows = (*database)->query(
      "SELECT id, name, owner, public, deleted, change FROM playlist WHERE change >= ?1 AND (change > ?1 OR (?2 <> '' AND id > ?2)) "
      "ORDER BY change, id LIMIT ?3",
      change, id, most);
  if (!rows) return std::move(rows).error();
  std::vector<Announced> out;
  for (const auto& row : *rows)
    out.push_back({row[0].text(), row[1].text(), row[2].text(), row[3].integer() != 0, row[4].integer() != 0, row[5].integer()});
  return out;
}

}  // namespace segue::playlists
