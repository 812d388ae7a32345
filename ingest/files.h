// SPDX-License-Identifier: Apache-2.0
// What publishing asks of a file system: text written whole, folders brought to disk, links swapped.
#pragma once

#include <string>
#include <string_view>

#include "media/result.h"

namespace segue::ingest {

// All errors: the path, what was tried, the system's reason.
[[nodiscard]] Result<void> make_folders(const std::string& path);
[[nodiscard]] Result<void> write_file(const std::string& path, std::string_view bytes);
[[nodiscard]] Result<std::string> read_file(const std::string& path, std::size_t most_bytes);
[[nodiscard]] Result<void> rename_file(const std::string& from, const std::string& to);

// Everything below `folder` on disk when it returns.
[[nodiscard]] Result<void> sync_tree(const std::string& folder);
[[nodiscard]] Result<void> sync_folder(const std::string& folder);

// `link` names `target` from one instant to the next.
[[nodiscard]] Result<void> swap_link(const std::string& link, const std::string& target);

// Whether it is there or not.
[[nodiscard]] Result<void> remove_tree(const std::string& path);

}  // namespace segue::ingest
