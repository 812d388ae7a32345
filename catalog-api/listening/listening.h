// SPDX-License-Identifier: Apache-2.0
// What users do with the library, kept apart from it: stars, ratings, plays, the queue they left off in, bookmarks. Things are named by
// their public ids and kept when the library forgets them for a while. A database of its own; any thread.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "media/result.h"
#include "service/database_place.h"
#include "service/database_pool.h"

namespace segue::listening {

enum class Kind : std::uint8_t { track, album, artist };

struct Mark {
  std::int64_t starred = 0;  // when; 0: not
  int rating = 0;            // 1 to 5; 0: none
  std::int64_t plays = 0, last_played = 0;
};
using Marks = std::map<std::string, Mark>;  // by id

struct Queue {
  std::vector<std::string> ids;
  std::int64_t index = 0, position_ms = 0, changed = 0;
  std::string changed_by;
};

struct Bookmark {
  std::string id, comment;
  std::int64_t position_ms = 0, created = 0, changed = 0;
};

// What one of a user's clients plays now. Times in milliseconds since 1970.
struct Playing {
  std::string user, id, client;
  std::string state;  // "starting", "playing", "paused"; empty: a client that tells only that it plays
  double rate = 1;
  std::int64_t position_ms = 0, reported_ms = 0;
  std::int64_t begun_ms = 0;   // when this playing of the song began
  std::int64_t length_ms = 0;  // of the song
  bool is_counted = false;     // as a play

  [[nodiscard]] std::int64_t position_at(std::int64_t now_ms) const noexcept;  // while it plays the position runs on, up to the end
};

enum class Ranking : std::uint8_t { frequent, recent, highest, starred };

class Listening {
 public:
  static Result<Listening> open(const service::DatabasePlace& place);

  [[nodiscard]] Result<void> star(std::int64_t user, Kind kind, const std::vector<std::string>& ids, bool starred);
  [[nodiscard]] Result<void> rate(std::int64_t user, Kind kind, const std::string& id, int rating);
  // `albums` beside `tracks`: an album is played when one of its tracks is. `time`: when, in Unix seconds; told twice, counted once.
  [[nodiscard]] Result<void> played(std::int64_t user, const std::string& track, const std::string& album, std::int64_t time);

  [[nodiscard]] Result<Marks> marks(std::int64_t user, Kind kind, const std::vector<std::string>& ids);
  // All that the user has marked or played.
  [[nodiscard]] Result<Marks> all_marks(std::int64_t user, Kind kind);
  // The best ids of a ranking, best first.
  [[nodiscard]] Result<std::vector<std::string>> ranked(std::int64_t user, Kind kind, Ranking by, std::int64_t limit, std::int64_t offset);
  // Plays by everybody, by id: at most `most`, the first behind `after`.
  [[nodiscard]] Result<std::vector<std::pair<std::string, std::int64_t>>> total_plays(Kind kind, const std::string& after,
                                                                                      std::int64_t most);

  [[nodiscard]] Result<void> save_queue(std::int64_t user, const Queue& queue);
  [[nodiscard]] Result<std::optional<Queue>> queue(std::int64_t user);
  [[nodiscard]] Result<void> save_bookmark(std::int64_t user, const Bookmark& bookmark);
  [[nodiscard]] Result<void> remove_bookmark(std::int64_t user, const std::string& id);
  [[nodiscard]] Result<std::vector<Bookmark>> bookmarks(std::int64_t user);

  // Kept in memory: ten minutes, or, of clients that tell their position, until half an hour after the song should have ended. `playing`
  // replaces what the client told before; the same song goes on unless it is "starting" again.
  // Result: what is known of this playing now (begun_ms, is_counted).
  Playing now_playing(Playing playing);
  // It has stopped; nullopt: nothing was known of it.
  std::optional<Playing> stopped(const std::string& user, const std::string& client, const std::string& id);
  [[nodiscard]] std::vector<Playing> playing_now();

 private:
  explicit Listening(std::string path) : pool_(std::make_unique<service::DatabasePool>(std::move(path))) {}
  std::unique_ptr<service::DatabasePool> pool_;
  std::unique_ptr<std::mutex> mutex_ = std::make_unique<std::mutex>();
  std::vector<Playing> playing_;
};

}  // namespace segue::listening
