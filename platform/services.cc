// SPDX-License-Identifier: Apache-2.0
#include "platform/services.h"

namespace segue::platform {
namespace {

using service::Home;

Service left_out_unless(const std::string& program, Service service, const std::string& why) {
  if (!program.empty()) return service;
  service.command.clear();
  service.left_out = why;
  return service;
}

// Private to this home: no port, a socket for its owner (and nginx's workers, where they are somebody else), every event on disk within a
// second. A socket's address holds 107 bytes, so it is named from Redis's own folder.
Service redis(const Home& home, const Settings& settings) {
  Service service = {
      .name = "redis",
      .command = {settings.redis, "--port", "0", "--dir", home.path("redis"), "--unixsocket", "../run/redis.sock", "--unixsocketperm",
                  settings.redis_mode, "--appendonly", "yes", "--appendfsync", "everysec", "--save", "", "--daemonize", "no"},
      .check = Check::redis,
      .url = "unix:" + home.redis_socket()};
  service.command.insert(service.command.begin(), settings.redis_prefix.begin(), settings.redis_prefix.end());
  return left_out_unless(settings.redis, std::move(service), "redis-server is not installed");
}

Service nginx(const Home& home, const Settings& settings, const std::string& name, int offset) {
  const std::string conf = home.path("run/" + name + ".conf"), log = home.log() + '/' + name + "-error.log";
  return left_out_unless(settings.nginx,
                         {.name = name,
                          .command = {settings.nginx, "-c", conf, "-p", home.root, "-e", log},
                          .check = Check::http,
                          .port = home.port + offset,
                          .url = home.url(offset),
                          .conf = name + ".conf.in"},
                         "nginx is not installed");
}

Service ours(const std::string& program, const std::string& name, Service service) {
  service.command.insert(service.command.begin(), program);
  return left_out_unless(program, std::move(service), name + " is not built");
}

}  // namespace

std::vector<Service> services_of(const Home& home, const Installation& installation, const Settings& settings) {
  const std::string catalog_listen = "127.0.0.1:" + std::to_string(home.port + service::kCatalogPort);
  return {
      redis(home, settings),
      ours(installation.program("segue-ingest"), "segue-ingest", {.name = "ingest", .command = {"--worker"}}),
      nginx(home, settings, "origin", service::kOriginPort),
      ours(installation.program("segue-catalog"), "segue-catalog",
           {.name = "catalog",
            .command = {"--listen", catalog_listen},
            .check = Check::http,
            .port = home.port + service::kCatalogPort,
            .url = home.url(service::kCatalogPort)}),
      nginx(home, settings, "edge", service::kEdgePort),
      ours(installation.program("segue-operator"), "segue-operator",
           {.name = "operator", .check = Check::http, .port = home.port + service::kOperatorPort, .url = home.url(service::kOperatorPort)}),
      nginx(home, settings, "gateway", service::kGatewayPort),
  };
}

Values template_values(const Home& home, const Installation& installation, const Settings& settings) {
  const auto port = [&](int offset) { return std::to_string(home.port + offset); };
  return {
      {"MODULES", installation.modules},
      {"WEB", installation.web},
      {"RUN", home.run()},
      {"LOG", home.log()},
      {"STORE", home.store()},
      {"CACHE", home.path("edge")},
      {"CACHE_SIZE", settings.cache_size},
      {"USER", settings.user},
      {"WORKERS", std::to_string(settings.workers)},
      {"GATEWAY_LISTEN", settings.listen + ':' + port(service::kGatewayPort)},
      {"PROXIES", settings.proxies},
      {"ACCESS_KEYS", settings.is_protected ? home.path("access/keys") : "off"},
      // In front of lines that count only so.
      {"OWN_PORT", port(settings.is_protected ? service::kOwnEdgePort : service::kEdgePort)},
      {"WHEN_OPEN", settings.is_protected ? "# " : ""},
      {"WHEN_PROTECTED", settings.is_protected ? "" : "# "},
      {"ORIGIN_PORT", port(service::kOriginPort)},
      {"EDGE_PORT", port(service::kEdgePort)},
      {"CATALOG_PORT", port(service::kCatalogPort)},
      {"OPERATOR_PORT", port(service::kOperatorPort)},
  };
}

std::string configuration_path(const Home& home, const Service& service) { return home.path("run/" + service.name + ".conf"); }

}  // namespace segue::platform
