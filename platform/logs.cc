// SPDX-License-Identifier: Apache-2.0
#include "platform/logs.h"

#include <filesystem>

namespace segue::platform {
namespace fs = std::filesystem;
namespace {

// "gateway" of "gateway-access.log"; empty: not nginx's.
std::string nginx_service(const std::string& name) {
  for (const std::string ending : {"-access.log", "-error.log"}) {
    if (name.size() > ending.size() && name.ends_with(ending)) return name.substr(0, name.size() - ending.size());
  }
  return {};
}

}  // namespace

std::set<std::string> set_aside_long_logs(const std::string& folder, std::uintmax_t longest) {
  std::set<std::string> services;
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    std::error_code failed;
    const fs::path path = at->path(), aside = path.string() + ".1";
    if (path.extension() != ".log" || !fs::is_regular_file(path, failed) || fs::file_size(path, failed) <= longest || failed) continue;
    if (const std::string service = nginx_service(path.filename().string()); !service.empty()) {
      fs::rename(path, aside, failed);
      if (!failed) services.insert(service);
    } else if (fs::copy_file(path, aside, fs::copy_options::overwrite_existing, failed); !failed) {
      fs::resize_file(path, 0, failed);  // all writers append
    }
  }
  return services;
}

}  // namespace segue::platform
