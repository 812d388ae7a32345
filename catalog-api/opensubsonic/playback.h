// SPDX-License-Identifier: Apache-2.0
// What plays now: told by scrobble (submission=false) or, with position and state, by reportPlayback.
#pragma once

#include "catalog-api/opensubsonic/call.h"

namespace segue::opensubsonic {

Reply report_playback(Call& call);
Reply get_now_playing(Call& call);

// Half of it, or four minutes, but no less than thirty seconds: what Last.fm and ListenBrainz count as a play.
[[nodiscard]] bool is_a_play(std::int64_t position_ms, std::int64_t length_ms) noexcept;

}  // namespace segue::opensubsonic
