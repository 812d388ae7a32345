// SPDX-License-Identifier: Apache-2.0
// The sample tables of a fragmented movie (ISO/IEC 14496-12 8.8): what its recorder would have written into the moov had it waited for the
// end. Fragments come one after another; of each only rows of tables stay, 4 bytes a sample and a little more, and of many samples not in
// memory (table_bytes.h), so that whatever reads a progressive file reads this one.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "media/bmff/fragment_boxes.h"
#include "media/bmff/movie_boxes.h"
#include "packager/mp4_source.h"

namespace segue::packager {

class FragmentTables {
 public:
  // What moov/mvex says of each track. Error: a malformed trex.
  static Result<FragmentTables> begin(const media::bmff::Box& moov, std::uint64_t file_bytes);
  // The next fragment: a moof of the file. Error: malformed, a track that the moov does not know, more samples than the file can hold.
  [[nodiscard]] Result<void> add(const media::bmff::Box& moof);
  // After the last one. Error: the rows could not be kept.
  [[nodiscard]] Result<void> end();

  // Borrowed from here; nothing of a track without samples.
  [[nodiscard]] SampleTables tables(std::uint32_t track_id) const;
  // Decode time of the track's first sample, in its timescale.
  [[nodiscard]] std::uint64_t start(std::uint32_t track_id) const;

 private:
  struct Track {
    media::bmff::Trex defaults;
    SampleRows rows;
    std::uint64_t start = 0, end = 0;  // decode times
    std::uint32_t last_duration = 0;   // of the last sample, which the next fragment's tfdt may correct: not in the rows yet
  };
  struct Place {
    std::uint64_t moof = 0, next = 0;  // where the fragment begins, and the next data without an offset of its own
  };
  [[nodiscard]] Result<void> add_traf(const media::bmff::Box& traf, Place& place);
  [[nodiscard]] Result<void> move_to(const media::bmff::Box& traf, std::uint64_t time, Track& track);
  [[nodiscard]] Result<void> add_run(const media::bmff::Box& box, const media::bmff::Tfhd& head, std::uint64_t base, Place& place,
                                     Track& track);

  std::map<std::uint32_t, Track> tracks_;
  std::uint64_t file_bytes_ = 0, samples_ = 0;
};

}  // namespace segue::packager
