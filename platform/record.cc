// SPDX-License-Identifier: Apache-2.0
#include "platform/record.h"

#include <nlohmann/json.hpp>

namespace segue::platform {
namespace {

using nlohmann::ordered_json;

ordered_json json_of(const Process& process) { return {{"pid", process.pid}, {"start", process.start}, {"session", process.session}}; }

Process process_from(const ordered_json& json) {
  return {json.at("pid").get<pid_t>(), json.at("start").get<std::uint64_t>(), json.at("session").get<pid_t>()};
}

ServiceRecord service_from(const ordered_json& json) {
  return {.name = json.at("name").get<std::string>(),
          .state = json.at("state").get<std::string>(),
          .detail = json.at("detail").get<std::string>(),
          .restarts = json.at("restarts").get<int>(),
          .process = process_from(json.at("process"))};
}

}  // namespace

std::string to_json(const Record& record) {
  ordered_json services = ordered_json::array();
  for (const ServiceRecord& service : record.services) {
    services.push_back({{"name", service.name},
                        {"state", service.state},
                        {"detail", service.detail},
                        {"restarts", service.restarts},
                        {"process", json_of(service.process)}});
  }
  const ordered_json json = {{"supervisor", json_of(record.supervisor)},
                             {"port", record.port},
                             {"listen", record.listen},
                             {"cache_size", record.cache_size},
                             {"build", record.build},
                             {"environment", record.environment},
                             {"services", services}};
  return json.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

Result<Record> parse_record(std::string_view text) {
  try {
    const ordered_json json = ordered_json::parse(text);
    Record record{.supervisor = process_from(json.at("supervisor")),
                  .port = json.at("port").get<int>(),
                  .listen = json.at("listen").get<std::string>(),
                  .cache_size = json.at("cache_size").get<std::string>(),
                  .build = json.at("build").get<std::string>()};
    if (json.contains("environment") && json["environment"].is_object()) record.environment = json["environment"].get<Environment>();
    for (const ordered_json& service : json.at("services")) record.services.push_back(service_from(service));
    return record;
  } catch (const ordered_json::exception& error) {
    return Error{std::string("platform.json: ") + error.what()};
  }
}

}  // namespace segue::platform
