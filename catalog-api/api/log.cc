// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/api/log.h"

#include <unistd.h>

#include <ctime>

#include "service/http/json_writer.h"

namespace segue::api {

void log(std::string_view level, std::string_view what, std::string_view request) {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  char time[32];
  std::strftime(time, sizeof time, "%Y-%m-%dT%H:%M:%SZ", &utc);
  service::http::JsonWriter json;
  json.begin_object().field("time", std::string_view(time)).field("level", level).field("service", "catalog").field("what", what);
  if (!request.empty()) json.field("request", request);
  json.end_object();
  const std::string line = std::move(json).take() + '\n';
  if (::write(STDERR_FILENO, line.data(), line.size()) < 0) return;  // one call: lines of threads do not mix; nobody to tell when it fails
}

}  // namespace segue::api
