// SPDX-License-Identifier: Apache-2.0
// libav* error numbers as a word of our one-line messages.
#pragma once

#include <string>
#include <string_view>

#include "media/result.h"

namespace segue::transcoder::ffmpeg {

// "song.flac: stream 0: <what>: Invalid data found when processing input"
[[nodiscard]] Error error(std::string_view where, std::string_view what, int code);
[[nodiscard]] std::string text_of(int code);
// A path as it may stand in a one-line message: control characters escaped.
[[nodiscard]] std::string printable(std::string_view path);
// libav*'s own log lines never reach a user's terminal: what matters is in our one message. Called before any use of libav*.
void silence_library_log();

}  // namespace segue::transcoder::ffmpeg
