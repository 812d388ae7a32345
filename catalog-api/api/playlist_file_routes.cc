// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/api/playlist_file_routes.h"

#include <algorithm>

#include "catalog-api/api/answers.h"
#include "catalog-api/api/playlist_answers.h"
#include "catalog-api/api/playlist_sight.h"
#include "catalog-api/playlist_files/file_list.h"

namespace segue::api {
namespace {

using playlist_files::FileEntry;
using playlist_files::FileList;
using playlist_files::Format;
using playlists::Playlist;
using service::http::JsonWriter;
using service::http::Method;
using service::http::Problem;
using service::http::Request;
using service::http::Response;
using service::http::Runs;

std::optional<Problem> known_fields(const Request& request, std::string_view first, std::string_view second) {
  for (const auto& [name, value] : request.query)
    if (name != first && name != second)
      return Problem{400, "unknown-field", "query: expected " + std::string(first) + " or " + std::string(second) + ", found " + name,
                     name};
  return std::nullopt;
}

std::optional<Problem> read_format(const Request& request, Format& format) {
  const auto name = request.query_value("format");
  if (!name) return std::nullopt;
  const auto found = playlist_files::format_named(*name);
  if (!found) return Problem{400, "invalid-field", "format: expected m3u8, xspf or jspf", "format"};
  format = *found;
  return std::nullopt;
}

// "https://music.example:8080": what stands before our addresses. Nothing that could carry more than that.
bool is_base(std::string_view base) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!base.starts_with(scheme)) continue;
    const std::string_view host = base.substr(scheme.size());
    return !host.empty() && host.size() <= 255 && std::all_of(host.begin(), host.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == ':' || c == '[' ||
             c == ']';
    });
  }
  return base.empty();
}

// A file's name for Content-Disposition: letters that every system takes.
std::string file_name(std::string_view name, std::string_view ending) {
  std::string out;
  for (const char c : name.substr(0, 80)) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == ' ';
    out += plain ? c : '_';
  }
  return out + '.' + std::string(ending);
}

struct Reported {
  FileEntry entry;
  std::optional<TrackMatch> match;
};

Response report(const Playlist& playlist, const std::vector<Reported>& lines) {
  JsonWriter json;
  json.begin_object().key("playlist").begin_object();
  put_facts(json, playlist, playlist.list.items.size());  // what the importer matched, and so sees
  json.end_object();
  const auto matched =
      static_cast<std::size_t>(std::count_if(lines.begin(), lines.end(), [](const Reported& line) { return line.match.has_value(); }));
  json.field("matched", matched).field("unmatched", lines.size() - matched).key("entries").begin_array();
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto& [entry, match] = lines[i];
    json.begin_object()
        .field("position", i + 1)
        .field("location", entry.location)
        .field("title", entry.title)
        .field("artist", entry.creator);
    if (match) json.field("track", match->asset).field("by", match->by);
    json.end_object();
  }
  json.end_array();
  Response response = Response::json(std::move(json.end_object()).take(), 201);
  response.etag = "\"" + playlist.revision() + "\"";
  response.headers.emplace_back("Location", "/api/v1/playlists/" + playlist.id);
  return response;
}

struct Files {
  playlists::Playlists& playlists;
  LibraryTracks& library;
  access::MediaAddresses media;

  Response import(const Request& request, const Asker& asker) const {
    if (auto wrong = known_fields(request, "format", "name")) return refuse(*wrong);
    Format format = playlist_files::format_of(request.body);
    if (auto wrong = read_format(request, format)) return refuse(*wrong);
    auto list = playlist_files::parse(format, request.body);
    if (!list) return refuse({422, "invalid-playlist", "body: " + list.error().message});
    if (list->entries.empty()) return refuse({422, "invalid-playlist", "body: no entry in it"});
    const std::string name = playlist_files::clean(request.query_value("name").value_or(list->title)).substr(0, 1000);
    auto matches = library.match(asker.view, list->entries);
    if (!matches) return unavailable(request, matches.error());
    std::vector<Reported> lines;
    std::vector<std::string> tracks;
    for (std::size_t i = 0; i < matches->size(); ++i) {
      auto& match = (*matches)[i];
      if (match) tracks.push_back(match->asset);
      lines.push_back({std::move(list->entries[i]), std::move(match)});
    }
    auto made = playlists.create(asker.name(), name.empty() ? "Imported" : name, tracks);
    if (!made) return unavailable(request, made.error());
    if (const auto* why = std::get_if<playlists::Refusal>(&*made)) return refusal(*why);
    return report(std::get<Playlist>(*made), lines);
  }

  Response send(const Request& request, const Asker& asker) const {
    if (auto wrong = known_fields(request, "format", "base")) return refuse(*wrong);
    Format format = Format::m3u8;
    if (auto wrong = read_format(request, format)) return refuse(*wrong);
    const std::string base(request.query_value("base").value_or(""));
    if (!is_base(base)) return refuse({400, "invalid-field", "base: expected http://host or https://host", "base"});
    auto found = playlists.get(asker.name(), std::string(request.parameter("id")));
    if (!found) return unavailable(request, found.error());
    if (const auto* why = std::get_if<playlists::Refusal>(&*found)) return refusal(*why);
    auto& playlist = std::get<Playlist>(*found);
    if (auto filled = PlaylistSight(library).fill(playlist); !filled) return unavailable(request, filled.error());
    auto list = file_of(playlist, asker.view, base);
    if (!list) return unavailable(request, list.error());
    Response response;
    response.content_type = playlist_files::media_type(format);
    response.body = std::make_shared<const std::string>(playlist_files::print(format, *list));
    const std::string_view ending = format == Format::m3u8 ? "m3u8" : format == Format::xspf ? "xspf" : "jspf";
    response.headers.emplace_back("Content-Disposition", "attachment; filename=\"" + file_name(playlist.list.name, ending) + "\"");
    return response;
  }

  // Items that the library does not have now are left out: their address would not play.
  Result<FileList> file_of(const Playlist& playlist, const library::View& view, const std::string& base) const {
    std::vector<std::string> ids;
    for (const auto& item : playlist.list.items) ids.push_back(item.track);
    auto entries = library.entries(view, ids);
    if (!entries) return std::move(entries).error();
    for (FileEntry& entry : *entries) entry.location = base + media.hls(entry.location);
    return FileList{playlist.list.name, playlist.owner, playlist.list.description, std::move(*entries)};
  }
};

}  // namespace

void add_playlist_file_routes(service::http::Router& router, const PlaylistPieces& pieces, Guard& guard, Replays& replays,
                              const access::MediaAddresses& media) {
  const auto files = std::make_shared<Files>(Files{pieces.playlists, pieces.library, media});
  router.add(
      Method::post, "/api/v1/playlists/import", Runs::waiting,
      guard.needs(Right::own, replays.once([files](const Request& request, const Asker& asker) { return files->import(request, asker); })));
  router.add(Method::get, "/api/v1/playlists/{id}/export", pieces.is_library_far ? Runs::waiting : Runs::on_pool,
             guard.needs(Right::own, [files](const Request& request, const Asker& asker) { return files->send(request, asker); }));
}

}  // namespace segue::api
