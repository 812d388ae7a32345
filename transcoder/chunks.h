// SPDX-License-Identifier: Apache-2.0
// Long video is cut into chunks, one closed group of pictures each, at the key frames of the common grid; several chunks of a rendition may
// be encoded at a time, each by an encoder of its own, and are joined in order. Pictures do not refer across the cut in any case, so the
// joint shows nothing. It costs memory (a chunk waits decoded while the one before it is encoded) and pays only where one encoder for
// each rendition cannot keep the cores busy:
//   an encoder keeps about one thread busy for each 120 lines of its picture (x264's frame threads; measured up to 9 at 1080)
//   chunks at a time = cores / threads that all renditions' encoders keep busy, rounded up; at most what fits into kMaxWaitingBytes
// Four renditions up to 1080p keep 22 cores busy without chunks.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <vector>

#include "media/result.h"
#include "media/track.h"

namespace segue::transcoder {

inline constexpr std::int64_t kMaxWaitingBytes = std::int64_t{1} << 30;  // of decoded pictures

// Threads that an encoder of such a picture keeps busy.
[[nodiscard]] int useful_threads(const media::VideoFormat& video) noexcept;

// `source`: the picture that waits; `renditions`: what is made of it; `gop`: pictures of a chunk.
[[nodiscard]] int chunks_at_once(const media::VideoFormat& source, const std::vector<media::VideoFormat>& renditions, int cores,
                                 std::int64_t gop) noexcept;

struct EncodedPicture {
  std::int64_t number = 0;  // in the order of presentation, through all chunks
  bool sync = false;
  std::vector<std::uint8_t> data;
};

// Brings the chunks' pictures, which come from several threads, into the order of the chunks. Calls of the taker are in order and never
// at the same time.
class ChunkJoin {
 public:
  using Taker = std::function<Result<void>(const EncodedPicture&)>;
  explicit ChunkJoin(Taker taker) : taker_(std::move(taker)) {}

  // In decode order within a chunk. Chunks count from 0. Error: the taker's.
  [[nodiscard]] Result<void> add(std::int64_t chunk, EncodedPicture picture);
  [[nodiscard]] Result<void> end(std::int64_t chunk);

 private:
  struct Chunk {
    std::vector<EncodedPicture> pictures;
    bool ended = false;
  };
  Taker taker_;
  std::mutex mutex_;
  std::int64_t open_ = 0;                  // the chunk that is handed on as it comes
  std::map<std::int64_t, Chunk> waiting_;  // later ones
};

}  // namespace segue::transcoder
