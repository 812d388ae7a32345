// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/opensubsonic/system.h"

namespace segue::opensubsonic {
namespace {

Node user_node(const accounts::User& user, const std::vector<accounts::MusicLibrary>& libraries) {
  const bool is_admin = user.role == "admin";
  Node node;
  node.field("username", user.name).field("scrobblingEnabled", true).field("adminRole", is_admin).field("settingsRole", true);
  node.field("downloadRole", true)
      .field("uploadRole", false)
      .field("playlistRole", true)
      .field("coverArtRole", false)
      .field("commentRole", false);
  node.field("podcastRole", false)
      .field("streamRole", true)
      .field("jukeboxRole", false)
      .field("shareRole", true)
      .field("videoConversionRole", false);
  std::vector<Scalar> folders;
  for (const auto& library : libraries)
    if (library::View{user.libraries}.sees(library.number)) folders.emplace_back(folder_of(library.number));
  node.scalars("folder", std::move(folders));
  return node;
}

}  // namespace

Reply ping(Call&) { return Node(); }
Reply get_license(Call&) { return Node().object("license", Node().field("valid", true)); }

Reply get_extensions(Call&) {
  std::vector<Node> all;
  const auto add = [&](const char* name, std::vector<Scalar> versions) {
    all.push_back(Node().field("name", name).scalars("versions", std::move(versions)));
  };
  for (const char* name : {"apiKeyAuthentication", "formPost", "getPodcastEpisode", "indexBasedQueue", "playbackReport",
                           "topSongsByArtistId", "transcodeOffset", "transcoding"})
    add(name, {std::int64_t{1}});
  add("songLyrics", {std::int64_t{1}, std::int64_t{2}});
  return Node().list("openSubsonicExtensions", std::move(all));
}

Reply token_info(Call& call) { return Node().object("tokenInfo", Node().field("username", call.user().name)); }

Reply get_user(Call& call) {
  const std::string name = call.text("username", call.user().name);
  auto libraries = call.pieces().accounts.libraries();
  if (!libraries) return broken(call, libraries.error());
  if (name == call.user().name) return Node().object("user", user_node(call.user(), *libraries));
  if (call.user().role != "admin") return Failure{kNotAuthorized, "username: only administrators see others"};
  auto user = call.pieces().accounts.find(name);
  if (!user) return broken(call, user.error());
  if (!*user) return not_found("User");
  return Node().object("user", user_node(**user, *libraries));
}

Reply get_users(Call& call) {
  if (call.user().role != "admin") return Failure{kNotAuthorized, "only administrators see all users"};
  auto users = call.pieces().accounts.users();
  if (!users) return broken(call, users.error());
  std::vector<Node> nodes;
  auto libraries = call.pieces().accounts.libraries();
  if (!libraries) return broken(call, libraries.error());
  for (const auto& user : *users) nodes.push_back(user_node(user, *libraries));
  return Node().object("users", Node().list("user", std::move(nodes)));
}

Reply get_scan_status(Call& call) {
  auto database = call.library().borrow();
  if (!database) return broken(call, database.error());
  auto count = library::track_count(**database);
  if (!count) return broken(call, count.error());
  return Node().object("scanStatus", Node().field("scanning", call.pieces().is_scanning()).field("count", *count));
}

Reply start_scan(Call& call) {
  if (call.user().role != "admin") return Failure{kNotAuthorized, "only administrators start a scan"};
  call.pieces().request_scan();
  return get_scan_status(call);
}

Reply get_podcasts(Call&) { return Node().object("podcasts", Node().list("channel", {})); }
Reply get_newest_podcasts(Call&) { return Node().object("newestPodcasts", Node().list("episode", {})); }
// Segue keeps no podcasts: there is no episode by any id.
Reply get_podcast_episode(Call& call) { return call.get("id") ? Reply(not_found("Podcast episode")) : Reply(missing("id")); }
// Nor pictures of users.
Reply get_avatar(Call& call) { return call.get("username") ? Reply(not_found("Avatar")) : Reply(missing("username")); }
Reply get_videos(Call&) { return Node().object("videos", Node().list("video", {})); }
Reply get_chat_messages(Call&) { return Node().object("chatMessages", Node().list("chatMessage", {})); }

}  // namespace segue::opensubsonic
