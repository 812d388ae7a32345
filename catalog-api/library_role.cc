// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/library_role.h"

#include <atomic>
#include <chrono>
#include <mutex>

#include "catalog-api/api/changes.h"
#include "catalog-api/api/filled_lists.h"
#include "catalog-api/api/library_list_routes.h"
#include "catalog-api/api/library_routes.h"
#include "catalog-api/api/local_search_source.h"
#include "catalog-api/api/local_tracks.h"
#include "catalog-api/api/log.h"
#include "catalog-api/api/openapi.h"
#include "catalog-api/api/presentation_routes.h"
#include "catalog-api/api/remote_tracks.h"
#include "catalog-api/api/replays.h"
#include "catalog-api/api/response_cache.h"
#include "catalog-api/api/search_source_routes.h"
#include "catalog-api/api/share_routes.h"
#include "catalog-api/api/smart_lists.h"
#include "catalog-api/covers/covers.h"
#include "catalog-api/library/follower.h"
#include "catalog-api/library/read.h"
#include "catalog-api/library/shelving.h"
#include "catalog-api/listening/listening.h"
#include "catalog-api/lookout.h"
#include "catalog-api/opensubsonic/routes.h"
#include "catalog-api/sharing/sharing.h"
#include "service/database_pool.h"

namespace segue::catalog {

using service::http::Method;
using service::http::Request;
using service::http::Response;
using service::http::Runs;

namespace {

using service::DatabasePlace;

constexpr std::chrono::milliseconds kLookAgain{1000};  // where only commands write beside us, and for what could not be followed
constexpr std::int64_t kSlice = 20'000;                // rows that an index in this process reads at once
constexpr std::int64_t kSliceFarAway = 2'000;          // and one in another: half a megabyte of JSON
constexpr std::chrono::minutes kRankAgain{10};         // by what was played
constexpr std::chrono::milliseconds kLook{250};        // a quarter of what "found within a second" allows

// What each piece keeps; opened before anything runs.
struct Stores {
  library::Library library;
  listening::Listening listening;
  sharing::Sharing sharing;
  service::http::CursorSeal seal;
  api::Replays replays;
};

Result<Stores> open_stores(const DatabasePlace& place, accounts::Directory& accounts) {
  const std::string& folder = place.folder;
  auto node = place.node();
  if (!node) return std::move(node).error();
  auto library = library::Library::open(place.database("library"), *node);
  if (!library) return std::move(library).error();
  auto listening = listening::Listening::open(place);
  if (!listening) return std::move(listening).error();
  auto sharing = sharing::Sharing::open(place);
  if (!sharing) return std::move(sharing).error();
  auto seal = service::http::CursorSeal::load(folder + "/cursor.key");
  if (!seal) return std::move(seal).error();
  if (!place.server.empty())
    if (auto same = accounts.check_key(folder + "/cursor.key"); !same) return std::move(same).error();
  auto replays = api::Replays::open(place, "library_idempotency");
  if (!replays) return std::move(replays).error();
  return Stores{std::move(*library), std::move(*listening), std::move(*sharing), std::move(*seal), std::move(*replays)};
}

}  // namespace

struct LibraryRole::Pieces {
  Pieces(const Options& options, const DatabasePlace& place, Stores opened, Surroundings surroundings)
      : around(std::move(surroundings)),
        stores(std::move(opened)),
        readers(place.database("library")),
        store(options.home.store()),
        source(readers, around.lists, around.list_count, stores.listening,
               around.is_search_far || around.are_lists_far ? kSliceFarAway : kSlice),
        covers(options.home.store(), options.home.path("catalog/covers")),
        public_url(options.home.public_url),
        look_every(place.server.empty() ? kLookAgain : kLook),
        smart(readers, stores.listening, around.accounts),
        tracks(readers, smart, around.searcher),
        lists(around.lists, tracks),
        cache(around.media),
        follower(stores.library, {options.home.store(), options.home.redis_socket(), std::chrono::seconds(5), [this] { follow_library(); },
                                  [](const std::string& level, const std::string& what) { api::log(level, what); }}),
        subsonic{readers,
                 around.searcher,
                 around.is_search_far,
                 around.accounts,
                 stores.listening,
                 lists,
                 around.are_lists_far,
                 stores.sharing,
                 covers,
                 options.home.store(),
                 options.home.public_url,
                 [this] { follower.request_scan(); },
                 [this] { return follower.is_scanning(); },
                 around.media} {}

  // The library has a new revision: the index follows, what was kept of the old one goes, listeners hear of it.
  void follow_library() {
    const std::lock_guard lock(following);
    auto now = source.state();
    is_search_behind = true;
    if (!now) return api::log("error", now.error().message);
    if (auto level = feed == nullptr ? Result<void>() : feed->catch_up(*now); !level) api::log("error", level.error().message);
    auto database = readers.borrow();
    if (!database) return api::log("error", database.error().message);
    auto revision = library::revision(**database);
    if (!revision) return api::log("error", revision.error().message);
    is_search_behind = feed != nullptr && feed->state().revision != *revision;  // somebody may have written meanwhile
    if (*revision == cache.revision()) return;                                  // the follower and the lookout found the same change
    cache.set_revision(*revision);
    news.ring();
    changes.tell("library", "{\"revision\":" + std::to_string(*revision) + "}");
  }
  bool hear_of_lists(std::int64_t count) {
    if (feed != nullptr) {
      if (count < playlist_changes) feed->forget_lists();  // restored from a copy
      if (auto level = feed->catch_up_lists(count); !level) {
        api::log("error", level.error().message);
        return false;
      }
    }
    if (playlist_changes.exchange(count) == count) return true;
    news.ring();
    changes.tell("playlists", "{\"changes\":" + std::to_string(count) + "}");
    return true;
  }
  // What other nodes wrote, and what could not be followed when it was told. An error is the requests' to tell; the next look comes.
  void look() {
    auto database = readers.borrow();
    auto revision = database ? library::revision(**database) : Result<std::int64_t>(database.error());
    if (revision && (*revision != cache.revision() || is_search_behind)) follow_library();
    if (database) look_at_libraries(**database);
    if (const auto now = std::chrono::steady_clock::now(); feed != nullptr && now - ranked_at >= kRankAgain) {
      ranked_at = now;
      if (auto ranked = feed->catch_up_plays(); !ranked) api::log("error", ranked.error().message);
    }
  }
  // `segue library` may have run anywhere: on another machine, or with Redis away.
  void look_at_libraries(service::Database& database) {
    const auto wanted = shelves();
    const auto sorted = library::sorted_by(database);
    if (wanted && sorted && library::text_of(*wanted) != *sorted && !follower.is_scanning()) follower.request_scan();
  }

  // What accounts call libraries is what the library sorts by.
  Result<std::vector<library::Shelf>> shelves() {
    auto libraries = around.accounts.libraries();
    if (!libraries) return std::move(libraries).error();
    std::vector<library::Shelf> shelves;
    for (const auto& one : *libraries) {
      library::Shelf& shelf = shelves.emplace_back(library::Shelf{one.number, one.name, {}});
      for (const auto& [tag, value] : one.rules) shelf.rules.push_back({tag, value});
    }
    return shelves;
  }

  void add_routes(service::http::Router& router) {
    api::Guard& guard = around.guard;
    api::add_library_routes(router, {readers, stores.seal, cache, subsonic.store, around.media}, guard);
    api::add_library_list_routes(
        router, {around.accounts, readers, [this] { follower.request_scan(); }, [this] { return follower.is_scanning(); }, stores.replays},
        guard);
    api::add_cover_routes(router, readers, covers, guard);
    api::add_share_routes(router, {readers, stores.sharing, around.accounts, public_url, around.media});
    api::add_event_routes(router, changes, guard);
    router.add(Method::get, "/api/v1/openapi.json", Runs::here,
               [text = std::make_shared<const std::string>(api::openapi_json())](const Request&) {
                 Response response;
                 response.body = text;
                 return response;
               });
    api::add_presentation_routes(router, {lists, around.are_lists_far, around.accounts, readers, tracks, store, stores.seal, around.media},
                                 guard);
    opensubsonic::add_routes(router, subsonic);
  }

  Surroundings around;
  Stores stores;
  service::DatabasePool readers;
  presentation::Store store;
  api::LocalSearchSource source;
  api::SearchFeed* feed = nullptr;  // of an index in this process
  api::Bell news;                   // for one in another
  covers::Covers covers;
  std::string public_url;
  std::chrono::milliseconds look_every;
  api::SmartLists smart;
  api::LocalTracks tracks;
  api::FilledLists lists;
  std::chrono::steady_clock::time_point ranked_at = std::chrono::steady_clock::now();  // at the start; then the lookout's alone
  std::mutex following;                                                                // this node's follower and its lookout
  std::atomic<bool> is_search_behind = false;
  api::ResponseCache cache;
  api::Changes changes;
  std::atomic<std::int64_t> playlist_changes = 0;  // how many were followed here
  library::Follower follower;
  opensubsonic::Pieces subsonic;
  Lookout lookout;
};

LibraryRole::LibraryRole(std::unique_ptr<Pieces> pieces) : pieces_(std::move(pieces)) {}
LibraryRole::~LibraryRole() { stop(); }

Result<std::unique_ptr<LibraryRole>> LibraryRole::open(const Options& options, const DatabasePlace& place, Surroundings around) {
  auto stores = open_stores(place, around.accounts);
  if (!stores) return std::move(stores).error();
  if (options.rebuild)
    if (auto forgotten = stores->library.forget_all(); !forgotten) return std::move(forgotten).error();
  auto pieces = std::make_unique<Pieces>(options, place, std::move(*stores), std::move(around));
  pieces->stores.library.on_shelves([at = pieces.get()] { return at->shelves(); });
  return std::unique_ptr<LibraryRole>(new LibraryRole(std::move(pieces)));
}

api::SearchSource& LibraryRole::source() { return pieces_->source; }

Result<void> LibraryRole::feed(api::SearchFeed& feed) {
  pieces_->feed = &feed;
  pieces_->follow_library();
  if (!pieces_->around.are_lists_far)  // else they come with the first news of them
    if (auto level = feed.catch_up_lists(0); !level) return level;
  return feed.catch_up_plays();
}

api::LibraryTracks& LibraryRole::tracks() { return pieces_->tracks; }
api::ResponseCache& LibraryRole::cache() { return pieces_->cache; }
bool LibraryRole::hear_of_lists(std::int64_t count) { return pieces_->hear_of_lists(count); }

void LibraryRole::add_routes(service::http::Router& router) { pieces_->add_routes(router); }

void LibraryRole::add_source_routes(service::http::Router& router, const service::http::InternalKey& key) {
  api::add_search_source_routes(router, pieces_->source, pieces_->news, key);
}

void LibraryRole::add_tracks_routes(service::http::Router& router, const service::http::InternalKey& key) {
  api::add_tracks_routes(router, pieces_->tracks, key);
}

Result<void> LibraryRole::put_health(service::http::JsonWriter& json) {
  auto database = pieces_->readers.borrow();
  if (!database) return std::move(database).error();
  auto revision = library::revision(**database);
  if (!revision) return std::move(revision).error();
  json.field("revision", *revision).field("bus", pieces_->follower.has_bus()).field("scanned", pieces_->follower.has_scanned());
  return {};
}

void LibraryRole::start() {
  if (pieces_->feed == nullptr) pieces_->follow_library();
  pieces_->follower.start();
  pieces_->lookout.start(pieces_->look_every, [at = pieces_.get()] { at->look(); });
}

void LibraryRole::stop_waiting() { pieces_->news.close(); }

void LibraryRole::stop() {
  if (!pieces_) return;
  pieces_->lookout.stop();
  pieces_->follower.stop();
  pieces_.reset();
}

}  // namespace segue::catalog
