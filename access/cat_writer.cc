// SPDX-License-Identifier: Apache-2.0
#include "access/cat_claims.h"
#include "access/cat_labels.h"
#include "access/cbor.h"

namespace segue::access {
namespace {

void texts(CborWriter& out, const std::vector<std::string>& values) {
  out.array(values.size());
  for (const std::string& value : values) out.text(value);
}

// Claims are counted before they are written: a map says first how many entries it has.
class ClaimMap {
 public:
  CborWriter& claim(std::int64_t name) { return ++count_, body_.integer(name); }
  [[nodiscard]] std::string out() const {
    CborWriter head;
    head.map(count_);
    return head.out() + body_.out();
  }

 private:
  std::size_t count_ = 0;
  CborWriter body_;
};

void uri(ClaimMap& map, const std::vector<UriCondition>& conditions) {
  CborWriter& out = map.claim(label::kUri).map(conditions.size());
  for (const UriCondition& condition : conditions) {
    out.integer(static_cast<std::int64_t>(condition.part)).map(1).integer(static_cast<std::int64_t>(condition.match));
    static_cast<std::int8_t>(condition.match) < 0 ? out.bytes(condition.value) : out.text(condition.value);
  }
}

void networks(ClaimMap& map, const std::vector<Network>& list) {
  CborWriter& out = map.claim(label::kNetworks).array(list.size());
  for (const Network& network : list) {
    out.tag(network.address.size() == 4 ? label::kTagIpv4 : label::kTagIpv6);
    if (network.bits < 8 * network.address.size()) out.array(2).integer(network.bits);
    out.bytes(network.address);
  }
}

void renewal(ClaimMap& map, const Renewal& renewal) {
  const std::size_t entries = 2 + renewal.deadline.has_value() + !renewal.cookie_name.empty() + !renewal.header_name.empty() +
                              !renewal.cookie_params.empty() + !renewal.header_params.empty();
  CborWriter& out = map.claim(label::kRenewal).map(entries);
  out.integer(label::kRenewKind).integer(static_cast<std::int64_t>(renewal.kind)).integer(label::kRenewAdds).integer(renewal.adds);
  if (renewal.deadline) out.integer(label::kRenewDeadline).integer(*renewal.deadline);
  if (!renewal.cookie_name.empty()) out.integer(label::kRenewCookie).text(renewal.cookie_name);
  if (!renewal.header_name.empty()) out.integer(label::kRenewHeader).text(renewal.header_name);
  if (!renewal.cookie_params.empty()) texts(out.integer(label::kRenewCookieParams), renewal.cookie_params);
  if (!renewal.header_params.empty()) texts(out.integer(label::kRenewHeaderParams), renewal.header_params);
}

}  // namespace

std::string write_claims(const CatClaims& claims) {
  ClaimMap map;
  if (!claims.issuer.empty()) map.claim(label::kIssuer).text(claims.issuer);
  if (!claims.subject.empty()) map.claim(label::kSubject).text(claims.subject);
  if (!claims.audience.empty()) texts(map.claim(label::kAudience), claims.audience);
  if (claims.expires) map.claim(label::kExpires).integer(*claims.expires);
  if (claims.not_before) map.claim(label::kNotBefore).integer(*claims.not_before);
  if (claims.issued_at) map.claim(label::kIssuedAt).integer(*claims.issued_at);
  if (!claims.id.empty()) map.claim(label::kId).bytes(claims.id);
  map.claim(label::kVersion).integer(label::kCatVersion);
  if (!claims.networks.empty()) networks(map, claims.networks);
  if (!claims.uri.empty()) uri(map, claims.uri);
  if (!claims.methods.empty()) texts(map.claim(label::kMethods), claims.methods);
  if (claims.renewal) renewal(map, *claims.renewal);
  return map.out();
}

}  // namespace segue::access
