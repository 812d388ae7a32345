// SPDX-License-Identifier: Apache-2.0
#include "packager/staging.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <utility>

namespace segue::packager {
namespace fs = std::filesystem;

Result<Staging> Staging::create(const std::string& target, Existing existing) {
  fs::path place = fs::path(target).lexically_normal();
  if (!place.has_filename()) place = place.parent_path();  // "out/"
  std::error_code failed;
  const fs::file_status there = fs::status(place, failed);
  bool exchange = false;
  if (fs::exists(there)) {
    if (!fs::is_directory(there)) return Error{target + ": exists and is not a folder"};
    const bool empty = fs::is_empty(place, failed);
    if (failed) return Error{target + ": " + failed.message()};
    exchange = !empty && existing == Existing::replace && fs::exists(place / "asset.json", failed);
    if (!empty && !exchange)
      return Error{target + (existing == Existing::replace ? ": exists and holds no asset.json, so it is not replaced"
                                                           : ": exists and is not empty")};
  }
  const fs::path parent = place.has_parent_path() ? place.parent_path() : ".";
  std::string path = (parent / ("." + place.filename().string() + ".XXXXXX")).string();
  if (::mkdtemp(path.data()) == nullptr) return Error{parent.string() + ": " + std::strerror(errno)};
  ::chmod(path.c_str(), 0755);  // mkdtemp keeps it private; a web server has to read it
  return Staging(std::move(path), place.string(), exchange);
}

Staging::Staging(Staging&& other) noexcept
    : path_(std::exchange(other.path_, {})), target_(std::move(other.target_)), exchange_(other.exchange_) {}

Staging::~Staging() {
  std::error_code ignored;
  if (!path_.empty()) fs::remove_all(path_, ignored);
}

Result<void> Staging::commit() {
  const unsigned how = exchange_ ? RENAME_EXCHANGE : 0;
  if (::renameat2(AT_FDCWD, path_.c_str(), AT_FDCWD, target_.c_str(), how) != 0) return Error{target_ + ": " + std::strerror(errno)};
  if (!exchange_) path_.clear();  // exchanged: the old asset stands under our name now and goes with us
  return {};
}

Result<void> rename_file(const std::string& from, const std::string& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) return Error{to + ": " + std::strerror(errno)};
  return {};
}

}  // namespace segue::packager
