// SPDX-License-Identifier: Apache-2.0
#include "ingest/withdraw.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "ingest/asset_lock.h"
#include "ingest/files.h"
#include "ingest/publish.h"
#include "media/store.h"

namespace segue::ingest {
namespace {

namespace fs = std::filesystem;

// First the link, which all go by; then the folders, each out of the store in one step.
Result<void> remove(const Layout& layout, const std::string& asset) {
  const std::string folder = media::asset_folder(layout.store, asset);
  const std::string link = folder + '/' + std::string(media::kCurrentLink);
  if (::unlink(link.c_str()) != 0 && errno != ENOENT) return Error{link + ": unlink: " + std::strerror(errno)};
  if (auto synced = sync_folder(folder); !synced) return synced;
  const std::uint32_t last = next_generation(layout.store, asset, 0) - 1;
  const std::string trash = layout.staging("withdrawn-" + asset);
  if (auto made = make_folders(trash); !made) return made;
  for (std::uint32_t generation = 1; generation <= last; ++generation) {
    const std::string from = media::generation_folder(layout.store, asset, generation);
    std::error_code ignored;
    if (!fs::exists(from, ignored)) continue;
    if (auto moved = rename_file(from, trash + '/' + media::generation_name(generation)); !moved) return moved;
  }
  if (auto kept = make_folders(media::generation_folder(layout.store, asset, last)); !kept) return kept;
  return remove_tree(trash);
}

}  // namespace

Result<std::vector<std::string>> withdraw(const Layout& layout, Queue& queue, const std::string& asset) {
  const auto current = current_asset(layout.store, asset);
  if (!current) return std::vector<std::string>();
  std::vector<std::string> gone{asset};
  if (const auto album = current_asset(layout.store, current->album)) {
    const auto& parts = album->album_tracks;
    if (std::any_of(parts.begin(), parts.end(), [&](const media::AlbumPart& part) { return part.asset == asset; }))
      gone.insert(gone.begin(), current->album);  // the whole before its part: nobody is led to what is missing
  }
  auto locks = AssetLocks::acquire(layout, gone, nullptr);
  if (!locks) return std::move(locks).error();
  for (const std::string& one : gone) {
    if (auto removed = remove(layout, one); !removed) return std::move(removed).error();
    if (auto told = queue.announce_removed(one); !told) return std::move(told).error();
  }
  return gone;
}

}  // namespace segue::ingest
