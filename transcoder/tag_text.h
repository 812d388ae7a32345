// SPDX-License-Identifier: Apache-2.0
// The text of a tag whose encoding nobody tells for sure. libavformat hands on what stood in the file: UTF-8 as a rule, but ID3v1 and RIFF
// INFO are in their writer's code page.
#pragma once

#include <string>
#include <string_view>

namespace segue::transcoder {

// As UTF-8: where nothing in it is a character of several bytes in UTF-8, bytes above 7F are Windows-1252's; else what is broken in it (a
// name that ID3v1 cut at 30 bytes) becomes U+FFFD.
[[nodiscard]] std::string tag_text(std::string_view bytes);

}  // namespace segue::transcoder
