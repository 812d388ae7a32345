// SPDX-License-Identifier: Apache-2.0
#include "media/bmff/fragment_boxes.h"

#include <bit>

#include "media/limits.h"

namespace segue::media::bmff {

void Mfhd::io(Fields& f) {
  f.fixed(0, 4);
  f.number(sequence_number);
}

void Tfhd::io(Fields& f) {
  std::uint8_t version = 0;
  f.version_flags(version, flags);
  f.number(track_id);
  if (flags & kBaseDataOffset) f.number(base_data_offset);
  if (flags & kDescriptionIndex) f.number(description_index);
  if (flags & kDuration) f.number(sample_duration);
  if (flags & kSize) f.number(sample_size);
  if (flags & kFlags) f.number(sample_flags);
}

void Tfdt::io(Fields& f) {
  std::uint8_t version = 1;
  std::uint32_t flags = 0;
  f.version_flags(version, flags);
  f.sized(time, version);
}

void Trun::io(Fields& f) {
  f.version_flags(version, flags);
  auto count = static_cast<std::uint32_t>(samples.size());
  f.number(count);
  if (flags & kDataOffset) f.number(data_offset);
  if (flags & kFirstFlags) f.number(first_sample_flags);
  if (f.reading()) {
    const auto fields_each = static_cast<std::size_t>(std::popcount(flags & (kDuration | kSize | kFlags | kComposition)));
    if (count > kMaxRunSamples) return f.fail(std::to_string(count) + " samples, expected at most " + std::to_string(kMaxRunSamples));
    if (!f.fits(count, 4 * fields_each)) return;
    samples.resize(count);
  }
  for (TrunSample& sample : samples) {
    if (flags & kDuration) f.number(sample.duration);
    if (flags & kSize) f.number(sample.size);
    if (flags & kFlags) f.number(sample.flags);
    if (flags & kComposition) f.number(sample.composition_offset);
  }
}

}  // namespace segue::media::bmff
