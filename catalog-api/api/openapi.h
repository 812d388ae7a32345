// SPDX-License-Identifier: Apache-2.0
// The description of /api/v1 (OpenAPI 3.1), made from one table of operations and the schemas of what they answer.
#pragma once

#include <string>

namespace segue::api {

// A JSON document, the same at each call.
[[nodiscard]] std::string openapi_json();

}  // namespace segue::api
