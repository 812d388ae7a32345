// SPDX-License-Identifier: Apache-2.0
// Invitations: how strangers become users. Of a code only the hash is kept.
#include "catalog-api/accounts/accounts.h"
#include "catalog-api/accounts/rows.h"

namespace segue::accounts {
namespace {

constexpr std::int64_t kOpenSeconds = 7 * 24 * 3600, kMostOpen = 1000;

// The open invitation of this code; nullopt: none.
Result<std::optional<Invitation>> invitation_of(service::Database& database, std::string_view code) {
  auto rows =
      database.query("SELECT id, role, made_by, created, expires FROM invitation WHERE hash = ? AND expires > ?", hash_secret(code), now());
  if (!rows) return std::move(rows).error();
  if (rows->empty()) return std::optional<Invitation>();
  const auto& row = rows->front();
  return std::optional(Invitation{row[0].text(), row[1].text(), row[2].text(), row[3].integer(), row[4].integer()});
}

const Denied kSpent{Denial::wrong, "code: not one that is open; ask for another invitation", 0};

}  // namespace

Result<Outcome<NewInvitation>> Accounts::invite(std::string_view by, std::string_view role) {
  using Answer = Outcome<NewInvitation>;
  if (!is_role(role)) return Answer(Denied{Denial::invalid, "role: expected admin or listener", 0});
  auto database = pool_->borrow();
  if (!database) return std::move(database).error();
  auto transaction = service::Transaction::begin(**database);
  if (!transaction) return std::move(transaction).error();
  if (auto old = (*database)->run("DELETE FROM invitation WHERE expires <= ?", now()); !old) return std::move(old).error();
  auto count = (*database)->query("SELECT count(*) FROM invitation");
  if (!count) return std::move(count).error();
  if (count->front()[0].integer() >= kMostOpen)
    return Answer(Denied{Denial::invalid, "at most " + std::to_string(kMostOpen) + " open invitations; withdraw one first", 0});
  const std::string code = random_secret();
  Invitation made{random_secret().substr(0, 12), std::string(role), std::string(by), now(), now() + kOpenSeconds};
  if (auto put = (*database)->run("INSERT INTO invitation VALUES (?, ?, ?, ?, ?, ?)", made.id, hash_secret(code), made.role, made.made_by,
                                  made.created, made.expires);
      !put)
    return std::move(put).error();
  if (auto done = transaction->commit(); !done) return std::move(done).error();
  return Answer(NewInvitation{std::move(made), code});
}

Result<std::vector<Invitation>> Accounts::invitations() {
  auto database = pool_->borrow();
  if (!database) return std::move(database).error();
  auto rows =
      (*database)->query("SELECT id, role, made_by, created, expires FROM invitation WHERE expires > ? ORDER BY created, id", now());
  if (!rows) return std::move(rows).error();
  std::vector<Invitation> open;
  for (const auto& row : *rows) open.push_back({row[0].text(), row[1].text(), row[2].text(), row[3].integer(), row[4].integer()});
  return open;
}

Result<Outcome<Done>> Accounts::withdraw_invitation(std::string_view id) {
  auto database = pool_->borrow();
  if (!database) return std::move(database).error();
  auto gone = (*database)->run("DELETE FROM invitation WHERE id = ?", id);
  if (!gone) return std::move(gone).error();
  if (*gone == 0) return Outcome<Done>(Denied{Denial::unknown, "no such id", 0});
  return Outcome<Done>(Done{});
}

// The code is looked at twice: before a password is hashed for whoever comes, and where it is spent.
Result<Outcome<User>> Accounts::sign_up(std::string_view code, std::string_view name, std::string_view password) {
  auto database = pool_->borrow();
  if (!database) return std::move(database).error();
  auto known = invitation_of(**database, code);
  if (!known) return std::move(known).error();
  if (!*known) return Outcome<User>(kSpent);
  if (auto wrong = check_name(name)) return Outcome<User>(*wrong);
  if (auto wrong = check_password(password)) return Outcome<User>(*wrong);
  auto hash = hash_password(password);
  if (!hash) return std::move(hash).error();
  auto transaction = service::Transaction::begin(**database);
  if (!transaction) return std::move(transaction).error();
  auto spent = (*database)->run("DELETE FROM invitation WHERE id = ? AND expires > ?", (*known)->id, now());
  if (!spent) return std::move(spent).error();
  if (*spent == 0) return Outcome<User>(kSpent);  // somebody was faster
  auto user = put_user(**database, name, *hash, (*known)->role);
  if (!user || !user->value) return user;  // the code stays
  if (auto done = transaction->commit(); !done) return std::move(done).error();
  return user;
}

}  // namespace segue::accounts
