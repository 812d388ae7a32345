// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "access/cat_claims.h"
#include "access/cat_labels.h"
#include "access/cbor.h"

namespace segue::access {
namespace {

using Kind = CborItem::Kind;

constexpr double kLastSecond = 1e15;  // year 31 million; a double is exact up to there
constexpr int kDeepest = 6;

// Reads one claim after the other; the first thing that is wrong stays in `refusal`.
class ClaimReader {
 public:
  explicit ClaimReader(std::string_view cbor) : in_(cbor) {}

  ClaimsRead read() {
    const std::uint64_t entries = count(Kind::map);
    std::vector<std::int64_t> seen;
    for (std::uint64_t i = 0; i < entries && ok(); ++i) {
      const std::int64_t name = integer();
      if (std::ranges::find(seen, name) != seen.end()) refuse(Refusal::malformed);
      seen.push_back(name);
      if (ok()) claim(name);
    }
    if (!in_.at_end()) refuse(Refusal::malformed);
    return {refusal_, std::move(claims_)};
  }

 private:
  void claim(std::int64_t name) {
    switch (name) {
      case label::kIssuer: claims_.issuer = text(); break;
      case label::kSubject: claims_.subject = text(); break;
      case label::kAudience: claims_.audience = texts(); break;
      case label::kExpires: claims_.expires = date(); break;
      case label::kNotBefore: claims_.not_before = date(); break;
      case label::kIssuedAt: claims_.issued_at = date(); break;
      case label::kId: claims_.id = bytes(); break;
      case label::kReplay: want(integer() == 0); break;  // 0: the token may be used again, which is all that we can promise
      case label::kVersion: want(integer() == label::kCatVersion); break;
      case label::kNetworks: networks(); break;
      case label::kUri: uri(); break;
      case label::kMethods: claims_.methods = texts(); break;
      case label::kIf: skip(0); break;  // what to answer instead of a plain refusal: no restriction
      case label::kRenewal: renewal(); break;
      default: refuse(Refusal::unsupported);
    }
  }

  void uri() {
    const std::uint64_t entries = count(Kind::map);
    for (std::uint64_t i = 0; i < entries && ok(); ++i) {
      const std::int64_t part = integer();
      // One comparison a part: with several the specification's reading (all of them? any?) is not ours to guess.
      if (part < 0 || part > 8 || count(Kind::map) != 1) return refuse(Refusal::unsupported);
      const std::int64_t match = integer();
      if (match < -2 || match > 3) return refuse(Refusal::unsupported);  // 4: a regular expression, a way to stall an edge
      claims_.uri.push_back({static_cast<UriCondition::Part>(part), static_cast<UriCondition::Match>(match), match < 0 ? bytes() : text()});
    }
  }

  void networks() {
    const std::uint64_t entries = count(Kind::array);
    if (entries == 0) refuse(Refusal::unsupported);
    for (std::uint64_t i = 0; i < entries && ok(); ++i) {
      const auto item = in_.next();
      if (!item) return refuse(Refusal::malformed);
      if (item->kind != Kind::tag || (item->value != label::kTagIpv4 && item->value != label::kTagIpv6))
        return refuse(Refusal::unsupported);
      network(item->value == label::kTagIpv4 ? 4 : 16);
    }
  }

  // RFC 9164 3.1: an address is a byte string; a prefix is [length, byte string without its zero bytes at the end].
  void network(std::size_t size) {
    auto item = next();
    Network network{{}, static_cast<unsigned>(8 * size)};
    if (item.kind == Kind::array && item.value == 2) {
      const std::int64_t bits = integer();
      if (bits < 0 || bits > static_cast<std::int64_t>(8 * size)) return refuse(Refusal::malformed);
      network.bits = static_cast<unsigned>(bits);
      item = next();
      network.address = item.bytes;
      if (network.address.size() < size) network.address.resize(size, '\0');
    } else {
      network.address = item.bytes;
    }
    if (item.kind != Kind::bytes || network.address.size() != size) return refuse(Refusal::malformed);
    claims_.networks.push_back(std::move(network));
  }

  void renewal() {
    Renewal renewal;
    bool has_kind = false, has_adds = false;
    const std::uint64_t entries = count(Kind::map);
    for (std::uint64_t i = 0; i < entries && ok(); ++i) {
      const std::int64_t name = integer();
      if (name == label::kRenewKind) {
        const std::int64_t kind = integer();
        if (kind < 0 || kind > 3) return refuse(Refusal::malformed);
        renewal.kind = static_cast<Renewal::Kind>(kind);
        has_kind = true;
      } else if (name == label::kRenewAdds) {
        renewal.adds = integer();
        has_adds = renewal.adds > 0;
      } else {
        renewal_detail(name, renewal);
      }
    }
    if (!has_kind || !has_adds) return refuse(Refusal::malformed);
    claims_.renewal = std::move(renewal);
  }

  void renewal_detail(std::int64_t name, Renewal& renewal) {
    switch (name) {
      case label::kRenewDeadline: renewal.deadline = integer(); break;
      case label::kRenewCookie: renewal.cookie_name = text(); break;
      case label::kRenewHeader: renewal.header_name = text(); break;
      case label::kRenewCookieParams: renewal.cookie_params = texts(); break;
      case label::kRenewHeaderParams: renewal.header_params = texts(); break;
      default: skip(0);  // the status of a redirect, what later versions add
    }
  }

  // A NumericDate: an integer, or a number of seconds, or either behind tag 1.
  std::int64_t date() {
    auto item = next();
    if (item.kind == Kind::tag && item.value == label::kTagEpoch) item = next();
    if (item.kind == Kind::number && std::isfinite(item.number) && std::abs(item.number) < kLastSecond)
      return static_cast<std::int64_t>(std::floor(item.number));
    const auto whole = item.integer();
    if (!whole) refuse(Refusal::malformed);
    return whole.value_or(0);
  }

  std::vector<std::string> texts() {
    const auto item = next();
    if (item.kind == Kind::text) return {std::string(item.bytes)};
    if (item.kind != Kind::array || item.value > kMostClaimEntries) return refuse(Refusal::malformed), std::vector<std::string>();
    std::vector<std::string> out;
    for (std::uint64_t i = 0; i < item.value && ok(); ++i) out.push_back(text());
    if (out.empty()) refuse(Refusal::malformed);
    return out;
  }

  void skip(int depth) {
    const auto item = next();
    if (depth > kDeepest) return refuse(Refusal::malformed);
    std::uint64_t inner = item.kind == Kind::array ? item.value : item.kind == Kind::map ? 2 * item.value : 0;
    if (item.kind == Kind::tag) inner = 1;
    for (; inner > 0 && ok(); --inner) skip(depth + 1);
  }

  std::uint64_t count(Kind kind) {
    const auto item = in_.next(kind);
    if (!item || item->value > kMostClaimEntries) refuse(Refusal::malformed);
    return ok() ? item->value : 0;
  }
  std::int64_t integer() {
    const auto whole = next().integer();
    if (!whole) refuse(Refusal::malformed);
    return whole.value_or(0);
  }
  std::string text() { return of(Kind::text); }
  std::string bytes() { return of(Kind::bytes); }
  std::string of(Kind kind) {
    const auto item = in_.next(kind);
    if (!item) refuse(Refusal::malformed);
    return item ? std::string(item->bytes) : std::string();
  }
  CborItem next() {
    const auto item = in_.next();
    if (!item) refuse(Refusal::malformed);
    return item.value_or(CborItem{});
  }
  void want(bool holds) {
    if (!holds) refuse(Refusal::unsupported);
  }
  void refuse(Refusal why) {
    if (ok()) refusal_ = why;
  }
  [[nodiscard]] bool ok() const { return refusal_ == Refusal::none; }

  CborReader in_;
  Refusal refusal_ = Refusal::none;
  CatClaims claims_;
};

}  // namespace

ClaimsRead read_claims(std::string_view cbor) { return ClaimReader(cbor).read(); }

}  // namespace segue::access
