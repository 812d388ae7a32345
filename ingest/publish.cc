// SPDX-License-Identifier: Apache-2.0
#include "ingest/publish.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <vector>

#include "ingest/files.h"
#include "media/limits.h"
#include "media/store.h"

namespace segue::ingest {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kReady = "ready";
constexpr std::size_t kMostReadyBytes = 16u << 20;

// "g3" → 3; 0: no generation's name.
std::uint32_t generation_of(std::string_view name) {
  if (name.size() < 2 || name.front() != 'g') return 0;
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(name.data() + 1, name.data() + name.size(), number);
  return error == std::errc() && end == name.data() + name.size() ? number : 0;
}

std::vector<std::uint32_t> generations(const std::string& store, const std::string& asset) {
  std::vector<std::uint32_t> found;
  std::error_code error;
  for (fs::directory_iterator at(media::asset_folder(store, asset), error), end; !error && at != end; at.increment(error)) {
    if (const std::uint32_t number = generation_of(at->path().filename().string()); number > 0) found.push_back(number);
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::uint32_t current_generation(const std::string& store, const std::string& asset) {
  std::error_code error;
  const fs::path target = fs::read_symlink(media::asset_folder(store, asset) + '/' + std::string(media::kCurrentLink), error);
  return error ? 0 : generation_of(target.string());
}

std::optional<media::Asset> read_asset(const std::string& folder) {
  auto text = read_file(folder + '/' + std::string(media::kAssetFile), media::kMaxAssetJsonBytes);
  if (!text) return std::nullopt;
  auto asset = media::parse_asset(*text);
  if (!asset) return std::nullopt;
  return std::move(*asset);
}

// Into its place; done already when the process that did it died afterwards.
Result<void> move_piece(const std::string& store, const std::string& staging, const Piece& piece) {
  const std::string from = media::generation_folder(staging, piece.asset, piece.generation);
  const std::string to = media::generation_folder(store, piece.asset, piece.generation);
  std::error_code ignored;
  if (!fs::exists(from, ignored)) {
    if (fs::exists(to, ignored)) return {};
    return Error{from + ": sealed but not there"};
  }
  const std::string folder = media::asset_folder(store, piece.asset);
  if (auto made = make_folders(folder); !made) return made;
  if (auto moved = rename_file(from, to); !moved) return moved;
  return sync_folder(folder);
}

Result<void> make_current(const std::string& store, const Piece& piece) {
  if (current_generation(store, piece.asset) >= piece.generation) return {};
  const std::string folder = media::asset_folder(store, piece.asset);
  const std::string link = folder + '/' + std::string(media::kCurrentLink);
  if (auto swapped = swap_link(link, media::generation_name(piece.generation)); !swapped) return swapped;
  return sync_folder(folder);
}

// The album whose run made this generation still plays it.
bool is_listed(const std::string& store, const std::string& asset, std::uint32_t generation) {
  const auto own = asset_of(store, asset, generation);
  if (!own || !media::is_asset_id(own->album)) return false;
  const auto album = current_asset(store, own->album);
  if (!album) return false;
  return std::any_of(album->album_tracks.begin(), album->album_tracks.end(),
                     [&](const media::AlbumPart& part) { return part.asset == asset && part.generation == generation; });
}

}  // namespace

Result<void> seal(const std::string& staging, const JobResult& result) {
  if (auto done = sync_tree(staging); !done) return done;
  const std::string ready = staging + '/' + std::string(kReady);
  if (auto done = write_file(ready + ".new", write_result(result)); !done) return done;
  if (auto done = sync_tree(staging); !done) return done;
  if (auto done = rename_file(ready + ".new", ready); !done) return done;
  return sync_folder(staging);
}

std::optional<JobResult> sealed(const std::string& staging) {
  auto text = read_file(staging + '/' + std::string(kReady), kMostReadyBytes);
  if (!text) return std::nullopt;
  return read_result(*text);
}

Result<void> publish(const std::string& store, const std::string& staging, const JobResult& result) {
  for (const Piece& piece : result.pieces) {
    if (auto moved = move_piece(store, staging, piece); !moved) return moved;
  }
  for (const Piece& piece : result.pieces) {
    if (auto swapped = make_current(store, piece); !swapped) return swapped;
  }
  return sync_folder(store);
}

Result<void> prune(const std::string& store, const std::string& staging, const std::string& asset) {
  const std::uint32_t current = current_generation(store, asset);
  std::vector<std::uint32_t> old = generations(store, asset);
  std::erase_if(old, [&](std::uint32_t generation) { return generation >= current; });
  if (!old.empty()) old.pop_back();  // the one before: players are inside it
  for (const std::uint32_t generation : old) {
    if (is_listed(store, asset, generation)) continue;
    // Out of the store in one step, so that a process that dies here leaves nothing half removed.
    const std::string trash = staging + "/old-" + asset + '-' + std::to_string(generation);
    if (auto made = make_folders(staging); !made) return made;
    if (auto moved = rename_file(media::generation_folder(store, asset, generation), trash); !moved) return moved;
    if (auto removed = remove_tree(trash); !removed) return removed;
  }
  return {};
}

std::optional<media::Asset> asset_of(const std::string& store, const std::string& asset, std::uint32_t generation) {
  return read_asset(media::generation_folder(store, asset, generation));
}

std::optional<media::Asset> current_asset(const std::string& store, const std::string& asset) {
  return read_asset(media::asset_folder(store, asset) + '/' + std::string(media::kCurrentLink));
}

std::uint32_t next_generation(const std::string& store, const std::string& asset, std::uint32_t announced) {
  const std::vector<std::uint32_t> found = generations(store, asset);
  return std::max({found.empty() ? 0 : found.back(), current_generation(store, asset), announced}) + 1;
}

}  // namespace segue::ingest
