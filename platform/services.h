// SPDX-License-Identifier: Apache-2.0
// What a running platform consists of: one table, in the order of starting. Stopping goes the other way: nobody is asked for what has
// gone already.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "platform/installation.h"
#include "platform/template.h"
#include "service/home.h"

namespace segue::platform {

enum class Check { process, http, redis };  // how health is seen

struct Service {
  std::string name;
  std::vector<std::string> command = {};  // the program's absolute path first; empty: left out
  std::string left_out = {};              // why
  Check check = Check::process;
  int port = 0;           // 0: none
  std::string url = {};   // where it is reached; empty: nowhere
  std::string conf = {};  // of nginx: the template's name ("origin.conf.in"); empty: none
  [[nodiscard]] bool is_started() const { return !command.empty(); }
};

// What services themselves read at their start, by the variable's name, and no secret: another one, other settings.
using Environment = std::map<std::string, std::string>;

struct Settings {
  std::string listen = "127.0.0.1";  // the gateway's address
  std::string cache_size = "20g";    // bound of the edge's cache, as nginx writes sizes
  std::string nginx, redis;          // programs of the system; empty: not installed
  std::string user;                  // whom nginx's workers run as
  // Before Redis's command, and its socket's mode: the edge's workers follow the log of purges there. Empty: they run as the owner does.
  std::vector<std::string> redis_prefix = {};
  std::string redis_mode = "700";
  unsigned workers = 1;   // of each nginx
  bool is_split = false;  // the catalog: a process a role
  Environment environment = {};
  std::string proxies = {};   // in front of the gateway, as geo lines (proxy_lines)
  bool is_protected = false;  // the edge lets in only who has a token
};

[[nodiscard]] std::vector<Service> services_of(const service::Home& home, const Installation& installation, const Settings& settings);

// What the templates' names stand for.
[[nodiscard]] Values template_values(const service::Home& home, const Installation& installation, const Settings& settings);

// Where a service's filled configuration is written.
[[nodiscard]] std::string configuration_path(const service::Home& home, const Service& service);

}  // namespace segue::platform
