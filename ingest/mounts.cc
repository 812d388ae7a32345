// SPDX-License-Identifier: Apache-2.0
#include "ingest/mounts.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <filesystem>

namespace segue::ingest {

// The kernel tells since 5.8, of a bind mount too, whose device is the same; before, another device than its parent's does.
bool is_mount_point(const std::string& folder) {
#ifdef STATX_ATTR_MOUNT_ROOT
  struct statx facts {};
  if (::statx(AT_FDCWD, folder.c_str(), 0, STATX_BASIC_STATS, &facts) != 0) return false;
  if ((facts.stx_attributes_mask & STATX_ATTR_MOUNT_ROOT) != 0) return (facts.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
#endif
  struct stat own {};
  struct stat above {};
  return ::stat(folder.c_str(), &own) == 0 && ::stat((folder + "/..").c_str(), &above) == 0 && own.st_dev != above.st_dev;
}

std::string mount_of(const std::string& file, const std::string& root) {
  for (std::filesystem::path at = std::filesystem::path(file).parent_path(); at.string().size() >= root.size(); at = at.parent_path()) {
    if (is_mount_point(at.string())) return at.string();
    if (at == at.parent_path()) break;
  }
  return {};
}

}  // namespace segue::ingest
