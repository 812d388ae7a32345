// SPDX-License-Identifier: Apache-2.0
// Lists of albums and songs, stars, and search.
#pragma once

#include "catalog-api/opensubsonic/call.h"

namespace segue::opensubsonic {

Reply get_album_list(Call& call);
Reply get_album_list2(Call& call);
Reply get_random_songs(Call& call);
Reply get_songs_by_genre(Call& call);
Reply get_starred(Call& call);
Reply get_starred2(Call& call);
Reply search2(Call& call);
Reply search3(Call& call);

}  // namespace segue::opensubsonic
