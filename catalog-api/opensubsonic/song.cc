// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/opensubsonic/song.h"

#include "media/store.h"
#include "service/http/range.h"

namespace segue::opensubsonic {

using service::http::Range;
using service::http::Response;

std::variant<Song, Failure> song_of(Call& call, std::string_view parameter) {
  const auto id = call.get(parameter);
  if (!id) return missing(parameter);
  auto database = call.library().borrow();
  if (!database) return broken(call, database.error());
  auto found = library::track(**database, *id);
  if (!found) return broken(call, found.error());
  if (!*found || (*found)->kind == "album" || !media::is_asset_id((*found)->id)) return not_found("Song");
  const std::string folder = media::generation_folder(call.pieces().store, (*found)->id, static_cast<std::uint32_t>((*found)->generation));
  return Song{std::move(**found), folder};
}

Response ranged(const Call& call, WholeFile whole, std::string etag) {
  Response response;
  response.content_type = whole.content_type;
  response.etag = std::move(etag);
  response.cache_control = "private, max-age=86400";
  response.headers.emplace_back("Accept-Ranges", "bytes");
  const auto if_range = call.request().header("if-range");
  const auto header = call.request().header("range");
  const Range range = header && (!if_range || *if_range == response.etag) ? service::http::parse_range(*header, whole.size) : Range{};
  if (range.kind == Range::Kind::unsatisfiable) {
    response.status = 416;
    response.headers.emplace_back("Content-Range", "bytes */" + std::to_string(whole.size));
    return response;
  }
  if (range.kind == Range::Kind::whole) {
    response.parts = std::move(whole.parts);
    return response;
  }
  response.status = 206;
  response.headers.emplace_back(
      "Content-Range", "bytes " + std::to_string(range.first) + "-" + std::to_string(range.last) + "/" + std::to_string(whole.size));
  response.parts = slice(whole.parts, range.first, range.last - range.first + 1);
  return response;
}

Result<Response> send_rendition(const Call& call, const Song& song, const media::Rendition& rendition, std::int64_t seconds) {
  auto whole = seconds > 0 ? file_from(song.folder, rendition, seconds) : whole_file(song.folder, rendition);
  if (!whole) return std::move(whole).error();
  std::string etag = "\"" + song.track.id + "-" + std::to_string(song.track.generation) + "-" + rendition.id;
  if (seconds > 0) etag += "-" + std::to_string(seconds);
  return ranged(call, std::move(*whole), etag + "\"");
}

}  // namespace segue::opensubsonic
