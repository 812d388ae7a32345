// SPDX-License-Identifier: Apache-2.0
// The movie fragments of a track file, one by one: where each lies on the clock and where its samples lie in the file, so that a stream
// can begin later than the file does. Reads heads only, never samples.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "catalog-api/opensubsonic/stored_file.h"
#include "media/bmff/fragment_boxes.h"
#include "media/result.h"
#include "media/time.h"

namespace segue::opensubsonic {

struct Fragment {
  media::Ticks start = 0, duration = 0;
  std::uint64_t data_offset = 0;  // of the first sample, in the file
  std::uint64_t data_bytes = 0;
  std::uint64_t end = 0;  // of its mdat, in the file
  media::bmff::Mfhd head;
  media::bmff::Tfhd defaults;
  media::bmff::Trun run;  // each sample with its duration and size
};

// The fragment whose moof begins at `offset`. `default_duration`: what trex says. Error: names the file, the box and what was expected.
[[nodiscard]] Result<Fragment> read_fragment(const StoredFile& file, std::uint64_t offset, std::uint32_t default_duration);

// What a file that holds its track's head says of samples whose fragments say nothing (14496-12 8.8.3).
[[nodiscard]] Result<std::uint32_t> default_duration_of(std::span<const std::uint8_t> head);

// moof and the head of its mdat, of samples `from` on, beginning at `start` on the clock.
[[nodiscard]] std::string fragment_head(const Fragment& fragment, std::size_t from, media::Ticks start);

// How many whole samples lie before `ticks` of the fragment's own time, and how many bytes they take.
struct Skipped {
  std::size_t samples = 0;
  std::uint64_t bytes = 0;
  media::Ticks ticks = 0;
};
[[nodiscard]] Skipped samples_before(const Fragment& fragment, media::Ticks ticks) noexcept;

}  // namespace segue::opensubsonic
