// SPDX-License-Identifier: Apache-2.0
// The transcoder's own parsers; the first byte chooses: ladder text, NAL units and their records, Dolby sync frames, ASS cues,
// ID3 and APE tags.
#include <cstdlib>
#include <string_view>

#include "transcoder/ape.h"
#include "transcoder/cues.h"
#include "transcoder/dolby.h"
#include "transcoder/id3.h"
#include "transcoder/ladder.h"
#include "transcoder/nal.h"

namespace {

using namespace segue;
using namespace segue::transcoder;

// What is read is written in one canonical form, which reads as the same.
void ladder(std::string_view text) {
  const auto read = parse_ladder(text, "fuzz");
  if (!read) return;
  const std::string canonical = ladder_text(*read);
  const auto again = parse_ladder(canonical, "fuzz");
  if (!again || ladder_text(*again) != canonical) std::abort();
}

void pictures(media::Codec codec, Bytes bytes) {
  for (const Bytes unit : nal_units(bytes)) {
    if (unit.data() < bytes.data() || unit.data() + unit.size() > bytes.data() + bytes.size()) std::abort();
  }
  if (stored_sample(codec, bytes).size() > bytes.size() * 2 + 4) std::abort();
  const auto record = video_config(codec, bytes);
  if (record && record->empty()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const Bytes bytes(data + 1, size - 1);
  const std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
  switch (data[0] % 8) {
    case 0: ladder(text); break;
    case 1: pictures(media::Codec::h264, bytes); break;
    case 2: pictures(media::Codec::hevc, bytes); break;
    case 3: pictures(media::Codec::av1, bytes); break;
    case 4: (void)dolby_config(media::Codec::ac3, bytes); break;
    case 5: (void)dolby_config(media::Codec::eac3, bytes); break;
    case 6: (void)webvtt_of_ass(text, size % 2 == 0 ? Braces::text : Braces::comment); break;
    default:
      for (const auto& [frame, values] : id3_lists(bytes)) {
        if (values.size() < 2) std::abort();
      }
      if (const std::size_t wanted = ape_bytes(bytes); wanted > 0 && wanted <= size - 1) (void)ape_items(bytes.last(wanted));
  }
  return 0;
}
