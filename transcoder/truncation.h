// SPDX-License-Identifier: Apache-2.0
// A file that ends before its own container says so. Found by walking the container's outermost sizes, before anything is decoded;
// streams of frames or packets alone (MPEG audio, ADTS, AC-3, MPEG-TS) by the last one; the rest is found out while decoding. Program
// streams, NUT and IVF say nowhere how long they are: what is cut between two packets of theirs is as whole as any recording.
#pragma once

#include <cstdint>
#include <string>

#include "media/result.h"

namespace segue::transcoder {

// Error (without the file's name): "truncated: ...", what the container declares and what is there. A few reads only.
[[nodiscard]] Result<void> check_not_truncated(const std::string& path);

// Where the file ends but for ID3v1 and APEv2 tags behind its media; 0: it cannot be read.
[[nodiscard]] std::uint64_t end_of_media(const std::string& path);

}  // namespace segue::transcoder
