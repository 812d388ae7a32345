// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/opensubsonic/sharing_calls.h"

#include <algorithm>
#include <iterator>

#include "catalog-api/opensubsonic/nouns.h"

namespace segue::opensubsonic {
namespace {

using sharing::Share;
using sharing::Station;

constexpr std::size_t kMostEntries = 20'000;  // of one answer; what is beyond is told without its songs

// `room`: for entries; less afterwards.
Result<Node> share_node(Call& call, library::Reader& database, const Share& share, std::size_t& room) {
  Node node;
  node.field("id", share.id).field("url", call.pieces().public_url + "/api/v1/shares/" + share.id);
  node.field_if("description", share.description).field("username", share.user_name).field("created", time_text(share.created));
  if (share.expires > 0) node.field("expires", time_text(share.expires));
  if (share.last_visited > 0) node.field("lastVisited", time_text(share.last_visited));
  node.field("visitCount", share.visits);
  if (room == 0) return node;
  auto tracks = library::tracks_under(database, share.ids);
  if (!tracks) return std::move(tracks).error();
  if (tracks->size() > room) tracks->resize(room);
  room -= tracks->size();
  auto entries = songs(call, *tracks);
  if (!entries) return std::move(entries).error();
  return std::move(node.list("entry", std::move(*entries)));
}

Reply show(Call& call, const std::vector<Share>& shares) {
  auto database = call.library().borrow();
  if (!database) return broken(call, database.error());
  std::vector<Node> nodes;
  std::size_t room = kMostEntries;
  for (const Share& share : shares) {
    auto node = share_node(call, **database, share, room);
    if (!node) return broken(call, node.error());
    nodes.push_back(std::move(*node));
  }
  return Node().object("shares", Node().list("share", std::move(nodes)));
}

// Milliseconds since 1970; 0 (never) where the client says so, or nothing.
std::int64_t expiry_of(const Call& call) { return call.number("expires", 0, 0, INT64_MAX / 2) / 1000; }

std::optional<Failure> too_long(const Call& call, std::initializer_list<const char*> names) {
  for (const char* name : names)
    if (call.text(name).size() > sharing::kMaxTextBytes)
      return Failure{kGeneric, std::string(name) + ": at most " + std::to_string(sharing::kMaxTextBytes) + " bytes"};
  return std::nullopt;
}

// What is to be shared: of a playlist the songs that are in it, and in the library, now. No connection is held while a list is waited for.
std::variant<std::vector<std::string>, Failure> shared_ids(Call& call) {
  std::vector<std::string> ids;
  for (std::string& id : call.all("id")) {
    if (!id.starts_with("pl-")) {
      ids.push_back(std::move(id));
      continue;
    }
    auto list = call.pieces().lists.get(call.user().name, id, "");
    if (!list) return broken_lists(call, list.error());
    const auto* playlist = std::get_if<playlists::Playlist>(&*list);
    if (playlist == nullptr) return not_found("Playlist");
    std::vector<std::string> songs;
    for (const auto& item : playlist->list.items) songs.push_back(item.track);
    auto library = call.library().borrow();
    if (!library) return broken(call, library.error());
    auto seen = library::seen(**library, songs);
    if (!seen) return broken(call, seen.error());
    std::copy_if(songs.begin(), songs.end(), std::back_inserter(ids), [&](const std::string& song) { return seen->contains(song); });
  }
  if (ids.empty()) return call.get("id") ? not_found("Song") : missing("id");
  if (ids.size() > sharing::kMaxShared) return Failure{kGeneric, "id: at most " + std::to_string(sharing::kMaxShared)};
  return ids;
}

Reply done_or(Call& call, const Result<bool>& changed, const char* what) {
  if (!changed) return broken(call, changed.error());
  return *changed ? Reply(Node()) : Reply(not_found(what));
}

std::variant<Station, Failure> station_of(const Call& call) {
  if (call.user().role != "admin") return Failure{kNotAuthorized, "only administrators keep the radio stations"};
  for (const char* name : {"streamUrl", "name"})
    if (call.text(name).empty()) return missing(name);
  if (auto wrong = too_long(call, {"streamUrl", "name", "homepageUrl"})) return std::move(*wrong);
  for (const char* name : {"streamUrl", "homepageUrl"})
    if (const auto url = call.get(name); url && !url->empty() && !url->starts_with("http://") && !url->starts_with("https://"))
      return Failure{kGeneric, std::string(name) + ": expected http:// or https://"};
  return Station{call.text("id"), call.text("name"), call.text("streamUrl"), call.text("homepageUrl")};
}

}  // namespace

Reply get_shares(Call& call) {
  auto shares = call.pieces().sharing.shares(call.user().row);
  if (!shares) return broken(call, shares.error());
  return show(call, *shares);
}

Reply create_share(Call& call) {
  auto ids = shared_ids(call);
  if (auto* failure = std::get_if<Failure>(&ids)) return std::move(*failure);
  if (auto wrong = too_long(call, {"description"})) return std::move(*wrong);
  auto database = call.library().borrow();
  if (!database) return broken(call, database.error());
  Share share;
  share.ids = std::get<std::vector<std::string>>(std::move(ids));
  for (const std::string& id : share.ids) {
    auto tracks = library::tracks_under(**database, {id});
    if (!tracks) return broken(call, tracks.error());
    if (tracks->empty()) return not_found(id);
  }
  share.user = call.user().row;
  share.user_name = call.user().name;
  share.description = call.text("description");
  share.expires = expiry_of(call);
  auto added = call.pieces().sharing.add_share(std::move(share));
  if (!added) return broken(call, added.error());
  if (!*added) return Failure{kGeneric, "at most " + std::to_string(sharing::kMaxShares) + " shares of one user; delete one first"};
  return show(call, {**added});
}

Reply update_share(Call& call) {
  const auto id = call.get("id");
  if (!id) return missing("id");
  if (auto wrong = too_long(call, {"description"})) return std::move(*wrong);
  const auto expires = call.get("expires") ? std::optional(expiry_of(call)) : std::nullopt;
  return done_or(call, call.pieces().sharing.update_share(call.user().row, *id, call.get("description"), expires), "Share");
}

Reply delete_share(Call& call) {
  const auto id = call.get("id");
  if (!id) return missing("id");
  return done_or(call, call.pieces().sharing.remove_share(call.user().row, *id), "Share");
}

Reply get_radio_stations(Call& call) {
  auto all = call.pieces().sharing.stations();
  if (!all) return broken(call, all.error());
  std::vector<Node> nodes;
  for (const Station& station : *all) {
    Node node;
    node.field("id", station.id).field("name", station.name).field("streamUrl", station.stream_url);
    nodes.push_back(std::move(node.field_if("homePageUrl", station.home_page)));
  }
  return Node().object("internetRadioStations", Node().list("internetRadioStation", std::move(nodes)));
}

Reply create_radio_station(Call& call) {
  auto station = station_of(call);
  if (auto* failure = std::get_if<Failure>(&station)) return std::move(*failure);
  if (auto added = call.pieces().sharing.add_station(std::get<Station>(station)); !added) return broken(call, added.error());
  return Node();
}

Reply update_radio_station(Call& call) {
  if (!call.get("id")) return missing("id");
  auto station = station_of(call);
  if (auto* failure = std::get_if<Failure>(&station)) return std::move(*failure);
  return done_or(call, call.pieces().sharing.update_station(std::get<Station>(station)), "Station");
}

Reply delete_radio_station(Call& call) {
  if (call.user().role != "admin") return Failure{kNotAuthorized, "only administrators keep the radio stations"};
  const auto id = call.get("id");
  if (!id) return missing("id");
  return done_or(call, call.pieces().sharing.remove_station(*id), "Station");
}

}  // namespace segue::opensubsonic
