// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/catalog.h"

#include <filesystem>
#include <optional>

#include "access/media_addresses.h"
#include "catalog-api/accounts/accounts.h"
#include "catalog-api/accounts/directory_routes.h"
#include "catalog-api/accounts/remote_directory.h"
#include "catalog-api/api/account_routes.h"
#include "catalog-api/api/answers.h"
#include "catalog-api/api/invitation_routes.h"
#include "catalog-api/api/list_news.h"
#include "catalog-api/api/log.h"
#include "catalog-api/api/remote_searcher.h"
#include "catalog-api/api/remote_tracks.h"
#include "catalog-api/api/replays.h"
#include "catalog-api/library_role.h"
#include "catalog-api/playlist_files/file_list.h"
#include "catalog-api/playlists/remote_lists.h"
#include "catalog-api/playlists_role.h"
#include "catalog-api/search_role.h"
#include "service/database_place.h"
#include "service/http/json_writer.h"

namespace segue::catalog {

using service::DatabasePlace;
using service::http::InternalKey;
using service::http::Method;
using service::http::Request;
using service::http::Response;
using service::http::Runs;

namespace {

bool is_loopback(const std::string& address) { return address == "::1" || address.starts_with("127."); }

Result<void> make_folders(const Options& options) {
  const std::string folder = options.home.path("catalog");
  std::error_code failed;
  for (const std::string& made : {folder, options.home.store()}) {
    if (made != folder && !options.roles.library) continue;
    std::filesystem::create_directories(made, failed);
    if (failed) return Error{made + ": " + failed.message()};
  }
  std::filesystem::permissions(folder, std::filesystem::perms::owner_all, failed);  // hashes of passwords and keys lie here
  return {};
}

}  // namespace

// In the order of what each needs: accounts, search, playlists, library. What is not here is asked where it is.
struct Catalog::Pieces {
  explicit Pieces(const Options& given) : options(given) {}

  Result<void> open(const DatabasePlace& place) {
    auto loaded = InternalKey::load(options.home.path("catalog/internal.key"));
    if (!loaded) return std::move(loaded).error();
    key.emplace(std::move(*loaded));
    auto addresses = access::MediaAddresses::open(options.home.path("access"));
    if (!addresses) return std::move(addresses).error();
    media = std::move(*addresses);
    if (auto opened = open_accounts(place); !opened) return opened;
    const bool is_far = !place.server.empty() || !options.roles.accounts;
    guard.emplace(*directory, is_loopback(options.server.address), is_far);
    if (options.roles.search) search.emplace(options.home.path("catalog/search"));
    if (auto opened = open_playlists(place); !opened) return opened;
    if (options.roles.library)
      if (auto opened = open_library(place); !opened) return opened;
    if (!search || library) return {};
    return search->follow(*options.others.library, *key);
  }

  Result<void> open_accounts(const DatabasePlace& place) {
    if (!options.roles.accounts) {
      directory = std::make_unique<accounts::RemoteDirectory>(*options.others.accounts, *key);
      return {};
    }
    auto opened = accounts::Accounts::open(place);
    if (!opened) return std::move(opened).error();
    auto here = std::make_unique<accounts::Accounts>(std::move(*opened));
    accounts = here.get();
    directory = std::move(here);
    const std::string path = place.folder + "/cursor.key";
    auto loaded = service::http::CursorSeal::load(path);
    if (!loaded) return std::move(loaded).error();
    seal.emplace(std::move(*loaded));
    auto kept = api::Replays::open_sealed(place);
    if (!kept) return std::move(kept).error();
    replays.emplace(std::move(*kept));
    return place.server.empty() ? Result<void>() : directory->check_key(path);
  }

  Result<void> open_playlists(const DatabasePlace& place) {
    if (options.roles.playlists) {
      auto opened = PlaylistsRole::open(place, *directory);
      if (!opened) return std::move(opened).error();
      playlists = std::move(*opened);
    } else if (options.roles.library) {
      far_lists.emplace(*options.others.playlists, *key);
      list_news.emplace(*options.others.playlists, *key);
    }
    if (playlists && !options.roles.library) far_tracks.emplace(*options.others.library, *key);
    return {};
  }

  Result<void> open_library(const DatabasePlace& place) {
    if (!search) far_search.emplace(*options.others.search, *key);
    search::Searcher& searcher = search ? search->searcher() : *far_search;
    playlists::Lists& lists = playlists ? playlists->lists() : *far_lists;
    auto opened = LibraryRole::open(options, place,
                                    {*directory, searcher, !search, lists, !playlists, [this] { return list_count(); }, *guard, media});
    if (!opened) return std::move(opened).error();
    library = std::move(*opened);
    if (playlists) playlists->on_news([this](std::int64_t count) { return library->hear_of_lists(count); });
    if (!search) return {};
    auto feed = search->open(library->source());
    return feed ? library->feed(**feed) : std::move(feed).error();
  }

  Result<std::optional<std::int64_t>> list_count() {
    if (!playlists) return list_news->count();
    auto count = playlists->change_count();
    if (!count) return std::move(count).error();
    return std::optional(*count);
  }

  void add_routes() {
    if (library) library->add_routes(router);
    if (playlists) {
      api::LibraryTracks& tracks = library ? library->tracks() : *far_tracks;
      playlists->add_routes(router, {*directory, *guard, media, tracks, library ? &library->cache() : nullptr});
    }
    if (search) search->add_routes(router, *guard, media);
    if (accounts != nullptr) {
      const api::AccountPieces people{*accounts, *seal, *replays};
      api::add_account_routes(router, people, *guard);
      api::add_invitation_routes(router, people, *guard, options.home.public_url);
    }
    if (!options.roles.is_all()) add_internal_routes();
    router.add(Method::get, "/health", Runs::on_pool, [this](const Request& request) { return health(request); });
    router.add(Method::get, "/metrics", Runs::here, [this](const Request&) {
      Response response;
      response.content_type = "text/plain; version=0.0.4";
      response.body = std::make_shared<const std::string>(metrics->text());
      return response;
    });
  }

  // What the other roles ask of those that are here.
  void add_internal_routes() {
    if (accounts != nullptr) accounts::add_directory_routes(router, *accounts, *key);
    if (library && !search) library->add_source_routes(router, *key);
    if (library && !playlists) library->add_tracks_routes(router, *key);
    if (playlists && !library) playlists->add_internal_routes(router, *key);
    if (search && !library) api::add_searcher_routes(router, search->searcher(), *key);
  }

  Response health(const Request& request) {
    service::http::JsonWriter json;
    json.begin_object().field("status", "ok");
    if (library)
      if (auto put = library->put_health(json); !put) return api::unavailable(request, put.error());
    if (playlists && !library)
      if (auto put = playlists->put_health(json); !put) return api::unavailable(request, put.error());
    if (search) search->put_health(json);
    return Response::json(std::move(json.end_object()).take());
  }

  void start() {
    if (library) library->start();
    if (playlists) playlists->start();
    if (list_news) list_news->start([this](std::int64_t count) { return library->hear_of_lists(count); });
  }

  void stop() {
    if (library) library->stop_waiting();
    if (playlists) playlists->stop_waiting();
    if (search) search->stop_waiting();
    if (server) server->stop();
    if (list_news) list_news->stop();
    if (playlists) playlists->stop();
    if (library) library->stop();
    if (search) search->stop();
  }

  Options options;
  std::optional<InternalKey> key;
  access::MediaAddresses media;
  std::unique_ptr<accounts::Directory> directory;
  accounts::Accounts* accounts = nullptr;  // the directory, where its database is here
  std::optional<service::http::CursorSeal> seal;
  std::optional<api::Replays> replays;
  std::optional<api::Guard> guard;
  std::optional<SearchRole> search;
  std::optional<api::RemoteSearcher> far_search;
  std::unique_ptr<PlaylistsRole> playlists;
  std::optional<playlists::RemoteLists> far_lists;
  std::optional<api::ListNews> list_news;  // of far_lists
  std::optional<api::RemoteTracks> far_tracks;
  std::unique_ptr<LibraryRole> library;
  service::http::Router router;
  std::optional<service::http::Metrics> metrics;
  std::optional<service::http::Server> server;
};

Catalog::Catalog(std::unique_ptr<Pieces> pieces) : pieces_(std::move(pieces)) {}
Catalog::~Catalog() { stop(); }

Result<std::unique_ptr<Catalog>> Catalog::start(const Options& options) {
  if (auto made = make_folders(options); !made) return std::move(made).error();
  auto place = DatabasePlace::find(options.home.path("catalog"), options.database);
  if (!place) return std::move(place).error();
  std::unique_ptr<Catalog> catalog(new Catalog(std::make_unique<Pieces>(options)));
  Pieces& pieces = *catalog->pieces_;
  if (auto opened = pieces.open(*place); !opened) return std::move(opened).error();
  if (options.roles.accounts || options.roles.library || options.roles.playlists)
    if (auto kept = place->remember(); !kept) return std::move(kept).error();
  pieces.add_routes();
  pieces.metrics.emplace(pieces.router);
  service::http::ServerOptions server = options.server;
  server.max_body_bytes = playlist_files::kMaxFileBytes;    // the largest body there is
  if (!options.roles.is_all()) server.max_body_bytes *= 2;  // but for what one process asks another because of one
  pieces.server.emplace(pieces.router, *pieces.metrics, server);
  if (auto listens = pieces.server->start(); !listens) return std::move(listens).error();
  pieces.start();
  return catalog;
}

unsigned short Catalog::port() const noexcept { return pieces_->server->port(); }

void Catalog::stop() {
  if (!pieces_) return;
  pieces_->stop();
  pieces_.reset();
}

}  // namespace segue::catalog
