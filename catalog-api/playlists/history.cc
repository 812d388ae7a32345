// SPDX-License-Identifier: Apache-2.0
// What goes back in the log, and whose a list is: undo, diff, restore, delete, share.
#include "catalog-api/playlists/difference.h"
#include "catalog-api/playlists/playlists.h"
#include "catalog-api/playlists/revision.h"

namespace segue::playlists {
template <class Plan>
Result<Answer<Edited>> Playlists::go_back(const std::string& user, const std::string& id, const std::string& revision, Plan plan) {
  return change<Edited>([&](service::Database& database) -> Result<Answer<Edited>> {
    auto known = head_for(database, user, id, Role::editor);
    if (!known) return std::move(known).error();
    if (const auto* why = std::get_if<Refusal>(&*known)) return Answer<Edited>(*why);
    const Head& head = std::get<Head>(*known);
    std::optional<std::int64_t> number = head.facts.number;
    if (!revision.empty()) {
      auto found = number_of(database, id, revision);
      if (!found) return std::move(found).error();
      number = *found;
    }
    if (!number) return Answer<Edited>(Refusal{Problem::unknown, "revision: not one of this list"});
    auto newest = load(database, head, head.facts.number);
    if (!newest) return std::move(newest).error();
    Result<std::vector<Operation>> operations = plan(database, head, *number, **newest);
    if (!operations) return std::move(operations).error();
    for (const Operation& operation : *operations)
      if (const auto* set = std::get_if<Set>(&operation);
          set != nullptr && set->is_public && head.role != Role::owner && *set->is_public != (*newest)->list.is_public)
        return Answer<Edited>(kOwnersToShow);
    return write(database, head, std::move(*newest), user, {std::move(*operations), {}, false});
  });
}

Result<Answer<Edited>> Playlists::undo(const std::string& user, const std::string& id, const std::string& revision) {
  return go_back(
      user, id, revision,
      [&](service::Database& database, const Head& head, std::int64_t number, const Playlist&) -> Result<std::vector<Operation>> {
        auto before = load(database, head, number - 1);
        if (!before) return std::move(before).error();
        auto rows = database.query("SELECT operation FROM operation WHERE playlist = ? AND number = ?", id, number);
        if (!rows) return std::move(rows).error();
        if (rows->empty()) return std::vector<Operation>();
        auto done = parse_operation(rows->front()[0].text(), kMaxItems);
        if (!done) return std::move(done).error();
        auto back = inverse((*before)->list, *done);
        // The name that the first revision gave is nothing to go back from.
        if (auto* set = back.empty() ? nullptr : std::get_if<Set>(&back.front()); set != nullptr && set->name && set->name->empty())
          set->name.reset();
        return back;
      });
}

Result<Answer<Edited>> Playlists::restore(const std::string& user, const std::string& id, const std::string& revision) {
  if (revision.empty()) return Answer<Edited>(Refusal{Problem::unknown, "revision: expected one of this list, found nothing"});
  return go_back(
      user, id, revision,
      [&](service::Database& database, const Head& head, std::int64_t number, const Playlist& newest) -> Result<std::vector<Operation>> {
        auto then = load(database, head, number);
        if (!then) return std::move(then).error();
        List wanted = (*then)->list;
        wanted.is_public = newest.list.is_public;  // who may see the list is not part of what it was
        return difference(newest.list, wanted);
      });
}

Result<Answer<Difference>> Playlists::diff(const std::string& user, const std::string& id, const std::string& from, const std::string& to) {
  auto database = pool_->borrow();
  if (!database) return std::move(database).error();
  auto known = head(**database, user, id);
  if (!known) return std::move(known).error();
  if (!*known) return Answer<Difference>(Refusal{Problem::unknown, "playlist: no such id"});
  PlaylistPtr lists[2];
  for (const bool is_to : {false, true}) {
    const std::string& revision = is_to ? to : from;
    std::optional<std::int64_t> number = (*known)->facts.number;
    if (!is_to || !revision.empty()) {
      auto found = number_of(**database, id, revision);
      if (!found) return std::move(found).error();
      number = *found;
    }
    if (!number || *number < (*known)->sees_from)
      return Answer<Difference>(Refusal{Problem::unknown, std::string(is_to ? "to" : "from") + ": not a revision of this list"});
    auto list = load(**database, **known, *number);
    if (!list) return std::move(list).error();
    lists[is_to] = std::move(*list);
  }
  auto operations = difference(lists[0]->list, lists[1]->list);
  if (!operations) return Answer<Difference>(Refusal{Problem::invalid, operations.error().message});
  return Answer<Difference>(Difference{lists[0]->revision(), lists[1]->revision(), std::move(*operations)});
}

Result<Answer<Playlist>> Playlists::set_deleted(const std::string& user, const std::string& id, bool deleted) {
  return change<Playlist>([&](service::Database& database) -> Result<Answer<Playlist>> {
    auto known = head(database, user, id);  // a deleted one too
    if (!known) return std::move(known).error();
    if (!*known) return Answer<Playlist>(Refusal{Problem::unknown, "playlist: no such id"});
    if ((*known)->role != Role::owner) return Answer<Playlist>(Refusal{Problem::forbidden, "playlist: only its owner may"});
    if (!deleted && (*known)->is_deleted) {
      auto full = is_full(database, user);
      if (!full) return std::move(full).error();
      if (*full) return Answer<Playlist>(std::move(**full));
    }
    if (auto counted = database.run("UPDATE change SET count = count + 1"); !counted) return std::move(counted).error();
    if (auto set = database.run("UPDATE playlist SET deleted = ?, change = (SELECT count FROM change) WHERE id = ?", int{deleted}, id);
        !set)
      return std::move(set).error();
    if (deleted)
      if (auto gone = forget_oldest(database, user); !gone) return std::move(gone).error();
    return copied(load(database, **known, (*known)->facts.number));
  });
}

// Of what was deleted long ago the row is left.
Result<void> Playlists::forget_oldest(service::Database& database, const std::string& user) {
  auto rows = database.query("SELECT id FROM playlist WHERE owner = ? AND deleted = 1 ORDER BY change DESC, id LIMIT 100 OFFSET ?", user,
                             kMaxDeleted);
  if (!rows) return std::move(rows).error();
  for (const auto& row : *rows) {
    for (const char* table : {"operation", "snapshot", "share", "follow", "placed"})
      if (auto done = database.run(std::string("DELETE FROM ") + table + " WHERE playlist = ?", row[0].text()); !done)
        return std::move(done).error();
    if (auto done = database.run("UPDATE playlist SET deleted = ? WHERE id = ?", kGone, row[0].text()); !done)
      return std::move(done).error();
  }
  return {};
}

Result<Answer<Playlist>> Playlists::share(const std::string& user, const std::string& id, const std::string& with,
                                          const std::string& role) {
  if (role != "editor" && role != "viewer" && role != "none")
    return Answer<Playlist>(Refusal{Problem::invalid, "/role: expected editor, viewer or none"});
  return change<Playlist>([&](service::Database& database) -> Result<Answer<Playlist>> {
    const bool is_leaving = role == "none" && with == user;
    auto known = head_for(database, user, id, is_leaving ? Role::viewer : Role::owner);
    if (!known) return std::move(known).error();
    if (const auto* why = std::get_if<Refusal>(&*known)) return Answer<Playlist>(*why);
    auto set = role == "none" ? database.run("DELETE FROM share WHERE playlist = ? AND user = ?", id, with)
                              : database.run("INSERT INTO share VALUES (?1, ?2, ?3) ON CONFLICT (playlist, user) DO UPDATE SET role = ?3",
                                             id, with, role);
    if (!set) return std::move(set).error();
    const Head& head = std::get<Head>(*known);
    return copied(load(database, head, head.facts.number));
  });
}

Result<Answer<std::vector<Collaborator>>> Playlists::collaborators(const std::string& user, const std::string& id) {
  auto database = pool_->borrow();
  if (!database) return std::move(database).error();
  auto known = head_for(**database, user, id, Role::viewer);
  if (!known) return std::move(known).error();
  if (auto* why = std::get_if<Refusal>(&*known)) return Answer<std::vector<Collaborator>>(std::move(*why));
  const Head& head = std::get<Head>(*known);
  std::vector<Collaborator> all{{head.facts.owner, "owner"}};
  if (!head.is_among) return Answer<std::vector<Collaborator>>(std::move(all));
  auto rows = (*database)->query("SELECT user, role FROM share WHERE playlist = ? ORDER BY user", id);
  if (!rows) return std::move(rows).error();
  for (const auto& row : *rows) all.push_back({row[0].text(), row[1].text()});
  return Answer<std::vector<Collaborator>>(std::move(all));
}

}  // namespace segue::playlists
