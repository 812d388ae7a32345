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

// Something of it is in the store, though a process may have died while it was withdrawn.
bool is_stored(const Layout& layout, const std::string& asset) {
  std::error_code error, unknown;
  for (fs::directory_iterator at(media::asset_folder(layout.store, asset), error), end; !error && at != end; at.increment(error)) {
    if (at->is_symlink(unknown) || !fs::is_empty(at->path(), unknown)) return true;
  }
  return false;
}

// The album has this track; or it is half withdrawn itself.
bool plays(const Layout& layout, const std::string& album, const std::string& track) {
  if (!media::is_asset_id(album)) return false;
  const auto current = current_asset(layout.store, album);
  if (!current) return is_stored(layout, album);
  const auto& parts = current->album_tracks;
  return std::any_of(parts.begin(), parts.end(), [&](const media::AlbumPart& part) { return part.asset == track; });
}

// All go by it.
Result<void> remove_link(const Layout& layout, const std::string& asset) {
  const std::string folder = media::asset_folder(layout.store, asset);
  const std::string link = folder + '/' + std::string(media::kCurrentLink);
  if (::unlink(link.c_str()) != 0 && errno != ENOENT) return Error{link + ": unlink: " + std::strerror(errno)};
  return sync_folder(folder);
}

// Each out of the store in one step.
Result<void> remove_generations(const Layout& layout, const std::string& asset) {
  const std::uint32_t last = next_generation(layout.store, asset, 0) - 1;
  const std::string trash = layout.staging("withdrawn-" + asset);
  if (auto made = make_folders(trash); !made) return made;
  for (std::uint32_t generation = 1; generation <= last; ++generation) {
    const std::string from = media::generation_folder(layout.store, asset, generation);
    std::error_code ignored;
    if (!fs::exists(from, ignored)) continue;
    if (auto moved = rename_file(from, trash + '/' + media::generation_name(generation)); !moved) return moved;
  }
  if (last > 0) {
    if (auto kept = make_folders(media::generation_folder(layout.store, asset, last)); !kept) return kept;
  }
  return remove_tree(trash);
}

}  // namespace

Result<std::vector<std::string>> withdraw(const Layout& layout, Queue& queue, const std::string& asset) {
  if (!is_stored(layout, asset)) return std::vector<std::string>();
  const auto current = current_asset(layout.store, asset);
  std::vector<std::string> gone{asset};
  if (current && plays(layout, current->album, asset))
    gone.insert(gone.begin(), current->album);  // the whole before its part: nobody is led to what is missing
  auto locks = AssetLocks::acquire(layout, gone, nullptr);
  if (!locks) return std::move(locks).error();
  for (const std::string& one : gone) {
    auto done = remove_link(layout, one);
    if (done) done = queue.announce_removed(one);
    if (done) done = remove_generations(layout, one);
    if (!done) return std::move(done).error();
  }
  return gone;
}

}  // namespace segue::ingest
