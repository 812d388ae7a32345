// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/catalog.h"

#include <atomic>
#include <chrono>
#include <filesystem>
#include <mutex>
#include <optional>

#include "access/media_addresses.h"
#include "catalog-api/accounts/accounts.h"
#include "catalog-api/api/account_routes.h"
#include "catalog-api/api/answers.h"
#include "catalog-api/api/changes.h"
#include "catalog-api/api/folder_routes.h"
#include "catalog-api/api/invitation_routes.h"
#include "catalog-api/api/library_list_routes.h"
#include "catalog-api/api/library_routes.h"
#include "catalog-api/api/local_search_source.h"
#include "catalog-api/api/log.h"
#include "catalog-api/api/openapi.h"
#include "catalog-api/api/playlist_file_routes.h"
#include "catalog-api/api/playlist_routes.h"
#include "catalog-api/api/presentation_routes.h"
#include "catalog-api/api/replays.h"
#include "catalog-api/api/response_cache.h"
#include "catalog-api/api/search_feed.h"
#include "catalog-api/api/search_routes.h"
#include "catalog-api/api/share_routes.h"
#include "catalog-api/api/smart_lists.h"
#include "catalog-api/covers/covers.h"
#include "catalog-api/library/follower.h"
#include "catalog-api/library/read.h"
#include "catalog-api/library/shelving.h"
#include "catalog-api/listening/listening.h"
#include "catalog-api/lookout.h"
#include "catalog-api/opensubsonic/routes.h"
#include "catalog-api/playlist_files/file_list.h"
#include "catalog-api/playlists/playlists.h"
#include "catalog-api/sharing/sharing.h"
#include "service/database_place.h"
#include "service/database_pool.h"
#include "service/http/json_writer.h"

namespace segue::catalog {

using service::http::Method;
using service::http::Request;
using service::http::Response;
using service::http::Runs;

namespace {

using service::DatabasePlace;

constexpr std::chrono::milliseconds kLookAgain{1000};  // where only commands write beside us, and for what could not be followed
constexpr std::int64_t kSlice = 20'000;                // rows that the index reads at once
constexpr std::chrono::minutes kRankAgain{10};         // by what was played
constexpr std::chrono::milliseconds kLook{250};        // a quarter of what "found within a second" allows

// What each piece keeps; opened before anything runs.
struct Stores {
  library::Library library;
  accounts::Accounts accounts;
  listening::Listening listening;
  playlists::Playlists playlists;
  sharing::Sharing sharing;
  service::http::CursorSeal seal;
  api::Replays replays;
};

Result<Stores> open_stores(const DatabasePlace& place) {
  const std::string& folder = place.folder;
  auto node = place.node();
  if (!node) return std::move(node).error();
  auto library = library::Library::open(place.database("library"), *node);
  if (!library) return std::move(library).error();
  auto accounts = accounts::Accounts::open(place);
  if (!accounts) return std::move(accounts).error();
  auto listening = listening::Listening::open(place);
  if (!listening) return std::move(listening).error();
  auto playlists = playlists::Playlists::open(place);
  if (!playlists) return std::move(playlists).error();
  auto sharing = sharing::Sharing::open(place);
  if (!sharing) return std::move(sharing).error();
  auto seal = service::http::CursorSeal::load(folder + "/cursor.key");
  if (!seal) return std::move(seal).error();
  if (!place.server.empty())
    if (auto same = accounts->check_key(folder + "/cursor.key"); !same) return std::move(same).error();
  auto replays = api::Replays::open(place);
  if (!replays) return std::move(replays).error();
  return Stores{std::move(*library), std::move(*accounts), std::move(*listening), std::move(*playlists),
                std::move(*sharing), std::move(*seal),     std::move(*replays)};
}

bool is_loopback(const std::string& address) { return address == "::1" || address.starts_with("127."); }

}  // namespace

struct Catalog::Pieces {
  Pieces(const Options& options, const DatabasePlace& place, Stores opened, access::MediaAddresses addresses)
      : stores(std::move(opened)),
        media(std::move(addresses)),
        readers(place.database("library")),
        store(options.home.store()),
        source(readers, stores.playlists, stores.listening, kSlice),
        feed(source, index, options.home.path("catalog/search")),
        covers(options.home.store(), options.home.path("catalog/covers")),
        public_url(options.home.public_url),
        smart(readers, stores.listening, stores.accounts),
        guard(stores.accounts, is_loopback(options.server.address), !place.server.empty()),
        cache(media),
        follower(stores.library, {options.home.store(), options.home.redis_socket(), std::chrono::seconds(5), [this] { follow_library(); },
                                  [](const std::string& level, const std::string& what) { api::log(level, what); }}),
        subsonic{readers,
                 searcher,
                 false,
                 stores.accounts,
                 stores.listening,
                 stores.playlists,
                 stores.sharing,
                 covers,
                 options.home.store(),
                 options.home.public_url,
                 [this] { follower.request_scan(); },
                 [this] { return follower.is_scanning(); },
                 media} {}

  // The library has a new revision: the index follows, what was kept of the old one goes, listeners hear of it.
  void follow_library() {
    const std::lock_guard lock(following);
    auto now = source.state();
    is_search_behind = true;
    if (!now) return api::log("error", now.error().message);
    if (auto level = feed.catch_up(*now); !level) api::log("error", level.error().message);
    auto database = readers.borrow();
    if (!database) return api::log("error", database.error().message);
    auto revision = library::revision(**database);
    if (!revision) return api::log("error", revision.error().message);
    is_search_behind = feed.state().revision != *revision;  // somebody may have written meanwhile
    if (*revision == cache.revision()) return;              // the follower and the lookout found the same change
    cache.set_revision(*revision);
    changes.tell("library", "{\"revision\":" + std::to_string(*revision) + "}");
  }
  void tell_playlists() {
    auto count = stores.playlists.change_count();  // first: what comes meanwhile is another number
    if (!count) return;
    if (auto level = feed.catch_up_lists(*count); !level) return api::log("error", level.error().message);
    if (playlist_changes.exchange(*count) == *count) return;
    changes.tell("playlists", "{\"changes\":" + std::to_string(*count) + "}");
  }
  // What other nodes wrote, and what could not be followed when it was told. An error is the requests' to tell; the next look comes.
  void look() {
    auto database = readers.borrow();
    auto revision = database ? library::revision(**database) : Result<std::int64_t>(database.error());
    if (revision && (*revision != cache.revision() || is_search_behind)) follow_library();
    auto count = stores.playlists.change_count();
    if (count && *count != playlist_changes) tell_playlists();
    if (database) look_at_libraries(**database);
    if (const auto now = std::chrono::steady_clock::now(); now - ranked_at >= kRankAgain) {
      ranked_at = now;
      if (auto ranked = feed.catch_up_plays(); !ranked) api::log("error", ranked.error().message);
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
    auto libraries = stores.accounts.libraries();
    if (!libraries) return std::move(libraries).error();
    std::vector<library::Shelf> shelves;
    for (const auto& one : *libraries) {
      library::Shelf& shelf = shelves.emplace_back(library::Shelf{one.number, one.name, {}});
      for (const auto& [tag, value] : one.rules) shelf.rules.push_back({tag, value});
    }
    return shelves;
  }

  void add_routes() {
    stores.playlists.on_change([this] { tell_playlists(); });
    stores.playlists.on_smart([this](playlists::Playlist& playlist) { return smart.fill(playlist); });
    const api::PlaylistPieces lists{stores.playlists, stores.accounts, readers};
    api::add_folder_routes(router, lists, guard, stores.replays);
    api::add_library_routes(router, {readers, stores.seal, cache, subsonic.store, media}, guard);
    api::add_library_list_routes(
        router, {stores.accounts, readers, [this] { follower.request_scan(); }, [this] { return follower.is_scanning(); }}, guard);
    api::add_search_routes(router, index, guard, media);
    api::add_account_routes(router, stores.accounts, guard);
    api::add_invitation_routes(router, stores.accounts, guard, public_url);
    api::add_playlist_file_routes(router, stores.playlists, readers, searcher, guard, stores.replays, media);
    api::add_playlist_routes(router, lists, guard, stores.replays, cache);
    api::add_cover_routes(router, readers, covers, guard);
    api::add_share_routes(router, {readers, stores.sharing, stores.accounts, public_url, media});
    api::add_event_routes(router, changes, guard);
    router.add(Method::get, "/api/v1/openapi.json", Runs::here,
               [text = std::make_shared<const std::string>(api::openapi_json())](const Request&) {
                 Response response;
                 response.body = text;
                 return response;
               });
    api::add_presentation_routes(router, {stores.playlists, stores.accounts, readers, store, stores.seal, media}, guard);
    opensubsonic::add_routes(router, subsonic);
    router.add(Method::get, "/health", Runs::on_pool, [this](const Request& request) { return health(request); });
    router.add(Method::get, "/metrics", Runs::here, [this](const Request&) {
      Response response;
      response.content_type = "text/plain; version=0.0.4";
      response.body = std::make_shared<const std::string>(metrics->text());
      return response;
    });
  }

  Response health(const Request& request) {
    auto database = readers.borrow();
    if (!database) return api::unavailable(request, database.error());
    auto revision = library::revision(**database);
    if (!revision) return api::unavailable(request, revision.error());
    service::http::JsonWriter json;
    json.begin_object().field("status", "ok").field("revision", *revision).field("bus", follower.has_bus());
    json.field("scanned", follower.has_scanned()).end_object();
    return Response::json(std::move(json).take());
  }

  Stores stores;
  access::MediaAddresses media;
  service::DatabasePool readers;
  presentation::Store store;
  search::Index index;
  search::LocalSearcher searcher{index};
  api::LocalSearchSource source;
  api::SearchFeed feed;
  covers::Covers covers;
  std::string public_url;
  api::SmartLists smart;
  api::Guard guard;
  std::chrono::steady_clock::time_point ranked_at = std::chrono::steady_clock::now();  // at the start; then the lookout's alone
  std::mutex following;                                                                // this node's follower and its lookout
  std::atomic<bool> is_search_behind = false;
  api::ResponseCache cache;
  api::Changes changes;
  std::atomic<std::int64_t> playlist_changes = 0;  // how many this node has followed
  service::http::Router router;
  std::optional<service::http::Metrics> metrics;
  library::Follower follower;
  opensubsonic::Pieces subsonic;
  std::optional<service::http::Server> server;
  Lookout lookout;
};

Catalog::Catalog(std::unique_ptr<Pieces> pieces) : pieces_(std::move(pieces)) {}
Catalog::~Catalog() { stop(); }

Result<std::unique_ptr<Catalog>> Catalog::start(const Options& options) {
  const std::string folder = options.home.path("catalog");
  std::error_code failed;
  for (const std::string& made : {folder, options.home.store()}) {
    std::filesystem::create_directories(made, failed);
    if (failed) return Error{made + ": " + failed.message()};
  }
  std::filesystem::permissions(folder, std::filesystem::perms::owner_all, failed);  // hashes of passwords and keys lie here
  auto place = DatabasePlace::find(folder, options.database);
  if (!place) return std::move(place).error();
  auto stores = open_stores(*place);
  if (!stores) return std::move(stores).error();
  if (auto kept = place->remember(); !kept) return std::move(kept).error();
  if (options.rebuild)
    if (auto forgotten = stores->library.forget_all(); !forgotten) return std::move(forgotten).error();
  auto media = access::MediaAddresses::open(options.home.path("access"));
  if (!media) return std::move(media).error();
  auto pieces = std::make_unique<Pieces>(options, *place, std::move(*stores), *std::move(media));
  pieces->stores.library.on_shelves([&pieces = *pieces] { return pieces.shelves(); });
  if (auto opened = pieces->feed.open(); !opened) return std::move(opened).error();
  pieces->follow_library();
  if (auto level = pieces->feed.catch_up_lists(0); !level) return std::move(level).error();
  if (auto level = pieces->feed.catch_up_plays(); !level) return std::move(level).error();
  pieces->add_routes();
  pieces->metrics.emplace(pieces->router);
  service::http::ServerOptions server = options.server;
  server.max_body_bytes = playlist_files::kMaxFileBytes;  // the largest body there is
  pieces->server.emplace(pieces->router, *pieces->metrics, server);
  if (auto listens = pieces->server->start(); !listens) return std::move(listens).error();
  pieces->follower.start();
  pieces->lookout.start(place->server.empty() ? kLookAgain : kLook, [at = pieces.get()] { at->look(); });
  return std::unique_ptr<Catalog>(new Catalog(std::move(pieces)));
}

unsigned short Catalog::port() const noexcept { return pieces_->server->port(); }

void Catalog::stop() {
  if (!pieces_) return;
  pieces_->server->stop();
  pieces_->lookout.stop();
  pieces_->stores.playlists.close();
  pieces_->follower.stop();
  if (auto saved = pieces_->feed.save(); !saved) api::log("error", saved.error().message);
  pieces_.reset();
}

}  // namespace segue::catalog
