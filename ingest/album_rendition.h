// SPDX-License-Identifier: Apache-2.0
// One rendition of an album's run: samples in, a track file for each of the album's tracks out.
//   lossy   one continuous programme, cut with its pre-rolls by packager::AlbumSplitter
//   FLAC    a begin … end for each track: files of their own from the start
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "packager/album_splitter.h"
#include "transcoder/transcode.h"

namespace segue::ingest {

struct AlbumOutput {
  std::string folder;  // the track's generation
  double seconds = 0;  // an estimate
};

class AlbumRendition : public transcoder::RenditionSink {
 public:
  // Input `k` of the run is decoded to its end. From the decoder's thread, before any sample that begins after it.
  virtual void track_ends(std::size_t k, const transcoder::Programme& programme) = 0;
  // After the run. The tracks in playing order, as manifests need them.
  [[nodiscard]] virtual Result<std::vector<media::Track>> finish(const packager::AlbumSplitter::Loudness& loudness) = 0;
};

// `plan` outlives the object.
[[nodiscard]] std::unique_ptr<AlbumRendition> make_album_rendition(const transcoder::RenditionPlan& plan, std::vector<AlbumOutput> outputs);

}  // namespace segue::ingest
