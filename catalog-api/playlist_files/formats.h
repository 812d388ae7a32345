// SPDX-License-Identifier: Apache-2.0
// The three formats, each in its file. All are given at most kMaxFileBytes.
#pragma once

#include "catalog-api/playlist_files/file_list.h"

namespace segue::playlist_files {

[[nodiscard]] Result<FileList> parse_m3u8(std::string_view text);
[[nodiscard]] Result<FileList> parse_xspf(std::string_view text);
[[nodiscard]] Result<FileList> parse_jspf(std::string_view text);
[[nodiscard]] std::string print_m3u8(const FileList& list);
[[nodiscard]] std::string print_xspf(const FileList& list);
[[nodiscard]] std::string print_jspf(const FileList& list);

}  // namespace segue::playlist_files
