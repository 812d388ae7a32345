// SPDX-License-Identifier: Apache-2.0
#include "operator/authority.h"

#include <algorithm>

#include "access/api_token.h"

namespace segue::oper {
namespace {

constexpr std::string_view kBearer = "Bearer ";

Verdict judge_token(std::string_view token, std::string_view scope, const access::KeyRing& ring, std::int64_t now) {
  const access::ApiVerdict verdict = access::check_api_token(token, ring, now);
  if (verdict.refusal == access::Refusal::expired) return Verdict::expired;
  if (verdict.refusal != access::Refusal::none) return Verdict::bad_token;
  const auto& scopes = verdict.claims.scopes;
  return std::find(scopes.begin(), scopes.end(), scope) != scopes.end() ? Verdict::may : Verdict::not_enough;
}

}  // namespace

Verdict judge(const Asker& asker, std::string_view scope, const access::KeyRing& ring, std::int64_t now) {
  // A page of somebody else's, open on this machine, can send a form; it cannot send a token.
  if (!asker.authorization) return asker.near && scope == kRead ? Verdict::may : Verdict::no_token;
  if (!asker.authorization->starts_with(kBearer)) return Verdict::bad_token;
  return judge_token(asker.authorization->substr(kBearer.size()), scope, ring, now);
}

}  // namespace segue::oper
