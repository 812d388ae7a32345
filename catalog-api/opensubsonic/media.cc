// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/opensubsonic/media.h"

#include <algorithm>

#include "catalog-api/library/stored_asset.h"
#include "catalog-api/opensubsonic/nouns.h"
#include "catalog-api/opensubsonic/song.h"
#include "service/http/url.h"

namespace segue::opensubsonic {
namespace {

constexpr std::int64_t kMaxOffset = 100LL * 3600;  // seconds

struct Wanted {
  std::string format;
  std::int64_t max_kbps = 0, seconds = 0;
  bool as_file = false;
};

Reply send_song(Call& call, const Wanted& wanted) {
  auto found = song_of(call);
  if (auto* failure = std::get_if<Failure>(&found)) return std::move(*failure);
  const Song& song = std::get<Song>(found);
  auto asset = library::read_asset(song.folder);
  if (!asset) return broken(call, asset.error());
  const media::Rendition* rendition = choose(*asset, wanted.format, wanted.max_kbps);
  if (rendition == nullptr) return not_found("Sound of the song");
  auto response = send_rendition(call, song, *rendition, wanted.seconds);
  if (!response) return broken(call, response.error());
  const std::string suffix = rendition->track.codec == media::Codec::flac ? "flac" : "m4a";
  if (wanted.as_file)
    response->headers.emplace_back("Content-Disposition",
                                   "attachment; filename*=UTF-8''" + service::http::percent_encode(song.track.title + "." + suffix));
  return std::move(*response);
}

// A list shows the picture of its first song that has one; of a long list no more is read than that takes.
Result<std::string> cover_of_list(library::Reader& database, const playlists::Playlist& playlist) {
  constexpr std::size_t kAtOnce = 50;
  const auto& items = playlist.list.items;
  for (std::size_t from = 0; from < items.size(); from += kAtOnce) {
    std::vector<std::string> ids;
    for (std::size_t i = from; i < std::min(items.size(), from + kAtOnce); ++i) ids.push_back(items[i].track);
    auto tracks = library::tracks_by_id(database, ids);
    if (!tracks) return std::move(tracks).error();
    for (const auto& track : *tracks)
      if (!cover_of(track).empty()) return track.album_cover.empty() ? track.cover : track.album_cover;
  }
  return std::string();
}

// Where the picture of an album, artist, playlist, song lies: "/v/<asset>/g<n>/cover.jpg"; empty: nowhere. A list may be waited for, and no
// connection is held meanwhile.
std::variant<std::string, Failure> address_of_cover(Call& call, const std::string& id) {
  std::optional<playlists::Playlist> playlist;
  if (id.starts_with("pl-")) {
    auto list = call.pieces().lists.get(call.user().name, id, "");
    if (!list) return broken_lists(call, list.error());
    if (std::holds_alternative<playlists::Refusal>(*list)) return std::string();
    playlist = std::get<playlists::Playlist>(std::move(*list));
  }
  auto database = call.library().borrow();
  if (!database) return broken(call, database.error());
  auto address = playlist ? cover_of_list(**database, *playlist) : library::cover(**database, id);
  if (!address) return broken(call, address.error());
  return std::move(*address);
}

}  // namespace

// "raw" is the best that there is: the source itself is not kept.
Reply stream(Call& call) {
  Wanted wanted{call.text("format"), 0, call.number("timeOffset", 0, 0, kMaxOffset), false};
  if (wanted.format != "raw") wanted.max_kbps = call.number("maxBitRate", 0, 0, 100'000);
  return send_song(call, wanted);
}

Reply download(Call& call) { return send_song(call, {"raw", 0, 0, true}); }

Reply get_cover_art(Call& call) {
  const auto id = call.get("id");
  if (!id) return missing("id");
  const auto found = address_of_cover(call, *id);
  if (const auto* failure = std::get_if<Failure>(&found)) return *failure;
  const auto& address = std::get<std::string>(found);
  if (address.empty()) return not_found("Cover art");
  auto response = call.pieces().covers.response(address, call.number("size", 0, 0, 100'000));
  if (!response) return broken(call, response.error());
  return *response ? Reply(std::move(**response)) : Reply(not_found("Cover art"));
}

}  // namespace segue::opensubsonic
