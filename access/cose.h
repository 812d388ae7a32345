// SPDX-License-Identifier: Apache-2.0
// COSE_Mac0 and COSE_Sign1 (RFC 9052 6.2, 4.2) around a CWT (RFC 8392 6: tag 61 may stand before theirs).
//   message = [tag 61] (tag 17 / tag 18) [ bstr protected, map unprotected, bstr payload, bstr tag-or-signature ]
#pragma once

#include <string>
#include <string_view>

#include "access/key.h"
#include "media/result.h"

namespace segue::access {

struct CoseMessage {
  Algorithm algorithm = Algorithm::hs256;  // of the protected header: HS256 in a COSE_Mac0, ES256 in a COSE_Sign1
  std::string key_id;                      // empty: none given
  std::string_view protected_header;       // the next three point into the input
  std::string_view payload;
  std::string_view signature;
};

// Error: what is missing or not taken. An algorithm outside the protected header is not taken, neither is `crit` (RFC 9052 3.1).
[[nodiscard]] Result<CoseMessage> parse_cose(std::string_view bytes);
[[nodiscard]] bool verify(const CoseMessage& message, const Key& key);

// A CWT with both tags. Error: a key that cannot sign or is EdDSA.
[[nodiscard]] Result<std::string> write_cose(std::string_view payload, const Key& key);

}  // namespace segue::access
