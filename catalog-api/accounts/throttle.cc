// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/accounts/throttle.h"

#include <algorithm>
#include <ctime>

namespace segue::accounts {
namespace {

constexpr std::int64_t kLongest = 900, kMemory = 3600;

}  // namespace

std::int64_t wait_for(std::int64_t beyond, std::int64_t since_last) noexcept {
  if (beyond < 0 || since_last >= kMemory || since_last < -kMemory) return 0;
  const std::int64_t wait = std::min(kLongest, std::int64_t{1} << std::min<std::int64_t>(beyond, 20));
  return std::max<std::int64_t>(0, wait - std::max<std::int64_t>(0, since_last));
}

Result<std::int64_t> wait_of(service::Database& database, const std::string& key, std::int64_t free) {
  auto rows = database.query("SELECT failures, last FROM throttle WHERE key = ?", key);
  if (!rows) return std::move(rows).error();
  if (rows->empty()) return std::int64_t{0};
  return wait_for(rows->front()[0].integer() - free, std::time(nullptr) - rows->front()[1].integer());
}

Result<void> count_failure(service::Database& database, const std::string& key) {
  const std::int64_t now = std::time(nullptr);
  auto counted = database.run(
      "INSERT INTO throttle VALUES (?1, 1, ?2) ON CONFLICT (key) DO UPDATE SET failures = CASE WHEN ?2 - throttle.last >= ?3 OR "
      "throttle.last "
      "- ?2 > ?3 THEN 1 ELSE throttle.failures + 1 END, last = ?2",
      key, now, kMemory);
  if (!counted) return std::move(counted).error();
  auto old = database.run("DELETE FROM throttle WHERE last < ?", now - kMemory);
  if (!old) return std::move(old).error();
  return {};
}

Result<void> forget_failures(service::Database& database, const std::string& key) {
  auto done = database.run("DELETE FROM throttle WHERE key = ?", key);
  if (!done) return std::move(done).error();
  return {};
}

}  // namespace segue::accounts
