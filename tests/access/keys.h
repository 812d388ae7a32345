// SPDX-License-Identifier: Apache-2.0
// Keys of tests: those of RFC 8392's appendix A.2 and RFC 8032's test 1, under short names.
#pragma once

#include <string>
#include <string_view>

#include "access/key_ring.h"
#include "tests/hex.h"

inline std::string bytes(std::string_view text) {
  const auto list = hex(text);
  return {list.begin(), list.end()};
}

inline segue::access::KeyRing test_ring() {
  return segue::access::KeyRing::parse(
             "k2 HS256 secret QDaXreh69kYRwdMqBdqw_h_LcVqGq0NfHsmRktedVpOI\n"
             "k1 HS256 secret QDaX3oevZGEcHTKgXasP4fy3FahqtDXx7JkZLXlWk4g\n"
             "\n"
             "e1 ES256 private bBOCdlrsU1jxF3M9KBwce9w5iE0EpFoebGfIWLwgbBk\n"
             "a1 EdDSA private nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A\n")
      .value();
}
