// SPDX-License-Identifier: Apache-2.0
#include "transcoder/declared_rate.h"

#include <cstdint>
#include <fstream>
#include <string_view>

namespace segue::transcoder {
namespace {

constexpr std::size_t kHeadBytes = 64u << 10;

Error no_rate() { return Error{"expected pictures a second, found 0: give it its rate (ffmpeg -r 25 -i OLD -c copy NEW) and try again"}; }

std::uint32_t little_endian(std::string_view bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 4; i-- > 0;) value = value << 8 | (at + i < bytes.size() ? static_cast<unsigned char>(bytes[at + i]) : 0);
  return value;
}

// Microsoft's AVI RIFF: avih begins with the microseconds of a picture, and counts where the strh of the pictures, whose rate is
// dwRate / dwScale (24 and 20 bytes into it), has none.
Result<void> avi(std::string_view head) {
  const std::size_t movie = head.find("avih");
  if (movie == std::string_view::npos || little_endian(head, movie + 8) != 0) return {};
  for (std::size_t at = head.find("strh"); at != std::string_view::npos; at = head.find("strh", at + 4)) {
    const std::string_view stream = head.substr(at + 4 < head.size() ? at + 8 : at);
    if (stream.size() < 28 || !stream.starts_with("vids")) continue;
    if (little_endian(stream, 20) == 0 || little_endian(stream, 24) == 0) return no_rate();
  }
  return {};
}

// yuv4mpeg(5): parameters of one letter in the first line; F is a ratio, 0:0 where it is not known.
Result<void> yuv4mpeg(std::string_view head) {
  const std::string_view line = head.substr(0, head.find('\n'));
  const std::size_t at = line.find(" F");
  if (at == std::string_view::npos) return {};
  const std::string_view rate = line.substr(at + 2, line.find(' ', at + 1) - at - 2);
  return rate.substr(0, rate.find(':')).find_first_not_of('0') == std::string_view::npos ? no_rate() : Result<void>();
}

}  // namespace

Result<void> check_declares_rate(const std::string& path) {
  std::string head(kHeadBytes, '\0');
  std::ifstream file(path, std::ios::binary);
  file.read(head.data(), static_cast<std::streamsize>(head.size()));
  head.resize(static_cast<std::size_t>(file.gcount()));
  if (head.starts_with("RIFF") && head.substr(8, 4) == "AVI ") return avi(head);
  if (head.starts_with("YUV4MPEG2 ")) return yuv4mpeg(head);
  return {};
}

}  // namespace segue::transcoder
