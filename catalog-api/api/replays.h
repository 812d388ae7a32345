// SPDX-License-Identifier: Apache-2.0
// Idempotency-Key: a request that is sent again because its answer was lost is answered again, not done again. What was answered is kept
// for a day, by user and key; the same key with another request is refused.
// An answer may have a secret that is told once, a request a password. Where that is so, the answer lies sealed with accounts.key and the
// request's own Idempotency-Key together, and of both requests and keys there are only digests made with accounts.key: who reads the
// database learns nothing, and who has accounts.key besides learns nothing that the client's key does not open.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "catalog-api/accounts/secrets.h"
#include "catalog-api/api/guard.h"
#include "service/database_place.h"
#include "service/database_pool.h"

namespace segue::api {

class Replays {
 public:
  // A database of its own; answers lie there as they are. Each role that keeps some has another.
  static Result<Replays> open(const service::DatabasePlace& place, std::string_view name = "idempotency");
  // In the database of accounts; answers are sealed.
  static Result<Replays> open_sealed(const service::DatabasePlace& place);
  // `handler` behind the key, when the request has one. Server errors are not kept, but for those of which nobody knows.
  [[nodiscard]] Guard::Handler once(Guard::Handler handler);

 private:
  static Result<Replays> open(std::string path, std::optional<accounts::Keys> keys);
  Replays(std::string path, std::optional<accounts::Keys> keys)
      : pool_(std::make_shared<service::DatabasePool>(std::move(path))), keys_(keys) {}
  std::shared_ptr<service::DatabasePool> pool_;
  std::optional<accounts::Keys> keys_;  // of what is sealed
};

}  // namespace segue::api
