// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/opensubsonic/routes.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "catalog-api/opensubsonic/browse.h"
#include "catalog-api/opensubsonic/hls.h"
#include "catalog-api/opensubsonic/lists.h"
#include "catalog-api/opensubsonic/login.h"
#include "catalog-api/opensubsonic/lyrics.h"
#include "catalog-api/opensubsonic/marks.h"
#include "catalog-api/opensubsonic/media.h"
#include "catalog-api/opensubsonic/playback.h"
#include "catalog-api/opensubsonic/playlist_calls.h"
#include "catalog-api/opensubsonic/sharing_calls.h"
#include "catalog-api/opensubsonic/system.h"
#include "catalog-api/opensubsonic/transcoding.h"
#include "service/http/url.h"

namespace segue::opensubsonic {
namespace {

using service::http::Fields;
using service::http::Method;
using service::http::Request;
using service::http::Response;

struct Entry {
  std::string_view name;
  Reply (*answer)(Call&);
  bool is_open = false;  // without login
};

constexpr std::array kMethods = {
    Entry{"ping", ping},
    Entry{"getLicense", get_license},
    Entry{"getOpenSubsonicExtensions", get_extensions, true},
    Entry{"tokenInfo", token_info},
    Entry{"getMusicFolders", get_music_folders},
    Entry{"getIndexes", get_indexes},
    Entry{"getMusicDirectory", get_music_directory},
    Entry{"getGenres", get_genres},
    Entry{"getArtists", get_artists},
    Entry{"getArtist", get_artist},
    Entry{"getAlbum", get_album},
    Entry{"getSong", get_song},
    Entry{"getArtistInfo", get_artist_info},
    Entry{"getArtistInfo2", get_artist_info2},
    Entry{"getAlbumInfo", get_album_info},
    Entry{"getAlbumInfo2", get_album_info},
    Entry{"getTopSongs", get_top_songs},
    Entry{"getSimilarSongs", get_similar_songs},
    Entry{"getSimilarSongs2", get_similar_songs2},
    Entry{"getAlbumList", get_album_list},
    Entry{"getAlbumList2", get_album_list2},
    Entry{"getRandomSongs", get_random_songs},
    Entry{"getSongsByGenre", get_songs_by_genre},
    Entry{"getNowPlaying", get_now_playing},
    Entry{"getStarred", get_starred},
    Entry{"getStarred2", get_starred2},
    Entry{"search2", search2},
    Entry{"search3", search3},
    Entry{"stream", stream},
    Entry{"download", download},
    Entry{"hls", hls},
    Entry{"hls.m3u8", hls},
    Entry{"getTranscodeDecision", get_transcode_decision},
    Entry{"getTranscodeStream", get_transcode_stream},
    Entry{"getCoverArt", get_cover_art},
    Entry{"getAvatar", get_avatar},
    Entry{"getLyrics", get_lyrics},
    Entry{"getLyricsBySongId", get_lyrics_by_song_id},
    Entry{"star", star},
    Entry{"unstar", unstar},
    Entry{"setRating", set_rating},
    Entry{"scrobble", scrobble},
    Entry{"reportPlayback", report_playback},
    Entry{"savePlayQueue", save_play_queue},
    Entry{"getPlayQueue", get_play_queue},
    Entry{"savePlayQueueByIndex", save_play_queue_by_index},
    Entry{"getPlayQueueByIndex", get_play_queue_by_index},
    Entry{"createBookmark", create_bookmark},
    Entry{"deleteBookmark", delete_bookmark},
    Entry{"getBookmarks", get_bookmarks},
    Entry{"getPlaylists", get_playlists},
    Entry{"getPlaylist", get_playlist},
    Entry{"createPlaylist", create_playlist},
    Entry{"updatePlaylist", update_playlist},
    Entry{"deletePlaylist", delete_playlist},
    Entry{"getUser", get_user},
    Entry{"getUsers", get_users},
    Entry{"getScanStatus", get_scan_status},
    Entry{"startScan", start_scan},
    Entry{"getPodcasts", get_podcasts},
    Entry{"getNewestPodcasts", get_newest_podcasts},
    Entry{"getPodcastEpisode", get_podcast_episode},
    Entry{"getInternetRadioStations", get_radio_stations},
    Entry{"createInternetRadioStation", create_radio_station},
    Entry{"updateInternetRadioStation", update_radio_station},
    Entry{"deleteInternetRadioStation", delete_radio_station},
    Entry{"getShares", get_shares},
    Entry{"createShare", create_share},
    Entry{"updateShare", update_share},
    Entry{"deleteShare", delete_share},
    Entry{"getVideos", get_videos},
    Entry{"getChatMessages", get_chat_messages},
};

// Of JSONP: a name, nothing that a script could do more with.
bool is_callback(std::string_view name) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$' || c == '.';
  };
  return !name.empty() && name.size() <= 128 && std::all_of(name.begin(), name.end(), fits);
}

Node envelope(bool is_ok, bool is_xml) {
  Node node;
  if (is_xml) node.field("xmlns", "http://subsonic.org/restapi");
  node.field("status", is_ok ? "ok" : "failed").field("version", "1.16.1").field("type", "segue").field("serverVersion", SEGUE_VERSION);
  return std::move(node.field("openSubsonic", true));
}

Response print(const Call& call, const Node& node) {
  const std::string format = call.text("f", "xml");
  Response response;
  std::string body;
  if (format == "json" || format == "jsonp") {
    body = "{\"subsonic-response\":";
    node.print_json(body);
    body += '}';
    response.content_type = "application/json";
    if (const std::string callback = call.text("callback"); format == "jsonp" && is_callback(callback)) {
      body = callback + "(" + body + ");";
      response.content_type = "application/javascript";
    }
  } else {
    body = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
    node.print_xml("subsonic-response", body);
    response.content_type = "text/xml; charset=utf-8";
  }
  response.body = std::make_shared<const std::string>(std::move(body));
  response.cache_control = "private, no-cache";
  return response;
}

// The method's own fields and children join the envelope's.
Response wrap(const Call& call, Reply reply) {
  if (auto* response = std::get_if<Response>(&reply)) return std::move(*response);
  const std::string format = call.text("f");
  Node node = envelope(!std::holds_alternative<Failure>(reply), format != "json" && format != "jsonp");
  if (const auto* failure = std::get_if<Failure>(&reply)) {
    node.object("error", Node().field("code", failure->code).field("message", failure->message));
  } else {
    node.merge(std::get<Node>(std::move(reply)));
  }
  return print(call, node);
}

Response answer(const Request& request, std::string_view name, Pieces& pieces) {
  Fields parameters = request.query;
  // A body of JSON is for the method itself (getTranscodeDecision).
  if (request.method == Method::post && !request.header("content-type").value_or("").starts_with("application/json")) {
    auto form = service::http::parse_query(request.body);
    if (form) parameters.insert(parameters.end(), std::make_move_iterator(form->begin()), std::make_move_iterator(form->end()));
  }
  Call call(request, std::move(parameters), pieces);
  if (name.ends_with(".view")) name.remove_suffix(5);
  const auto entry = std::find_if(kMethods.begin(), kMethods.end(), [&](const Entry& one) { return one.name == name; });
  if (entry == kMethods.end()) return wrap(call, Failure{kNotFound, "no such method: " + std::string(name.substr(0, 60))});
  if (!entry->is_open)
    if (auto refused = log_in(call)) return wrap(call, std::move(*refused));
  return wrap(call, entry->answer(call));
}

// Those that ask another process: where that hangs, those who wait for it take no thread from the others.
std::vector<std::string> waiting_methods(const Pieces& pieces) {
  std::vector<std::string> names;
  if (pieces.is_search_far) names.insert(names.end(), {"search", "search2", "search3"});
  if (pieces.are_lists_far)  // of a cover and a share the id tells whether it is one of a list
    names.insert(names.end(),
                 {"getPlaylists", "getPlaylist", "createPlaylist", "updatePlaylist", "deletePlaylist", "getCoverArt", "createShare"});
  const std::size_t count = names.size();
  for (std::size_t i = 0; i < count; ++i) names.push_back(names[i] + ".view");
  return names;
}

}  // namespace

void add_routes(service::http::Router& router, Pieces& pieces) {
  using service::http::Runs;
  for (const Method method : {Method::get, Method::post}) {
    for (const std::string& name : waiting_methods(pieces))
      router.add(method, "/rest/" + name, Runs::waiting, [&pieces, name](const Request& request) { return answer(request, name, pieces); });
    router.add(method, "/rest/{method}", Runs::on_pool,
               [&pieces](const Request& request) { return answer(request, request.parameter("method"), pieces); });
  }
}

}  // namespace segue::opensubsonic
