// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/api/openapi.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>

#include "catalog-api/api/openapi_schemas.h"

namespace segue::api {
namespace {

using Json = nlohmann::ordered_json;

struct Operation {
  std::string_view method, path, summary;
  std::string_view right;    // "browse", "own", "admin"; empty: open
  std::string_view queries;  // names, separated by spaces
  std::string_view body;     // name of its schema; empty: none
  int status;
  std::string_view answer;  // name of its schema; empty: no body
};

constexpr std::string_view kFile = "(a playlist file)";

constexpr Operation kOperations[] = {
    {"get", "/api/v1/assets", "All that plays, for a player's list", "browse", "limit order cursor library kind", "", 200, "AssetPage"},
    {"get", "/api/v1/tracks", "Tracks with people, genres and format", "browse",
     "limit order cursor library artist genre year_from year_to", "", 200, "TrackPage"},
    {"get", "/api/v1/tracks/{id}", "One track, with its renditions and lyrics", "browse", "", "", 200, "TrackAnswer"},
    {"get", "/api/v1/albums", "Albums", "browse", "limit order cursor library artist genre", "", 200, "AlbumPage"},
    {"get", "/api/v1/albums/{id}", "One album and its tracks", "browse", "", "", 200, "AlbumAnswer"},
    {"get", "/api/v1/artists", "Artists", "browse", "limit order cursor library", "", 200, "ArtistPage"},
    {"get", "/api/v1/artists/{id}", "One artist and the albums", "browse", "", "", 200, "ArtistAnswer"},
    {"get", "/api/v1/genres", "Genres with their counts", "browse", "library", "", 200, "Genres"},
    {"get", "/api/v1/libraries", "The libraries that I see; for administrators with their rules and users", "browse", "", "", 200,
     "Libraries"},
    {"post", "/api/v1/libraries", "A new library; the store is sorted anew", "admin", "", "NewLibrary", 201, "Library"},
    {"patch", "/api/v1/libraries/{id}", "Another name, other rules, open to all or not", "admin", "", "LibraryChange", 204, ""},
    {"delete", "/api/v1/libraries/{id}", "Remove it; what is in it goes where the others' rules say", "admin", "", "", 204, ""},
    {"put", "/api/v1/libraries/{id}/users/{user}", "Let a user see it", "admin", "", "", 204, ""},
    {"delete", "/api/v1/libraries/{id}/users/{user}", "No more", "admin", "", "", 204, ""},
    {"get", "/api/v1/covers/{id}",
     "The cover of a track, album or artist, its longer side so many pixels; without a size: 307 to where it lies", "browse", "size", "",
     200, ""},
    {"get", "/api/v1/shares/{id}", "What somebody shared, as a list for players", "", "", "", 200, ""},
    {"get", "/api/v1/search", "Instant search over everything", "browse", "q limit kind genre year_from year_to library", "", 200,
     "Results"},
    {"get", "/api/v1/events", "Server-sent events: library, playlists", "browse", "", "", 200, ""},
    {"get", "/api/v1/openapi.json", "This description", "", "", "", 200, ""},
    {"post", "/api/v1/sessions", "Log in", "", "", "LogIn", 201, "Session"},
    {"post", "/api/v1/sessions/refresh", "A new access token; the old refresh token is spent", "", "", "Refresh", 201, "Session"},
    {"delete", "/api/v1/sessions/current", "Log out", "own", "", "", 204, ""},
    {"post", "/api/v1/setup", "The first administrator, by a one-time code", "", "", "SetUp", 201, "User"},
    {"get", "/api/v1/invitations", "Invitations that are open, without their codes", "admin", "", "", 200, "Invitations"},
    {"post", "/api/v1/invitations", "A link with which one stranger makes an account, within a week; told once", "admin", "",
     "NewInvitation", 201, "InvitationCode"},
    {"delete", "/api/v1/invitations/{id}", "Withdraw one", "admin", "", "", 204, ""},
    {"post", "/api/v1/sign-up", "An account of one's own, by an invitation's code", "", "", "SetUp", 201, "User"},
    {"get", "/api/v1/me", "Who I am", "own", "", "", 200, "User"},
    {"put", "/api/v1/me/password", "A new password; ends all sessions", "own", "", "NewPassword", 200, "Done"},
    {"get", "/api/v1/me/app-passwords", "My app passwords, without their secrets", "own", "", "", 200, "Credentials"},
    {"post", "/api/v1/me/app-passwords", "A new one for an OpenSubsonic client; its secret is told once", "own", "", "NewCredential", 201,
     "Secret"},
    {"delete", "/api/v1/me/app-passwords/{id}", "Take one back", "own", "", "", 200, "Done"},
    {"get", "/api/v1/me/api-keys", "My API keys, without their secrets", "own", "", "", 200, "Credentials"},
    {"post", "/api/v1/me/api-keys", "A new API key; its secret is told once", "own", "", "NewCredential", 201, "Secret"},
    {"delete", "/api/v1/me/api-keys/{id}", "Take one back", "own", "", "", 200, "Done"},
    {"get", "/api/v1/users", "All users, by name", "admin", "limit cursor", "", 200, "Users"},
    {"post", "/api/v1/users", "A new user", "admin", "", "NewUser", 201, "User"},
    {"patch", "/api/v1/users/{name}", "Disable, enable, change role or password", "admin", "", "UserChange", 200, "Done"},
    {"get", "/api/v1/audit", "The audit log, newest first", "admin", "limit cursor", "", 200, "Audit"},
    {"get", "/api/v1/playlists", "The playlists that I may see; scope mine: own, shared with me, followed; public: others'", "browse",
     "limit cursor scope", "", 200, "Playlists"},
    {"post", "/api/v1/playlists", "A new playlist", "own", "", "NewPlaylist", 201, "Playlist"},
    {"post", "/api/v1/playlists/import", "A new playlist from an M3U8, XSPF or JSPF file, and which entry is which track", "own",
     "format name", kFile, 201, "Imported"},
    {"get", "/api/v1/playlists/{id}/export", "The playlist as an M3U8, XSPF or JSPF file", "own", "format base", "", 200, kFile},
    {"get", "/api/v1/playlists/{id}/presentation", "Where it plays as one, without a gap: addresses for any HLS or DASH player", "browse",
     "", "", 200, "Presentation"},
    {"get", "/api/v1/playlists/{id}", "One playlist, now or at a revision", "browse", "revision", "", 200, "Playlist"},
    {"patch", "/api/v1/playlists/{id}",
     "Operations on the revision in If-Match; rebased when others were faster, refused with Prefer: handling=strict", "own", "", "Edit",
     200, "Edited"},
    {"delete", "/api/v1/playlists/{id}", "Out of sight; the owner can bring it back", "own", "", "", 204, ""},
    {"post", "/api/v1/playlists/{id}/undelete", "Bring it back", "own", "", "", 200, "Playlist"},
    {"post", "/api/v1/playlists/{id}/undo", "Take one revision back, the newest unless told", "own", "", "Undo", 200, "Edited"},
    {"post", "/api/v1/playlists/{id}/restore", "Make it what it was at a revision", "own", "", "Restore", 200, "Edited"},
    {"get", "/api/v1/playlists/{id}/history", "Who did what, newest first", "own", "below limit", "", 200, "History"},
    {"get", "/api/v1/playlists/{id}/diff", "The operations that lead from one revision to the other; to: the newest unless told", "own",
     "from to", "", 200, "Difference"},
    {"get", "/api/v1/playlists/{id}/collaborators", "Its owner, and for these and whom it is shared with everybody whom it is shared with",
     "own", "", "", 200, "Collaborators"},
    {"put", "/api/v1/playlists/{id}/following", "Have it among my own, or no more", "own", "", "Following", 200, "PlaylistFacts"},
    {"put", "/api/v1/playlists/{id}/folder", "Put it into one of my folders; empty: out of all", "own", "", "InFolder", 200,
     "PlaylistFacts"},
    {"get", "/api/v1/playlist-folders", "My folders", "own", "", "", 200, "Folders"},
    {"post", "/api/v1/playlist-folders", "A new folder", "own", "", "NewFolder", 201, "Folder"},
    {"patch", "/api/v1/playlist-folders/{id}", "Rename or move it", "own", "", "FolderChange", 200, "Folder"},
    {"delete", "/api/v1/playlist-folders/{id}", "Remove it; what is in it goes to its parent", "own", "", "", 200, "Folder"},
    {"put", "/api/v1/playlists/{id}/collaborators/{user}", "Share it, or no more", "own", "", "Share", 200, "Collaborators"},
};

Json ref(std::string_view schema) { return {{"$ref", "#/components/schemas/" + std::string(schema)}}; }

Json parameter(const char* in, std::string_view name) {
  const bool is_number = name == "limit" || name == "library" || name == "below" || name == "size" || name.starts_with("year_");
  return {{"name", name},
          {"in", in},
          {"required", std::string_view(in) == "path" || name == "q" || name == "from"},
          {"schema", {{"type", is_number ? "integer" : "string"}}}};
}

Json parameters_of(const Operation& operation) {
  Json all = Json::array();
  for (std::size_t at = 0; (at = operation.path.find('{', at)) != std::string_view::npos; ++at)
    all.push_back(parameter("path", operation.path.substr(at + 1, operation.path.find('}', at) - at - 1)));
  for (std::string_view rest = operation.queries; !rest.empty();) {
    const std::size_t end = std::min(rest.find(' '), rest.size());
    all.push_back(parameter("query", rest.substr(0, end)));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return all;
}

// What travels: a playlist file in one of its media types, else JSON.
Json content_of(std::string_view schema) {
  if (schema != kFile) return {{"application/json", {{"schema", ref(schema)}}}};
  Json content = Json::object();
  for (const char* type : {"audio/x-mpegurl", "application/xspf+xml", "application/jspf+json"})
    content[type] = {{"schema", {{"type", "string"}}}};
  return content;
}

Json operation_json(const Operation& operation) {
  Json json{{"summary", operation.summary}};
  if (Json parameters = parameters_of(operation); !parameters.empty()) json["parameters"] = std::move(parameters);
  if (!operation.body.empty()) json["requestBody"] = {{"required", true}, {"content", content_of(operation.body)}};
  Json answer{{"description", operation.summary}};
  if (!operation.answer.empty()) answer["content"] = content_of(operation.answer);
  json["responses"] = {{std::to_string(operation.status), std::move(answer)}, {"default", {{"$ref", "#/components/responses/Problem"}}}};
  // A guest may browse where the setting says so: an empty requirement beside the other.
  json["security"] = operation.right.empty() ? Json::array() : Json::array({Json{{"bearer", Json::array()}}});
  if (operation.right == "browse") json["security"].push_back(Json::object());
  if (operation.right == "admin") json["description"] = "For administrators.";
  return json;
}

}  // namespace

std::string openapi_json() {
  Json paths = Json::object();
  for (const Operation& operation : kOperations)
    paths[std::string(operation.path)][std::string(operation.method)] = operation_json(operation);
  Json components{{"securitySchemes", {{"bearer", {{"type", "http"}, {"scheme", "bearer"}}}}},
                  {"responses",
                   {{"Problem",
                     {{"description", "RFC 9457; pointer names the member or field"},
                      {"content", {{"application/problem+json", {{"schema", ref("Problem")}}}}}}}}},
                  {"schemas", Json::parse(kSchemas)}};
  return Json{{"openapi", "3.1.0"},
              {"info", {{"title", "Segue"}, {"version", "1"}, {"description", "Library, search, playlists and accounts."}}},
              {"paths", std::move(paths)},
              {"components", std::move(components)}}
      .dump();
}

}  // namespace segue::api
