// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/opensubsonic/media.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "catalog-api/opensubsonic/lrc.h"
#include "catalog-api/opensubsonic/whole_file.h"
#include "media/limits.h"
#include "media/store.h"
#include "service/http/range.h"
#include "service/http/url.h"

namespace segue::opensubsonic {
namespace {

using service::http::Response;

Result<media::Asset> read_asset(const std::string& folder) {
  std::ifstream file(folder + '/' + std::string(media::kAssetFile), std::ios::binary);
  if (!file) return Error{folder + ": no asset.json"};
  std::string text(media::kMaxAssetJsonBytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  return media::parse_asset(text);
}

// The song that `id` names, as a Failure or by value.
struct Song {
  library::Track track;
  std::string folder;  // of its generation
};
std::variant<Song, Failure> song_of(Call& call) {
  const auto id = call.get("id");
  if (!id) return missing("id");
  auto database = call.pieces().library.borrow();
  if (!database) return broken(call, database.error());
  auto found = library::track(**database, *id);
  if (!found) return broken(call, found.error());
  if (!*found || (*found)->kind == "album" || !media::is_asset_id((*found)->id)) return not_found("Song");
  const std::string folder = media::generation_folder(call.pieces().store, (*found)->id, static_cast<std::uint32_t>((*found)->generation));
  return Song{std::move(**found), folder};
}

// The whole body, or the range that was asked for (RFC 9110 14.2).
Response ranged(const Call& call, WholeFile whole, std::string etag) {
  Response response;
  response.content_type = whole.content_type;
  response.etag = std::move(etag);
  response.cache_control = "private, max-age=86400";
  response.headers.emplace_back("Accept-Ranges", "bytes");
  const auto if_range = call.request().header("if-range");
  const auto header = call.request().header("range");
  const auto range =
      header && (!if_range || *if_range == response.etag) ? service::http::parse_range(*header, whole.size) : service::http::Range{};
  if (range.kind == service::http::Range::Kind::unsatisfiable) {
    response.status = 416;
    response.headers.emplace_back("Content-Range", "bytes */" + std::to_string(whole.size));
    return response;
  }
  if (range.kind == service::http::Range::Kind::whole) {
    response.parts = std::move(whole.parts);
    return response;
  }
  response.status = 206;
  response.headers.emplace_back(
      "Content-Range", "bytes " + std::to_string(range.first) + "-" + std::to_string(range.last) + "/" + std::to_string(whole.size));
  response.parts = slice(whole.parts, range.first, range.last - range.first + 1);
  return response;
}

Reply send_song(Call& call, std::string_view format, std::int64_t max_kbps, bool as_file) {
  auto song = song_of(call);
  if (auto* failure = std::get_if<Failure>(&song)) return std::move(*failure);
  const auto& [track, folder] = std::get<Song>(song);
  auto asset = read_asset(folder);
  if (!asset) return broken(call, asset.error());
  const media::Rendition* rendition = choose(*asset, format, max_kbps);
  if (rendition == nullptr) return not_found("Sound of the song");
  auto whole = whole_file(folder, *rendition);
  if (!whole) return broken(call, whole.error());
  const std::string suffix = whole->suffix;
  Response response =
      ranged(call, std::move(*whole), "\"" + track.id + "-" + std::to_string(track.generation) + "-" + rendition->id + "\"");
  if (as_file)
    response.headers.emplace_back("Content-Disposition",
                                  "attachment; filename*=UTF-8''" + service::http::percent_encode(track.title + "." + suffix));
  return response;
}

Reply cover_file(Call& call, const std::string& address) {
  // "/v/<asset>/g<n>/cover.jpg", as the library has made it of asset.json: the same names below the store.
  const std::string path = call.pieces().store + address.substr(2);
  std::error_code failed;
  const std::uint64_t size = std::filesystem::file_size(path, failed);
  if (failed) return not_found("Cover art");
  const char* type = path.ends_with(".png")    ? "image/png"
                     : path.ends_with(".webp") ? "image/webp"
                     : path.ends_with(".gif")  ? "image/gif"
                                               : "image/jpeg";
  return ranged(call, {{{{}, path, 0, size}}, type, {}, size}, "\"" + address.substr(3) + "\"");
}

std::vector<Node> line_nodes(const Lyrics& lyrics) {
  std::vector<Node> lines;
  for (const LyricLine& line : lyrics.lines) {
    Node node;
    if (lyrics.is_synced) node.field("start", line.start_ms);
    lines.push_back(std::move(node.text(line.text)));
  }
  return lines;
}

}  // namespace

// "raw" is the best that there is: the source itself is not kept.
Reply stream(Call& call) {
  const std::string format = call.text("format");
  return send_song(call, format, format == "raw" ? 0 : call.number("maxBitRate", 0, 0, 100'000), false);
}

Reply download(Call& call) { return send_song(call, "raw", 0, true); }

// Our own multivariant playlist, by the gateway: bit rates bound its levels. Players go on from there without headers of ours.
Reply hls(Call& call) {
  auto song = song_of(call);
  if (auto* failure = std::get_if<Failure>(&song)) return std::move(*failure);
  std::int64_t most = 0;
  for (const std::string& rate : call.all("bitRate"))
    most = std::max<std::int64_t>(most, std::atoll(rate.c_str()));  // "1000@480x360" as well
  Response response;
  response.status = 302;
  std::string address = "/v/" + std::get<Song>(song).track.id + "/master.m3u8";
  if (most > 0 && most < 1'000'000)
    address += "?max_bandwidth=" + std::to_string(most * 1000 + most * 250);  // peaks lie over the nominal rate
  response.headers.emplace_back("Location", address);
  return response;
}

Reply get_cover_art(Call& call) {
  const auto id = call.get("id");
  if (!id) return missing("id");
  auto database = call.pieces().library.borrow();
  if (!database) return broken(call, database.error());
  std::string address;
  if (id->starts_with("al-")) {
    auto album = library::album(**database, *id);
    if (!album) return broken(call, album.error());
    if (*album) address = (*album)->cover;
  } else if (id->starts_with("ar-")) {
    auto artist = library::artist(**database, *id);
    if (!artist) return broken(call, artist.error());
    if (*artist) address = (*artist)->cover;
  } else if (id->starts_with("pl-")) {
    auto list = call.pieces().playlists.get(call.user().name, *id);
    if (!list) return broken(call, list.error());
    if (const auto* playlist = std::get_if<playlists::Playlist>(&*list); playlist != nullptr && !playlist->list.items.empty()) {
      auto track = library::track(**database, playlist->list.items.front().track);
      if (!track) return broken(call, track.error());
      if (*track) address = (*track)->cover;
    }
  } else {
    auto track = library::track(**database, *id);
    if (!track) return broken(call, track.error());
    if (*track) address = (*track)->cover;
  }
  return address.empty() ? Reply(not_found("Cover art")) : cover_file(call, address);
}

// By names, as the oldest clients ask: the first song that has both.
Reply get_lyrics(Call& call) {
  const std::string artist = call.text("artist"), title = call.text("title");
  auto database = call.pieces().library.borrow();
  if (!database) return broken(call, database.error());
  auto found = library::tracks(
      **database, {"WHERE a.has_lyrics = 1 AND a.title = ? AND EXISTS (SELECT 1 FROM credit c JOIN artist p ON p.row = c.artist "
                   "WHERE c.asset = a.row AND p.name = ?) LIMIT 1",
                   {title, artist}});
  if (!found) return broken(call, found.error());
  Node node;
  if (!found->empty()) {
    auto text = library::lyrics(**database, found->front().row);
    if (!text) return broken(call, text.error());
    std::string lines;
    for (const LyricLine& line : parse_lyrics(*text).lines) lines += line.text + "\n";
    node.field("artist", artist).field("title", title).text(lines);
  }
  return Node().object("lyrics", std::move(node));
}

Reply get_lyrics_by_song_id(Call& call) {
  auto song = song_of(call);
  if (auto* failure = std::get_if<Failure>(&song)) return std::move(*failure);
  const auto& track = std::get<Song>(song).track;
  auto database = call.pieces().library.borrow();
  if (!database) return broken(call, database.error());
  auto text = library::lyrics(**database, track.row);
  if (!text) return broken(call, text.error());
  std::vector<Node> all;
  if (!text->empty()) {
    const Lyrics lyrics = parse_lyrics(*text);
    Node node;
    node.field("displayTitle", track.title).field("lang", "xxx").field("synced", lyrics.is_synced).list("line", line_nodes(lyrics));
    if (!track.people.empty()) node.field("displayArtist", track.people.front().name);
    all.push_back(std::move(node));
  }
  return Node().object("lyricsList", Node().list("structuredLyrics", std::move(all)));
}

}  // namespace segue::opensubsonic
