// SPDX-License-Identifier: Apache-2.0
// What a file says about itself: tags under the field's usual names, chapters, the cover.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "transcoder/ffmpeg/handles.h"
#include "transcoder/source.h"

namespace segue::transcoder::ffmpeg {

// Container's tags, then those of the first audio stream (Ogg and Matroska keep them there); the same value is not taken twice.
[[nodiscard]] media::Tags read_tags(const AVFormatContext& format);
// What libavformat left of lists (id3.h), behind the first values that it did take: of artists, genres and such, never a second title.
void add_lists(media::Tags& tags, const std::map<std::string, std::vector<std::string>>& lists);
// A tag that libavformat did not look at (ape.h). `before`: it knows more than what was found so far; else it fills what is missing.
enum class Believed { before, after };
void add_items(media::Tags& tags, const std::map<std::string, std::vector<std::string>>& items, Believed believed);
[[nodiscard]] std::vector<media::Chapter> read_chapters(const AVFormatContext& format);
// The front cover, else the first attached picture.
void read_cover(const AVFormatContext& format, SourceInfo& info);

}  // namespace segue::transcoder::ffmpeg
