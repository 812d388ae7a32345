// SPDX-License-Identifier: Apache-2.0
#include "platform/installation.h"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <sstream>

namespace segue::platform {
namespace fs = std::filesystem;

Installation Installation::around(const std::string& program) {
  const fs::path folder = fs::path(program).parent_path();
  const bool installed = folder.filename() == "segue" && folder.parent_path().filename() == "libexec";
  const fs::path prefix = installed ? folder.parent_path().parent_path() : folder.parent_path();
  return {.programs = folder.string(),
          .modules = (prefix / "lib/segue/modules").string(),
          .templates = (prefix / "share/segue/conf").string(),
          .web = (prefix / "share/segue/web").string()};
}

Result<Installation> Installation::find() {
  std::error_code error;
  const fs::path self = fs::read_symlink("/proc/self/exe", error);
  if (error) return Error{"/proc/self/exe: " + error.message()};
  return around(self.string());
}

std::string Installation::program(const std::string& name) const {
  const std::string path = programs + '/' + name;
  return ::access(path.c_str(), X_OK) == 0 ? path : std::string();
}

std::string system_program(const std::string& name) {
  const char* path = std::getenv("PATH");
  std::istringstream folders(std::string(path != nullptr ? path : "/usr/bin:/bin") + ":/usr/local/sbin:/usr/sbin:/sbin");
  for (std::string folder; std::getline(folders, folder, ':');) {
    const std::string candidate = folder + '/' + name;
    if (!folder.empty() && folder[0] == '/' && ::access(candidate.c_str(), X_OK) == 0) return candidate;
  }
  return {};
}

}  // namespace segue::platform
