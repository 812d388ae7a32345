// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/api/guard.h"

#include "catalog-api/api/answers.h"

namespace segue::api {
namespace {

using accounts::Scope;
using service::http::Method;
using service::http::Request;
using service::http::Response;

constexpr std::string_view kBearer = "Bearer ";

Response unauthorized(std::string detail) {
  Response response = service::http::to_response({401, "unauthorized", std::move(detail)});
  response.headers.emplace_back("WWW-Authenticate", "Bearer realm=\"segue\"");
  return response;
}

bool is_loopback(std::string_view address) { return address == "::1" || address.starts_with("127.") || address.starts_with("::ffff:127."); }

}  // namespace

std::string Guard::address_of(const Request& request) const {
  const auto forwarded = request.header("x-forwarded-for");
  if (!behind_gateway_ || !forwarded) return request.peer;
  const std::size_t comma = forwarded->rfind(',');  // ours is the last one
  std::string_view last = comma == std::string_view::npos ? *forwarded : forwarded->substr(comma + 1);
  while (!last.empty() && last.front() == ' ') last.remove_prefix(1);
  return std::string(last.substr(0, 64));
}

// A token that is wrong is refused, never taken for a guest.
std::optional<Response> Guard::identify(const Request& request, Asker& asker) {
  asker.address = address_of(request);
  const auto header = request.header("authorization");
  if (!header) return std::nullopt;
  if (!header->starts_with(kBearer)) return unauthorized("Authorization: expected Bearer and an access token or an API key");
  auto identity = accounts_.identify(header->substr(kBearer.size()));
  if (!identity) return unavailable(request, identity.error());
  if (!*identity) return unauthorized("the token is not valid, or not any more");
  asker.identity = std::move(*identity);
  asker.view = {asker.identity->user.libraries};
  return std::nullopt;
}

std::optional<Response> Guard::refuse_right(const Request& request, Right right, Asker& asker) {
  if (!asker.identity) {
    if (right != Right::browse) return unauthorized("log in first: POST /api/v1/sessions");
    auto guests = accounts_.guests();
    if (!guests) return unavailable(request, guests.error());
    if (guests->who == "all" || (guests->who == "loopback" && is_loopback(asker.address))) {
      asker.view = {guests->libraries};
      return std::nullopt;
    }
    return unauthorized("guests may not look at this library; log in first: POST /api/v1/sessions");
  }
  const Scope needed = right == Right::admin                                  ? Scope::admin
                       : right == Right::own && request.method != Method::get ? Scope::write
                                                                              : Scope::read;
  if (asker.identity->scope >= needed) return std::nullopt;
  return service::http::to_response({403, "forbidden", right == Right::admin ? "only administrators may" : "this key may only read"});
}

service::http::Quick Guard::quick(Right right, Ready ready) {
  if (is_far_) return nullptr;
  return [this, right, ready = std::move(ready)](const Request& request) -> std::optional<Response> {
    Asker asker;
    if (identify(request, asker) || refuse_right(request, right, asker)) return std::nullopt;
    auto response = ready(request, asker);
    if (response && asker.identity) response->cache_control = "private, no-cache";
    return response;
  };
}

service::http::Handler Guard::needs(Right right, Handler handler, Ready ready) {
  if (!is_far_) ready = nullptr;  // quick() has asked it
  return [this, right, handler = std::move(handler), ready = std::move(ready)](const Request& request) -> Response {
    Asker asker;
    if (auto refused = identify(request, asker)) return std::move(*refused);
    if (auto refused = refuse_right(request, right, asker)) return std::move(*refused);
    auto known = ready ? ready(request, asker) : std::nullopt;
    Response response = known ? std::move(*known) : handler(request, asker);
    if (asker.identity && response.cache_control == "no-cache") response.cache_control = "private, no-cache";
    return response;
  };
}

}  // namespace segue::api
