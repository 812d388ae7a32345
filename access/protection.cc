// SPDX-License-Identifier: Apache-2.0
#include "access/protection.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "access/duration.h"

namespace segue::access {
namespace {

std::string file_in(const std::string& folder) { return folder + "/protected"; }

}  // namespace

Result<std::optional<std::chrono::seconds>> protection_of(const std::string& folder) {
  const std::string path = file_in(folder);
  std::error_code failed;
  const bool is_there = std::filesystem::exists(path, failed);
  if (failed) return Error{path + ": " + failed.message()};
  if (!is_there) return std::optional<std::chrono::seconds>();
  std::string line;
  std::getline(std::ifstream(path), line);
  const auto life = parse_duration(line);
  if (!life) return Error{path + ": " + life.error().message};
  return std::optional(*life);
}

Result<void> protect(const std::string& folder, const std::string& life) {
  const std::string path = file_in(folder), made = path + ".new";
  std::error_code failed;
  if (life.empty()) {
    std::filesystem::remove(path, failed);
    return failed ? Result<void>(Error{path + ": " + failed.message()}) : Result<void>();
  }
  std::filesystem::create_directories(folder, failed);
  std::ofstream file(made, std::ios::trunc);
  file << life << '\n' << std::flush;
  if (!file) return Error{made + ": " + std::strerror(errno)};
  std::filesystem::rename(made, path, failed);
  return failed ? Result<void>(Error{path + ": " + failed.message()}) : Result<void>();
}

}  // namespace segue::access
