// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/accounts/throttle.h"

#include <algorithm>
#include <ctime>

#include "access/network.h"

namespace segue::accounts {
namespace {

constexpr std::int64_t kFreeByBoth = 5, kFreeByAddress = 50, kFreeByName = 100;
constexpr std::int64_t kLongest = 900, kMemory = 3600;
constexpr std::int64_t kKnownSeconds = 90LL * 24 * 3600;  // where nobody logged in for so long is a stranger's place again
constexpr std::int64_t kMostKnown = 50;                   // addresses of one user, the newest

}  // namespace

std::int64_t wait_for(std::int64_t beyond, std::int64_t since_last) noexcept {
  if (beyond < 0 || since_last >= kMemory || since_last < -kMemory) return 0;
  const std::int64_t wait = std::min(kLongest, std::int64_t{1} << std::min<std::int64_t>(beyond, 20));
  return std::max<std::int64_t>(0, wait - std::max<std::int64_t>(0, since_last));
}

std::string neighbourhood_of(const std::string& address) {
  constexpr unsigned kHousehold = 64;  // bits of IPv6
  auto network = access::network_of(address);
  if (!network) return address;
  if (8 * network->address.size() > kHousehold) {
    network->bits = kHousehold;
    std::fill(network->address.begin() + kHousehold / 8, network->address.end(), '\0');
  }
  return network->text();
}

Throttle::Throttle(service::Database& database, const std::string& name, const std::string& address)
    : database_(database),
      name_(name.substr(0, 64)),
      address_(neighbourhood_of(address)),
      by_both_("name " + name_ + " address " + address_),
      by_address_("address " + address_),
      by_name_("name " + name_) {}

Result<std::int64_t> Throttle::wait_of(const std::string& key, std::int64_t free) {
  auto rows = database_.query("SELECT failures, last FROM throttle WHERE key = ?", key);
  if (!rows) return std::move(rows).error();
  if (rows->empty()) return std::int64_t{0};
  return wait_for(rows->front()[0].integer() - free, std::time(nullptr) - rows->front()[1].integer());
}

Result<bool> Throttle::is_known_here() {
  auto rows = database_.query(
      "SELECT 1 FROM known_address k JOIN user u ON u.row = k.user_row WHERE lower(u.name) = ? AND k.address = ? AND k.last > ?", name_,
      address_, std::time(nullptr) - kKnownSeconds);
  if (!rows) return std::move(rows).error();
  return !rows->empty();
}

Result<std::int64_t> Throttle::wait() {
  for (const auto& [key, free] : {std::pair(by_both_, kFreeByBoth), std::pair(by_address_, kFreeByAddress)}) {
    auto wait = wait_of(key, free);
    if (!wait || *wait > 0) return wait;
  }
  auto wait = wait_of(by_name_, kFreeByName);
  if (!wait || *wait == 0) return wait;
  auto known = is_known_here();
  if (!known) return std::move(known).error();
  return *known ? std::int64_t{0} : *wait;
}

Result<void> Throttle::failed() {
  const std::int64_t now = std::time(nullptr);
  for (const std::string* key : {&by_both_, &by_address_, &by_name_}) {
    auto counted = database_.run(
        "INSERT INTO throttle VALUES (?1, 1, ?2) ON CONFLICT (key) DO UPDATE SET failures = CASE WHEN ?2 - throttle.last >= ?3 OR "
        "throttle.last - ?2 > ?3 THEN 1 ELSE throttle.failures + 1 END, last = ?2",
        *key, now, kMemory);
    if (!counted) return std::move(counted).error();
  }
  auto old = database_.run("DELETE FROM throttle WHERE last < ?", now - kMemory);
  if (!old) return std::move(old).error();
  return {};
}

Result<void> Throttle::passed(std::int64_t user) {
  const std::int64_t now = std::time(nullptr);
  auto done = database_.run("DELETE FROM throttle WHERE key = ?", by_both_);
  if (done)
    done = database_.run("INSERT INTO known_address VALUES (?1, ?2, ?3) ON CONFLICT (user_row, address) DO UPDATE SET last = ?3", user,
                         address_, now);
  if (done)
    done = database_.run(
        "DELETE FROM known_address WHERE user_row = ?1 AND address NOT IN (SELECT address FROM known_address WHERE user_row = ?1 ORDER BY "
        "last DESC, address LIMIT ?2)",
        user, kMostKnown);
  if (!done) return std::move(done).error();
  return {};
}

}  // namespace segue::accounts
