// SPDX-License-Identifier: Apache-2.0
#include "transcoder/chunks.h"

#include <algorithm>

namespace segue::transcoder {

int useful_threads(const media::VideoFormat& video) noexcept {
  constexpr std::uint32_t kLinesOfAThread = 120;
  return std::clamp(static_cast<int>(std::min(video.width, video.height) / kLinesOfAThread), 1, 16);
}

int chunks_at_once(const media::VideoFormat& source, const std::vector<media::VideoFormat>& renditions, int cores,
                   std::int64_t gop) noexcept {
  int busy = 0;
  for (const media::VideoFormat& rendition : renditions) busy += useful_threads(rendition);
  if (busy == 0) return 1;
  const bool deep = source.range != media::VideoRange::sdr;
  const std::int64_t picture = std::int64_t{source.width} * source.height * 3 / 2 * (deep ? 2 : 1);
  const std::int64_t fit = kMaxWaitingBytes / std::max<std::int64_t>(1, picture * gop);
  return static_cast<int>(std::clamp<std::int64_t>((cores + busy - 1) / busy, 1, std::max<std::int64_t>(1, fit)));
}

Result<void> ChunkJoin::add(std::int64_t chunk, EncodedPicture picture) {
  const std::lock_guard lock(mutex_);
  if (chunk == open_) return taker_(picture);
  waiting_[chunk].pictures.push_back(std::move(picture));
  return {};
}

Result<void> ChunkJoin::end(std::int64_t chunk) {
  const std::lock_guard lock(mutex_);
  if (chunk != open_) {
    waiting_[chunk].ended = true;
    return {};
  }
  for (bool ended = true; ended;) {
    ++open_;
    const auto next = waiting_.find(open_);
    if (next == waiting_.end()) return {};
    for (const EncodedPicture& picture : next->second.pictures) {
      if (auto taken = taker_(picture); !taken) return taken;
    }
    ended = next->second.ended;
    waiting_.erase(next);
  }
  return {};
}

}  // namespace segue::transcoder
