// SPDX-License-Identifier: Apache-2.0
#include "access/cat.h"

#include <algorithm>

#include "access/base64url.h"
#include "access/cose.h"
#include "access/digest.h"
#include "access/media_token.h"

namespace segue::access {
namespace {

using Part = UriCondition::Part;
using Match = UriCondition::Match;

constexpr std::int64_t kDefaultDeadline = 60;  // seconds; what node-cat takes when catr names none

std::string_view part_of(const Asker& asker, Part part) {
  const std::size_t slash = asker.path.rfind('/');
  const std::string_view name = slash == std::string_view::npos ? asker.path : asker.path.substr(slash + 1);
  const std::size_t dot = std::min(name.find('.'), name.size());
  switch (part) {
    case Part::scheme: return asker.scheme;
    case Part::host: return asker.host;
    case Part::port: return asker.port;
    case Part::path: return asker.path;
    case Part::query: return asker.query;
    case Part::parent_path: return asker.path.substr(0, std::min(slash, asker.path.size()));
    case Part::filename: return name;
    case Part::stem: return name.substr(0, dot);
    case Part::extension: return name.substr(dot);
  }
  return {};
}

bool matches(std::string_view text, const UriCondition& condition) {
  switch (condition.match) {
    case Match::exact: return text == condition.value;
    case Match::prefix: return text.starts_with(condition.value);
    case Match::suffix: return text.ends_with(condition.value);
    case Match::contains: return text.find(condition.value) != std::string_view::npos;
    case Match::sha256: return sha256(text) == condition.value;
    case Match::sha512_256: return sha512_256(text) == condition.value;
  }
  return false;
}

bool holds_any(const std::vector<std::string>& wanted, const std::vector<std::string>& given) {
  return std::ranges::find_first_of(wanted, given) != wanted.end();
}

bool holds_address(const std::vector<Network>& networks, std::string_view address) {
  const auto client = network_of(address);
  return client && std::ranges::any_of(networks, [&](const Network& network) { return network.holds(*client); });
}

bool allows_address_of(const std::vector<UriCondition>& uri, const Asker& asker) {
  return is_plain_path(asker.path) &&
         std::ranges::all_of(uri, [&](const UriCondition& condition) { return matches(part_of(asker, condition.part), condition); });
}

}  // namespace

Refusal held_against(const CatClaims& claims, const CatPolicy& policy, const Asker& asker) {
  if (claims.expires && asker.now >= *claims.expires) return Refusal::expired;
  if (claims.not_before && asker.now < *claims.not_before) return Refusal::not_yet;
  if (!policy.issuers.empty() && !holds_any(policy.issuers, {claims.issuer})) return Refusal::issuer;
  if (!policy.audience.empty() && !claims.audience.empty() && !holds_any(policy.audience, claims.audience)) return Refusal::audience;
  if (!claims.methods.empty() && std::ranges::find(claims.methods, asker.method) == claims.methods.end()) return Refusal::method;
  if (!claims.uri.empty() && !allows_address_of(claims.uri, asker)) return Refusal::path;
  if (!claims.networks.empty() && !holds_address(claims.networks, asker.address)) return Refusal::address;
  return Refusal::none;
}

CatVerdict check_cat(std::string_view token, const KeyRing& ring, const CatPolicy& policy, const Asker& asker, KnownCats* known) {
  CatVerdict verdict;
  const auto refuse = [&](Refusal why) { return verdict.refusal = why, std::move(verdict); };
  if (token.size() > kMostTokenBytes) return refuse(Refusal::malformed);
  if (const CatVerdict* read = known == nullptr ? nullptr : known->find(token)) {
    verdict = *read;
    return refuse(held_against(verdict.claims, policy, asker));
  }
  const auto bytes = from_base64url(token);
  if (!bytes) return refuse(Refusal::malformed);
  auto message = parse_cose(*bytes);
  if (!message) return refuse(Refusal::malformed);
  verdict.key_id = std::move(message->key_id);
  const Key* key = ring.find(verdict.key_id);
  if (!key || key->algorithm() != message->algorithm) return refuse(Refusal::unknown_key);
  if (!verify(*message, *key)) return refuse(Refusal::bad_signature);
  auto read = read_claims(message->payload);
  if (read.refusal != Refusal::none) return refuse(read.refusal);
  verdict.claims = std::move(read.claims);
  if (known != nullptr) known->add(token, verdict);
  return refuse(held_against(verdict.claims, policy, asker));
}

Result<std::string> issue(const CatClaims& claims, const Key& key) {
  const auto message = write_cose(write_claims(claims), key);
  if (!message) return message.error();
  std::string token = base64url(*message);
  if (token.size() > kMostTokenBytes) return Error{"the token would have " + std::to_string(token.size()) + " characters, at most 4096"};
  return token;
}

bool wants_renewal(const CatClaims& claims, std::int64_t now) noexcept {
  if (!claims.renewal || !claims.expires || claims.renewal->kind == Renewal::Kind::redirect) return false;
  const std::int64_t left = *claims.expires - now;
  return left > 0 && left <= claims.renewal->deadline.value_or(kDefaultDeadline);
}

Result<std::string> renew(const CatClaims& claims, const Key& key, std::int64_t now) {
  CatClaims later = claims;
  later.expires = now + (claims.renewal ? claims.renewal->adds : 0);
  if (later.issued_at) later.issued_at = now;
  return issue(later, key);
}

}  // namespace segue::access
