// SPDX-License-Identifier: Apache-2.0
#include "validator/segment_facts.h"

#include <algorithm>

#include "media/bmff/fragment_boxes.h"
#include "media/bmff/group_boxes.h"

namespace segue::validator {
namespace {

namespace bmff = media::bmff;
using bmff::Box;
using bmff::Boxes;
using bmff::fourcc;

constexpr std::uint32_t kIsNonSync = 0x10000;   // sample_is_non_sync_sample, BMFF 8.8.3.1
constexpr std::uint64_t kHeadBytes = 32 << 10;  // most moofs are smaller

// One traf's samples, with the defaults of tfhd and trex filled in.
class TrafReader {
 public:
  TrafReader(const InitFacts& init, std::uint64_t moof_offset, FragmentFacts& facts) : init_(init), base_(moof_offset), facts_(facts) {}

  Result<void> read(const Box& traf, std::optional<std::int16_t>& roll) {
    Boxes children(traf);
    for (Box box; children.next(box);) {
      Result<void> taken = take(box, roll);
      if (!taken) return taken;
    }
    if (!children.ok()) return children.error();
    return {};
  }
  [[nodiscard]] std::uint64_t first_byte() const { return lowest_; }
  [[nodiscard]] std::uint64_t end_byte() const { return highest_; }

 private:
  Result<void> take(const Box& box, std::optional<std::int16_t>& roll) {
    if (box.type == bmff::Tfhd::kType) return take_tfhd(box);
    if (box.type == bmff::Trun::kType) return take_trun(box);
    if (box.type == bmff::Tfdt::kType) {
      const auto tfdt = bmff::parse<bmff::Tfdt>(box);
      if (!tfdt) return tfdt.error();
      facts_.has_tfdt = true;
      facts_.tfdt = tfdt->time;
    } else if (box.type == bmff::Sgpd::kType) {
      const auto sgpd = bmff::parse<bmff::Sgpd>(box);
      if (!sgpd) return sgpd.error();
      if (sgpd->grouping == fourcc("roll") && !sgpd->roll_distances.empty()) roll = sgpd->roll_distances.front();
    }
    return {};
  }

  Result<void> take_tfhd(const Box& box) {
    const auto tfhd = bmff::parse<bmff::Tfhd>(box);
    if (!tfhd) return tfhd.error();
    tfhd_ = *tfhd;
    facts_.foreign_track |= tfhd_.track_id != init_.trex.track_id;
    const bool base = (tfhd_.flags & bmff::Tfhd::kBaseDataOffset) != 0;
    facts_.moof_relative &= !base && (tfhd_.flags & bmff::Tfhd::kDefaultBaseIsMoof) != 0;
    if (base) base_ = tfhd_.base_data_offset;
    return {};
  }

  Result<void> take_trun(const Box& box) {
    const auto trun = bmff::parse<bmff::Trun>(box);
    if (!trun) return trun.error();
    facts_.signed_offsets |= trun->version == 1 && (trun->flags & bmff::Trun::kComposition) != 0;
    std::uint64_t at = trun->flags & bmff::Trun::kDataOffset ? base_ + static_cast<std::uint64_t>(trun->data_offset) : end_byte_;
    if (facts_.samples == 0) first_byte_ = lowest_ = at;
    lowest_ = std::min(lowest_, at);
    for (std::size_t i = 0; i < trun->samples.size(); ++i) at += take_sample(*trun, i);
    end_byte_ = at;
    highest_ = std::max(highest_, at);  // a later trun may lie before an earlier one
    return {};
  }

  std::uint32_t pick(std::uint32_t trun_has, std::uint32_t tfhd_has, std::uint32_t own, std::uint32_t of_tfhd,
                     std::uint32_t of_trex) const {
    return trun_has != 0 ? own : (tfhd_.flags & tfhd_has) != 0 ? of_tfhd : of_trex;
  }
  std::uint32_t take_sample(const bmff::Trun& trun, std::size_t i) {
    const bmff::TrunSample& sample = trun.samples[i];
    const std::uint32_t duration =
        pick(trun.flags & bmff::Trun::kDuration, bmff::Tfhd::kDuration, sample.duration, tfhd_.sample_duration, init_.trex.sample_duration);
    const std::uint32_t size =
        pick(trun.flags & bmff::Trun::kSize, bmff::Tfhd::kSize, sample.size, tfhd_.sample_size, init_.trex.sample_size);
    std::uint32_t flags =
        pick(trun.flags & bmff::Trun::kFlags, bmff::Tfhd::kFlags, sample.flags, tfhd_.sample_flags, init_.trex.sample_flags);
    if (i == 0 && (trun.flags & bmff::Trun::kFirstFlags) != 0) flags = trun.first_sample_flags;
    if (facts_.samples == 0) {
      facts_.starts_sync = (flags & kIsNonSync) == 0;
      facts_.first_duration = duration;
      facts_.first_composition = sample.composition_offset;
      facts_.first_sample_end = first_byte_ + size;
    }
    if (facts_.samples > 0 && facts_.last_duration > 0) facts_.shortest = std::min(facts_.shortest, facts_.last_duration);
    facts_.last_duration = duration;
    facts_.duration += duration;
    facts_.zero_durations += duration == 0 ? 1 : 0;
    ++facts_.samples;
    return size;
  }

  const InitFacts& init_;
  std::uint64_t base_;
  FragmentFacts& facts_;
  bmff::Tfhd tfhd_;
  std::uint64_t first_byte_ = 0, end_byte_ = 0;  // of the first sample, of the run before
  std::uint64_t lowest_ = 0, highest_ = 0;       // of all
};

// Takes a segment's boxes in order. Offsets count from the segment's first byte.
class SegmentReader {
 public:
  SegmentReader(const InitFacts& init, SegmentFacts& facts) : init_(init), facts_(facts) {}

  // `payload` of a mdat may be left out. false: malformed.
  bool take(const Box& box) {
    if (box.type == fourcc("moof")) return take_moof(box);
    const bool head = box.type == fourcc("styp") || box.type == fourcc("sidx") || box.type == fourcc("ssix") ||
                      box.type == fourcc("emsg") || box.type == fourcc("prft") || box.type == fourcc("free") || box.type == fourcc("skip");
    if (facts_.fragments.empty() && !head && facts_.wrong_start.empty()) facts_.wrong_start = bmff::text_of(box.type);
    return true;
  }
  // The mdat of the fragment before it: [first, end).
  void take_mdat(std::uint64_t first, std::uint64_t end) {
    if (facts_.fragments.empty()) return;
    FragmentFacts& fragment = facts_.fragments.back();
    if (fragment.samples > 0) fragment.samples_in_mdat = data_first_ >= first && data_end_ <= end && data_first_ <= data_end_;
  }

 private:
  bool take_moof(const Box& moof) {
    FragmentFacts& fragment = facts_.fragments.emplace_back();
    Boxes children(moof);
    for (Box box; children.next(box);) {
      if (box.type == bmff::Mfhd::kType) {
        const auto mfhd = bmff::parse<bmff::Mfhd>(box);
        if (!mfhd) return fail(mfhd.error());
        fragment.sequence = mfhd->sequence_number;
      } else if (box.type == fourcc("traf") && ++fragment.trafs == 1) {
        TrafReader traf(init_, moof.offset, fragment);
        const auto read = traf.read(box, facts_.roll_distance);
        data_first_ = traf.first_byte();
        data_end_ = traf.end_byte();
        fragment.samples_in_mdat = fragment.samples == 0;  // until its mdat comes, which it does not in a malformed segment
        if (!read) return fail(read.error());
      }
    }
    return children.ok() || fail(children.error());
  }
  bool fail(const Error& error) {
    facts_.problem = error.message;
    return false;
  }

  const InitFacts& init_;
  SegmentFacts& facts_;
  std::uint64_t data_first_ = 0, data_end_ = 0;
};

// Walks a local segment by its box headers, reading everything but mdat.
Result<SegmentFacts> read_heads(Source& source, const std::string& address, const Range& range, const InitFacts& init) {
  SegmentFacts facts;
  facts.bytes = range.length;
  SegmentReader reader(init, facts);
  std::vector<std::uint8_t> window;
  std::uint64_t window_at = 0;
  for (std::uint64_t at = 0; at < range.length;) {
    const auto fill = [&](std::uint64_t wanted) -> Result<void> {
      if (at >= window_at && at + wanted <= window_at + window.size()) return {};
      const std::uint64_t length = std::min(std::max(wanted, kHeadBytes), range.length - at);
      auto read = source.read(address, Range{range.offset + at, length});
      if (!read) return read.error();
      window = std::move(read->bytes);
      window_at = at;
      return {};
    };
    constexpr std::uint64_t kHeader = 16;
    if (auto filled = fill(std::min(kHeader, range.length - at)); !filled) return filled.error();
    bmff::Header header;
    const bmff::Bytes rest = bmff::Bytes(window).subspan(at - window_at);
    const bool whole = bmff::read_header(rest, header);
    const std::uint64_t size = whole && header.size == 0 ? range.length - at : header.size;
    if (!whole || size < header.header_bytes || size > range.length - at) {
      facts.problem =
          "box at " + std::to_string(at) + ": " + std::to_string(size) + " bytes, " + std::to_string(range.length - at) + " left";
      return facts;
    }
    if (header.type == fourcc("mdat")) {
      reader.take_mdat(at + header.header_bytes, at + size);
    } else {
      if (auto filled = fill(size); !filled) return filled.error();
      const auto bytes = bmff::Bytes(window).subspan(at - window_at, size);
      if (!reader.take({header.type, at, header.header_bytes, bytes.subspan(header.header_bytes), nullptr})) return facts;
    }
    at += size;
  }
  return facts;
}

}  // namespace

std::uint64_t SegmentFacts::duration() const {
  std::uint64_t sum = 0;
  for (const FragmentFacts& fragment : fragments) sum += fragment.duration;
  return sum;
}

std::uint32_t SegmentFacts::samples() const {
  std::uint32_t sum = 0;
  for (const FragmentFacts& fragment : fragments) sum += fragment.samples;
  return sum;
}

SegmentFacts parse_segment(std::span<const std::uint8_t> bytes, const InitFacts& init) {
  SegmentFacts facts;
  facts.bytes = bytes.size();
  SegmentReader reader(init, facts);
  Boxes boxes(bytes, 0);
  for (Box box; boxes.next(box);) {
    if (box.type == fourcc("mdat")) {
      reader.take_mdat(box.payload_offset(), box.end_offset());
    } else if (!reader.take(box)) {
      return facts;
    }
  }
  if (!boxes.ok()) facts.problem = boxes.error().message;
  return facts;
}

Result<SegmentFacts> read_segment(Source& source, const std::string& address, const std::optional<Range>& range, bool heads_only,
                                  const InitFacts& init) {
  if (heads_only && range && source.seekable(address)) return read_heads(source, address, *range, init);
  const auto whole = source.read(address, range);
  if (!whole) return whole.error();
  return parse_segment(whole->bytes, init);
}

}  // namespace segue::validator
