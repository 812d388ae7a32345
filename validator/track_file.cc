// SPDX-License-Identifier: Apache-2.0
#include "validator/track_file.h"

#include <algorithm>
#include <cstring>

#include "media/track_head.h"

namespace segue::validator {
namespace {

constexpr std::uint64_t kFirstRead = 64u << 10;

Result<media::Track> read_head(const std::string& address, std::uint64_t size, Source& source) {
  for (std::uint64_t want = std::min(size, kFirstRead);;) {
    const auto head = source.read(address, Range{0, want});
    if (!head) return head.error();
    auto parsed = media::parse_track_head(head->bytes);
    if (!parsed) return std::move(parsed).error();
    if (parsed->needed == 0) return std::move(parsed->track);
    if (parsed->needed <= want || parsed->needed > size)
      return Error{"the head ends behind byte " + std::to_string(size) + ", expected ftyp, moov and sidx within the file"};
    want = parsed->needed;
  }
}

}  // namespace

bool is_track_file(std::span<const std::uint8_t> start) noexcept { return start.size() >= 8 && std::memcmp(&start[4], "ftyp", 4) == 0; }

Result<RenditionRefs> refs_of_file(const std::string& address, std::uint64_t size, Source& source) {
  auto track = read_head(address, size, source);
  if (!track) return std::move(track).error();
  RenditionRefs refs;
  refs.name = refs.init_address = address;
  refs.init_range = Range{0, track->init_bytes};
  refs.timescale = track->rendition.track.timescale;
  for (auto walk = track->segments.walk(); !walk.done(); walk.next()) {
    SegmentRef ref;
    ref.address = address;
    ref.range = Range{walk->offset, walk->size};
    ref.duration = walk->duration;
    refs.segments.push_back(std::move(ref));
  }
  return refs;
}

void judge_index(const Rendition& rendition, Findings& findings) {
  for (std::size_t i = 0; i < rendition.segments.size(); ++i) {
    const SegmentSummary& real = rendition.segments[i];
    const std::uint64_t told = rendition.refs.segments[i].duration.value_or(0);
    if (!real.readable || real.duration == told) continue;
    findings.add(rules::sidx_references, rendition.refs.name + ": segment " + std::to_string(i + 1),
                 "sidx tells of " + std::to_string(told) + " ticks, its samples last " + std::to_string(real.duration));
  }
}

}  // namespace segue::validator
