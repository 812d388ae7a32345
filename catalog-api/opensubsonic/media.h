// SPDX-License-Identifier: Apache-2.0
// What is heard and seen: whole files with ranges, covers, HLS, lyrics.
#pragma once

#include "catalog-api/opensubsonic/call.h"

namespace segue::opensubsonic {

Reply stream(Call& call);
Reply download(Call& call);
Reply hls(Call& call);
Reply get_cover_art(Call& call);
Reply get_lyrics(Call& call);
Reply get_lyrics_by_song_id(Call& call);

}  // namespace segue::opensubsonic
