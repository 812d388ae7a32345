// SPDX-License-Identifier: Apache-2.0
// Any text is refused or read; what was read survives printing and reading again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "manifests/hls_parser.h"
#include "manifests/hls_variables.h"
#include "manifests/hls_writer.h"

using namespace segue::manifests;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto made = hls::substitute(text, {{"a", "b"}}, "p.m3u8?q=1"); made && !hls::has_variables(text)) {
    if (text.find("{$") == std::string_view::npos && made->text != text) std::abort();
  }
  if (const auto playlist = hls::parse_multivariant(text)) {
    std::string printed;
    hls::write(*playlist, printed);
    const auto again = hls::parse_multivariant(printed);
    if (!again || !(*again == *playlist)) std::abort();
  }
  if (const auto playlist = hls::parse_media_playlist(text)) {
    std::string printed;
    hls::write(*playlist, printed);
    const auto again = hls::parse_media_playlist(printed);
    if (!again || !(*again == *playlist)) std::abort();
  }
  return 0;
}
