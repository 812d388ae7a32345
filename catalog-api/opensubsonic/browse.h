// SPDX-License-Identifier: Apache-2.0
// Looking around: folders, indexes, artists, albums, songs, genres, and lists of them.
#pragma once

#include "catalog-api/opensubsonic/call.h"

namespace segue::opensubsonic {

Reply get_music_folders(Call& call);
Reply get_indexes(Call& call);
Reply get_music_directory(Call& call);
Reply get_genres(Call& call);
Reply get_artists(Call& call);
Reply get_artist(Call& call);
Reply get_album(Call& call);
Reply get_song(Call& call);
Reply get_artist_info(Call& call);
Reply get_artist_info2(Call& call);
Reply get_album_info(Call& call);
Reply get_top_songs(Call& call);
Reply get_similar_songs(Call& call);
Reply get_similar_songs2(Call& call);

}  // namespace segue::opensubsonic
