// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/api/account_answers.h"

#include "catalog-api/api/log.h"
#include "service/http/problem.h"

namespace segue::api {

using accounts::Denial;
using service::http::Response;

Response denied(const accounts::Denied& why) {
  unsigned status = 422;
  std::string_view kind = "invalid-field";
  switch (why.why) {
    case Denial::wrong:
    case Denial::disabled: status = 401, kind = "unauthorized"; break;
    case Denial::throttled: status = 429, kind = "too-many-requests"; break;
    case Denial::taken: status = 409, kind = "conflict"; break;
    case Denial::invalid: break;
    case Denial::unknown: status = 404, kind = "not-found"; break;
    case Denial::last_admin: status = 409, kind = "last-admin"; break;
  }
  Response response = service::http::to_response({status, kind, why.detail});
  if (why.retry_after > 0) response.headers.emplace_back("Retry-After", std::to_string(why.retry_after));
  return response;
}

void put_user(service::http::JsonWriter& json, const accounts::User& user) {
  json.field("user", user.name).field("role", user.role).field("disabled", user.is_disabled).field("created", user.created);
}

Response user_answer(const accounts::User& user, unsigned status) {
  service::http::JsonWriter json;
  put_user(json.begin_object(), user);
  Response response = Response::json(std::move(json.end_object()).take(), status);
  response.cache_control = "no-store";
  return response;
}

void note(accounts::Directory& accounts, const Guard& guard, const service::http::Request& request, const std::string& who,
          const char* what, const std::string& about) {
  if (auto noted = accounts.note(who, what, about, guard.address_of(request)); !noted) log("error", noted.error().message, request.id);
}

}  // namespace segue::api
