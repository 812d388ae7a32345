// SPDX-License-Identifier: Apache-2.0
#include "service/server_address.h"

#include <libpq-fe.h>

#include <algorithm>
#include <memory>

namespace segue::service {
namespace {

// libpq's own message quotes what it stumbled over, which is as a rule the password.
constexpr const char* kUnreadable =
    "database: expected postgresql://user@host:port/database; in a password % @ : / ? # are written %25 %40 %3A %2F %3F %23";

struct Free {
  void operator()(PQconninfoOption* options) const noexcept { PQconninfoFree(options); }
};

bool is_text(const char* text) { return text != nullptr && *text != '\0'; }

// "p@ss@db" makes the host "ss@db", "12/3@db" the database "3@db": libpq would say them in a message about the connection.
bool is_suspect(const ServerSetting& setting) {
  if (setting.keyword == "port")
    return !std::all_of(setting.value.begin(), setting.value.end(), [](char c) { return (c >= '0' && c <= '9') || c == ','; });
  if (setting.keyword == "host") return setting.value.find('@') != std::string::npos;
  return setting.keyword == "dbname" && setting.value.find('@') != std::string::npos;
}

}  // namespace

Result<std::vector<ServerSetting>> settings_of(std::string_view address) {
  const std::string plain(address.substr(0, address.find('#')));
  const std::unique_ptr<PQconninfoOption, Free> options(PQconninfoParse(plain.c_str(), nullptr));
  if (!options) return Error{kUnreadable};
  std::vector<ServerSetting> settings;
  for (const PQconninfoOption* option = options.get(); option->keyword != nullptr; ++option) {
    if (!is_text(option->val)) continue;
    settings.push_back({option->keyword, is_text(option->envvar) ? option->envvar : "", option->val, option->dispchar[0] == '*'});
    if (is_suspect(settings.back())) return Error{kUnreadable};
  }
  return settings;
}

}  // namespace segue::service
