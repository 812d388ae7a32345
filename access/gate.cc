// SPDX-License-Identifier: Apache-2.0
#include "access/gate.h"

#include <algorithm>

#include "access/media_token.h"

namespace segue::access {
namespace {

bool is_manifest(std::string_view path) { return path.ends_with(".m3u8") || path.ends_with(".mpd"); }

// A cookie for the folder of a manifest. The browser sends it with what the manifest names, of its own accord. None where the address
// would end the path and add attributes of its own: "/v/a;Domain=example.org/".
std::string cookie_of(std::string_view name, std::string_view token, std::string_view folder, std::int64_t seconds) {
  if (folder.find(';') != std::string_view::npos) return {};
  return std::string(name) + '=' + std::string(token) + "; Path=" + std::string(folder) + "; Max-Age=" + std::to_string(seconds) +
         "; HttpOnly; SameSite=Lax";
}

std::string_view folder_of(std::string_view path) { return path.substr(0, path.rfind('/') + 1); }

std::string with_parameters(std::string text, const std::vector<std::string>& parameters) {
  for (const std::string& parameter : parameters) text += "; " + parameter;
  return text;
}

// A token's own words become a field of an answer only when they cannot end it.
bool fit_for_a_field(std::string_view text) {
  return std::ranges::all_of(text, [](unsigned char c) { return c >= 0x20 && c < 0x7F; });
}
bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= 64 &&
         std::ranges::all_of(text, [](unsigned char c) { return std::isalnum(c) || c == '-' || c == '_'; });
}

}  // namespace

Verdict Gate::check(const Carried& carried, const Asker& asker, Known* known) const {
  Verdict verdict;
  if (carried.token.empty()) return verdict;
  if (carried.token.starts_with(kMediaTokenStart))
    check_media(carried, asker, known, verdict);
  else
    check_cat_token(carried, asker, known, verdict);
  return verdict;
}

void Gate::check_media(const Carried& carried, const Asker& asker, Known* known, Verdict& verdict) const {
  const MediaVerdict media = check_media_token(carried.token, ring_, asker, known == nullptr ? nullptr : &known->media);
  verdict.refusal = media.refusal;
  verdict.key_id = media.key_id;
  verdict.expires = media.grant.expires;
  if (media.refusal == Refusal::none && carried.by == Carried::By::query && is_manifest(asker.path))
    verdict.set_cookie = cookie_of(kTokenCookie, carried.token, folder_of(asker.path), media.grant.expires - asker.now);
}

void Gate::check_cat_token(const Carried& carried, const Asker& asker, Known* known, Verdict& verdict) const {
  const CatVerdict cat = check_cat(carried.token, ring_, policy_, asker, known == nullptr ? nullptr : &known->cats);
  verdict.refusal = cat.refusal;
  verdict.key_id = cat.key_id;
  verdict.expires = cat.claims.expires.value_or(0);
  verdict.subject = fit_for_a_field(cat.claims.subject) ? cat.claims.subject : "";
  if (cat.refusal != Refusal::none) return;
  if (wants_renewal(cat.claims, asker.now)) return renew_cat(carried, cat, asker, verdict);
  if (carried.by == Carried::By::query && is_manifest(asker.path) && cat.claims.expires)
    verdict.set_cookie = cookie_of(kCatName, carried.token, folder_of(asker.path), *cat.claims.expires - asker.now);
}

void Gate::renew_cat(const Carried& carried, const CatVerdict& cat, const Asker& asker, Verdict& verdict) const {
  const Key* key = ring_.find(cat.key_id);
  if (!key || !key->can_sign()) return;  // an edge with public keys only leaves renewal to the issuer
  const auto token = renew(cat.claims, *key, asker.now);
  if (!token) return;
  const Renewal& how = *cat.claims.renewal;
  const bool as_field = how.kind == Renewal::Kind::header || (how.kind == Renewal::Kind::automatic && carried.by == Carried::By::field);
  const std::string name = as_field ? how.header_name : how.cookie_name;
  if (as_field) {
    verdict.field_name = is_name(name) ? name : kCatName;
    verdict.field_value = with_parameters(*token, how.header_params);
    if (!fit_for_a_field(verdict.field_value)) verdict.field_value = *token;
    return;
  }
  verdict.set_cookie = with_parameters((is_name(name) ? name : std::string(kCatName)) + '=' + *token, how.cookie_params);
  if (how.cookie_params.empty() || !fit_for_a_field(verdict.set_cookie))
    verdict.set_cookie = cookie_of(is_name(name) ? name : kCatName, *token, folder_of(asker.path), how.adds);
}

}  // namespace segue::access
