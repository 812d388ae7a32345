// SPDX-License-Identifier: Apache-2.0
// Samples of anybody's wvtt track → WebVTT. A byte in front of each sample tells its length in eights. Whatever is inside of them, the text
// has one line of times for each block behind the header, and no other.
#include <algorithm>
#include <cstdlib>
#include <string>

#include "packager/webvtt_text.h"

using namespace segue;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  packager::WebVttText made("WEBVTT", 1000, 0);
  media::Ticks at = 0;
  for (std::size_t i = 0; i < size; at += 500) {
    const std::size_t length = std::min<std::size_t>(std::size_t{data[i]} * 8, size - i - 1);
    if (!made.add(at, 500, {data + i + 1, length})) break;
    i += 1 + length;
  }
  const std::string text = made.text();
  std::size_t blocks = 0, times = 0;
  for (std::size_t i = text.find("\n\n"); i != std::string::npos; i = text.find("\n\n", i + 1)) ++blocks;
  for (std::size_t i = text.find("-->"); i != std::string::npos; i = text.find("-->", i + 1)) ++times;
  if (blocks != times || !text.starts_with("WEBVTT\n")) std::abort();
  return 0;
}
