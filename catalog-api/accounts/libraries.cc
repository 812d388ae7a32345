// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/accounts/libraries.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "catalog-api/accounts/accounts.h"
#include "catalog-api/accounts/rows.h"

namespace segue::accounts {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxText = 200;  // of a name, a tag, a value

std::string json_of(const std::vector<LibraryRule>& rules) {
  json out = json::array();
  for (const auto& [tag, value] : rules) out.push_back({tag, value});
  return out.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::vector<LibraryRule> rules_of(const std::string& text) {
  std::vector<LibraryRule> rules;
  for (const auto& rule : json::parse(text, nullptr, false)) rules.push_back({rule[0].get<std::string>(), rule[1].get<std::string>()});
  return rules;
}

std::optional<Denied> wrong_with(const MusicLibrary& library) {
  if (library.name.empty() || library.name.size() > kMaxText) return Denied{Denial::invalid, "name: expected 1 to 200 bytes"};
  if (library.rules.size() > kMostRules) return Denied{Denial::invalid, "rules: at most 50"};
  if (library.number == 0 && !library.rules.empty()) return Denied{Denial::invalid, "rules: this library has what no other claims"};
  for (const auto& [tag, value] : library.rules)
    if (tag.empty() || value.empty() || tag.size() > kMaxText || value.size() > kMaxText)
      return Denied{Denial::invalid, "rules: expected a tag and its value, each 1 to 200 bytes"};
  return std::nullopt;
}

Denied unknown_library() { return {Denial::unknown, "library: no such id"}; }

Result<bool> exists(service::Database& database, std::uint32_t number) {
  auto rows = database.query("SELECT 1 FROM library WHERE number = ?", number);
  if (!rows) return std::move(rows).error();
  return !rows->empty();
}

// What may be written: with the transaction to write it in.
struct Draft {
  MusicLibrary library;
  service::DatabasePool::Lease database;
  service::Transaction transaction;
};

// Tags are known by names of small letters; libraries' names are told apart, as users' are, without regard to case.
Result<Outcome<Draft>> draft(service::DatabasePool& pool, MusicLibrary library) {
  if (auto wrong = wrong_with(library)) return Outcome<Draft>(*wrong);
  for (LibraryRule& rule : library.rules) rule.tag = key_of(rule.tag);
  auto database = pool.borrow();
  if (!database) return std::move(database).error();
  auto transaction = service::Transaction::begin(**database);
  if (!transaction) return std::move(transaction).error();
  auto others = (*database)->query("SELECT 1 FROM library WHERE name_key = ? AND number <> ?", key_of(library.name), library.number);
  if (!others) return std::move(others).error();
  if (!others->empty()) return Outcome<Draft>(Denied{Denial::taken, "name: another library has it"});
  return Outcome<Draft>(Draft{std::move(library), std::move(*database), std::move(*transaction)});
}

}  // namespace

// All bits when nothing is hidden: the library is then read without looking.
Result<std::uint32_t> visible_libraries(service::Database& database, std::int64_t user) {
  auto rows = database.query(
      "SELECT l.number, CASE WHEN l.is_open = 1 OR EXISTS (SELECT 1 FROM library_user u WHERE u.library = l.number AND u.user_row = ?) "
      "THEN 1 ELSE 0 END FROM library l",
      user);
  if (!rows) return std::move(rows).error();
  std::uint32_t seen = 0;
  bool is_all = !rows->empty();
  for (const auto& row : *rows) {
    if (row[1].integer() != 0) seen |= std::uint32_t{1} << row[0].integer();
    is_all = is_all && row[1].integer() != 0;
  }
  return is_all ? kEverything : seen;
}

Result<std::vector<MusicLibrary>> Accounts::libraries() {
  auto database = pool_->borrow();
  if (!database) return std::move(database).error();
  auto rows = (*database)->query("SELECT number, name, is_open, rules FROM library ORDER BY number");
  if (!rows) return std::move(rows).error();
  std::vector<MusicLibrary> libraries;
  for (const auto& row : *rows)
    libraries.push_back({static_cast<std::uint32_t>(row[0].integer()), row[1].text(), row[2].integer() != 0, rules_of(row[3].text()), {}});
  auto given =
      (*database)->query("SELECT l.library, u.name FROM library_user l JOIN user u ON u.row = l.user_row ORDER BY u.name LIMIT 100000");
  if (!given) return std::move(given).error();
  for (const auto& row : *given)
    for (MusicLibrary& library : libraries)
      if (std::int64_t{library.number} == row[0].integer()) library.users.push_back(row[1].text());
  return libraries;
}

Result<Outcome<MusicLibrary>> Accounts::add_library(MusicLibrary wanted, std::uint32_t in_use) {
  wanted.number = kMostLibraries;  // none yet
  auto made = draft(*pool_, std::move(wanted));
  if (!made) return std::move(made).error();
  if (!made->value) return Outcome<MusicLibrary>(made->denied);
  auto& [library, database, transaction] = *made->value;
  auto rows = database->query("SELECT number FROM library");
  if (!rows) return std::move(rows).error();
  for (const auto& row : *rows) in_use |= std::uint32_t{1} << row[0].integer();
  for (library.number = 1; library.number < kMostLibraries && (in_use >> library.number & 1) != 0;) ++library.number;
  if (library.number == kMostLibraries) return Outcome<MusicLibrary>(Denied{Denial::invalid, "there are at most 32 libraries"});
  auto put = database->run("INSERT INTO library (number, name, name_key, is_open, rules) VALUES (?, ?, ?, ?, ?)", library.number,
                           library.name, key_of(library.name), int{library.is_open}, json_of(library.rules));
  if (!put) return std::move(put).error();
  if (auto done = transaction.commit(); !done) return std::move(done).error();
  return Outcome<MusicLibrary>(std::move(library));
}

Result<Outcome<Done>> Accounts::change_library(const MusicLibrary& wanted) {
  auto made = draft(*pool_, wanted);
  if (!made) return std::move(made).error();
  if (!made->value) return Outcome<Done>(made->denied);
  auto& [library, database, transaction] = *made->value;
  auto before = database->query("SELECT name FROM library WHERE number = ?", library.number);
  if (!before) return std::move(before).error();
  // What its old name sorted into it stays: else a closed library's would be everybody's.
  if (library.number != 0 && !before->empty() && key_of(before->front()[0].text()) != key_of(library.name))
    library.rules.push_back({"library", before->front()[0].text()});
  auto set = database->run("UPDATE library SET name = ?, name_key = ?, is_open = ?, rules = ? WHERE number = ?", library.name,
                           key_of(library.name), int{library.is_open}, json_of(library.rules), library.number);
  if (!set) return std::move(set).error();
  if (*set == 0) return Outcome<Done>(unknown_library());
  if (auto done = transaction.commit(); !done) return std::move(done).error();
  return Outcome<Done>(Done{});
}

Result<Outcome<Done>> Accounts::remove_library(std::uint32_t number) {
  if (number == 0) return Outcome<Done>(Denied{Denial::invalid, "library: the one for what no other claims stays"});
  auto database = pool_->borrow();
  if (!database) return std::move(database).error();
  auto transaction = service::Transaction::begin(**database);
  if (!transaction) return std::move(transaction).error();
  if (auto gone = (*database)->run("DELETE FROM library_user WHERE library = ?", number); !gone) return std::move(gone).error();
  auto gone = (*database)->run("DELETE FROM library WHERE number = ?", number);
  if (!gone) return std::move(gone).error();
  if (*gone == 0) return Outcome<Done>(unknown_library());
  if (auto done = transaction->commit(); !done) return std::move(done).error();
  return Outcome<Done>(Done{});
}

Result<Outcome<Done>> Accounts::give_library(std::uint32_t number, std::string_view user, bool given) {
  auto database = pool_->borrow();
  if (!database) return std::move(database).error();
  auto there = exists(**database, number);
  if (!there) return std::move(there).error();
  if (!*there) return Outcome<Done>(unknown_library());
  auto known = find_user(**database, user);
  if (!known) return std::move(known).error();
  if (!*known) return unknown_user(user);
  auto set =
      given ? (*database)->run("INSERT INTO library_user (library, user_row) VALUES (?, ?) ON CONFLICT DO NOTHING", number, (*known)->row)
            : (*database)->run("DELETE FROM library_user WHERE library = ? AND user_row = ?", number, (*known)->row);
  if (!set) return std::move(set).error();
  return Outcome<Done>(Done{});
}

}  // namespace segue::accounts
