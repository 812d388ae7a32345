// SPDX-License-Identifier: Apache-2.0
// An MPD as a value (ISO/IEC 23009-1 clause 5), ours or anybody's: what dash_writer prints and dash_parser reads.
// Times of the MPD itself are whole microseconds; times of media are ticks. What Segue has no use for is not kept.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "media/segment.h"

namespace segue::manifests::dash {

struct ByteRange {  // first-last, both included
  std::uint64_t first = 0, last = 0;
  friend bool operator==(const ByteRange&, const ByteRange&) = default;
};

struct Descriptor {  // 5.8.2
  std::string scheme, value;
  friend bool operator==(const Descriptor&, const Descriptor&) = default;
};

struct TimelineEntry {  // S, 5.3.9.6
  std::optional<std::uint64_t> t;
  std::uint64_t d = 0;
  std::int64_t r = 0;  // further segments of this duration; -1: until the next S or the period's end
  friend bool operator==(const TimelineEntry&, const TimelineEntry&) = default;
};

struct Initialization {
  std::string url;
  std::optional<ByteRange> range;
  friend bool operator==(const Initialization&, const Initialization&) = default;
};

struct SegmentUrl {
  std::string media;
  std::optional<ByteRange> range;
  friend bool operator==(const SegmentUrl&, const SegmentUrl&) = default;
};

// SegmentBase, SegmentList or SegmentTemplate (5.3.9): one struct, as the schema derives each from the one before.
struct SegmentInfo {
  enum class Kind { base, list, segment_template };
  Kind kind = Kind::base;
  std::uint32_t timescale = 1;
  bool has_timescale = false;
  std::uint64_t presentation_time_offset = 0;
  std::int64_t ept_delta = 0;  // ticks from there to the first segment's start
  std::optional<ByteRange> index_range;
  std::optional<Initialization> initialization;  // its element
  std::uint64_t start_number = 1;
  std::optional<std::uint64_t> duration;
  std::string initialization_template, media_template;  // @initialization, @media
  std::vector<SegmentUrl> urls;
  std::vector<TimelineEntry> timeline;
  // Borrowed; printed as the timeline in its place, so that the origin copies nothing that grows with the asset's length.
  const media::SegmentIndex* index = nullptr;
  friend bool operator==(const SegmentInfo&, const SegmentInfo&) = default;
};

// What an AdaptationSet and a Representation both may say (5.3.7).
struct Common {
  std::string mime_type, codecs, sar, frame_rate, audio_sampling_rate;
  std::uint32_t width = 0, height = 0;  // 0: absent
  std::optional<std::uint32_t> start_with_sap;
  std::vector<Descriptor> channel_configurations, essential, supplemental;
  bool protected_content = false;  // a ContentProtection is there; kept only as a fact
  friend bool operator==(const Common&, const Common&) = default;
};

struct Representation {
  std::string id;
  std::uint64_t bandwidth = 0;
  Common common;
  std::string base_url;
  std::optional<SegmentInfo> segments;
  friend bool operator==(const Representation&, const Representation&) = default;
};

struct AdaptationSet {
  std::string id, content_type, lang, label;
  bool segment_alignment = false, subsegment_alignment = false;
  std::optional<std::uint32_t> subsegment_starts_with_sap;
  std::uint32_t selection_priority = 1;
  Common common;
  std::vector<Descriptor> accessibility, roles;
  std::string base_url;
  std::optional<SegmentInfo> segments;
  std::vector<Representation> representations;
  friend bool operator==(const AdaptationSet&, const AdaptationSet&) = default;
};

struct Period {
  std::string id, base_url;
  std::optional<std::int64_t> start_us, duration_us;
  std::optional<SegmentInfo> segments;
  std::vector<AdaptationSet> sets;
  friend bool operator==(const Period&, const Period&) = default;
};

struct Mpd {
  std::string profiles, title, base_url;
  bool dynamic = false;
  std::optional<std::int64_t> duration_us, min_buffer_us;
  std::vector<Period> periods;
  friend bool operator==(const Mpd&, const Mpd&) = default;
};

}  // namespace segue::manifests::dash
