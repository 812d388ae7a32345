// SPDX-License-Identifier: Apache-2.0
#include "origin/file_table.h"

namespace segue::origin {
namespace {

constexpr int kLooksPerWalk = 10;

}  // namespace

bool FileTable::is_current(OpenFile& file, const std::string& path, Instant now) noexcept {
  if (now - file.checked < validity_) return true;
  const bool walk = now - file.named >= kLooksPerWalk * validity_;
  FileIdentity identity;
  const int error = walk ? storage_.identify(path, identity) : file.file->identify(identity);
  if (error != 0 || identity != file.identity) return false;
  file.checked = now;
  if (walk) file.named = now;
  return true;
}

FileTable::Answer FileTable::open(const std::string& path, Instant now) {
  if (std::shared_ptr<OpenFile> known = files_.find(path)) {
    if (is_current(*known, path, now)) return {std::move(known), 0};
    files_.erase(path);
  }
  Opened opened = storage_.open(path);
  if (opened.error != 0) return {nullptr, opened.error};
  auto file = std::make_shared<OpenFile>(OpenFile{std::move(opened.file), opened.identity, now, now});
  files_.insert(path, file, 1);
  return {std::move(file), 0};
}

}  // namespace segue::origin
