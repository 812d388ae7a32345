// SPDX-License-Identifier: Apache-2.0
// Loudspeaker layouts as DASH names them: the ChannelConfiguration code points of ISO/IEC 23091-3.
#pragma once

#include <string>

#include "manifests/dash_mpd.h"
#include "media/track.h"

namespace segue::manifests {

// AudioChannelConfiguration of a format: the code point of its layout; where it has none, the plain count of channels.
[[nodiscard]] dash::Descriptor channel_configuration(const media::AudioFormat& format);

// The count of channels that a descriptor of any scheme in use means; 0: unknown.
[[nodiscard]] std::uint32_t channel_count(const dash::Descriptor& descriptor) noexcept;

}  // namespace segue::manifests
