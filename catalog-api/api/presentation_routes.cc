// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/api/presentation_routes.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <ctime>

#include "catalog-api/api/answers.h"
#include "catalog-api/api/log.h"
#include "catalog-api/api/playlist_answers.h"
#include "catalog-api/api/playlist_sight.h"
#include "catalog-api/library/read.h"
#include "catalog-api/presentation/arrange.h"
#include "manifests/sequence.h"
#include "media/codec.h"
#include "service/http/json_writer.h"
#include "service/http/problem.h"
#include "service/http/url.h"

namespace segue::api {
namespace {

using manifests::SequenceLevel;
using manifests::SequenceLevels;
using playlists::Playlist;
using presentation::StoredPtr;
using service::http::JsonWriter;
using service::http::Method;
using service::http::Problem;
using service::http::Request;
using service::http::Response;
using service::http::Runs;

constexpr std::size_t kMaxTracks = 1000;           // players keep an object for each segment: 1,000 tracks are 60,000 of them
constexpr std::int64_t kTokenSeconds = 24 * 3600;  // a level's playlist is asked for when a player switches, hours after the start
constexpr std::string_view kPurpose = "presentation";
constexpr std::string_view kAlbum = "al-";

// What is to be played, for whoever may.
struct Programme {
  std::string title, revision;
  std::vector<std::string> assets;
  bool is_private = false;
};
template <class T>
using Or = std::variant<T, Response>;

double seconds_of(const presentation::Stored& stored) {
  const auto& duration = stored.presentation.duration;
  return static_cast<double>(duration.num) / static_cast<double>(duration.den);
}

struct Listener {
  std::string name;  // empty: a guest
  library::View view;
};

struct Routes {
  PresentationPieces pieces;

  std::string token_of(const std::string& user, const std::string& id, std::int64_t expires) const {
    return pieces.seal.seal(std::string(kPurpose) + ' ' + id, {user, std::to_string(expires)});
  }

  // Whom the request's token names, else who asks. A token that is wrong, old, or of a user who is gone is refused.
  Or<Listener> listener(const Request& request, const Asker& asker, const std::string& id) const {
    const auto token = request.query_value("token");
    if (!token) return Listener{asker.name(), asker.view};
    const auto fields = pieces.seal.open(std::string(kPurpose) + ' ' + id, *token);
    std::int64_t expires = 0;
    if (fields && fields->size() == 2) std::from_chars((*fields)[1].data(), (*fields)[1].data() + (*fields)[1].size(), expires);
    if (!fields || fields->size() != 2 || expires <= std::time(nullptr))
      return refuse({401, "unauthorized", "token: not one of this list, or too old; ask for a new address"});
    auto user = pieces.accounts.find((*fields)[0]);
    if (!user) return unavailable(request, user.error());
    if (!*user || (*user)->is_disabled) return refuse({401, "unauthorized", "token: its user is gone"});
    return Listener{(*user)->name, {(*user)->libraries}};
  }

  Or<Programme> album(const Request& request, const Listener& listener, const std::string& id) const {
    auto database = library::Readers(pieces.library, listener.view).borrow();
    if (!database) return unavailable(request, database.error());
    auto found = library::album(**database, id);
    if (!found) return unavailable(request, found.error());
    if (!*found) return not_found("album");
    auto songs = library::tracks(**database, {"WHERE a.album = ? ORDER BY a.disc, a.number, a.row LIMIT ?",
                                              {(*found)->row, static_cast<std::int64_t>(kMaxTracks + 1)}});
    if (!songs) return unavailable(request, songs.error());
    Programme programme{(*found)->title, "now", {}, false};
    for (const auto& song : *songs) programme.assets.push_back(song.id);
    return programme;
  }

  Or<Programme> playlist(const Request& request, const Listener& listener, const std::string& id) const {
    const std::string revision(request.parameter("revision"));
    auto found = pieces.lists.get(listener.name, id, revision);
    if (!found) return unavailable(request, found.error());
    if (const auto* why = std::get_if<playlists::Refusal>(&*found)) return refusal(*why);
    auto& list = std::get<Playlist>(*found);
    if (auto narrowed = PlaylistSight(pieces.tracks).narrow(list, listener.view); !narrowed) return unavailable(request, narrowed.error());
    Programme programme{list.list.name, list.revision(), {}, !list.list.is_public};
    for (const auto& item : list.list.items) programme.assets.push_back(item.track);
    return programme;
  }

  // What every guest sees is the same for all and may lie in a cache, which does not ask where a guest sits.
  Result<bool> is_open(const std::vector<std::string>& assets) const {
    auto guests = pieces.accounts.guests();
    if (!guests) return std::move(guests).error();
    if (guests->who != "all") return false;
    const library::View view{guests->libraries};
    if (view.is_all()) return true;
    auto database = library::Readers(pieces.library, view).borrow();
    if (!database) return std::move(database).error();
    auto seen = library::seen(**database, assets);
    if (!seen) return std::move(seen).error();
    return std::all_of(assets.begin(), assets.end(), [&](const std::string& asset) { return seen->contains(asset); });
  }

  Or<Programme> programme_of(const Request& request, const Asker& asker) const {
    const std::string id(request.parameter("id"));
    auto by = listener(request, asker, id);
    if (auto* refused = std::get_if<Response>(&by)) return std::move(*refused);
    const Listener& who = std::get<Listener>(by);
    auto found = id.starts_with(kAlbum) ? album(request, who, id) : playlist(request, who, id);
    auto* programme = std::get_if<Programme>(&found);
    if (programme == nullptr) return found;
    if (programme->assets.size() > kMaxTracks)
      return refuse({422, "too-long",
                     "a presentation has at most " + std::to_string(kMaxTracks) + " tracks, this list has " +
                         std::to_string(programme->assets.size())});
    auto open = is_open(programme->assets);
    if (!open) return unavailable(request, open.error());
    // With everything open the guests' answer is everybody's; else it is one listener's own.
    programme->is_private = programme->is_private || !*open || !who.view.is_all();
    return found;
  }

  // The tracks that the store has now; one that is gone, or damaged, is left out.
  std::vector<StoredPtr> stored(const Request& request, const std::vector<std::string>& assets) const {
    std::vector<StoredPtr> items;
    for (const std::string& asset : assets) {
      auto found = pieces.store.live(asset);
      if (!found) log("error", found.error().message, request.id);
      if (found && *found && !(*found)->presentation.tracks.empty()) items.push_back(std::move(*found));
    }
    return items;
  }
  // `root`: where the gateway's addresses begin, as the answer writes it. Tokens outlive a list that is played in one go.
  presentation::Arranged arranged(const Request& request, const Programme& programme, const std::string& root) const {
    const std::vector<StoredPtr> items = stored(request, programme.assets);
    double seconds = 0;
    for (const StoredPtr& item : items) seconds += seconds_of(*item);
    const std::chrono::seconds longer(static_cast<std::int64_t>(seconds));
    const auto folder = [&](const std::string& asset) { return root + pieces.media.folder(asset, longer).substr(1); };
    return presentation::arrange(programme.title, items, folder, [&](const std::string& id) {
      auto album = pieces.store.live(id);
      if (!album) log("error", album.error().message, request.id);
      return album ? *album : nullptr;
    });
  }

  static Response text(const Programme& programme, const std::string& id, std::string_view type, std::string body) {
    Response response;
    response.content_type = type;
    response.body = std::make_shared<const std::string>(std::move(body));
    // A private list is nobody's to keep but the listener's; a public one may lie in a cache for as long as an asset's manifest.
    response.cache_control = programme.is_private ? "private, no-cache" : "public, max-age=5, stale-while-revalidate=60";
    response.headers.emplace_back("Access-Control-Allow-Origin", "*");
    response.headers.emplace_back("Surrogate-Key", id);
    return response;
  }

  struct Ready {
    Programme programme;
    presentation::Arranged arranged;
    SequenceLevels levels;
  };
  Or<Ready> prepare(const Request& request, const Asker& asker, const std::string& root) const {
    auto programme = programme_of(request, asker);
    if (auto* refused = std::get_if<Response>(&programme)) return std::move(*refused);
    std::string filters;
    for (const auto& [name, value] : request.query)
      if (name != "token") filters += (filters.empty() ? "" : "&") + name + '=' + service::http::percent_encode(value);
    auto filter = manifests::parse_filter(filters);
    if (!filter) return refuse({400, "invalid-field", filter.error().message});
    Ready ready{std::get<Programme>(std::move(programme)), {}, {}};
    ready.arranged = arranged(request, ready.programme, root);
    auto levels = manifests::sequence_levels(ready.arranged.sequence, *filter);
    if (!levels) return refuse({404, "not-found", "playlist: " + levels.error().message});
    ready.levels = std::move(*levels);
    return ready;
  }

  Response multivariant(const Request& request, const Asker& asker) const {
    auto made = prepare(request, asker, "../../../");
    if (auto* refused = std::get_if<Response>(&made)) return std::move(*refused);
    const Ready& ready = std::get<Ready>(made);
    manifests::Addressing where{manifests::Addressing::Form::folder, {}, ready.programme.revision + '/', {}};
    if (const auto token = request.query_value("token")) where.query = "?token=" + std::string(*token);
    std::string out;
    if (auto printed = manifests::print_sequence_multivariant(ready.arranged.sequence, ready.levels, where, out); !printed)
      return refuse({404, "not-found", printed.error().message});
    return text(ready.programme, std::string(request.parameter("id")), "application/vnd.apple.mpegurl", std::move(out));
  }
  Response mpd(const Request& request, const Asker& asker) const {
    auto made = prepare(request, asker, "../../../");
    if (auto* refused = std::get_if<Response>(&made)) return std::move(*refused);
    const Ready& ready = std::get<Ready>(made);
    std::string out;
    manifests::print_sequence_mpd(ready.arranged.sequence, ready.levels, out);
    return text(ready.programme, std::string(request.parameter("id")), "application/dash+xml", std::move(out));
  }
  Response media_playlist(const Request& request, const Asker& asker) const {
    constexpr std::string_view kEnding = ".m3u8";
    const std::string_view file = request.parameter("file");
    auto made = prepare(request, asker, "../../../../");
    if (auto* refused = std::get_if<Response>(&made)) return std::move(*refused);
    const Ready& ready = std::get<Ready>(made);
    const auto level = std::find_if(ready.levels.begin(), ready.levels.end(), [&](const SequenceLevel& l) {
      return file.size() == l.id.size() + kEnding.size() && file.starts_with(l.id);
    });
    if (!file.ends_with(kEnding) || level == ready.levels.end()) return not_found("level");
    std::string out;
    manifests::print_sequence_playlist(ready.arranged.sequence, ready.levels, *level, out);
    return text(ready.programme, std::string(request.parameter("id")), "application/vnd.apple.mpegurl", std::move(out));
  }

  // A codec's levels share it; they stand beside each other.
  static void put_by_codec(JsonWriter& json, std::string_view name, const manifests::SequencePeriod& period,
                           double manifests::SequencePeriod::Shift::*value) {
    json.key(name).begin_object();
    std::string before;
    for (const auto& shift : period.shifts)
      if (const std::string codec(media::name_of(shift.codec)); codec != before) json.field(before = codec, shift.*value);
    json.end_object();
  }
  Response items(const Request& request, const Asker& asker) const {
    auto made = prepare(request, asker, "../../../");
    if (auto* refused = std::get_if<Response>(&made)) return std::move(*refused);
    const Ready& ready = std::get<Ready>(made);
    const std::string id(request.parameter("id"));
    JsonWriter json;
    json.begin_object().field("id", id).field("title", ready.programme.title).field("revision", ready.programme.revision);
    put_tracks(json, request, ready);
    json.key("periods").begin_array();
    for (const auto& period : manifests::sequence_periods(ready.arranged.sequence, ready.levels)) {
      json.begin_object().field("start", static_cast<double>(period.start_us) / 1e6).field("end", static_cast<double>(period.end_us) / 1e6);
      put_by_codec(json, "shifts", period, &manifests::SequencePeriod::Shift::seconds);
      put_by_codec(json, "leads", period, &manifests::SequencePeriod::Shift::lead);
      json.end_object();
    }
    return text(ready.programme, id, "application/json", std::move(json.end_array().end_object()).take());
  }

  // Which track plays from when on; on an album's timeline several share a period.
  void put_tracks(JsonWriter& json, const Request& request, const Ready& ready) const {
    json.key("tracks").begin_array();
    double at = 0;
    for (const StoredPtr& item : stored(request, ready.programme.assets)) {
      const auto& one = item->presentation;
      const double seconds = seconds_of(*item);
      json.begin_object().field("asset", one.asset).field("generation", one.generation).field("title", one.title);
      json.field("start", at).field("seconds", seconds).end_object();
      at += seconds;
    }
    json.end_array();
  }

  // The addresses to hand to a player: with a token, unless every guest would be answered the same.
  Response addresses(const Request& request, const Asker& asker) const {
    auto found = programme_of(request, asker);
    if (auto* refused = std::get_if<Response>(&found)) return std::move(*refused);
    const bool is_private = std::get<Programme>(found).is_private && asker.identity;  // a guest is let in without one
    const std::string id(request.parameter("id"));
    const std::int64_t expires = std::time(nullptr) + kTokenSeconds;
    const std::string start = "/v/playlist/" + id, end = is_private ? "?token=" + token_of(asker.name(), id, expires) : "";
    JsonWriter json;
    json.begin_object().field("hls", start + "/master.m3u8" + end).field("dash", start + "/manifest.mpd" + end);
    json.field("items", start + "/items.json" + end);
    if (is_private) json.field("expires", expires);
    return Response::json(std::move(json.end_object()).take());
  }
};

}  // namespace

void add_presentation_routes(service::http::Router& router, const PresentationPieces& pieces, Guard& guard) {
  const auto routes = std::make_shared<Routes>(Routes{pieces});
  const Runs runs = pieces.are_lists_far ? Runs::waiting : Runs::on_pool;
  const auto add = [&](const char* path, Response (Routes::*call)(const Request&, const Asker&) const) {
    const Guard::Handler handler = [routes, call](const Request& request, const Asker& asker) { return ((*routes).*call)(request, asker); };
    // A token stands for its user wherever it is used; without one, whoever may browse plays what is public.
    const auto guarded = guard.needs(Right::browse, handler);
    router.add(Method::get, path, runs, [handler, guarded](const Request& request) {
      return request.query_value("token") ? handler(request, Asker{}) : guarded(request);
    });
  };
  add("/v/playlist/{id}/master.m3u8", &Routes::multivariant);
  add("/v/playlist/{id}/manifest.mpd", &Routes::mpd);
  add("/v/playlist/{id}/items.json", &Routes::items);
  add("/v/playlist/{id}/{revision}/{file}", &Routes::media_playlist);
  router.add(
      Method::get, "/api/v1/playlists/{id}/presentation", runs,
      guard.needs(Right::browse, [routes](const Request& request, const Asker& asker) { return routes->addresses(request, asker); }));
}

}  // namespace segue::api
