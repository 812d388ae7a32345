// SPDX-License-Identifier: Apache-2.0
// Answers that many routes give.
#pragma once

#include <string_view>

#include "media/result.h"
#include "service/http/message.h"
#include "service/http/problem.h"

namespace segue::api {

[[nodiscard]] inline service::http::Response refuse(service::http::Problem problem) { return service::http::to_response(problem); }
[[nodiscard]] inline service::http::Response not_found(std::string_view what) {
  return service::http::to_response({404, "not-found", std::string(what) + ": no such id"});
}
// A database or another service that does not answer (503), or has what cannot be worked with (500): logged with the request's id, told
// without its insides.
[[nodiscard]] service::http::Response unavailable(const service::http::Request& request, const Error& error);

}  // namespace segue::api
