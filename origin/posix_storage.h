// SPDX-License-Identifier: Apache-2.0
// The store as files on this machine. Only regular files are opened: a directory, a device or a pipe under a track's name is EACCES.
#pragma once

#include <memory>

#include "origin/storage.h"

namespace segue::origin {

[[nodiscard]] std::unique_ptr<Storage> make_posix_storage();

}  // namespace segue::origin
