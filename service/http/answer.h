// SPDX-License-Identifier: Apache-2.0
// What every response has in common, without a connection: finishing touches to a handler's response, and its bytes.
#pragma once

#include <string>
#include <string_view>

#include "service/http/message.h"

namespace segue::service::http {

// A handler's response made final for `request`: an ETag for a GET that succeeded, 304 when the client has it.
[[nodiscard]] Response finish(const Request& request, Response response);

struct Wire {
  bool keep_alive = true;
  std::string_view request_id;
  std::string_view date;  // IMF-fixdate
};
// Status line and fields, with the empty line.
[[nodiscard]] std::string head_of(const Response& response, const Wire& wire);

}  // namespace segue::service::http
