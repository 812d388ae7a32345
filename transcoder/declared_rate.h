// SPDX-License-Identifier: Apache-2.0
// Containers whose pictures have no times of their own but a rate in the head (AVI, YUV4MPEG2), where it says 0. Demuxers take 25 pictures
// a second for it, which is a film at any speed but its own.
#pragma once

#include <string>

#include "media/result.h"

namespace segue::transcoder {

// Error (without the file's name): what was expected and found. Reads the head of the file only.
[[nodiscard]] Result<void> check_declares_rate(const std::string& path);

}  // namespace segue::transcoder
