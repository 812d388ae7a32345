// SPDX-License-Identifier: Apache-2.0
#include "access/api_token.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "access/base64url.h"
#include "access/media_token.h"

namespace segue::access {
namespace {

using nlohmann::json;

std::string header_of(const Key& key) { return base64url(R"({"alg":"EdDSA","typ":"at+jwt","kid":")" + key.id() + "\"}"); }

std::string joined(const std::vector<std::string>& scopes) {
  std::string text;
  for (const std::string& scope : scopes) text += (text.empty() ? "" : " ") + scope;
  return text;
}

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> scopes;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    if (end > at) scopes.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return scopes;
}

bool is_text(const json& object, const char* name) { return object.contains(name) && object[name].is_string(); }
bool is_whole(const json& object, const char* name) { return object.contains(name) && object[name].is_number_integer(); }

// What a good signature covers may still be another's JSON.
bool read(const std::string& payload, ApiClaims& claims) {
  const json object = json::parse(payload, nullptr, false);
  if (!object.is_object() || !is_text(object, "sub") || !is_whole(object, "exp") || !is_whole(object, "iat")) return false;
  claims.subject = object["sub"].get<std::string>();
  claims.expires = object["exp"].get<std::int64_t>();
  claims.issued_at = object["iat"].get<std::int64_t>();
  if (is_text(object, "jti")) claims.id = object["jti"].get<std::string>();
  if (is_text(object, "scope")) claims.scopes = split(object["scope"].get<std::string>());
  return true;
}

}  // namespace

Result<std::string> issue(const ApiClaims& claims, const Key& key) {
  if (key.algorithm() != Algorithm::eddsa)
    return Error{"an API token wants an EdDSA key, " + key.id() + " is " + std::string(name_of(key.algorithm()))};
  for (const std::string& scope : claims.scopes)
    if (scope.empty() || scope.find(' ') != std::string::npos) return Error{"a scope has no blanks and is not empty"};
  json payload{{"sub", claims.subject}, {"iat", claims.issued_at}, {"exp", claims.expires}};
  if (!claims.id.empty()) payload["jti"] = claims.id;
  if (!claims.scopes.empty()) payload["scope"] = joined(claims.scopes);
  std::string token = header_of(key) + '.' + base64url(payload.dump(-1, ' ', false, json::error_handler_t::replace));
  const auto signature = key.sign(token);
  if (!signature) return signature.error();
  return token + '.' + base64url(*signature);
}

ApiVerdict check_api_token(std::string_view token, const KeyRing& ring, std::int64_t now) {
  const std::size_t first = token.find('.'), last = token.rfind('.');
  if (token.size() > kMostTokenBytes || first == std::string_view::npos || first == last) return {Refusal::malformed, {}};
  const auto payload = from_base64url(token.substr(first + 1, last - first - 1));
  const auto signature = from_base64url(token.substr(last + 1));
  if (!payload || !signature) return {Refusal::malformed, {}};
  const auto key = std::ranges::find_if(
      ring.keys(), [&](const Key& known) { return known.algorithm() == Algorithm::eddsa && token.substr(0, first) == header_of(known); });
  if (key == ring.keys().end()) return {Refusal::unknown_key, {}};
  if (!key->verify(token.substr(0, last), *signature)) return {Refusal::bad_signature, {}};
  ApiVerdict verdict;
  if (!read(*payload, verdict.claims)) return {Refusal::malformed, {}};
  if (now >= verdict.claims.expires) return {Refusal::expired, {}};
  return verdict;
}

}  // namespace segue::access
