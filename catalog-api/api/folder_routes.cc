// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/api/folder_routes.h"

#include "catalog-api/api/answers.h"
#include "catalog-api/api/body.h"
#include "catalog-api/api/own_routes.h"
#include "catalog-api/api/playlist_answers.h"
#include "catalog-api/api/playlist_sight.h"

namespace segue::api {
namespace {

using playlists::Answer;
using playlists::Folder;
using playlists::Playlist;
using playlists::Refusal;
using service::http::JsonWriter;
using service::http::Method;
using service::http::Request;
using service::http::Response;

constexpr std::size_t kMaxId = 64, kMaxName = 200;

void put(JsonWriter& json, const Folder& folder) {
  json.begin_object().field("id", folder.id).field("name", folder.name).field("parent", folder.parent).end_object();
}

Response shown(const Request& request, const Result<Answer<Folder>>& outcome, unsigned status) {
  if (!outcome) return unavailable(request, outcome.error());
  if (const auto* why = std::get_if<Refusal>(&*outcome)) return refusal(*why);
  JsonWriter json;
  put(json, std::get<Folder>(*outcome));
  return Response::json(std::move(json).take(), status);
}

struct Routes {
  playlists::Playlists& playlists;
  PlaylistSight sight;

  Response facts(const Request& request, const Asker& asker, const Result<Answer<Playlist>>& outcome) const {
    if (!outcome) return unavailable(request, outcome.error());
    if (const auto* why = std::get_if<Refusal>(&*outcome)) return refusal(*why);
    auto count = sight.count(std::get<Playlist>(*outcome), asker.view);
    if (!count) return without_library(request, count.error());
    JsonWriter json;
    put_facts(json.begin_object(), std::get<Playlist>(*outcome), *count);
    return Response::json(std::move(json.end_object()).take());
  }
  static std::string id_of(const Request& request) { return std::string(request.parameter("id")); }

  Response list(const Request& request, const Asker& asker) const {
    auto all = playlists.folders(asker.name());
    if (!all) return unavailable(request, all.error());
    JsonWriter json;
    json.begin_object().key("folders").begin_array();
    for (const Folder& folder : *all) put(json, folder);
    return Response::json(std::move(json.end_array().end_object()).take());
  }
  Response add(const Request& request, const Asker& asker) const {
    Body body(request);
    const std::string name = body.text("name", kMaxName), parent = body.text_or("parent", kMaxId, "");
    if (auto wrong = body.problem()) return refuse(*wrong);
    return shown(request, playlists.add_folder(asker.name(), name, parent), 201);
  }
  Response change(const Request& request, const Asker& asker) const {
    Body body(request);
    const auto name = body.optional_text("name", kMaxName), parent = body.optional_text("parent", kMaxId);
    if (auto wrong = body.problem()) return refuse(*wrong);
    return shown(request, playlists.change_folder(asker.name(), id_of(request), name, parent), 200);
  }
  Response remove(const Request& request, const Asker& asker) const {
    return shown(request, playlists.remove_folder(asker.name(), id_of(request)), 200);
  }
  Response put_in(const Request& request, const Asker& asker) const {
    Body body(request);
    const std::string folder = body.text("folder", kMaxId);
    if (auto wrong = body.problem()) return refuse(*wrong);
    return facts(request, asker, playlists.put_in(asker.name(), id_of(request), folder));
  }
  Response follow(const Request& request, const Asker& asker) const {
    Body body(request);
    const auto following = body.optional_truth("following");
    if (!following) body.wrong("/following", "/following: expected true or false, found nothing");
    if (auto wrong = body.problem()) return refuse(*wrong);
    return facts(request, asker, playlists.follow(asker.name(), id_of(request), *following));
  }
};

}  // namespace

void add_folder_routes(service::http::Router& router, const PlaylistPieces& pieces, Guard& guard, Replays& replays) {
  const PlaylistSight sight(pieces.library);
  OwnRoutes<Routes> routes(router, guard, replays, {pieces.playlists, sight});
  routes.add(Method::get, "/api/v1/playlist-folders", &Routes::list);  // folders need no library
  routes.add(Method::post, "/api/v1/playlist-folders", &Routes::add);
  routes.add(Method::patch, "/api/v1/playlist-folders/{id}", &Routes::change);
  routes.add(Method::remove, "/api/v1/playlist-folders/{id}", &Routes::remove);
  if (pieces.is_library_far)
    routes.wait_for_others([sight, &lists = pieces.playlists](const Request& request, const Asker& asker) {
      return instead_of_changing(request, sight, lists, asker);
    });
  routes.add(Method::put, "/api/v1/playlists/{id}/folder", &Routes::put_in);
  routes.add(Method::put, "/api/v1/playlists/{id}/following", &Routes::follow);
}

}  // namespace segue::api
