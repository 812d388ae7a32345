// SPDX-License-Identifier: Apache-2.0
// The text of a tag whose encoding nobody tells for sure. libavformat hands on what stood in the file: UTF-8 as a rule, but ID3v1 and RIFF
// INFO are in their writer's code page.
#pragma once

#include <string>
#include <string_view>

namespace segue::transcoder {

// As UTF-8: itself where it is that, but for a character that was cut at its end (ID3v1: 30 bytes), which becomes U+FFFD; else its bytes
// are Windows-1252's.
[[nodiscard]] std::string tag_text(std::string_view bytes);

}  // namespace segue::transcoder
