// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/opensubsonic/playlist_calls.h"

#include <charconv>
#include <unordered_set>

#include "catalog-api/opensubsonic/nouns.h"

namespace segue::opensubsonic {
namespace {

using playlists::Playlist;
using playlists::Refusal;

Failure failure_of(const Refusal& refusal) {
  switch (refusal.why) {
    case playlists::Problem::unknown: return not_found("Playlist");
    case playlists::Problem::forbidden: return {kNotAuthorized, refusal.detail};
    default: return {kGeneric, refusal.detail};
  }
}

std::vector<std::string> ids_of(const Playlist& playlist) {
  std::vector<std::string> ids;
  for (const auto& item : playlist.list.items) ids.push_back(item.track);
  return ids;
}

Result<std::vector<library::Track>> tracks_of(const Call& call, const Playlist& playlist) {
  auto database = call.library().borrow();
  if (!database) return std::move(database).error();
  return library::tracks_by_id(**database, ids_of(playlist));
}

Result<library::Sum> sum_of(const Call& call, const Playlist& playlist) {
  auto database = call.library().borrow();
  if (!database) return std::move(database).error();
  return library::sum(**database, ids_of(playlist));
}

Node node_of(const Playlist& playlist, const library::Sum& sum) {
  Node node;
  node.field("id", playlist.id)
      .field("name", playlist.list.name)
      .field_if("comment", playlist.list.description)
      .field("owner", playlist.owner);
  node.field("public", playlist.list.is_public).field("songCount", sum.songs).field("duration", static_cast<std::int64_t>(sum.seconds));
  node.field("created", time_text(playlist.created)).field("changed", time_text(playlist.changed));
  if (sum.has_cover) node.field("coverArt", playlist.id);
  if (!playlist.list.rules.empty()) node.field("readonly", true);  // a smart list's songs; clients that know it offer no adding
  return node;
}

Reply whole(Call& call, const Playlist& playlist) {
  auto sum = sum_of(call, playlist);
  if (!sum) return broken(call, sum.error());
  auto tracks = tracks_of(call, playlist);
  if (!tracks) return broken(call, tracks.error());
  auto entries = songs(call, *tracks);
  if (!entries) return broken(call, entries.error());
  return Node().object("playlist", std::move(node_of(playlist, *sum).list("entry", std::move(*entries))));
}

std::variant<std::monostate, Failure> check_songs(const Call& call, const std::vector<std::string>& ids) {
  auto database = call.library().borrow();
  if (!database) return broken(call, database.error());
  for (const std::string& id : ids) {
    auto track = library::track(**database, id);
    if (!track) return broken(call, track.error());
    if (!*track) return not_found("Song");
  }
  return std::monostate();
}

enum class As : std::uint8_t { shown, newest };

// The list as this device was shown it, or as it is.
Result<playlists::Answer<Playlist>> list_as(Call& call, const std::string& id, As as) {
  playlists::Lists& lists = call.pieces().lists;
  const auto revision = as == As::shown ? call.pieces().shown.revision({call.device(), id}) : std::nullopt;
  if (!revision) return lists.get(call.user().name, id, "");
  auto then = lists.get(call.user().name, id, *revision);
  return then && std::holds_alternative<Refusal>(*then) ? lists.get(call.user().name, id, "") : std::move(then);
}

// Reads, plans, writes on exactly what was read; when somebody was faster the plan moves along with their edits.
// The plan is made of what the client was shown: of that revision, and of the tracks that it sees.
template <class Plan>
Reply change(Call& call, const std::string& id, As as, Plan plan) {
  auto list = list_as(call, id, as);
  if (!list) return broken_lists(call, list.error());
  if (const auto* refusal = std::get_if<Refusal>(&*list)) return failure_of(*refusal);
  auto& playlist = std::get<Playlist>(*list);
  auto shown = tracks_of(call, playlist);
  if (!shown) return broken(call, shown.error());
  std::unordered_set<std::string> seen;
  for (const auto& track : *shown) seen.insert(track.id);
  std::erase_if(playlist.list.items, [&](const playlists::Item& item) { return !seen.contains(item.track); });
  auto edited = call.pieces().lists.edit(call.user().name, id, {plan(playlist), playlist.revision(), false});
  if (!edited) return broken_lists(call, edited.error());
  if (const auto* refusal = std::get_if<Refusal>(&*edited)) return failure_of(*refusal);
  // What others did meanwhile it was not shown: it is to ask before its places are places again.
  const auto& [now, is_rebased] = std::get<playlists::Changed>(*edited);
  if (is_rebased)
    call.pieces().shown.forget({call.device(), id});
  else
    call.pieces().shown.show({call.device(), id}, now.revision());
  return whole(call, now);
}

// Which places to take out. Failure: one that is no number; taken for 0 it would cost the first song.
std::variant<std::vector<std::size_t>, Failure> places_of(const Call& call) {
  std::vector<std::size_t> places;
  for (const std::string& text : call.all("songIndexToRemove")) {
    const char* const end = text.data() + text.size();
    std::size_t place = 0;
    const auto [stop, wrong] = std::from_chars(text.data(), end, place);
    if (wrong != std::errc() || stop != end) return Failure{kGeneric, "songIndexToRemove: expected a place in the list"};
    places.push_back(place);
  }
  return places;
}

playlists::Add add_of(const std::vector<std::string>& songs) {
  playlists::Add add{{}, {}, true};
  for (const std::string& song : songs) add.items.push_back({{}, song, {}, 0});
  return add;
}

}  // namespace

Reply get_playlists(Call& call) {
  if (const auto other = call.get("username"); other && *other != call.user().name && call.user().role != "admin")
    return Failure{kNotAuthorized, "username: only administrators see others' playlists"};
  const std::string user = call.text("username", call.user().name);
  std::vector<Node> nodes;
  auto all = call.pieces().lists.each_shelved(user, playlists::Shelf::all, [&](const playlists::Shelved& one) -> Result<void> {
    auto sum = sum_of(call, one.playlist);
    if (!sum) return std::move(sum).error();
    nodes.push_back(node_of(one.playlist, *sum));
    return {};
  });
  if (!all) return broken_lists(call, all.error());
  return Node().object("playlists", Node().list("playlist", std::move(nodes)));
}

Reply get_playlist(Call& call) {
  const auto id = call.get("id");
  if (!id) return missing("id");
  auto list = call.pieces().lists.get(call.user().name, *id, "");
  if (!list) return broken_lists(call, list.error());
  if (const auto* refusal = std::get_if<Refusal>(&*list)) return failure_of(*refusal);
  call.pieces().shown.show({call.device(), *id}, std::get<Playlist>(*list).revision());
  return whole(call, std::get<Playlist>(*list));
}

// With playlistId: what is in it is replaced.
Reply create_playlist(Call& call) {
  const auto id = call.get("playlistId"), name = call.get("name");
  if (!id && !name) return missing("name");
  const auto songs_wanted = call.all("songId");
  if (auto wrong = check_songs(call, songs_wanted); std::holds_alternative<Failure>(wrong)) return std::get<Failure>(wrong);
  if (!id) {
    auto made = call.pieces().lists.create(call.user().name, *name, songs_wanted);
    if (!made) return broken_lists(call, made.error());
    if (const auto* refusal = std::get_if<Refusal>(&*made)) return failure_of(*refusal);
    const auto& list = std::get<Playlist>(*made);
    call.pieces().shown.show({call.device(), list.id}, list.revision());
    return whole(call, list);
  }
  return change(call, *id, As::newest, [&](const Playlist& now) {
    std::vector<playlists::Operation> operations;
    if (name) operations.emplace_back(playlists::Set{*name, std::nullopt, std::nullopt, std::nullopt});
    playlists::Remove remove;
    for (const auto& item : now.list.items) remove.uids.push_back(item.uid);
    operations.emplace_back(std::move(remove));
    operations.emplace_back(add_of(songs_wanted));
    return operations;
  });
}

Reply update_playlist(Call& call) {
  const auto id = call.get("playlistId");
  if (!id) return missing("playlistId");
  const auto added = call.all("songIdToAdd");
  if (auto wrong = check_songs(call, added); std::holds_alternative<Failure>(wrong)) return std::get<Failure>(wrong);
  const auto places = places_of(call);
  if (const auto* wrong = std::get_if<Failure>(&places)) return *wrong;
  Reply reply = change(call, *id, As::shown, [&](const Playlist& now) {
    std::vector<playlists::Operation> operations;
    playlists::Set set{call.get("name"), call.get("comment"), std::nullopt, std::nullopt};
    if (call.get("public")) set.is_public = call.truth("public", false);
    if (set.name || set.description || set.is_public) operations.emplace_back(std::move(set));
    playlists::Remove remove;
    for (const std::size_t place : std::get<std::vector<std::size_t>>(places))
      if (place < now.list.items.size()) remove.uids.push_back(now.list.items[place].uid);
    if (!remove.uids.empty()) operations.emplace_back(std::move(remove));
    if (!added.empty()) operations.emplace_back(add_of(added));
    return operations;
  });
  return std::holds_alternative<Failure>(reply) ? std::move(reply) : Reply(Node());
}

Reply delete_playlist(Call& call) {
  const auto id = call.get("id");
  if (!id) return missing("id");
  auto gone = call.pieces().lists.remove(call.user().name, *id);
  if (!gone) return broken_lists(call, gone.error());
  if (const auto* refusal = std::get_if<Refusal>(&*gone)) return failure_of(*refusal);
  return Node();
}

}  // namespace segue::opensubsonic
