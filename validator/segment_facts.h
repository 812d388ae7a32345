// SPDX-License-Identifier: Apache-2.0
// One segment's fragments as they are, read leniently, judged in fragment_rules. mdat bytes are not needed and need not be read.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "validator/init_facts.h"
#include "validator/source.h"

namespace segue::validator {

struct FragmentFacts {
  std::uint32_t sequence = 0;
  int trafs = 0;
  bool foreign_track = false, has_tfdt = false, moof_relative = true;
  std::uint64_t tfdt = 0, duration = 0;
  std::uint32_t samples = 0, zero_durations = 0;
  std::uint32_t first_duration = 0, last_duration = 0;  // of samples
  std::uint32_t shortest = UINT32_MAX;                  // duration of a sample, the fragment's last not counted
  std::int32_t first_composition = 0;
  bool starts_sync = true;
  bool samples_in_mdat = true;
  bool signed_offsets = false;         // a trun of version 1 with composition offsets
  std::uint64_t first_sample_end = 0;  // from the segment's first byte: what an I-frame range covers
};

struct SegmentFacts {
  std::uint64_t bytes = 0;
  std::string problem;                        // malformed; what was read before it still stands
  std::string wrong_start;                    // a box before the first moof that does not belong there
  std::optional<std::int16_t> roll_distance;  // of an sgpd in a traf
  std::vector<FragmentFacts> fragments;

  [[nodiscard]] std::uint64_t start() const { return fragments.empty() ? 0 : fragments.front().tfdt; }
  [[nodiscard]] std::uint64_t duration() const;
  [[nodiscard]] std::uint32_t samples() const;
};

// Reads a segment: whole, or (`heads_only`, where the source can seek) only what is not mdat. Error: it cannot be read.
[[nodiscard]] Result<SegmentFacts> read_segment(Source& source, const std::string& address, const std::optional<Range>& range,
                                                bool heads_only, const InitFacts& init);
[[nodiscard]] SegmentFacts parse_segment(std::span<const std::uint8_t> bytes, const InitFacts& init);

}  // namespace segue::validator
