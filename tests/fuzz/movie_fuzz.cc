// SPDX-License-Identifier: Apache-2.0
// `segue package` reads anybody's movie: sample tables, fragments, edits. The input is a whole file, its samples' bytes included or not.
#include <cstdlib>

#include "packager/fragment_tables.h"
#include "packager/mp4_copy.h"

namespace {

using namespace segue::media::bmff;
using namespace segue::packager;

// What a copy does with each track, but for the bytes.
void walk(const Mp4Source& source, std::uint64_t file_bytes) {
  for (const Mp4Track& track : source.tracks) {
    (void)plan_copy(track);
    SampleRef sample;
    for (auto at = track.samples.walk(); at.next(sample);) {
      if (sample.offset > file_bytes || sample.size > file_bytes - sample.offset) std::abort();
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes file(data, size);
  Box moov;
  Boxes top(file, 0);
  for (Box box; moov.type == 0 && top.next(box);) {
    if (box.type == fourcc("moov")) moov = box;
  }
  if (moov.type == 0) return 0;
  if (!is_fragmented(moov)) {
    if (const auto source = read_movie(moov, nullptr, size)) walk(*source, size);
    return 0;
  }
  auto tables = FragmentTables::begin(moov, size);
  if (!tables) return 0;
  for (Box box; top.next(box);) {
    if (box.type == fourcc("moof") && !tables->add(box)) return 0;
  }
  if (!tables->end()) return 0;
  if (const auto source = read_movie(moov, &*tables, size)) walk(*source, size);
  return 0;
}
