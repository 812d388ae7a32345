// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/playlists_role.h"

#include <chrono>
#include <mutex>
#include <optional>

#include "catalog-api/api/bell.h"
#include "catalog-api/api/folder_routes.h"
#include "catalog-api/api/list_news.h"
#include "catalog-api/api/playlist_file_routes.h"
#include "catalog-api/api/playlist_routes.h"
#include "catalog-api/api/replays.h"
#include "catalog-api/lookout.h"
#include "catalog-api/playlists/remote_lists.h"

namespace segue::catalog {
namespace {

constexpr std::chrono::milliseconds kLookAgain{1000};  // for what could not be followed
constexpr std::chrono::milliseconds kLook{250};        // where other nodes write: a quarter of what "found within a second" allows

}  // namespace

struct PlaylistsRole::Pieces {
  Pieces(playlists::Playlists opened, api::Replays replays_of, service::http::CursorSeal seal_of, std::chrono::milliseconds every)
      : lists(std::move(opened)), replays(std::move(replays_of)), seal(std::move(seal_of)), look_every(every) {}

  // What was changed here, and by other nodes. On the writer's thread, and the lookout's.
  void tell() {
    const std::lock_guard lock(telling);      // an older count told last would take lists out of the index
    const auto count = lists.change_count();  // first: what comes meanwhile is another number
    if (!count || *count == followed) return;
    if (told(*count)) followed = *count;
    news.ring();
  }

  playlists::Playlists lists;
  api::Replays replays;
  service::http::CursorSeal seal;
  std::chrono::milliseconds look_every;
  playlists::LocalLists local{lists};
  std::optional<api::ResponseCache> own_cache;  // beside a library in another process
  api::Bell news;
  std::function<bool(std::int64_t)> told = [](std::int64_t) { return true; };
  std::mutex telling;
  std::int64_t followed = -1;
  Lookout lookout;
};

PlaylistsRole::PlaylistsRole(std::unique_ptr<Pieces> pieces) : pieces_(std::move(pieces)) {}
PlaylistsRole::~PlaylistsRole() { stop(); }

Result<std::unique_ptr<PlaylistsRole>> PlaylistsRole::open(const service::DatabasePlace& place, accounts::Directory& accounts) {
  auto lists = playlists::Playlists::open(place);
  if (!lists) return std::move(lists).error();
  const std::string key = place.folder + "/cursor.key";
  auto seal = service::http::CursorSeal::load(key);
  if (!seal) return std::move(seal).error();
  if (!place.server.empty())
    if (auto same = accounts.check_key(key); !same) return std::move(same).error();
  auto replays = api::Replays::open(place);
  if (!replays) return std::move(replays).error();
  const auto look_every = place.server.empty() ? kLookAgain : kLook;
  auto pieces = std::make_unique<Pieces>(std::move(*lists), std::move(*replays), std::move(*seal), look_every);
  pieces->lists.on_change([at = pieces.get()] { at->tell(); });
  return std::unique_ptr<PlaylistsRole>(new PlaylistsRole(std::move(pieces)));
}

playlists::Lists& PlaylistsRole::lists() { return pieces_->local; }
Result<std::int64_t> PlaylistsRole::change_count() { return pieces_->lists.change_count(); }

void PlaylistsRole::add_routes(service::http::Router& router, const ListSurroundings& around) {
  const bool is_far = around.kept == nullptr;
  // What depends on the library is not kept here, and has one revision for ever.
  if (is_far) pieces_->own_cache.emplace(around.media).set_revision(0);
  api::ResponseCache& kept = is_far ? *pieces_->own_cache : *around.kept;
  const api::PlaylistPieces lists{pieces_->lists, around.accounts, around.library, pieces_->seal, is_far};
  api::add_folder_routes(router, lists, around.guard, pieces_->replays);
  api::add_playlist_file_routes(router, lists, around.guard, pieces_->replays, around.media);
  api::add_playlist_routes(router, lists, around.guard, pieces_->replays, kept);
}

void PlaylistsRole::add_internal_routes(service::http::Router& router, const service::http::InternalKey& key) {
  playlists::add_lists_routes(router, pieces_->local, key);
  api::add_list_news_routes(router, pieces_->lists, pieces_->news, key);
}

Result<void> PlaylistsRole::put_health(service::http::JsonWriter& json) {
  auto count = change_count();
  if (!count) return std::move(count).error();
  json.field("playlist_changes", *count);
  return {};
}

void PlaylistsRole::on_news(std::function<bool(std::int64_t)> told) { pieces_->told = std::move(told); }

void PlaylistsRole::start() {
  pieces_->lookout.start(pieces_->look_every, [at = pieces_.get()] { at->tell(); });
}

void PlaylistsRole::stop_waiting() { pieces_->news.close(); }

void PlaylistsRole::stop() {
  if (!pieces_) return;
  pieces_->lookout.stop();
  pieces_->lists.close();
}

}  // namespace segue::catalog
