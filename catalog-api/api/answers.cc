// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/api/answers.h"

#include "catalog-api/api/log.h"
#include "service/outcome.h"

namespace segue::api {

service::http::Response unavailable(const service::http::Request& request, const Error& error) {
  log("error", error.message, request.id);
  if (service::is_damaged(error))
    return service::http::to_response({500, "internal", "the service's data is damaged here; its log has more under this request's id"});
  auto response = service::http::to_response({503, "unavailable", "a database or a service that this needs does not answer; try again"});
  response.headers.emplace_back("Retry-After", "2");
  if (service::is_outcome_unknown(error)) response.headers.emplace_back(service::kOutcomeField, "unknown");
  return response;
}

}  // namespace segue::api
