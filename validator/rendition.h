// SPDX-License-Identifier: Apache-2.0
// One rendition as a manifest tells of it, and what its init segment and segments really are. HLS and DASH become the same here, so
// that the rules of the media are written once.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "media/segment.h"
#include "validator/findings.h"
#include "validator/init_facts.h"
#include "validator/segment_facts.h"
#include "validator/source.h"

namespace segue::validator {

struct SegmentRef {
  std::string address;
  std::optional<Range> range;
  std::optional<std::int64_t> duration_us;       // HLS
  std::optional<std::uint64_t> start, duration;  // DASH, in RenditionRefs::timescale
  bool discontinuity = false;
};

struct RenditionRefs {
  std::string name;  // where findings are: the playlist's address, or the MPD's and the representation's id
  std::string init_address;
  std::optional<Range> init_range;
  std::vector<SegmentRef> segments;
  std::uint32_t timescale = 0;  // DASH
};

// What later rules need of a segment; 56 bytes each, so that a day of segments is small.
struct SegmentSummary {
  std::uint64_t bytes = 0, start = 0, duration = 0, first_sample_end = 0;
  std::uint32_t frame = 0, last_frame = 0;           // ticks of the first and last sample
  std::uint32_t samples = 0, shortest = UINT32_MAX;  // ticks of the shortest sample, fragments' last ones not counted
  std::uint32_t first_sequence = 0, last_sequence = 0;
  std::int32_t composition = 0;
  bool there = false;     // it could be read
  bool readable = false;  // its times can be relied on
};

struct Rendition {
  RenditionRefs refs;
  std::optional<InitFacts> init;
  std::vector<SegmentSummary> segments;  // as refs.segments; empty: not fragmented MP4, or unreadable
  std::vector<std::uint64_t> elapsed;    // ticks of media before each segment; a discontinuity makes tfdt start anew, not this

  [[nodiscard]] bool measured() const;  // all segments readable, so that sums mean something
  [[nodiscard]] media::SegmentIndex index() const;
  [[nodiscard]] std::int64_t micros(std::uint64_t ticks) const;  // of the media's timescale
  [[nodiscard]] std::int64_t frame_us() const;
  [[nodiscard]] std::int64_t start_us(std::size_t segment) const;  // on the presentation's clock: lead-in taken off
  // Whether video is of so many frames a second: between its average and its fastest, 1 % either way. Not measured: yes.
  [[nodiscard]] bool has_frame_rate(double declared) const;
  [[nodiscard]] std::string frame_rate_text() const;
  [[nodiscard]] std::int64_t end_us() const;  // of the last sample, on the same clock
};

// Reads each init segment and segment once, however many manifests name it, and judges it then.
class Loader {
 public:
  Loader(Source& source, bool heads_only, Findings& findings) : source_(source), heads_only_(heads_only), findings_(findings) {}
  // Without an init segment (MPEG-TS, packed audio, WebVTT) the segments are only fetched. After a few in a row that are not there the
  // rest is not tried.
  [[nodiscard]] Rendition load(RenditionRefs refs);
  // nothing: it cannot be read, which was told.
  const std::optional<InitFacts>& init(const std::string& address, const std::optional<Range>& range) { return init({address, range}); }
  [[nodiscard]] std::size_t segments_judged() const { return judged_; }
  [[nodiscard]] std::size_t segments_read() const { return segments_.size(); }
  [[nodiscard]] std::uint64_t bytes_read() const { return bytes_; }

 private:
  using Key = std::pair<std::string, std::optional<Range>>;
  const std::optional<InitFacts>& init(const Key& key);
  const SegmentSummary& segment(const Key& key, const InitFacts& init, bool last);
  const SegmentSummary& fetched(const Key& key, std::string_view& kind);

  Source& source_;
  bool heads_only_;
  Findings& findings_;
  std::uint64_t bytes_ = 0;
  std::size_t judged_ = 0;
  std::map<Key, std::optional<InitFacts>> inits_;
  std::map<Key, SegmentSummary> segments_;
};

}  // namespace segue::validator
