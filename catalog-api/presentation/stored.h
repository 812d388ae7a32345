// SPDX-License-Identifier: Apache-2.0
// What the store has of an asset that is to be played: its renditions with their segments. A generation's folder never changes, so what was
// read once stays true; only which generation is live is looked up each time. Bounded; any thread.
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "media/presentation.h"
#include "media/result.h"

namespace segue::presentation {

struct Stored {
  media::Presentation presentation;
  std::string album;                           // the encoder run that it belongs to, and
  std::vector<media::AlbumPart> album_tracks;  // of an album: its tracks
};
using StoredPtr = std::shared_ptr<const Stored>;

class Store {
 public:
  explicit Store(std::string folder) : folder_(std::move(folder)) {}

  // The live generation. nullptr: no such asset. Error: it is damaged, with the file and what is wrong.
  [[nodiscard]] Result<StoredPtr> live(const std::string& asset);
  [[nodiscard]] Result<StoredPtr> generation(const std::string& asset, std::uint32_t number);

 private:
  static constexpr std::size_t kMostKept = 4096;  // about 5 KB each: 20 MB
  [[nodiscard]] Result<StoredPtr> read(const std::string& asset, std::uint32_t number);
  std::string folder_;
  std::mutex mutex_;
  std::list<std::string> newest_first_;
  struct Kept {
    StoredPtr stored;
    std::list<std::string>::iterator place;
  };
  std::unordered_map<std::string, Kept> kept_;  // by "<asset>/g<n>"
};

}  // namespace segue::presentation
