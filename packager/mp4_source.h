// SPDX-License-Identifier: Apache-2.0
// An MP4 or MOV file (ISO/IEC 14496-12 8.6, 8.7) as input: its tracks, and of each the samples with their place in the file. Nothing is
// kept but the moov's own bytes (movie_head.h); tables are walked where they stand. Those of a fragmented file are made first
// (fragment_tables.h).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "media/bmff/box.h"
#include "media/track.h"
#include "packager/table_bytes.h"

namespace segue::packager {

// Where a sample stands in the file, and when. Times in the track's own timescale, from its first sample's decode time on.
struct SampleRef {
  std::uint64_t offset = 0;
  std::uint32_t size = 0, duration = 0;
  std::int32_t composition_offset = 0;
  bool sync = true;
};

// Rows of a track's tables (8.6.1, 8.7), as in a file, that grow sample by sample.
struct SampleRows {
  TableRows times, composition, syncs, sizes, chunks, offsets;
  std::uint32_t sample_count = 0, chunk_count = 0;
  bool all_sync = true;

  // Once for each sample, in order; it may come later than the sample.
  void add_duration(std::uint32_t duration);
  void begin_chunk(std::uint64_t offset, std::uint32_t samples);
  void add_sample(std::uint32_t size, std::int32_t composition_offset, bool sync);
  [[nodiscard]] Result<void> end();
};

// A track's sample tables as views into the moov, or the file. Counts are checked against their boxes when the tables are opened.
class SampleTables {
 public:
  // `file`: where rows stand that a MovieHead left out; -1: `stbl` has them all.
  static Result<SampleTables> open(const media::bmff::Box& stbl, std::uint64_t file_bytes, int file);
  static SampleTables of(const SampleRows& rows, std::uint64_t file_bytes);
  [[nodiscard]] std::uint32_t sample_count() const noexcept { return count_; }

  // Walks the samples in decode order: `for (auto at = tables.walk(); at.next(sample);)`. Borrows the tables.
  class Walk;
  [[nodiscard]] Walk walk() const noexcept;

 private:
  struct Table {
    TableBytes entries;  // after the count
    std::uint32_t count = 0;
  };
  [[nodiscard]] TableBytes rows(const media::bmff::Box& box, std::size_t head) const;
  [[nodiscard]] Result<Table> table(const media::bmff::Box& stbl, media::bmff::FourCc type, std::size_t entry_bytes, bool needed) const;
  Result<void> open_sizes(const media::bmff::Box& stbl);

  Table times_, offsets_, chunks_, syncs_, sizes_, composition_;
  bool wide_offsets_ = false, has_syncs_ = false;
  unsigned size_bits_ = 32;
  std::uint32_t fixed_size_ = 0, count_ = 0;
  std::uint64_t file_bytes_ = 0;
  int file_ = -1;
};

// Ends early, with ok() false, where the tables contradict one another, cannot be read, or a sample lies outside the file.
class SampleTables::Walk {
 public:
  [[nodiscard]] bool next(SampleRef& sample) noexcept;
  [[nodiscard]] bool ok() const noexcept { return number_ == tables_->count_ && !failed_; }
  [[nodiscard]] std::uint32_t number() const noexcept { return number_; }  // samples walked

 private:
  friend class SampleTables;
  explicit Walk(const SampleTables& tables) noexcept;

  struct Rows {
    explicit Rows(const Table& table) noexcept : window(table.entries), count(table.count) {}
    [[nodiscard]] std::uint32_t at(std::size_t entry, std::size_t width, std::size_t field) noexcept {
      return static_cast<std::uint32_t>(window.value(entry * width + field, 4));
    }
    TableWindow window;
    std::uint32_t count;
  };
  // A run-length table's position: the entry, and how many of its samples are used.
  struct Run {
    std::uint32_t entry = 0, used = 0;
  };
  [[nodiscard]] std::uint32_t next_size() noexcept;
  [[nodiscard]] bool enter_chunk() noexcept;
  [[nodiscard]] bool next_is_sync() noexcept;
  [[nodiscard]] bool can_read() const noexcept;
  [[nodiscard]] static bool advance(Rows& table, Run& run) noexcept;

  const SampleTables* tables_;
  Rows times_, offsets_, chunks_, syncs_, sizes_, composition_;
  std::uint32_t number_ = 0;
  bool failed_ = false;
  Run time_, composition_run_;
  std::uint32_t sync_entry_ = 0;
  std::uint32_t chunk_ = 0, chunk_entry_ = 0, left_in_chunk_ = 0;
  std::uint64_t offset_ = 0;
};

// One track, with its edit list made sense of (8.6.6): only where the first edit with media begins, and what stands before and after.
struct Mp4Track {
  std::uint32_t id = 0;
  media::TrackConfig config;          // timescale as in mdhd; lead_in and tail not yet filled
  media::Ticks media_start = 0;       // the edit's media_time: what lies before is not presented
  media::Rational delay{0, 1};        // seconds of an empty edit before it
  media::Rational edit_length{0, 1};  // seconds that the edit presents; 0: all
  bool length_of_movie = false;       // it is the movie's (mehd) rather: to be believed where it ends inside the last sample
  std::uint32_t movie_timescale = 1;  // the precision of the two
  bool enabled = true;
  std::string handler_name;
  SampleTables samples;
};

struct Mp4Source {
  std::vector<Mp4Track> tracks;      // audio, video and text of codecs that can be packaged
  std::vector<std::string> skipped;  // why the others cannot
};

class FragmentTables;

// `moov` in a file of `file_bytes`; its bytes, and `fragments` where the file has them, are borrowed by the tracks. `file`: as
// SampleTables take it. Error: what is wrong.
[[nodiscard]] Result<Mp4Source> read_movie(const media::bmff::Box& moov, const FragmentTables* fragments, std::uint64_t file_bytes,
                                           int file = -1);

// Its samples are in fragments (8.8.1).
[[nodiscard]] bool is_fragmented(const media::bmff::Box& moov);

}  // namespace segue::packager
