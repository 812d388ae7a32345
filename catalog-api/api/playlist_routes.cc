// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/api/playlist_routes.h"

#include <algorithm>
#include <cstdlib>

#include "catalog-api/api/answers.h"
#include "catalog-api/api/body.h"
#include "catalog-api/api/own_routes.h"
#include "catalog-api/api/page.h"
#include "catalog-api/api/playlist_answers.h"
#include "catalog-api/api/playlist_sight.h"
#include "catalog-api/smart/rules.h"
#include "service/http/json_writer.h"

namespace segue::api {
namespace {

using playlists::Answer;
using playlists::Edited;
using playlists::Logged;
using playlists::Playlist;
using playlists::Playlists;
using playlists::Refusal;
using service::http::JsonWriter;
using service::http::Method;
using service::http::Request;
using service::http::Response;

constexpr std::size_t kMaxOperations = 1000, kMaxRevision = 64;

void put_whole(JsonWriter& json, const Playlist& playlist) {
  put_facts(json, playlist, playlist.list.items.size());
  if (!playlist.list.rules.empty()) json.key("rules").raw(playlist.list.rules);
  json.key("items").begin_array();
  for (const auto& item : playlist.list.items)
    json.begin_object()
        .field("uid", item.uid)
        .field("track", item.track)
        .field("added_by", item.added_by)
        .field("added", item.added)
        .end_object();
  json.end_array();
}

void put_log(JsonWriter& json, std::string_view name, const std::vector<Logged>& lines) {
  json.key(name).begin_array();
  for (const Logged& line : lines)
    json.begin_object()
        .field("revision", line.revision())
        .field("author", line.author)
        .field("time", line.time)
        .key("operation")
        .raw(line.operation)
        .end_object();
  json.end_array();
}

// `is_narrowed`: some items are not for this reader, whose answer is then not the revision's alone.
Response whole(const Playlist& playlist, unsigned status, bool is_narrowed) {
  JsonWriter json;
  put_whole(json.begin_object(), playlist);
  Response response = Response::json(std::move(json.end_object()).take(), status);
  // A smart list changes without a revision of its own: its tag is made of the answer.
  if (playlist.list.rules.empty() && !is_narrowed) response.etag = "\"" + playlist.revision() + "\"";
  return response;
}

// A page shows it to everybody who sees the list: another site's would hear of each of them.
bool is_own_cover(std::string_view cover) {
  const bool is_ours = cover.starts_with("/v/") || cover.starts_with("/api/v1/covers/");
  return cover.empty() || (is_ours && std::all_of(cover.begin(), cover.end(), [](char c) {
                             return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                                    std::string_view("_./?=-").find(c) != std::string_view::npos;
                           }));
}

bool sets_rules(const playlists::Operation& operation) {
  const auto* set = std::get_if<playlists::Set>(&operation);
  return set != nullptr && set->rules && !set->rules->empty();
}

struct Routes {
  Playlists& playlists;
  accounts::Directory& accounts;
  PlaylistSight sight;
  const service::http::CursorSeal& seal;
  ResponseCache& kept;  // lists as they were printed; told apart by their revisions, and by the library's: a track may move out of sight
  bool is_library_far;

  static std::string id_of(const Request& request) { return std::string(request.parameter("id")); }

  Response shown(const Request& request, const Asker& asker, Result<Answer<Playlist>> outcome, unsigned status = 200) const {
    if (!outcome) return unavailable(request, outcome.error());
    if (const auto* why = std::get_if<Refusal>(&*outcome)) return refusal(*why);
    auto& playlist = std::get<Playlist>(*outcome);
    if (auto filled = sight.fill(playlist); !filled) return without_library(request, filled.error());
    auto narrowed = sight.narrow(playlist, asker.view);
    if (!narrowed) return without_library(request, narrowed.error());
    return whole(playlist, status, *narrowed);
  }
  // A list that is to have rules: the library tells how much they choose.
  std::optional<Response> instead_of_rules(const Request& request, bool has_rules) const {
    return is_library_far && has_rules ? instead_of_writing(request, sight, library::View{}) : std::nullopt;
  }
  // What an edit made: the new revision, and what others had done meanwhile.
  Response edited(const Request& request, const Asker& asker, Result<Answer<Edited>> outcome) const {
    if (!outcome) return unavailable(request, outcome.error());
    if (const auto* why = std::get_if<Refusal>(&*outcome)) return refusal(*why);
    auto& [held, now, missed] = std::get<Edited>(*outcome);
    auto count = sight.count(now, asker.view);
    if (!count) return without_library(request, count.error());
    if (auto narrowed = sight.narrow(missed, asker.view); !narrowed) return without_library(request, narrowed.error());
    JsonWriter json;
    json.begin_object().key("playlist").begin_object();
    put_facts(json, now, *count);
    json.end_object();
    put_log(json, "missed", missed);
    Response response = Response::json(std::move(json.end_object()).take());
    response.etag = "\"" + now.revision() + "\"";
    return response;
  }

  Response list(const Request& request, const Asker& asker) const {
    constexpr std::string_view kFilters[] = {"scope"};
    PagePlace place;
    if (auto wrong = parse_place(request, seal, kFilters, 3, place)) return refuse(*wrong);
    playlists::ShelfPage page{.most = static_cast<std::int64_t>(place.limit)};
    if (const auto scope = request.query_value("scope")) {
      if (*scope != "mine" && *scope != "public") return refuse({400, "invalid-field", "scope: expected mine or public", "scope"});
      page.which = *scope == "mine" ? playlists::Shelf::mine : playlists::Shelf::others;
    }
    if (!place.after.empty()) page.after = {std::atoll(place.after[0].c_str()), place.after[1], place.after[2]};
    JsonWriter json;
    json.begin_object().key("playlists").begin_array();
    std::optional<playlists::ShelfPlace> next;
    do {
      auto slice = playlists.shelf(asker.name(), page);
      if (!slice) return unavailable(request, slice.error());
      if (auto put = put_shelf(json, slice->lists, asker.view); !put) return unavailable(request, put.error());
      page.most -= static_cast<std::int64_t>(slice->lists.size());
      next = std::move(slice->next);
      if (next) page.after = *next;
    } while (next && page.most > 0);
    json.end_array();
    if (!next) return finish_page(std::move(json), {});
    return finish_page(std::move(json), next_address(request, seal, {std::to_string(next->nearness), next->name, next->id}));
  }
  Result<void> put_shelf(JsonWriter& json, std::vector<playlists::Shelved>& lists, const library::View& view) const {
    const auto counts = sight.counts(lists, view);
    if (!counts) return counts.error();
    for (std::size_t i = 0; i < lists.size(); ++i) {
      put_facts(json.begin_object(), lists[i].playlist, (*counts)[i]);
      json.field("following", lists[i].is_followed).field("folder", lists[i].folder).end_object();
    }
    return {};
  }
  Response create(const Request& request, const Asker& asker) const {
    Body body(request);
    const std::string name = body.text("name", playlists::kMaxTextBytes);
    const auto tracks = body.texts("tracks", 64, playlists::kMaxItemsAtOnce);
    std::string rules;
    if (const auto* given = body.member("rules"); given != nullptr) {
      rules = given->dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
      if (auto read = smart::parse(rules); !read) {
        const std::string& error = read.error().message;
        body.wrong("/rules" + error.substr(0, error.find(':')), "/rules" + error);
      }
      if (!tracks.empty()) body.wrong("/tracks", "/tracks: a smart list's are told by its rules");
    }
    if (name.empty()) body.wrong("/name", "/name: expected at least one letter");
    if (auto wrong = body.problem()) return refuse(*wrong);
    if (auto instead = instead_of_rules(request, !rules.empty())) return std::move(*instead);
    Response response = shown(request, asker, playlists.create(asker.name(), name, tracks, rules), 201);
    if (response.status == 201)
      response.headers.emplace_back("Location", "/api/v1/playlists/" + nlohmann::json::parse(*response.body)["id"].get<std::string>());
    return response;
  }
  Response show(const Request& request, const Asker& asker) const {
    for (const auto& [name, value] : request.query)
      if (name != "revision") return refuse({400, "unknown-field", "query: expected revision, found " + name, name});
    const auto revision = request.query_value("revision");
    const std::int64_t library = kept.revision();
    Response response = shown(
        request, asker,
        revision ? playlists.get_at(asker.name(), id_of(request), std::string(*revision)) : playlists.get(asker.name(), id_of(request)));
    const bool is_lasting = !is_library_far || asker.view.is_all();
    if (!revision && !response.etag.empty() && is_lasting) kept.keep(request, response, {asker.view, library, kept.stretch()});
    return response;
  }
  // As it was printed, while it is that revision and may be seen: a list of 500 is 47 KB to print.
  std::optional<Response> shown_before(const Request& request, const Asker& asker) const {
    if (!request.query.empty()) return std::nullopt;
    auto response = kept.find(request, asker.view);
    if (!response) return std::nullopt;
    auto revision = playlists.revision_for(asker.name(), id_of(request));
    if (!revision || !*revision || response->etag != "\"" + **revision + "\"") return std::nullopt;
    return response;
  }

  // {"operations":[…]}; If-Match names the revision that they were made on.
  Response edit(const Request& request, const Asker& asker) const {
    Body body(request);
    playlists::Edit edit;
    const auto* operations = body.member("operations");
    if (operations == nullptr || !operations->is_array() || operations->empty() || operations->size() > kMaxOperations) {
      body.wrong("/operations", "/operations: expected an array of 1 to " + std::to_string(kMaxOperations));
    } else {
      for (std::size_t i = 0; i < operations->size(); ++i) {
        auto operation = playlists::parse_operation((*operations)[i].dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
        const std::string at = "/operations/" + std::to_string(i);
        if (!operation) {
          const std::string& error = operation.error().message;
          body.wrong(at + error.substr(0, error.find(':')), at + error);
          break;
        }
        if (const auto* set = std::get_if<playlists::Set>(&*operation); set != nullptr && set->cover && !is_own_cover(*set->cover))
          body.wrong(at + "/cover", at + "/cover: expected /v/… or /api/v1/covers/…, or nothing");
        edit.operations.push_back(std::move(*operation));
      }
    }
    if (auto wrong = body.problem()) return refuse(*wrong);
    // Who added what, and when, is ours to say.
    for (auto& operation : edit.operations)
      if (auto* add = std::get_if<playlists::Add>(&operation))
        for (auto& item : add->items) item.added_by.clear(), item.added = 0;
    const auto prefer = request.header("prefer");
    edit.is_strict = prefer && prefer->find("handling=strict") != std::string_view::npos;
    const auto match = request.header("if-match");
    if (!match && edit.is_strict)
      return refuse({428, "precondition-required", "If-Match: expected the revision that the operations were made on"});
    if (match && *match != "*") {
      if (match->size() < 3 || match->size() > kMaxRevision || match->front() != '"' || match->back() != '"')
        return refuse({400, "invalid-field", "If-Match: expected one \"n-hash\"", "If-Match"});
      edit.base = match->substr(1, match->size() - 2);
    }
    const auto& all = edit.operations;
    if (auto instead = instead_of_rules(request, std::any_of(all.begin(), all.end(), sets_rules))) return std::move(*instead);
    return edited(request, asker, playlists.edit(asker.name(), id_of(request), edit));
  }
  Response undo(const Request& request, const Asker& asker) const {
    Body body(request);
    const std::string revision = body.text_or("revision", kMaxRevision, "");
    if (auto wrong = body.problem()) return refuse(*wrong);
    return edited(request, asker, playlists.undo(asker.name(), id_of(request), revision));
  }
  Response restore(const Request& request, const Asker& asker) const {
    Body body(request);
    const std::string revision = body.text("revision", kMaxRevision);
    if (auto wrong = body.problem()) return refuse(*wrong);
    if (is_library_far) {
      const auto then = playlists.get_at(asker.name(), id_of(request), revision);
      const auto* list = then ? std::get_if<Playlist>(&*then) : nullptr;
      if (auto instead = instead_of_rules(request, list != nullptr && !list->list.rules.empty())) return std::move(*instead);
    }
    return edited(request, asker, playlists.restore(asker.name(), id_of(request), revision));
  }
  Response history(const Request& request, const Asker& asker) const {
    std::int64_t below = INT64_MAX, limit = 100;
    for (const auto& [name, value] : request.query)
      if (name != "below" && name != "limit") return refuse({400, "unknown-field", "query: expected below or limit, found " + name, name});
    if (auto wrong = parse_number(request, "below", 1, INT64_MAX, below)) return refuse(*wrong);
    if (auto wrong = parse_number(request, "limit", 1, 500, limit)) return refuse(*wrong);
    auto lines = playlists.history(asker.name(), id_of(request), below, limit);
    if (!lines) return unavailable(request, lines.error());
    if (const auto* why = std::get_if<Refusal>(&*lines)) return refusal(*why);
    auto& revisions = std::get<std::vector<Logged>>(*lines);
    if (auto narrowed = sight.narrow(revisions, asker.view); !narrowed) return unavailable(request, narrowed.error());
    JsonWriter json;
    put_log(json.begin_object(), "revisions", revisions);
    return Response::json(std::move(json.end_object()).take());
  }
  Response diff(const Request& request, const Asker& asker) const {
    for (const auto& [name, value] : request.query)
      if (name != "from" && name != "to") return refuse({400, "unknown-field", "query: expected from or to, found " + name, name});
    const auto from = request.query_value("from"), to = request.query_value("to");
    if (!from) return refuse({400, "invalid-field", "from: expected a revision, found nothing", "from"});
    if (to && to->empty()) return refuse({400, "invalid-field", "to: expected a revision, found nothing", "to"});
    auto outcome = playlists.diff(asker.name(), id_of(request), std::string(*from), std::string(to.value_or("")));
    if (!outcome) return unavailable(request, outcome.error());
    if (const auto* why = std::get_if<Refusal>(&*outcome)) return refusal(*why);
    const auto& found = std::get<playlists::Difference>(*outcome);
    std::vector<Logged> lines;  // narrowed as those of the history are
    for (const auto& operation : found.operations) lines.push_back({0, 0, {}, {}, playlists::to_json(operation)});
    if (auto narrowed = sight.narrow(lines, asker.view); !narrowed) return unavailable(request, narrowed.error());
    JsonWriter json;
    json.begin_object().field("from", found.from).field("to", found.to).key("operations").begin_array();
    for (const Logged& line : lines) json.raw(line.operation);
    json.end_array();
    return Response::json(std::move(json.end_object()).take());
  }
  Response remove(const Request& request, const Asker& asker) const {
    auto gone = playlists.set_deleted(asker.name(), id_of(request), true);
    if (!gone) return unavailable(request, gone.error());
    if (const auto* why = std::get_if<Refusal>(&*gone)) return refusal(*why);
    Response response;
    response.status = 204;
    return response;
  }
  Response undelete(const Request& request, const Asker& asker) const {
    return shown(request, asker, playlists.set_deleted(asker.name(), id_of(request), false));
  }
  Response share(const Request& request, const Asker& asker) const {
    Body body(request);
    const std::string role = body.text("role", 10);
    if (auto wrong = body.problem()) return refuse(*wrong);
    const std::string with(request.parameter("user"));
    auto user = accounts.find(with);
    if (!user) return unavailable(request, user.error());
    if (!*user) return refuse({404, "not-found", "user: no such name"});
    auto outcome = playlists.share(asker.name(), id_of(request), (*user)->name, role);
    if (!outcome) return unavailable(request, outcome.error());
    if (const auto* why = std::get_if<Refusal>(&*outcome)) return refusal(*why);
    if (asker.name() == std::get<Playlist>(*outcome).owner) return collaborators(request, asker);
    return shown({{std::get<Playlist>(*outcome).owner, "owner"}});  // whoever left may not ask any more
  }
  Response collaborators(const Request& request, const Asker& asker) const {
    auto all = playlists.collaborators(asker.name(), id_of(request));
    if (!all) return unavailable(request, all.error());
    if (const auto* why = std::get_if<Refusal>(&*all)) return refusal(*why);
    return shown(std::get<std::vector<playlists::Collaborator>>(*all));
  }
  static Response shown(const std::vector<playlists::Collaborator>& all) {
    JsonWriter json;
    json.begin_object().key("collaborators").begin_array();
    for (const auto& [user, role] : all) json.begin_object().field("user", user).field("role", role).end_object();
    json.end_array();
    return Response::json(std::move(json.end_object()).take());
  }
};

}  // namespace

void add_playlist_routes(service::http::Router& router, const PlaylistPieces& pieces, Guard& guard, Replays& replays, ResponseCache& kept) {
  const PlaylistSight sight(pieces.library);
  OwnRoutes<Routes> routes(router, guard, replays, {pieces.playlists, pieces.accounts, sight, pieces.seal, kept, pieces.is_library_far});
  // These need no library.
  routes.add(Method::remove, "/api/v1/playlists/{id}", &Routes::remove);
  routes.add(Method::get, "/api/v1/playlists/{id}/collaborators", &Routes::collaborators);
  routes.add(Method::put, "/api/v1/playlists/{id}/collaborators/{user}", &Routes::share);
  if (pieces.is_library_far)
    routes.wait_for_others([sight, &lists = pieces.playlists](const Request& request, const Asker& asker) {
      return instead_of_changing(request, sight, lists, asker);
    });
  routes.add(Method::get, "/api/v1/playlists", &Routes::list, Right::browse);  // a guest: what is public
  routes.add(Method::post, "/api/v1/playlists", &Routes::create);
  routes.add(Method::get, "/api/v1/playlists/{id}", &Routes::show, Right::browse,
             [shown = routes.routes()](const Request& request, const Asker& asker) { return shown->shown_before(request, asker); });
  routes.add(Method::patch, "/api/v1/playlists/{id}", &Routes::edit);
  routes.add(Method::post, "/api/v1/playlists/{id}/undelete", &Routes::undelete);
  routes.add(Method::post, "/api/v1/playlists/{id}/undo", &Routes::undo);
  routes.add(Method::post, "/api/v1/playlists/{id}/restore", &Routes::restore);
  routes.add(Method::get, "/api/v1/playlists/{id}/history", &Routes::history);
  routes.add(Method::get, "/api/v1/playlists/{id}/diff", &Routes::diff);
}

}  // namespace segue::api
