// SPDX-License-Identifier: Apache-2.0
// About the server and its users; and what Segue has none of, told so that clients go on.
#pragma once

#include "catalog-api/opensubsonic/call.h"

namespace segue::opensubsonic {

Reply ping(Call& call);
Reply get_license(Call& call);
Reply get_extensions(Call& call);
Reply token_info(Call& call);
Reply get_user(Call& call);
Reply get_users(Call& call);
Reply get_scan_status(Call& call);
Reply start_scan(Call& call);
Reply get_podcasts(Call& call);
Reply get_newest_podcasts(Call& call);
Reply get_podcast_episode(Call& call);
Reply get_avatar(Call& call);
Reply get_videos(Call& call);
Reply get_chat_messages(Call& call);

}  // namespace segue::opensubsonic
