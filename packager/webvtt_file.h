// SPDX-License-Identifier: Apache-2.0
// The plain WebVTT file beside a text rendition's track file: what HLS plays, for neither hls.js nor Apple's players show WebVTT in
// fragmented MP4. It is made from the finished track file, so both tell the same to the tick.
#pragma once

#include <string>

#include "media/presentation.h"

namespace segue::packager {

// Writes <folder>/<rendition.id>.vtt of a text track that lies in `folder` and is named already, and tells track.rendition.webvtt of it
// (but for its checksum). Sound and pictures: nothing. Error: names the file.
[[nodiscard]] Result<void> write_webvtt(const std::string& folder, media::Track& track);

}  // namespace segue::packager
