// SPDX-License-Identifier: Apache-2.0
#include "transcoder/ffmpeg/error.h"

extern "C" {
#include <libavutil/error.h>
#include <libavutil/log.h>
}

#include <array>
#include <cstdio>
#include <cstdlib>
#include <mutex>

namespace segue::transcoder::ffmpeg {

std::string text_of(int code) {
  std::array<char, AV_ERROR_MAX_STRING_SIZE> text{};
  av_strerror(code, text.data(), text.size());
  return text.data();
}

Error error(std::string_view where, std::string_view what, int code) {
  return Error{std::string(where) + ": " + std::string(what) + ": " + text_of(code)};
}

std::string printable(std::string_view path) {
  std::string text;
  for (const char c : path) {
    if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7F) {
      text += c;
      continue;
    }
    std::array<char, 8> escape{};
    std::snprintf(escape.data(), escape.size(), "\\x%02X", static_cast<unsigned>(static_cast<unsigned char>(c)));
    text += escape.data();
  }
  return text;
}

void silence_library_log() {
  static std::once_flag once;
  std::call_once(once, [] {
    av_log_set_level(AV_LOG_QUIET);
    setenv("SVT_LOG", "0", 0);  // SVT-AV1 writes to stderr by itself
  });
}

}  // namespace segue::transcoder::ffmpeg
