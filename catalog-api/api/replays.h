// SPDX-License-Identifier: Apache-2.0
// Idempotency-Key: a request that is sent again because its answer was lost is answered again, not done again. What was answered is kept
// for a day, by user and key; the same key with another request is refused. A database of its own.
#pragma once

#include <memory>
#include <string>

#include "catalog-api/api/guard.h"
#include "service/database_place.h"
#include "service/database_pool.h"

namespace segue::api {

class Replays {
 public:
  static Result<Replays> open(const service::DatabasePlace& place);
  // `handler` behind the key, when the request has one. Server errors are not kept, but for those of which nobody knows.
  [[nodiscard]] Guard::Handler once(Guard::Handler handler);

 private:
  explicit Replays(std::string path) : pool_(std::make_shared<service::DatabasePool>(std::move(path))) {}
  std::shared_ptr<service::DatabasePool> pool_;
};

}  // namespace segue::api
