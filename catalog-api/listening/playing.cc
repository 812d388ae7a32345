// SPDX-License-Identifier: Apache-2.0
// What is playing now, in memory: nothing of it is worth a disk.
#include <algorithm>
#include <chrono>

#include "catalog-api/listening/listening.h"

namespace segue::listening {
namespace {

constexpr std::int64_t kToldMs = 600'000, kAfterEndMs = 1'800'000;
constexpr std::size_t kMaxPlaying = 1000;

std::int64_t now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

bool is_over(const Playing& playing, std::int64_t now) {
  if (playing.state.empty()) return now - playing.reported_ms > kToldMs;
  return now - playing.reported_ms > std::max<std::int64_t>(0, playing.length_ms - playing.position_ms) + kAfterEndMs;
}

}  // namespace

std::int64_t Playing::position_at(std::int64_t now_ms) const noexcept {
  if (state != "playing") return position_ms;
  const auto ran = static_cast<std::int64_t>(static_cast<double>(now_ms - reported_ms) * rate);
  return std::clamp<std::int64_t>(position_ms + ran, 0, std::max(length_ms, position_ms));
}

Playing Listening::now_playing(Playing playing) {
  playing.reported_ms = now_ms();
  playing.begun_ms = playing.reported_ms;
  const std::lock_guard lock(*mutex_);
  const auto before = std::find_if(playing_.begin(), playing_.end(),
                                   [&](const Playing& p) { return p.user == playing.user && p.client == playing.client; });
  if (before != playing_.end()) {
    if (before->id == playing.id && playing.state != "starting") {
      playing.begun_ms = before->begun_ms;
      playing.is_counted |= before->is_counted;
    }
    playing_.erase(before);
  }
  if (playing_.size() >= kMaxPlaying) playing_.erase(playing_.begin());
  playing_.push_back(playing);
  return playing;
}

std::optional<Playing> Listening::stopped(const std::string& user, const std::string& client, const std::string& id) {
  const std::lock_guard lock(*mutex_);
  const auto found =
      std::find_if(playing_.begin(), playing_.end(), [&](const Playing& p) { return p.user == user && p.client == client && p.id == id; });
  if (found == playing_.end()) return std::nullopt;
  Playing was = std::move(*found);
  playing_.erase(found);
  return was;
}

std::vector<Playing> Listening::playing_now() {
  const std::lock_guard lock(*mutex_);
  std::erase_if(playing_, [now = now_ms()](const Playing& p) { return is_over(p, now); });
  return playing_;
}

}  // namespace segue::listening
