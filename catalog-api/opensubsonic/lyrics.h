// SPDX-License-Identifier: Apache-2.0
// What is sung: lines, and words with their times.
#pragma once

#include "catalog-api/opensubsonic/call.h"

namespace segue::opensubsonic {

Reply get_lyrics(Call& call);
Reply get_lyrics_by_song_id(Call& call);

}  // namespace segue::opensubsonic
