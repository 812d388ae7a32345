// SPDX-License-Identifier: Apache-2.0
// Laws: times are not negative and in order; nothing is timed in text without times; words lie in their line, one behind the other.
#include <cstdint>
#include <string_view>

#include "catalog-api/library/lrc.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto lyrics = segue::library::parse_lyrics({reinterpret_cast<const char*>(data), size});
  std::int64_t last = 0;
  for (const auto& line : lyrics.lines) {
    if (lyrics.is_synced ? line.start_ms < last : line.start_ms != -1) __builtin_trap();
    if (lyrics.is_synced) last = line.start_ms;
    std::size_t behind = 0;
    for (const auto& cue : line.cues) {
      if (cue.begin < behind || cue.begin >= cue.end || cue.end > line.text.size() || cue.start_ms < 0) __builtin_trap();
      behind = cue.end;
    }
  }
  return 0;
}
