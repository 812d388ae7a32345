// SPDX-License-Identifier: Apache-2.0
#include "platform/status.h"

#include <algorithm>

#include "platform/folders.h"
#include "platform/prober.h"
#include "platform/settings.h"

namespace segue::platform {
namespace {

const ServiceRecord* find(const std::optional<Record>& record, const std::string& name) {
  if (!record) return nullptr;
  const auto at =
      std::find_if(record->services.begin(), record->services.end(), [&](const ServiceRecord& one) { return one.name == name; });
  return at == record->services.end() ? nullptr : &*at;
}

ServiceStatus ask(const Service& service, const service::Home& home, const ServiceRecord* record) {
  ServiceStatus status{.name = service.name, .url = service.url, .healthy = false, .state = "stopped"};
  if (record == nullptr) return status;
  status.state = record->state;
  status.detail = record->detail;
  status.restarts = record->restarts;
  if (!is_alive(record->process)) return status;
  status.pid = record->process.pid;
  // A port that answers while our process is still starting may be somebody else's.
  const Finding found = check(service, home);
  status.healthy = found.good && (service.check != Check::process || record->state == "healthy");
  if (!found.good) status.detail = found.why;
  return status;
}

}  // namespace

bool Status::healthy() const {
  return running && std::all_of(services.begin(), services.end(), [](const ServiceStatus& service) { return service.healthy; });
}

std::optional<Record> living_record(const service::Home& home) {
  const auto text = read_file(home.path("run/platform.json"));
  if (!text) return std::nullopt;
  const auto record = parse_record(*text);
  if (!record || !is_alive(record->supervisor)) return std::nullopt;
  return *record;
}

Status ask_status(const service::Home& asked, const Installation& installation) {
  const std::optional<Record> record = living_record(asked);
  service::Home home = asked;
  if (record && record->port != asked.port) {  // it runs where it was started, whatever is asked for now
    if (asked.public_url == asked.url(service::kGatewayPort)) home.public_url.clear();
    home.port = record->port;
    if (home.public_url.empty()) home.public_url = home.url(service::kGatewayPort);
  }
  if (record && asked.public_url == asked.url(service::kGatewayPort)) {
    const auto told = record->environment.find("SEGUE_PUBLIC_URL");
    if (told != record->environment.end()) home.public_url = told->second;
  }
  Status status{.running = record.has_value(),
                .home = home.root,
                .gateway = home.url(service::kGatewayPort),
                .edge = home.url(service::kEdgePort),
                .origin = home.url(service::kOriginPort),
                .catalog = home.url(service::kCatalogPort),
                .public_url = home.public_url};
  Settings settings = settings_here(home, installation);
  if (record) settings.is_split = record->environment.contains(kSplit);
  for (const Service& service : services_of(home, installation, settings)) {
    if (service.is_started()) {
      status.services.push_back(ask(service, home, find(record, service.name)));
    } else {
      status.left_out.push_back({service.name, service.left_out});
    }
  }
  return status;
}

}  // namespace segue::platform
