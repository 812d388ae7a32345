// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/opensubsonic/login.h"

namespace segue::opensubsonic {
namespace {

std::string from_hex(std::string_view hex) {
  std::string text;
  const auto digit = [](char c) { return c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1; };
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    if (digit(hex[i]) < 0 || digit(hex[i + 1]) < 0) return {};
    text += static_cast<char>(digit(hex[i]) * 16 + digit(hex[i + 1]));
  }
  return hex.size() % 2 == 0 ? text : std::string();
}

std::optional<Failure> by_api_key(Call& call, const std::string& key) {
  if (call.get("u") || call.get("p") || call.get("t"))
    return Failure{kConflictingMechanisms, "Multiple conflicting authentication mechanisms provided: apiKey and u, p or t"};
  auto user = call.pieces().accounts.check_api_key(key);
  if (!user) return broken(call, user.error());
  if (!*user) return Failure{kInvalidApiKey, "Invalid API key"};
  call.set_user(std::move(**user));
  return std::nullopt;
}

}  // namespace

std::optional<Failure> log_in(Call& call) {
  if (const auto key = call.get("apiKey")) return by_api_key(call, *key);
  const auto name = call.get("u"), password = call.get("p"), token = call.get("t"), salt = call.get("s");
  if (!name) return missing("u");
  if (!password && !token) return missing("p, or t and s");
  if (token && !salt) return missing("s");
  if (password && token) return Failure{kConflictingMechanisms, "Multiple conflicting authentication mechanisms provided: p and t"};
  accounts::AppPasswordProof proof;
  if (token)
    proof = {accounts::AppPasswordProof::Kind::token, *token, *salt};
  else
    proof.shown = password->starts_with("enc:") ? from_hex(std::string_view(*password).substr(4)) : *password;
  auto user = call.pieces().accounts.check_app_password(*name, proof);
  if (!user) return broken(call, user.error());
  if (!user->value) return Failure{kWrongCredentials, user->denied.detail};
  call.set_user(std::move(*user->value));
  return std::nullopt;
}

}  // namespace segue::opensubsonic
