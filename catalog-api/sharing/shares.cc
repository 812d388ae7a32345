// SPDX-License-Identifier: Apache-2.0
#include <ctime>
#include <nlohmann/json.hpp>

#include "catalog-api/accounts/secrets.h"
#include "catalog-api/sharing/sharing.h"

namespace segue::sharing {
namespace {

constexpr const char* kColumns = "SELECT id, user, user_name, description, ids, created, expires, last_visited, visits FROM share ";

Share share_of(const service::Row& r) {
  Share share{r[0].text(), r[1].integer(), r[2].text(), r[3].text(), {}, r[5].integer(), r[6].integer(), r[7].integer(), r[8].integer()};
  for (const auto& id : nlohmann::json::parse(r[4].text(), nullptr, false)) share.ids.push_back(id.get<std::string>());
  return share;
}

}  // namespace

Result<std::optional<Share>> Sharing::add_share(Share share) {
  auto database = pool_->borrow();
  if (!database) return std::move(database).error();
  auto count = (*database)->query("SELECT count(*) FROM share WHERE user = ?", share.user);
  if (!count) return std::move(count).error();
  if (count->front()[0].integer() >= kMaxShares) return std::optional<Share>();
  share.id = accounts::random_secret();
  share.created = std::time(nullptr);
  auto added =
      (*database)->run("INSERT INTO share (id, user, user_name, description, ids, created, expires) VALUES (?, ?, ?, ?, ?, ?, ?)", share.id,
                       share.user, share.user_name, share.description, nlohmann::json(share.ids).dump(), share.created, share.expires);
  if (!added) return std::move(added).error();
  return std::optional(std::move(share));
}

Result<std::vector<Share>> Sharing::shares(std::int64_t user) {
  auto database = pool_->borrow();
  if (!database) return std::move(database).error();
  auto rows = (*database)->query(std::string(kColumns) + "WHERE user = ? ORDER BY created DESC, id LIMIT ?", user, kMaxShares);
  if (!rows) return std::move(rows).error();
  std::vector<Share> out;
  for (const auto& row : *rows) out.push_back(share_of(row));
  return out;
}

Result<std::optional<Share>> Sharing::share(const std::string& id) {
  auto database = pool_->borrow();
  if (!database) return std::move(database).error();
  auto rows = (*database)->query(std::string(kColumns) + "WHERE id = ?", id);
  if (!rows) return std::move(rows).error();
  return rows->empty() ? std::nullopt : std::optional(share_of(rows->front()));
}

Result<std::optional<Share>> Sharing::visit(const std::string& id) {
  const std::int64_t now = std::time(nullptr);
  {
    auto database = pool_->borrow();
    if (!database) return std::move(database).error();
    auto counted = (*database)->run(
        "UPDATE share SET visits = visits + 1, last_visited = ?2 WHERE id = ?1 AND (expires = 0 OR expires > ?2)", id, now);
    if (!counted) return std::move(counted).error();
    if (*counted == 0) return std::optional<Share>();
  }
  return share(id);
}

Result<bool> Sharing::update_share(std::int64_t user, const std::string& id, const std::optional<std::string>& description,
                                   std::optional<std::int64_t> expires) {
  auto database = pool_->borrow();
  if (!database) return std::move(database).error();
  const auto or_null = [](const auto& value) { return value ? service::Value(*value) : service::Value(); };
  auto changed =
      (*database)->run("UPDATE share SET description = coalesce(?, description), expires = coalesce(?, expires) WHERE id = ? AND user = ?",
                       or_null(description), or_null(expires), id, user);
  if (!changed) return std::move(changed).error();
  return *changed > 0;
}

Result<bool> Sharing::remove_share(std::int64_t user, const std::string& id) {
  auto database = pool_->borrow();
  if (!database) return std::move(database).error();
  auto gone = (*database)->run("DELETE FROM share WHERE id = ? AND user = ?", id, user);
  if (!gone) return std::move(gone).error();
  return *gone > 0;
}

}  // namespace segue::sharing
