// SPDX-License-Identifier: Apache-2.0
// What a source file holds, found out before anything is decoded.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "media/asset.h"
#include "media/result.h"
#include "media/track.h"

namespace segue::transcoder {

struct SourceStream {
  int index = 0;  // libavformat's
  media::TrackKind kind = media::TrackKind::audio;
  std::string codec;             // libavcodec's name: "flac", "vorbis", "pcm_s24le", "h264"
  std::string profile;           // "LC", "HE-AAC", "High 10"
  std::int64_t bit_rate = 0;     // 0: unknown
  std::string language = "und";  // BCP 47
  std::string label;
  std::string
      role;  // of DASH (23009-1 5.8.5.5), where the file says more than what the stream is: "commentary", "description", "dub", "caption"
  bool is_default = false, forced = false, lossless = false, interlaced = false;
  bool copyable = false;  // its packets can go into a CMAF track as they are (configuration known, one edit at most)
  int rotation = 0;       // clockwise degrees to apply for display: 0, 90, 180, 270
  bool mirrored = false;  // see ffmpeg/video_format.h
  media::AudioFormat audio;
  media::VideoFormat video;  // as it will be shown: rotation applied, frame rate as planned for output
};

struct SourceInfo {
  std::string path;
  std::string container;              // "flac", "matroska,webm"
  double seconds = 0;                 // estimate; 0: unknown
  std::vector<SourceStream> streams;  // usable audio, video and text streams; attached pictures are in cover
  media::Tags tags;
  std::vector<media::Chapter> chapters;
  std::vector<std::uint8_t> cover;  // the picture's file bytes as found
  std::string cover_extension;      // "jpg", "png", "webp"
};

// Opens and reads a bounded amount of a file or URL. Error: one line that names the file, what was expected and found.
[[nodiscard]] Result<SourceInfo> probe(const std::string& path_or_url);

// SHA-256 over the packets' bytes of all audio, video and text streams, in stream order: the same after a re-tag. Reads the whole file.
[[nodiscard]] Result<std::string> media_hash(const std::string& path_or_url);

}  // namespace segue::transcoder
