// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/api/replays.h"

#include <algorithm>
#include <ctime>

#include "catalog-api/api/answers.h"
#include "catalog-api/api/log.h"
#include "service/outcome.h"

namespace segue::api {
namespace {

using service::http::Request;
using service::http::Response;

constexpr std::int64_t kDay = 24 * 3600, kUnderWay = 60;  // an answer that is not there after a minute never comes: the process died
constexpr std::int64_t kUnanswered = 0, kUnknown = 1;     // instead of a status
constexpr const char* kSchema = R"sql(
CREATE TABLE IF NOT EXISTS replay (
  user TEXT NOT NULL, key TEXT NOT NULL, request TEXT NOT NULL, time INTEGER NOT NULL, status INTEGER NOT NULL, etag TEXT NOT NULL,
  location TEXT NOT NULL, body TEXT NOT NULL, type TEXT NOT NULL, PRIMARY KEY (user, key)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS replay_time ON replay (time);
)sql";

// Where the answer to one request lies.
struct Slot {
  std::string user, key, request;  // request: a digest of it
  std::optional<accounts::Keys> box;
};

Response done_and_lost() {
  return refuse({409, "conflict", "Idempotency-Key: that request was done, and its answer cannot be read any more", "Idempotency-Key"});
}

Response replayed(const Slot& slot, const service::Row& row) {
  const auto body = slot.box ? slot.box->open(row[4].text()) : std::optional(row[4].text());
  if (!body) return done_and_lost();
  Response response = Response::json(*body, static_cast<unsigned>(row[1].integer()));
  response.etag = row[2].text();
  response.content_type = row[5].text();
  if (slot.box) response.cache_control = "no-store";
  if (!row[3].text().empty()) response.headers.emplace_back("Location", row[3].text());
  response.headers.emplace_back("Idempotency-Replayed", "true");
  return response;
}

// What makes two requests the same one.
std::string text_of(const Request& request) {
  std::string text = std::string(service::http::name_of(request.method)) + ' ' + request.path;
  for (const auto& [name, value] : request.query) text.append(1, '\0').append(name).append(1, '\0').append(value);
  return text.append(1, '\n').append(request.header("if-match").value_or("")).append(1, '\n').append(request.body);
}

// Sealed ones: what a key that may more was answered is not told to one that may less.
Slot slot_of(const Request& request, const Asker& asker, const std::string& key, const std::optional<accounts::Keys>& keys) {
  const std::string user = asker.name();
  if (!keys) return {user, key, accounts::hash_secret(text_of(request)), std::nullopt};
  const accounts::Keys box = keys->with(user + '\n' + key);
  const std::string scope = asker.identity ? std::to_string(static_cast<int>(asker.identity->scope)) : std::string();
  return {user, keys->digest(key), box.digest(scope + '\n' + text_of(request)), box};
}

// Takes the key, or says what to answer instead.
Result<std::optional<Response>> take(service::Database& database, const Slot& slot) {
  const std::int64_t now = std::time(nullptr);
  auto transaction = service::Transaction::begin(database);
  if (!transaction) return std::move(transaction).error();
  if (auto old = database.run("DELETE FROM replay WHERE time < ?", now - kDay); !old) return std::move(old).error();
  auto rows = database.query("SELECT request, status, etag, location, body, type, time FROM replay WHERE user = ? AND key = ?", slot.user,
                             slot.key);
  if (!rows) return std::move(rows).error();
  if (!rows->empty()) {
    const auto& row = rows->front();
    if (row[0].text() != slot.request)
      return std::optional(refuse({422, "idempotency-key", "Idempotency-Key: was used for another request", "Idempotency-Key"}));
    // Done a second time it might be done twice.
    if (row[1].integer() == kUnknown || (row[1].integer() == kUnanswered && row[6].integer() < now - kUnderWay))
      return std::optional(refuse({409, "conflict",
                                   "Idempotency-Key: whether that request was done is not known; look, and send it with another key if it "
                                   "was not",
                                   "Idempotency-Key"}));
    if (row[1].integer() == kUnanswered)
      return std::optional(refuse({409, "conflict", "Idempotency-Key: that request is still under way", "Idempotency-Key"}));
    return std::optional(replayed(slot, row));
  }
  if (auto put = database.run("INSERT INTO replay VALUES (?, ?, ?, ?, 0, '', '', '', '')", slot.user, slot.key, slot.request, now); !put)
    return std::move(put).error();
  if (auto done = transaction->commit(); !done) return std::move(done).error();
  return std::optional<Response>();
}

Result<void> keep(service::Database& database, const Slot& slot, const Response& response) {
  const auto& headers = response.headers;
  if (std::any_of(headers.begin(), headers.end(), [](const auto& header) { return header.first == service::kOutcomeField; })) {
    auto told = database.run("UPDATE replay SET status = ? WHERE user = ? AND key = ?", kUnknown, slot.user, slot.key);
    if (!told) return std::move(told).error();
    return {};
  }
  if (response.status >= 500) {
    auto gone = database.run("DELETE FROM replay WHERE user = ? AND key = ?", slot.user, slot.key);
    if (!gone) return std::move(gone).error();
    return {};
  }
  std::string location;
  for (const auto& [name, value] : response.headers)
    if (name == "Location") location = value;
  const std::string body = response.body ? *response.body : std::string();
  auto kept = database.run("UPDATE replay SET status = ?, etag = ?, location = ?, body = ?, type = ? WHERE user = ? AND key = ?",
                           static_cast<std::int64_t>(response.status), response.etag, location, slot.box ? slot.box->seal(body) : body,
                           response.content_type, slot.user, slot.key);
  if (!kept) return std::move(kept).error();
  return {};
}

}  // namespace

Result<Replays> Replays::open(const service::DatabasePlace& place, std::string_view name) {
  return open(place.database(name), std::nullopt);
}

Result<Replays> Replays::open_sealed(const service::DatabasePlace& place) {
  auto keys = accounts::Keys::load(place.folder + "/accounts.key");
  if (!keys) return std::move(keys).error();
  return open(place.database("accounts"), *keys);
}

Result<Replays> Replays::open(std::string path, std::optional<accounts::Keys> keys) {
  Replays replays(std::move(path), keys);
  auto database = replays.pool_->borrow();
  if (!database) return std::move(database).error();
  if (auto made = (*database)->define(kSchema); !made) return std::move(made).error();
  return replays;
}

Guard::Handler Replays::once(Guard::Handler handler) {
  return [pool = pool_, keys = keys_, handler = std::move(handler)](const Request& request, const Asker& asker) -> Response {
    const auto given = request.header("idempotency-key");
    if (!given) return handler(request, asker);
    if (given->empty() || given->size() > 128)
      return refuse({400, "invalid-field", "Idempotency-Key: expected 1 to 128 bytes", "Idempotency-Key"});
    const Slot slot = slot_of(request, asker, std::string(*given), keys);
    // No connection is held while the handler waits for its turn.
    const auto with = [&](auto&& use) -> decltype(use(std::declval<service::Database&>())) {
      auto database = pool->borrow();
      if (!database) return std::move(database).error();
      return use(**database);
    };
    auto instead = with([&](service::Database& database) { return take(database, slot); });
    if (!instead) return unavailable(request, instead.error());
    if (*instead) return std::move(**instead);
    Response response = handler(request, asker);
    // It was done, or not, whatever becomes of this; a retry then hears that nobody knows.
    if (auto kept = with([&](service::Database& database) { return keep(database, slot, response); }); !kept)
      log("error", kept.error().message, request.id);
    return response;
  };
}

}  // namespace segue::api
