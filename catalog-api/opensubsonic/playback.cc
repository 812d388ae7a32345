// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/opensubsonic/playback.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>

#include "catalog-api/opensubsonic/nouns.h"

namespace segue::opensubsonic {
namespace {

using listening::Playing;

constexpr std::array<std::string_view, 4> kStates{"starting", "playing", "paused", "stopped"};
constexpr std::int64_t kMaxPositionMs = 7LL * 24 * 3600 * 1000;

std::int64_t now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

std::optional<double> rate_of(const Call& call) {
  const std::string text = call.text("playbackRate", "1");
  char* end = nullptr;
  const double rate = std::strtod(text.c_str(), &end);
  return end != text.c_str() && *end == '\0' && rate > 0 && rate <= 16 ? std::optional(rate) : std::nullopt;
}

std::optional<Failure> wrong_parameter(const Call& call) {
  for (const char* name : {"mediaId", "mediaType", "positionMs", "state"})
    if (!call.get(name)) return missing(name);
  if (std::find(kStates.begin(), kStates.end(), call.text("state")) == kStates.end())
    return Failure{kGeneric, "state: expected starting, playing, paused or stopped"};
  if (call.number("positionMs", -1, -1, kMaxPositionMs) < 0) return Failure{kGeneric, "positionMs: expected milliseconds"};
  if (!rate_of(call)) return Failure{kGeneric, "playbackRate: expected a number above 0, at most 16"};
  if (call.text("mediaType") == "podcast") return not_found("Podcast episode");
  if (call.text("mediaType") != "song") return Failure{kGeneric, "mediaType: expected song or podcast"};
  return std::nullopt;
}

}  // namespace

bool is_a_play(std::int64_t position_ms, std::int64_t length_ms) noexcept {
  return position_ms >= 30'000 && position_ms >= std::min<std::int64_t>(length_ms / 2, 240'000);
}

// Counted once for each playing, as soon as enough was heard; the time of the play is when it began, so that one that is told twice by
// different ways is counted once.
Reply report_playback(Call& call) {
  if (auto wrong = wrong_parameter(call)) return std::move(*wrong);
  const std::string id = call.text("mediaId"), state = call.text("state"), client = call.client();
  auto database = call.library().borrow();
  if (!database) return broken(call, database.error());
  auto track = library::track(**database, id);
  if (!track) return broken(call, track.error());
  if (!*track) return not_found("Song");
  auto& listening = call.pieces().listening;
  Playing playing{call.user().name, (*track)->id, client, state, *rate_of(call), call.number("positionMs", 0, 0, kMaxPositionMs)};
  playing.length_ms = std::llround((*track)->seconds * 1000);
  playing = listening.now_playing(std::move(playing));
  const bool is_heard = state != "starting" && !call.truth("ignoreScrobble", false);
  if (is_heard && !playing.is_counted && is_a_play(playing.position_ms, playing.length_ms)) {
    auto counted = listening.played(call.user().row, (*track)->id, (*track)->album_id, playing.begun_ms / 1000);
    if (!counted) return broken(call, counted.error());
    playing.is_counted = true;
    (void)listening.now_playing(playing);
  }
  if (state == "stopped") (void)listening.stopped(call.user().name, client, (*track)->id);
  return Node();
}

Reply get_now_playing(Call& call) {
  auto database = call.library().borrow();
  if (!database) return broken(call, database.error());
  std::vector<Node> entries;
  std::int64_t player = 0;
  const std::int64_t now = now_ms();
  for (const Playing& playing : call.pieces().listening.playing_now()) {
    auto track = library::track(**database, playing.id);
    if (!track) return broken(call, track.error());
    if (!*track) continue;
    auto node = songs(call, {**track});
    if (!node) return broken(call, node.error());
    Node& entry = node->front();
    entry.field("username", playing.user).field("minutesAgo", (now - playing.reported_ms) / 60'000).field("playerId", ++player);
    entry.field_if("playerName", playing.client);
    if (!playing.state.empty())
      entry.field("state", playing.state).field("positionMs", playing.position_at(now)).field("playbackRate", playing.rate);
    entries.push_back(std::move(entry));
  }
  return Node().object("nowPlaying", Node().list("entry", std::move(entries)));
}

}  // namespace segue::opensubsonic
