// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/api/library_routes.h"

#include <algorithm>
#include <array>

#include "catalog-api/api/answers.h"
#include "catalog-api/api/log.h"
#include "catalog-api/api/page.h"
#include "catalog-api/api/print.h"
#include "catalog-api/library/lrc.h"
#include "catalog-api/library/read.h"
#include "catalog-api/library/stored_asset.h"
#include "media/store.h"

namespace segue::api {
namespace {

using library::Album;
using library::Artist;
using library::Reader;
using library::Selection;
using library::Track;
using service::DatabasePool;
using service::http::CursorSeal;
using service::http::Method;
using service::http::Problem;
using service::http::Request;
using service::http::Response;
using service::http::Runs;

constexpr std::array kAssetOrders{Order{"album", "a.sort", "a.row"}, Order{"newest", "a.created", "a.row", true, true}};
constexpr std::array kAlbumOrders{Order{"title", "b.sort", "b.row"}, Order{"artist", "b.artist_sort", "b.row"},
                                  Order{"newest", "b.created", "b.row", true, true}, Order{"year", "b.year", "b.row", true, true}};
constexpr std::array kArtistOrders{Order{"name", "p.sort", "p.row"}};
constexpr std::array<std::string_view, 2> kAssetFilters{"library", "kind"};
constexpr std::array<std::string_view, 5> kTrackFilters{"library", "artist", "genre", "year_from", "year_to"};
constexpr std::array<std::string_view, 3> kAlbumFilters{"library", "artist", "genre"};
constexpr std::array<std::string_view, 1> kArtistFilters{"library"};
constexpr std::size_t kMaxAlbumTracks = 5000;  // shown with their album

std::string key_of(const Track& track, const Order& order) { return order.name == "newest" ? std::to_string(track.created) : track.sort; }
std::string key_of(const Album& album, const Order& order) {
  if (order.name == "newest") return std::to_string(album.created);
  if (order.name == "year") return std::to_string(album.year);
  return order.name == "artist" ? album.artist_sort : album.sort;
}
std::string key_of(const Artist& artist, const Order&) { return artist.sort; }

struct Listing {
  const Request& request;
  const CursorSeal& seal;
  const Page& page;
  std::string_view name;  // of the array
};

// A noun's printer, and where its media lies.
template <class Noun>
struct With {
  void (*put)(JsonWriter&, const Noun&, const MediaAddresses&);
  const MediaAddresses& media;
  void operator()(JsonWriter& json, const Noun& noun) const { put(json, noun, media); }
};

// A page of nouns: one row more was asked for, which tells whether there is a next page.
template <class Noun, class Put>
Response list(const Listing& listing, Result<std::vector<Noun>> found, Put put) {
  if (!found) return unavailable(listing.request, found.error());
  JsonWriter json;
  json.begin_object().key(listing.name).begin_array();
  const std::size_t count = std::min(found->size(), listing.page.limit);
  for (std::size_t i = 0; i < count; ++i) put(json, (*found)[i]);
  json.end_array();
  std::string next;
  if (found->size() > count) {
    const Noun& last = (*found)[count - 1];
    next = next_address(listing.request, listing.seal, listing.page, key_of(last, listing.page.order), last.row);
  }
  return finish_page(std::move(json), next);
}

// ?library= narrows what the asker sees; one that they do not see is as empty as one that is not there.
std::optional<Problem> narrow(const Request& request, library::View& view) {
  std::int64_t library = -1;
  if (auto wrong = parse_number(request, "library", 0, library::kMostLibraries - 1, library)) return wrong;
  if (library >= 0) view = view.only(library);
  return std::nullopt;
}

template <class Answer>
auto with(DatabasePool& pool, Answer answer) {
  return [&pool, answer](const Request& request, library::View view) -> Response {
    if (auto wrong = narrow(request, view)) return refuse(*wrong);
    auto library = library::Readers(pool, view).borrow();
    if (!library) return unavailable(request, library.error());
    return answer(request, **library);
  };
}

Response list_assets(const Request& request, Reader& library, const LibraryPieces& pieces) {
  Page page;
  if (auto wrong = parse_page(request, pieces.seal, kAssetOrders, kAssetFilters, page)) return refuse(*wrong);
  Conditions conditions;
  if (const auto kind = request.query_value("kind")) {
    if (*kind != "track" && *kind != "video" && *kind != "album")
      return refuse({400, "invalid-field", "kind: expected track, video or album", "kind"});
    conditions.add("a.kind = ?", {*kind});
  }
  return list<Track>({request, pieces.seal, page, "assets"}, library::tracks(library, select_page(page, std::move(conditions))),
                     With<Track>{put_asset, pieces.media});
}

Response list_tracks(const Request& request, Reader& library, const LibraryPieces& pieces) {
  Page page;
  if (auto wrong = parse_page(request, pieces.seal, kAssetOrders, kTrackFilters, page)) return refuse(*wrong);
  std::int64_t from = 0, to = 9999;
  if (auto wrong = parse_number(request, "year_from", 0, 9999, from)) return refuse(*wrong);
  if (auto wrong = parse_number(request, "year_to", 0, 9999, to)) return refuse(*wrong);
  Conditions conditions;
  conditions.add("a.kind <> 'album'");
  if (const auto artist = request.query_value("artist"))
    conditions.add("EXISTS (SELECT 1 FROM credit c JOIN artist p ON p.row = c.artist WHERE c.asset = a.row AND p.id = ?)", {*artist});
  if (const auto genre = request.query_value("genre"))
    conditions.add("EXISTS (SELECT 1 FROM genre g WHERE g.asset = a.row AND g.name = ?)", {*genre});
  if (from > 0 || to < 9999) conditions.add("a.year BETWEEN ? AND ?", {from, to});
  return list<Track>({request, pieces.seal, page, "tracks"}, library::tracks(library, select_page(page, std::move(conditions))),
                     With<Track>{put_track, pieces.media});
}

Response list_albums(const Request& request, Reader& library, const LibraryPieces& pieces) {
  Page page;
  if (auto wrong = parse_page(request, pieces.seal, kAlbumOrders, kAlbumFilters, page)) return refuse(*wrong);
  Conditions conditions;
  if (const auto artist = request.query_value("artist"))
    conditions.add("EXISTS (SELECT 1 FROM album_credit c JOIN artist p ON p.row = c.artist WHERE c.album = b.row AND p.id = ?)", {*artist});
  if (const auto genre = request.query_value("genre"))
    conditions.add("EXISTS (SELECT 1 FROM asset a JOIN genre g ON g.asset = a.row WHERE a.album = b.row AND g.name = ?)", {*genre});
  return list<Album>({request, pieces.seal, page, "albums"}, library::albums(library, select_page(page, std::move(conditions))),
                     With<Album>{put_album, pieces.media});
}

Response list_artists(const Request& request, Reader& library, const LibraryPieces& pieces) {
  Page page;
  if (auto wrong = parse_page(request, pieces.seal, kArtistOrders, kArtistFilters, page)) return refuse(*wrong);
  return list<Artist>({request, pieces.seal, page, "artists"}, library::artists(library, select_page(page, {})), put_artist);
}

// "thing" and the tracks (or albums) that belong to it, as one object.
template <class Noun>
void put_all(JsonWriter& json, std::string_view name, const std::vector<Noun>& nouns, const With<Noun>& with) {
  json.key(name).begin_array();
  for (const Noun& noun : nouns) with(json, noun);
  json.end_array();
}

// The track stays worth its answer when its file cannot be read (removed a moment ago): it then names no renditions.
void put_renditions(JsonWriter& json, const Request& request, const Track& track, const LibraryPieces& pieces) {
  const auto generation = static_cast<std::uint32_t>(track.generation);
  const auto asset = library::read_asset(media::generation_folder(pieces.store, track.id, generation));
  if (!asset) return log("error", asset.error().message, request.id);
  const std::string folder = pieces.media.folder(track.id) + media::generation_name(generation) + '/';
  json.key("renditions").begin_array();
  for (const auto& rendition : asset->renditions) put_rendition(json, rendition, folder);
  json.end_array();
}

void put_lyrics(JsonWriter& json, const std::string& text) {
  if (text.empty()) return;
  json.field("lyrics", text);
  const library::Lyrics lyrics = library::parse_lyrics(text);
  if (!lyrics.is_synced) return;
  json.key("synced_lyrics").begin_array();
  for (const auto& line : lyrics.lines) json.begin_object().field("start_ms", line.start_ms).field("text", line.text).end_object();
  json.end_array();
}

Response show_track(const Request& request, Reader& library, const LibraryPieces& pieces) {
  auto found = library::track(library, request.parameter("id"));
  if (!found) return unavailable(request, found.error());
  if (!*found) return not_found("track");
  auto text = library::lyrics(library, (*found)->row);
  if (!text) return unavailable(request, text.error());
  JsonWriter json;
  json.begin_object().key("track");
  put_track(json, **found, pieces.media);
  put_renditions(json, request, **found, pieces);
  put_lyrics(json, *text);
  return Response::json(std::move(json.end_object()).take());
}

Response show_album(const Request& request, Reader& library, const LibraryPieces& pieces) {
  auto found = library::album(library, request.parameter("id"));
  if (!found) return unavailable(request, found.error());
  if (!*found) return not_found("album");
  auto songs = library::tracks(
      library, {"WHERE a.album = ? ORDER BY a.disc, a.number, a.row LIMIT ?", {(*found)->row, static_cast<std::int64_t>(kMaxAlbumTracks)}});
  if (!songs) return unavailable(request, songs.error());
  JsonWriter json;
  json.begin_object().key("album");
  put_album(json, **found, pieces.media);
  put_all(json, "tracks", *songs, {put_track, pieces.media});
  return Response::json(std::move(json.end_object()).take());
}

Response show_artist(const Request& request, Reader& library, const LibraryPieces& pieces) {
  auto found = library::artist(library, request.parameter("id"));
  if (!found) return unavailable(request, found.error());
  if (!*found) return not_found("artist");
  const std::int64_t row = (*found)->row;
  auto own = library::albums(
      library, {"WHERE b.row IN (SELECT album FROM album_credit WHERE artist = ?) ORDER BY b.year, b.sort, b.row LIMIT 2000", {row}});
  auto guest = library::albums(
      library, {"WHERE b.row IN (SELECT a.album FROM credit c JOIN asset a ON a.row = c.asset WHERE c.artist = ?1) AND b.row NOT IN "
                "(SELECT album FROM album_credit WHERE artist = ?1) ORDER BY b.year, b.sort, b.row LIMIT 2000",
                {row}});
  if (!own) return unavailable(request, own.error());
  if (!guest) return unavailable(request, guest.error());
  JsonWriter json;
  json.begin_object().key("artist");
  put_artist(json, **found);
  put_all(json, "albums", *own, {put_album, pieces.media});
  put_all(json, "appears_on", *guest, {put_album, pieces.media});
  return Response::json(std::move(json.end_object()).take());
}

Response list_genres(const Request& request, Reader& library, const LibraryPieces&) {
  auto found = library::genres(library);
  if (!found) return unavailable(request, found.error());
  JsonWriter json;
  json.begin_object().key("genres").begin_array();
  for (const auto& genre : *found)
    json.begin_object().field("name", genre.name).field("songs", genre.songs).field("albums", genre.albums).end_object();
  json.end_array();
  return Response::json(std::move(json.end_object()).take());
}

}  // namespace

void add_library_routes(service::http::Router& router, const LibraryPieces& pieces, Guard& guard) {
  DatabasePool& library = pieces.library;
  ResponseCache& cache = pieces.cache;
  const Guard::Ready kept = [&cache](const Request& request, const Asker& asker) { return cache.find(request, asker.view); };
  const auto add = [&](const char* path, auto answer) {
    const Guard::Handler handler = [answer, &cache](const Request& request, const Asker& asker) {
      const std::int64_t revision = cache.revision(), stretch = cache.stretch();
      Response response = answer(request, asker.view);
      cache.keep(request, response, {asker.view, revision, stretch});
      return response;
    };
    router.add(Method::get, path, Runs::on_pool, guard.needs(Right::browse, handler, kept), guard.quick(Right::browse, kept));
  };
  const auto made = [&](Response (*answer)(const Request&, Reader&, const LibraryPieces&)) {
    return with(library, [answer, pieces](const Request& request, Reader& reader) { return answer(request, reader, pieces); });
  };
  add("/api/v1/assets", made(list_assets));
  add("/api/v1/tracks", made(list_tracks));
  add("/api/v1/albums", made(list_albums));
  add("/api/v1/artists", made(list_artists));
  add("/api/v1/tracks/{id}", made(show_track));
  add("/api/v1/albums/{id}", made(show_album));
  add("/api/v1/artists/{id}", made(show_artist));
  add("/api/v1/genres", made(list_genres));
}

}  // namespace segue::api
