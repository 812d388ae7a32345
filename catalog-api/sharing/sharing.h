// SPDX-License-Identifier: Apache-2.0
// What users put up for others: shares (an address that plays without an account) and internet radio stations. A database of
// its own; any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "media/result.h"
#include "service/database_place.h"
#include "service/database_pool.h"

namespace segue::sharing {

struct Share {
  std::string id;         // also its secret: 128 random bits
  std::int64_t user = 0;  // whose
  std::string user_name, description;
  std::vector<std::string> ids;                                         // of tracks and albums, in order
  std::int64_t created = 0, expires = 0, last_visited = 0, visits = 0;  // Unix seconds; 0: never
};

struct Station {
  std::string id, name, stream_url, home_page;
};

inline constexpr std::size_t kMaxShared = 1000;     // ids of a share
inline constexpr std::int64_t kMaxShares = 1000;    // of one user
inline constexpr std::size_t kMaxTextBytes = 4096;  // of a description, a name, an address

class Sharing {
 public:
  static Result<Sharing> open(const service::DatabasePlace& place);

  // Shares are counted from visits; one that has expired is there for its owner only.
  // nullopt: the user has kMaxShares.
  [[nodiscard]] Result<std::optional<Share>> add_share(Share share);
  [[nodiscard]] Result<std::vector<Share>> shares(std::int64_t user);
  [[nodiscard]] Result<std::optional<Share>> share(const std::string& id);
  // nullopt: no such share, or it has expired. Counts a visit.
  [[nodiscard]] Result<std::optional<Share>> visit(const std::string& id);
  // False: no such share of that user. What is nullopt stays.
  [[nodiscard]] Result<bool> update_share(std::int64_t user, const std::string& id, const std::optional<std::string>& description,
                                          std::optional<std::int64_t> expires);
  [[nodiscard]] Result<bool> remove_share(std::int64_t user, const std::string& id);

  [[nodiscard]] Result<std::vector<Station>> stations();
  [[nodiscard]] Result<void> add_station(const Station& station);
  [[nodiscard]] Result<bool> update_station(const Station& station);  // false: no such station
  [[nodiscard]] Result<bool> remove_station(const std::string& id);

 private:
  explicit Sharing(std::string path) : pool_(std::make_unique<service::DatabasePool>(std::move(path))) {}
  std::unique_ptr<service::DatabasePool> pool_;
};

}  // namespace segue::sharing
