// SPDX-License-Identifier: Apache-2.0
// File systems that are mounted inside a watched folder: when one is gone, so are its files, though nobody took them away.
#pragma once

#include <string>

namespace segue::ingest {

[[nodiscard]] bool is_mount_point(const std::string& folder);

// The mount point nearest to `file`, from `root` on down; `file` is below `root`. Empty: its folders are all of the root's file system.
[[nodiscard]] std::string mount_of(const std::string& file, const std::string& root);

}  // namespace segue::ingest
