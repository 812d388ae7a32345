// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/playlists/remote_lists.h"

#include "catalog-api/playlists/lists_wire.h"

namespace segue::playlists {
namespace {

using service::http::Question;
using service::http::Runs;

constexpr const char* kFolder = "/internal/v1/playlists/";
// A list of 50,000 items, behind a slice of a shelf that has nearly 20,000: some 7 MB where ids are as ours are.
constexpr std::uint64_t kMostBytes = 64 * 1024 * 1024;

// What reads is answered by the pool, from the database alone: it waits for no other process, so that two that ask each other cannot hold
// each other up. What writes waits for its sync.
constexpr std::chrono::seconds kLocked{12};  // a database that is locked says so after ten
constexpr Question kGet{"get", &Lists::get};
constexpr Question kCreate{"create", &Lists::create, false, Runs::waiting, kLocked};
constexpr Question kEdit{"edit", &Lists::edit, false, Runs::waiting, kLocked};
constexpr Question kRemove{"remove", &Lists::remove, false, Runs::waiting, kLocked};
constexpr Question kShelf{"shelf", &Lists::shelf};
constexpr Question kAnnouncedSince{"announced-since", &Lists::announced_since};

}  // namespace

RemoteLists::RemoteLists(const service::http::ServerName& server, const service::http::InternalKey& key)
    : reading_("playlists", kFolder, server, key, kMostBytes), writing_("playlists", kFolder, server, key, kMostBytes) {}

Result<Answer<Playlist>> RemoteLists::get(const std::string& user, const std::string& id, const std::string& revision) {
  return reading_.ask(kGet, user, id, revision);
}
Result<Answer<Playlist>> RemoteLists::create(const std::string& user, const std::string& name, const std::vector<std::string>& tracks) {
  return writing_.ask(kCreate, user, name, tracks);
}
Result<Answer<Changed>> RemoteLists::edit(const std::string& user, const std::string& id, const Edit& edit) {
  return writing_.ask(kEdit, user, id, edit);
}
Result<Answer<Playlist>> RemoteLists::remove(const std::string& user, const std::string& id) { return writing_.ask(kRemove, user, id); }
Result<ShelfSlice> RemoteLists::shelf(const std::string& user, const ShelfPage& page) { return reading_.ask(kShelf, user, page); }
Result<std::vector<Announced>> RemoteLists::announced_since(std::int64_t change, const std::string& id, std::int64_t most) {
  return reading_.ask(kAnnouncedSince, change, id, most);
}

void add_lists_routes(service::http::Router& router, Lists& lists, const service::http::InternalKey& key) {
  service::http::QuestionRoutes<Lists> routes(router, kFolder, lists, key);
  routes.add(kGet);
  routes.add(kCreate);
  routes.add(kEdit);
  routes.add(kRemove);
  routes.add(kShelf);
  routes.add(kAnnouncedSince);
}

}  // namespace segue::playlists
