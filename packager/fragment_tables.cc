// SPDX-License-Identifier: Apache-2.0
#include "packager/fragment_tables.h"

namespace segue::packager {
namespace {

using namespace media::bmff;

constexpr std::uint64_t kLatestTime = std::uint64_t{1} << 60;  // sums of times stay within 64 bits
constexpr std::uint32_t kIsNonSync = 0x00010000;               // of a sample's flags, 8.8.3.1

struct SampleFacts {
  std::uint32_t duration, size, flags;
};

// A sample's own fields, else the fragment's, else the movie's.
SampleFacts facts_of(const Trun& run, std::size_t i, const Tfhd& head, const Trex& movie) {
  const TrunSample& own = run.samples[i];
  const auto pick = [&](std::uint32_t in_run, std::uint32_t value, std::uint32_t in_head, std::uint32_t of_head, std::uint32_t of_movie) {
    return (run.flags & in_run) != 0 ? value : (head.flags & in_head) != 0 ? of_head : of_movie;
  };
  SampleFacts facts{pick(Trun::kDuration, own.duration, Tfhd::kDuration, head.sample_duration, movie.sample_duration),
                    pick(Trun::kSize, own.size, Tfhd::kSize, head.sample_size, movie.sample_size),
                    pick(Trun::kFlags, own.flags, Tfhd::kFlags, head.sample_flags, movie.sample_flags)};
  if (i == 0 && (run.flags & Trun::kFirstFlags) != 0) facts.flags = run.first_sample_flags;
  return facts;
}

}  // namespace

Result<FragmentTables> FragmentTables::begin(const Box& moov, std::uint64_t file_bytes) {
  FragmentTables tables;
  tables.file_bytes_ = file_bytes;
  const Box mvex = find_child(moov, fourcc("mvex"));
  Boxes children(mvex);
  for (Box box; children.next(box);) {
    if (box.type != Trex::kType) continue;
    auto trex = parse<Trex>(box);
    if (!trex) return std::move(trex).error();
    tables.tracks_[trex->track_id].defaults = *trex;
  }
  if (!children.ok()) return children.error();
  return tables;
}

Result<void> FragmentTables::add(const Box& moof) {
  Place place{moof.offset, moof.offset};
  Boxes children(moof);
  for (Box box; children.next(box);) {
    if (box.type != fourcc("traf")) continue;
    if (auto added = add_traf(box, place); !added) return added;
  }
  return children.ok() ? Result<void>() : children.error();
}

Result<void> FragmentTables::add_traf(const Box& traf, Place& place) {
  auto head = parse_child<Tfhd>(traf);
  if (!head) return std::move(head).error();
  const auto found = tracks_.find(head->track_id);
  if (found == tracks_.end()) return traf.error("track " + std::to_string(head->track_id) + ", which has no trex");
  Track& track = found->second;
  // 8.8.7: data begin where tfhd says, at the moof, or, of a later traf, behind the data of the one before it.
  const std::uint64_t base = (head->flags & Tfhd::kBaseDataOffset) != 0      ? head->base_data_offset
                             : (head->flags & Tfhd::kDefaultBaseIsMoof) != 0 ? place.moof
                                                                             : place.next;
  place.next = base;
  Boxes children(traf);
  for (Box box; children.next(box);) {
    Result<void> done;
    if (box.type == Tfdt::kType) {
      auto time = parse<Tfdt>(box);
      done = time ? move_to(traf, time->time, track) : Result<void>(std::move(time).error());
    } else if (box.type == Trun::kType) {
      done = add_run(box, *head, base, place, track);
    }
    if (!done) return done;
  }
  return children.ok() ? Result<void>() : children.error();
}

// A gap, or an overlap by rounding, is the last sample's: it lasts until the next one begins.
Result<void> FragmentTables::move_to(const Box& traf, std::uint64_t time, Track& track) {
  if (time > kLatestTime) return traf.error("decode time " + std::to_string(time) + ", expected at most " + std::to_string(kLatestTime));
  if (track.rows.sample_count == 0) {
    track.start = track.end = time;
    return {};
  }
  const std::uint64_t last = track.end - track.last_duration;
  if (time < last || time - last > UINT32_MAX)
    return traf.error("decode time " + std::to_string(time) + ", expected " + std::to_string(track.end) + " or near it");
  track.last_duration = static_cast<std::uint32_t>(time - last);
  track.end = time;
  return {};
}

Result<void> FragmentTables::add_run(const Box& box, const Tfhd& head, std::uint64_t base, Place& place, Track& track) {
  auto run = parse<Trun>(box);
  if (!run) return std::move(run).error();
  samples_ += run->samples.size();
  if (samples_ > file_bytes_) return box.error("more samples than the file has bytes");
  if ((run->flags & Trun::kDataOffset) != 0) place.next = base + static_cast<std::uint64_t>(std::int64_t{run->data_offset});
  if (!run->samples.empty()) track.rows.begin_chunk(place.next, static_cast<std::uint32_t>(run->samples.size()));
  for (std::size_t i = 0; i < run->samples.size(); ++i) {
    const SampleFacts facts = facts_of(*run, i, head, track.defaults);
    if (track.rows.sample_count > 0) track.rows.add_duration(track.last_duration);
    track.rows.add_sample(facts.size, run->samples[i].composition_offset, (facts.flags & kIsNonSync) == 0);
    track.last_duration = facts.duration;
    track.end += facts.duration;
    place.next += facts.size;
  }
  return {};
}

Result<void> FragmentTables::end() {
  for (auto& [id, track] : tracks_) {
    if (track.rows.sample_count > 0) track.rows.add_duration(track.last_duration);
    if (auto ended = track.rows.end(); !ended) return ended;
  }
  return {};
}

SampleTables FragmentTables::tables(std::uint32_t track_id) const {
  const auto found = tracks_.find(track_id);
  return found == tracks_.end() ? SampleTables() : SampleTables::of(found->second.rows, file_bytes_);
}

std::uint64_t FragmentTables::start(std::uint32_t track_id) const {
  const auto found = tracks_.find(track_id);
  return found == tracks_.end() ? 0 : found->second.start;
}

}  // namespace segue::packager
