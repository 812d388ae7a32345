// SPDX-License-Identifier: Apache-2.0
// dac3 and dec3 (ETSI TS 102 366 annex F) from the first sync frame of AC-3 or E-AC-3: containers other than MP4 carry no such record.
#pragma once

#include <cstdint>
#include <span>

#include "media/codec.h"
#include "media/result.h"

namespace segue::transcoder {

// Error: no sync frame of this codec, or one that CMAF cannot carry as it stands (E-AC-3 with fewer than six blocks a frame).
[[nodiscard]] Result<media::CodecConfig> dolby_config(media::Codec codec, std::span<const std::uint8_t> access_unit);

}  // namespace segue::transcoder
