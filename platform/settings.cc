// SPDX-License-Identifier: Apache-2.0
#include "platform/settings.h"

#include <arpa/inet.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <filesystem>

#include "machine/machine.h"
#include "service/database_place.h"

namespace segue::platform {
namespace fs = std::filesystem;
namespace {

std::string own_name() {
  const passwd* user = ::getpwuid(::geteuid());
  return user != nullptr ? user->pw_name : std::to_string(::geteuid());
}

// Root's nginx hands its workers to Debian's user for web servers, if that one may read what they serve. A home that only root can enter
// (below /root, say) leaves no choice.
std::string worker_user(const service::Home& home, const Installation& installation) {
  constexpr const char* kWebUser = "www-data";
  if (::geteuid() != 0 || ::getpwnam(kWebUser) == nullptr) return own_name();
  return anybody_enters(home.root) && anybody_enters(installation.web) ? kWebUser : own_name();
}

// A socket belongs to its maker's group: Redis stays who it is, but in the group of nginx's workers.
void share_redis(Settings& settings) {
  const passwd* workers = ::getpwnam(settings.user.c_str());
  const std::string setpriv = system_program("setpriv");
  if (::geteuid() != 0 || workers == nullptr || workers->pw_uid == 0 || setpriv.empty()) return;
  settings.redis_prefix = {setpriv, "--regid", std::to_string(workers->pw_gid), "--keep-groups"};
  settings.redis_mode = "770";
}

// The catalog's database, the address that is told to listeners, ingest's bounds, the proxies, whether the catalog is divided.
Environment environment_of(const service::Home& home) {
  Environment told;
  const auto place = service::DatabasePlace::find(home.path("catalog"), "");
  if (place && !place->server.empty()) told["SEGUE_DATABASE"] = without_password(place->server);
  if (home.public_url != home.url(service::kGatewayPort)) told["SEGUE_PUBLIC_URL"] = home.public_url;
  for (const char* name : {"SEGUE_SLOW_SOURCE", "SEGUE_LARGEST_SOURCE", "SEGUE_PROXIES", kSplit}) {
    const char* value = std::getenv(name);
    if (value != nullptr && *value != '\0') told[name] = value;
  }
  return told;
}

bool is_network(const std::string& text) {
  const std::size_t slash = text.find('/');
  const std::string host = text.substr(0, slash);
  in6_addr address{};
  const int most = ::inet_pton(AF_INET, host.c_str(), &address) == 1 ? 32 : ::inet_pton(AF_INET6, host.c_str(), &address) == 1 ? 128 : -1;
  if (slash == std::string::npos || most < 0) return most > 0;
  int bits = -1;
  const auto [end, failed] = std::from_chars(text.data() + slash + 1, text.data() + text.size(), bits);
  return failed == std::errc() && end == text.data() + text.size() && bits >= 0 && bits <= most;
}

}  // namespace

std::string without_password(std::string_view address) {
  const std::size_t scheme = address.find("://"), start = scheme == std::string_view::npos ? 0 : scheme + 3;
  const std::size_t end = std::min(address.find_first_of("/?#", start), address.size());
  std::string kept(address.substr(0, start));
  std::string_view authority = address.substr(start, end - start), rest = address.substr(end);
  if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos) {
    kept += authority.substr(0, std::min(authority.find(':'), at));
    authority.remove_prefix(at);
  }
  kept += authority;
  const std::size_t query = std::min(rest.find('?'), rest.find('#')), mark = std::min(rest.find('#'), rest.size());
  kept += rest.substr(0, std::min(query, mark));
  char separator = '?';
  for (std::string_view left = query < mark ? rest.substr(query + 1, mark - query - 1) : ""; !left.empty();) {
    const std::string_view one = left.substr(0, left.find('&'));
    left.remove_prefix(std::min(left.size(), one.size() + 1));
    if (one.substr(0, one.find('=')).find("password") != std::string_view::npos) continue;
    kept += separator;
    kept += one;
    separator = '&';
  }
  return kept += rest.substr(mark);
}

void keep_environment(const Environment& running) {
  for (const auto& [name, value] : running) {
    if (name != "SEGUE_DATABASE") ::setenv(name.c_str(), value.c_str(), 0);  // the home remembers that one
  }
}

std::vector<std::string> changes_between(const Environment& before, const Environment& now) {
  std::vector<std::string> lines;
  const auto value_in = [](const Environment& of, const std::string& name) {
    const auto found = of.find(name);
    return found == of.end() ? std::string("not set") : found->second;
  };
  Environment names = before;
  names.insert(now.begin(), now.end());
  for (const auto& [name, ignored] : names) {
    const std::string was = value_in(before, name), is = value_in(now, name);
    if (was != is) lines.push_back(name + ": was " + was + ", is " + is);
  }
  return lines;
}

Result<std::string> proxy_lines(std::string_view addresses) {
  std::string lines;
  while (!addresses.empty()) {
    const std::string one(addresses.substr(0, addresses.find(',')));
    if (!is_network(one)) return Error{"expected addresses or networks (10.0.0.0/8) with commas between, found '" + one + "'"};
    lines += one + " 1; ";
    addresses.remove_prefix(std::min(one.size() + 1, addresses.size()));
  }
  return lines;
}

bool anybody_enters(const std::string& path) {
  std::error_code error;
  for (fs::path at = fs::canonical(path, error); !error; at = at.parent_path()) {
    const fs::perms perms = fs::status(at, error).permissions();
    if (error || (perms & fs::perms::others_exec) == fs::perms::none) return false;
    if (at == at.root_path()) return true;
  }
  return false;
}

Settings settings_here(const service::Home& home, const Installation& installation) {
  Settings settings;
  settings.nginx = system_program("nginx");
  settings.redis = system_program("redis-server");
  settings.user = worker_user(home, installation);
  share_redis(settings);
  settings.environment = environment_of(home);
  settings.is_split = settings.environment.contains(kSplit);
  settings.workers = static_cast<unsigned>(std::clamp(machine::usable_cores(), 1, 8));
  return settings;
}

}  // namespace segue::platform
