// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/opensubsonic/marks.h"

#include <algorithm>
#include <ctime>

#include "catalog-api/opensubsonic/nouns.h"

namespace segue::opensubsonic {
namespace {

using listening::Kind;

constexpr std::size_t kMaxQueue = 10'000, kMaxComment = 1000, kMaxId = 64;
constexpr std::int64_t kMaxPosition = 7LL * 24 * 3600 * 1000;  // a week, in ms

Kind kind_of(const std::string& id) { return id.starts_with("al-") ? Kind::album : id.starts_with("ar-") ? Kind::artist : Kind::track; }

Result<bool> exists(library::Reader& database, const std::string& id) {
  const auto there = [](auto found) -> Result<bool> {
    if (!found) return std::move(found).error();
    return found->has_value();
  };
  switch (kind_of(id)) {
    case Kind::album: return there(library::album(database, id));
    case Kind::artist: return there(library::artist(database, id));
    default: return there(library::track(database, id));
  }
}

// Ids of one call; each must be there. Old clients send albums and artists as "id", for they know only folders.
std::variant<std::vector<std::string>, Failure> marked_ids(Call& call) {
  std::vector<std::string> ids;
  for (const char* name : {"id", "albumId", "artistId"})
    for (std::string& id : call.all(name)) ids.push_back(std::move(id));
  if (ids.empty()) return missing("id");
  auto database = call.library().borrow();
  if (!database) return broken(call, database.error());
  for (const std::string& id : ids) {
    auto there = exists(**database, id);
    if (!there) return broken(call, there.error());
    if (!*there) return not_found(id);
  }
  return ids;
}

Reply set_star(Call& call, bool starred) {
  auto ids = marked_ids(call);
  if (auto* failure = std::get_if<Failure>(&ids)) return std::move(*failure);
  for (const Kind kind : {Kind::track, Kind::album, Kind::artist}) {
    std::vector<std::string> of_kind;
    for (const std::string& id : std::get<std::vector<std::string>>(ids))
      if (kind_of(id) == kind) of_kind.push_back(id);
    if (of_kind.empty()) continue;
    if (auto set = call.pieces().listening.star(call.user().row, kind, of_kind, starred); !set) return broken(call, set.error());
  }
  return Node();
}

Reply save_queue(Call& call, bool by_index) {
  listening::Queue queue;
  queue.ids = call.all("id");
  if (queue.ids.size() > kMaxQueue) return Failure{kGeneric, "id: at most 10000 songs"};
  if (std::any_of(queue.ids.begin(), queue.ids.end(), [](const std::string& id) { return id.size() > kMaxId; })) return not_found("Song");
  queue.position_ms = call.number("position", 0, 0, kMaxPosition);
  queue.changed_by = call.client();
  const auto current = call.get(by_index ? "currentIndex" : "current");
  if (by_index) {
    if (!queue.ids.empty() && !current) return missing("currentIndex");
    queue.index = call.number("currentIndex", 0, -1, static_cast<std::int64_t>(kMaxQueue));
    if (!queue.ids.empty() && (queue.index < 0 || queue.index >= static_cast<std::int64_t>(queue.ids.size())))
      return Failure{kMissingParameter, "currentIndex: not a place in the queue"};
  } else if (current) {
    const auto at = std::find(queue.ids.begin(), queue.ids.end(), *current);
    if (at == queue.ids.end()) return Failure{kGeneric, "current: not one of the queue"};
    queue.index = at - queue.ids.begin();
  }
  if (auto saved = call.pieces().listening.save_queue(call.user().row, queue); !saved) return broken(call, saved.error());
  return Node();
}

Reply show_queue(Call& call, bool by_index) {
  auto queue = call.pieces().listening.queue(call.user().row);
  if (!queue) return broken(call, queue.error());
  Node node;
  node.field("username", call.user().name);
  if (*queue) {
    const auto& saved = **queue;
    auto database = call.library().borrow();
    if (!database) return broken(call, database.error());
    auto tracks = library::tracks_by_id(**database, saved.ids);
    if (!tracks) return broken(call, tracks.error());
    auto nodes = songs(call, *tracks);
    if (!nodes) return broken(call, nodes.error());
    // A song that is gone from the library leaves the queue; the place is that of the song, or where it was.
    const std::string current =
        saved.index < static_cast<std::int64_t>(saved.ids.size()) ? saved.ids[static_cast<std::size_t>(saved.index)] : "";
    const auto at = std::find_if(tracks->begin(), tracks->end(), [&](const auto& track) { return track.id == current; });
    if (by_index && !tracks->empty()) {
      const bool all_there = tracks->size() == saved.ids.size();
      node.field("currentIndex", all_there ? saved.index : std::int64_t{at == tracks->end() ? 0 : at - tracks->begin()});
    } else if (at != tracks->end()) {
      node.field("current", current);
    }
    node.field("position", saved.position_ms).field("changed", time_text(saved.changed)).field("changedBy", saved.changed_by);
    node.list("entry", std::move(*nodes));
  }
  return Node().object(by_index ? "playQueueByIndex" : "playQueue", std::move(node));
}

}  // namespace

Reply star(Call& call) { return set_star(call, true); }
Reply unstar(Call& call) { return set_star(call, false); }

Reply set_rating(Call& call) {
  const auto id = call.get("id");
  if (!id) return missing("id");
  if (!call.get("rating")) return missing("rating");
  const std::int64_t rating = call.number("rating", -1, -1, 6);
  if (rating < 0 || rating > 5) return Failure{kGeneric, "rating: expected 0 to 5"};
  auto database = call.library().borrow();
  if (!database) return broken(call, database.error());
  auto there = exists(**database, *id);
  if (!there) return broken(call, there.error());
  if (!*there) return not_found(*id);
  if (auto set = call.pieces().listening.rate(call.user().row, kind_of(*id), *id, static_cast<int>(rating)); !set)
    return broken(call, set.error());
  return Node();
}

// submission=false: playing now. Several ids with as many times: what an offline client caught up with; songs that are gone meanwhile are
// passed over, or the client would send the others again and again.
Reply scrobble(Call& call) {
  const auto ids = call.all("id"), times = call.all("time");
  if (ids.empty()) return missing("id");
  const auto now = static_cast<std::int64_t>(std::time(nullptr));
  auto database = call.library().borrow();
  if (!database) return broken(call, database.error());
  bool is_any_known = false;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    auto track = library::track(**database, ids[i]);
    if (!track) return broken(call, track.error());
    if (!*track) continue;
    is_any_known = true;
    if (!call.truth("submission", true)) {
      (void)call.pieces().listening.now_playing({call.user().name, (*track)->id, call.client(), {}});
      continue;
    }
    const std::int64_t told = i < times.size() ? std::atoll(times[i].c_str()) / 1000 : 0;  // 0: not told, or no number
    const std::int64_t time = told > 0 ? std::min(told, now) : now;
    if (auto played = call.pieces().listening.played(call.user().row, (*track)->id, (*track)->album_id, time); !played)
      return broken(call, played.error());
  }
  return is_any_known ? Reply(Node()) : Reply(not_found("Song"));
}

Reply save_play_queue(Call& call) { return save_queue(call, false); }
Reply save_play_queue_by_index(Call& call) { return save_queue(call, true); }
Reply get_play_queue(Call& call) { return show_queue(call, false); }
Reply get_play_queue_by_index(Call& call) { return show_queue(call, true); }

Reply create_bookmark(Call& call) {
  const auto id = call.get("id");
  if (!id) return missing("id");
  if (!call.get("position")) return missing("position");
  if (call.text("comment").size() > kMaxComment) return Failure{kGeneric, "comment: at most " + std::to_string(kMaxComment) + " bytes"};
  auto database = call.library().borrow();
  if (!database) return broken(call, database.error());
  auto there = exists(**database, *id);
  if (!there) return broken(call, there.error());
  if (!*there) return not_found("Song");
  const listening::Bookmark bookmark{*id, call.text("comment"), call.number("position", 0, 0, kMaxPosition), 0, 0};
  if (auto saved = call.pieces().listening.save_bookmark(call.user().row, bookmark); !saved) return broken(call, saved.error());
  return Node();
}

Reply delete_bookmark(Call& call) {
  const auto id = call.get("id");
  if (!id) return missing("id");
  if (auto gone = call.pieces().listening.remove_bookmark(call.user().row, *id); !gone) return broken(call, gone.error());
  return Node();
}

Reply get_bookmarks(Call& call) {
  auto all = call.pieces().listening.bookmarks(call.user().row);
  if (!all) return broken(call, all.error());
  auto database = call.library().borrow();
  if (!database) return broken(call, database.error());
  std::vector<Node> nodes;
  for (const auto& bookmark : *all) {
    auto track = library::track(**database, bookmark.id);
    if (!track) return broken(call, track.error());
    if (!*track) continue;
    auto song = songs(call, {**track});
    if (!song) return broken(call, song.error());
    Node node;
    node.field("position", bookmark.position_ms).field("username", call.user().name).field("comment", bookmark.comment);
    node.field("created", time_text(bookmark.created))
        .field("changed", time_text(bookmark.changed))
        .object("entry", std::move(song->front()));
    nodes.push_back(std::move(node));
  }
  return Node().object("bookmarks", Node().list("bookmark", std::move(nodes)));
}

}  // namespace segue::opensubsonic
