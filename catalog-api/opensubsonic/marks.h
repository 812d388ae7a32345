// SPDX-License-Identifier: Apache-2.0
// What a listener does: stars, ratings, scrobbles, the queue, bookmarks.
#pragma once

#include "catalog-api/opensubsonic/call.h"

namespace segue::opensubsonic {

Reply star(Call& call);
Reply unstar(Call& call);
Reply set_rating(Call& call);
Reply scrobble(Call& call);
Reply save_play_queue(Call& call);
Reply save_play_queue_by_index(Call& call);
Reply get_play_queue(Call& call);
Reply get_play_queue_by_index(Call& call);
Reply create_bookmark(Call& call);
Reply delete_bookmark(Call& call);
Reply get_bookmarks(Call& call);

}  // namespace segue::opensubsonic
