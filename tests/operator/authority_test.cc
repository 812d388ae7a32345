// SPDX-License-Identifier: Apache-2.0
#include "operator/authority.h"

#include "access/api_token.h"
#include "access/key.h"
#include "tests/catch.h"

using namespace segue;
using oper::Verdict;

namespace {

constexpr std::int64_t kNow = 1764100000;

access::Key key_of(const std::string& id, char seed) {
  return access::Key::private_key(id, access::Algorithm::eddsa, std::string(32, seed)).value();
}

std::string bearer(const access::Key& key, std::vector<std::string> scopes, std::int64_t expires = kNow + 60) {
  return "Bearer " + access::issue({"anna", kNow, expires, "", std::move(scopes)}, key).value();
}

}  // namespace

TEST_CASE("who may look, who may purge") {
  const access::Key ours = key_of("k1", 'a'), stranger = key_of("k1", 'b');
  const access::KeyRing ring({ours}), none;
  const std::string reads = bearer(ours, {"edge:read"}), purges = bearer(ours, {"edge:purge"}),
                    both = bearer(ours, {"edge:read", "edge:purge"}), old = bearer(ours, {"edge:purge"}, kNow),
                    forged = bearer(stranger, {"edge:purge"});
  struct Row {
    std::optional<std::string_view> authorization;
    bool near;
    std::string_view scope;
    Verdict verdict;
  };
  const Row rows[] = {
      {std::nullopt, false, oper::kRead, Verdict::no_token}, {std::nullopt, true, oper::kRead, Verdict::may},
      {std::nullopt, true, oper::kPurge, Verdict::no_token}, {reads, false, oper::kRead, Verdict::may},
      {reads, false, oper::kPurge, Verdict::not_enough},     {purges, false, oper::kPurge, Verdict::may},
      {purges, false, oper::kRead, Verdict::not_enough},     {both, false, oper::kPurge, Verdict::may},
      {old, false, oper::kPurge, Verdict::expired},          {forged, false, oper::kPurge, Verdict::bad_token},
      {forged, true, oper::kRead, Verdict::bad_token},  // a token that is shown counts
      {"Basic YTpi", true, oper::kRead, Verdict::bad_token}, {"Bearer ", false, oper::kPurge, Verdict::bad_token},
  };
  for (const Row& row : rows) {
    CAPTURE(row.authorization.value_or("none"), row.near, row.scope);
    CHECK(oper::judge({row.authorization, row.near}, row.scope, ring, kNow) == row.verdict);
  }
  CHECK(oper::judge({purges, true}, oper::kPurge, none, kNow) == Verdict::bad_token);
}
