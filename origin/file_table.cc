// SPDX-License-Identifier: Apache-2.0
#include "origin/file_table.h"

namespace segue::origin {

FileTable::Answer FileTable::open(const std::string& path, Instant now) {
  if (std::shared_ptr<OpenFile> known = files_.find(path)) {
    if (now - known->checked < validity_) return {std::move(known), 0};
    FileIdentity identity;
    if (storage_.identify(path, identity) == 0 && identity == known->identity) {
      known->checked = now;
      return {std::move(known), 0};
    }
    files_.erase(path);
  }
  Opened opened = storage_.open(path);
  if (opened.error != 0) return {nullptr, opened.error};
  auto file = std::make_shared<OpenFile>(OpenFile{std::move(opened.file), opened.identity, now});
  files_.insert(path, file, 1);
  return {std::move(file), 0};
}

}  // namespace segue::origin
