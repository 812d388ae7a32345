// SPDX-License-Identifier: Apache-2.0
// Playlists as the protocol has them, over the log of playlists/: places become items here, against the list that is read at the same time.
#pragma once

#include "catalog-api/opensubsonic/call.h"

namespace segue::opensubsonic {

Reply get_playlists(Call& call);
Reply get_playlist(Call& call);
Reply create_playlist(Call& call);
Reply update_playlist(Call& call);
Reply delete_playlist(Call& call);

}  // namespace segue::opensubsonic
