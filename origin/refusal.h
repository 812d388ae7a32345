// SPDX-License-Identifier: Apache-2.0
// Why a request is not answered with what it asked for: the status, and one line for the body. From 500 on it is the store's
// fault and stands in the log as well.
#pragma once

#include <string>

namespace segue::origin {

struct Refusal {
  int status = 404;
  std::string reason;
};

}  // namespace segue::origin
