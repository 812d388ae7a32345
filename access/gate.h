// SPDX-License-Identifier: Apache-2.0
// The one question of an edge: may this request pass? Takes both kinds of token; pure, no call to anybody. Thread-safe: holds no state
// but the keys and the policy it was made with.
#pragma once

#include <cstdint>
#include <string>

#include "access/asker.h"
#include "access/carrier.h"
#include "access/cat.h"
#include "access/key_ring.h"
#include "access/media_token.h"

namespace segue::access {

struct Verdict {
  Refusal refusal = Refusal::missing;
  std::int64_t expires = 0;  // when let through: seconds since 1970; 0: never
  std::string key_id;        // of the token, for the log; empty: unreadable
  std::string subject;       // CAT's sub or cti, for the log and rate limits
  // Fields of the answer: a renewed token (catr), or the cookie by which a manifest's token carries to its segments.
  std::string set_cookie, field_name, field_value;
};

// Tokens that a gate's keys verified before.
struct Known {
  KnownMediaTokens media;
  KnownCats cats;
  void clear() noexcept {
    media.clear();
    cats.clear();
  }
};

class Gate {
 public:
  explicit Gate(KeyRing ring, CatPolicy policy = {}) : ring_(std::move(ring)), policy_(std::move(policy)) {}
  // `known`: null, or the caller's memory of tokens that this gate's keys verified before.
  [[nodiscard]] Verdict check(const Carried& carried, const Asker& asker, Known* known = nullptr) const;

 private:
  void check_media(const Carried& carried, const Asker& asker, Known* known, Verdict& verdict) const;
  void check_cat_token(const Carried& carried, const Asker& asker, Known* known, Verdict& verdict) const;
  void renew_cat(const Carried& carried, const CatVerdict& cat, const Asker& asker, Verdict& verdict) const;
  KeyRing ring_;
  CatPolicy policy_;
};

}  // namespace segue::access
