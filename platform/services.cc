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

Service catalog(const Home& home, const std::string& name, int offset, std::vector<std::string> options) {
  options.insert(options.begin(), {"--listen", "127.0.0.1:" + std::to_string(home.port + offset)});
  return {.name = name, .command = std::move(options), .check = Check::http, .port = home.port + offset, .url = home.url(offset)};
}

// One process, or one for each role; whoever is asked stands before who asks.
std::vector<Service> catalogs(const Home& home, const Settings& settings) {
  if (!settings.is_split) return {catalog(home, "catalog", service::kCatalogPort, {})};
  const std::string accounts = home.url(service::kAccountsPort), library = home.url(service::kCatalogPort),
                    playlists = home.url(service::kPlaylistsPort), search = home.url(service::kSearchPort);
  return {catalog(home, "accounts", service::kAccountsPort, {"--roles", "accounts"}),
          catalog(home, "playlists", service::kPlaylistsPort, {"--roles", "playlists", "--accounts", accounts, "--library", library}),
          catalog(home, "catalog", service::kCatalogPort,
                  {"--roles", "library", "--accounts", accounts, "--playlists", playlists, "--search", search}),
          catalog(home, "search", service::kSearchPort, {"--roles", "search", "--accounts", accounts, "--library", library})};
}

}  // namespace

std::vector<Service> services_of(const Home& home, const Installation& installation, const Settings& settings) {
  std::vector<Service> services = {
      redis(home, settings),
      ours(installation.program("segue-ingest"), "segue-ingest", {.name = "ingest", .command = {"--worker"}}),
      nginx(home, settings, "origin", service::kOriginPort),
  };
  for (Service& one : catalogs(home, settings))
    services.push_back(ours(installation.program("segue-catalog"), "segue-catalog", std::move(one)));
  services.push_back(nginx(home, settings, "edge", service::kEdgePort));
  services.push_back(ours(
      installation.program("segue-operator"), "segue-operator",
      {.name = "operator", .check = Check::http, .port = home.port + service::kOperatorPort, .url = home.url(service::kOperatorPort)}));
  services.push_back(nginx(home, settings, "gateway", service::kGatewayPort));
  return services;
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
      {"ACCOUNTS_PORT", port(settings.is_split ? service::kAccountsPort : service::kCatalogPort)},
      {"PLAYLISTS_PORT", port(settings.is_split ? service::kPlaylistsPort : service::kCatalogPort)},
      {"SEARCH_PORT", port(settings.is_split ? service::kSearchPort : service::kCatalogPort)},
      {"OPERATOR_PORT", port(service::kOperatorPort)},
  };
}

std::string configuration_path(const Home& home, const Service& service) { return home.path("run/" + service.name + ".conf"); }

}  // namespace segue::platform
