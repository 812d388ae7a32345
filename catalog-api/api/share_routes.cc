// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/api/share_routes.h"

#include <cmath>

#include "catalog-api/api/answers.h"
#include "catalog-api/api/page.h"
#include "catalog-api/library/read.h"

namespace segue::api {
namespace {

using service::http::Method;
using service::http::Request;
using service::http::Response;
using service::http::Runs;

// One address for the picture of a track, album or artist, which does not change with generations: without a size it leads to the picture
// as it was ingested, which edges cache.
Response show_cover(const Request& request, const library::Readers& library, covers::Covers& covers) {
  std::int64_t size = 0;
  if (auto wrong = parse_number(request, "size", covers::kSmallest, covers::kLargest, size)) return refuse(*wrong);
  auto database = library.borrow();
  if (!database) return unavailable(request, database.error());
  auto address = library::cover(**database, request.parameter("id"));
  if (!address) return unavailable(request, address.error());
  if (address->empty()) return not_found("cover");
  if (size == 0) {
    Response response;
    response.status = 307;
    response.headers.emplace_back("Location", *address);
    return response;
  }
  auto response = covers.response(*address, size);
  if (!response) return unavailable(request, response.error());
  return *response ? std::move(**response) : not_found("cover");
}

// A line break would begin another line of the list.
std::string one_line(std::string text) {
  for (char& c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
  return text;
}

std::string list_of(const sharing::Share& share, const std::vector<library::Track>& tracks, const SharePieces& pieces) {
  std::string text = "#EXTM3U\n";
  if (!share.description.empty()) text += "#PLAYLIST:" + one_line(share.description) + "\n";
  for (const auto& track : tracks) {
    text += "#EXTINF:" + std::to_string(std::llround(track.seconds)) + ",";
    text += one_line((track.people.empty() ? "" : track.people.front().name + " - ") + track.title) + "\n";
    text += pieces.public_url + pieces.media.hls(track.id) + "\n";
  }
  return text;
}

// A list that every player of lists opens; a browser that comes for one track is led to our own player.
Response show_share(const Request& request, const SharePieces& pieces) {
  auto share = pieces.sharing.visit(std::string(request.parameter("id")));
  if (!share) return unavailable(request, share.error());
  if (!*share) return not_found("share");
  // As far as who shared it sees, now.
  auto sharer = pieces.accounts.find((*share)->user_name);
  if (!sharer) return unavailable(request, sharer.error());
  if (!*sharer || (*sharer)->is_disabled) return not_found("share");
  auto database = library::Readers(pieces.library, {(*sharer)->libraries}).borrow();
  if (!database) return unavailable(request, database.error());
  auto tracks = library::tracks_under(**database, (*share)->ids);
  if (!tracks) return unavailable(request, tracks.error());
  Response response;
  response.cache_control = "no-store";  // visits are counted
  const bool is_page = request.header("accept").value_or("").find("text/html") != std::string_view::npos;
  if (is_page && tracks->size() == 1) {
    response.status = 303;
    response.headers.emplace_back("Location", "/#asset=" + tracks->front().id);
    return response;
  }
  response.content_type = "audio/x-mpegurl; charset=utf-8";
  response.headers.emplace_back("Content-Disposition", "attachment; filename=\"share.m3u8\"");
  response.body = std::make_shared<const std::string>(list_of(**share, *tracks, pieces));
  return response;
}

}  // namespace

void add_cover_routes(service::http::Router& router, service::DatabasePool& library, covers::Covers& covers, Guard& guard) {
  router.add(Method::get, "/api/v1/covers/{id}", Runs::on_pool, guard.needs(Right::browse, [&](const Request& request, const Asker& asker) {
    return show_cover(request, {library, asker.view}, covers);
  }));
}

void add_share_routes(service::http::Router& router, const SharePieces& pieces) {
  router.add(Method::get, "/api/v1/shares/{id}", Runs::on_pool, [pieces](const Request& request) { return show_share(request, pieces); });
}

}  // namespace segue::api
