// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/presentation/arrange.h"

#include <algorithm>

#include "media/store.h"

namespace segue::presentation {
namespace {

std::string folder_of(const Stored& stored, const FolderOf& folder) {
  return folder(stored.presentation.asset) + media::generation_name(stored.presentation.generation) + '/';
}

bool is_part(const Stored& item, const media::AlbumPart& part) {
  return item.presentation.asset == part.asset && item.presentation.generation == part.generation;
}

struct Stretch {
  std::size_t begin = 0, length = 1;  // of the album's tracks; length 1: no stretch
};

// How far the items from `at` on go along the album.
Stretch along(const std::vector<StoredPtr>& items, std::size_t at, const std::vector<media::AlbumPart>& parts) {
  const auto first = std::find_if(parts.begin(), parts.end(), [&](const media::AlbumPart& part) { return is_part(*items[at], part); });
  if (first == parts.end()) return {};
  Stretch stretch{static_cast<std::size_t>(first - parts.begin()), 1};
  while (at + stretch.length < items.size() && stretch.begin + stretch.length < parts.size() &&
         is_part(*items[at + stretch.length], parts[stretch.begin + stretch.length]))
    ++stretch.length;
  return stretch;
}

// make_album_track wants one timescale and codec for each rendition, which an encoder run has; renditions of another ladder do not join.
bool share_renditions(const std::vector<StoredPtr>& items, std::size_t at, std::size_t length) {
  const auto same = [](const media::Track& a, const media::Track& b) {
    return a.rendition.id == b.rendition.id && a.rendition.track.timescale == b.rendition.track.timescale &&
           a.rendition.track.codec == b.rendition.track.codec;
  };
  const auto& first = items[at]->presentation.tracks;
  for (std::size_t i = at + 1; i < at + length; ++i) {
    const auto& other = items[i]->presentation.tracks;
    if (other.size() != first.size() || !std::equal(first.begin(), first.end(), other.begin(), same)) return false;
  }
  return true;
}

}  // namespace

Arranged arrange(std::string title, const std::vector<StoredPtr>& items, const FolderOf& folder,
                 const std::function<StoredPtr(const std::string&)>& album) {
  Arranged made;
  made.sequence.title = std::move(title);
  for (std::size_t at = 0; at < items.size();) {
    const StoredPtr whole = items[at]->album.empty() ? nullptr : album(items[at]->album);
    Stretch stretch = whole ? along(items, at, whole->album_tracks) : Stretch{};
    if (stretch.length > 1 && !share_renditions(items, at, stretch.length) && stretch.length < whole->album_tracks.size())
      stretch.length = 1;
    manifests::SequenceRun run;
    const auto take = [&](const StoredPtr& stored) {
      run.tracks.push_back(&stored->presentation);
      run.folders.push_back(folder_of(*stored, folder));
      made.held.push_back(stored);
    };
    if (whole && stretch.length == whole->album_tracks.size() && stretch.length > 1) {
      take(whole);
    } else {
      for (std::size_t i = 0; i < stretch.length; ++i) take(items[at + i]);
    }
    made.sequence.runs.push_back(std::move(run));
    at += stretch.length;
  }
  return made;
}

}  // namespace segue::presentation
