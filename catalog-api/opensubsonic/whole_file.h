// SPDX-License-Identifier: Apache-2.0
// A track as one file for players that know nothing of HLS, made of ranges of what the store has, without copying or encoding: FLAC becomes
// a native .flac (fLaC, its metadata blocks, the frames of every segment), anything else is the track file itself (fragmented MP4). Both
// can be sought in from the first byte, since every offset is known beforehand. From a later moment on it begins with the frame that is
// heard there.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "media/asset.h"
#include "media/result.h"
#include "service/http/message.h"

namespace segue::opensubsonic {

struct WholeFile {
  std::vector<service::http::BodyPart> parts;
  std::string content_type, suffix;
  std::uint64_t size = 0;
};

// Error: the file is not what asset.json says, or cannot be read.
[[nodiscard]] Result<WholeFile> whole_file(const std::string& generation_folder, const media::Rendition& rendition);
// Without what is heard before `seconds`: less than a frame of it is left, on a clock that begins at 0. Beyond the end: the last frame.
[[nodiscard]] Result<WholeFile> file_from(const std::string& generation_folder, const media::Rendition& rendition, std::int64_t seconds);

// Of the bytes [from, from + length) of `parts`: the parts, or what is left of them.
[[nodiscard]] std::vector<service::http::BodyPart> slice(const std::vector<service::http::BodyPart>& parts, std::uint64_t from,
                                                         std::uint64_t length);

// The rendition for a client that takes `max_kbps` (0: any) and asked for `format` ("", "raw", "flac", "aac", "mp3", "opus", …): lossless
// when it may be, else the best that fits, else the smallest. nullptr: no audio.
[[nodiscard]] const media::Rendition* choose(const media::Asset& asset, std::string_view format, std::int64_t max_kbps);

}  // namespace segue::opensubsonic
