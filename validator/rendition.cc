// SPDX-License-Identifier: Apache-2.0
#include "validator/rendition.h"

#include <algorithm>

#include "validator/cmaf_rules.h"

namespace segue::validator {
namespace {

std::string place(const std::string& address, const std::optional<Range>& range) {
  return range ? address + " at " + std::to_string(range->offset) : address;
}

SegmentSummary summary_of(const SegmentFacts& facts) {
  SegmentSummary made;
  made.bytes = facts.bytes;
  if (facts.fragments.empty()) return made;
  made.start = facts.start();
  made.duration = facts.duration();
  made.first_sample_end = facts.fragments.front().first_sample_end;
  made.frame = facts.fragments.front().first_duration;
  made.last_frame = facts.fragments.back().last_duration;
  made.composition = facts.fragments.front().first_composition;
  made.first_sequence = facts.fragments.front().sequence;
  made.last_sequence = facts.fragments.back().sequence;
  made.readable = facts.problem.empty() && facts.fragments.front().has_tfdt;
  return made;
}

void check_content_type(const Resource& resource, const std::string& where, Findings& findings) {
  if (!resource.is_http) return;
  const std::string& type = resource.content_type;
  // RFC 4337, RFC 9158 of iso.segment; "mp4" in it says that a server thought about it.
  if (type.find("mp4") == std::string::npos && type != "video/iso.segment") {
    findings.add(rules::content_type, where, "expected audio/mp4, video/mp4 or video/iso.segment, found \"" + type + '"');
  }
}

}  // namespace

bool Rendition::measured() const {
  return init && !segments.empty() && std::all_of(segments.begin(), segments.end(), [](const SegmentSummary& s) { return s.readable; });
}

media::SegmentIndex Rendition::index() const {
  media::SegmentIndex made;
  for (const SegmentSummary& segment : segments) {
    const auto cut = [](std::uint64_t value) { return static_cast<std::uint32_t>(std::min<std::uint64_t>(value, UINT32_MAX)); };
    made.append(cut(segment.bytes), cut(segment.duration));
  }
  return made;
}

std::int64_t Rendition::micros(std::uint64_t ticks) const {
  return media::rescale(static_cast<media::Ticks>(ticks), init->track.timescale, 1'000'000);
}

std::int64_t Rendition::frame_us() const { return segments.empty() ? 0 : micros(segments.front().frame); }

std::int64_t Rendition::start_us(std::size_t segment) const {
  return media::rescale(static_cast<media::Ticks>(elapsed[segment]) - init->lead_in(), init->track.timescale, 1'000'000);
}

std::int64_t Rendition::end_us() const { return start_us(segments.size() - 1) + micros(segments.back().duration); }

const std::optional<InitFacts>& Loader::init(const Key& key) {
  const auto [entry, is_new] = inits_.try_emplace(key);
  if (!is_new) return entry->second;
  const std::string where = place(key.first, key.second);
  const auto resource = source_.read(key.first, key.second);
  if (!resource) {
    findings_.add(rules::unreachable, where, resource.error().message);
    return entry->second;
  }
  bytes_ += resource->bytes.size();
  check_content_type(*resource, where, findings_);
  const auto facts = read_init(resource->bytes);
  if (!facts) {
    findings_.add(rules::init_syntax, where, facts.error().message);
    return entry->second;
  }
  judge_init(*facts, where, findings_);
  return entry->second = *facts;
}

const SegmentSummary& Loader::segment(const Key& key, const InitFacts& init, bool last) {
  const auto [entry, is_new] = segments_.try_emplace(key);
  if (!is_new) return entry->second;
  const std::string where = place(key.first, key.second);
  const auto facts = read_segment(source_, key.first, key.second, heads_only_, init);
  if (!facts) {
    findings_.add(rules::unreachable, where, facts.error().message);
    return entry->second;
  }
  bytes_ += facts->bytes;
  judge_segment(*facts, init, last, where, findings_);
  return entry->second = summary_of(*facts);
}

Rendition Loader::load(RenditionRefs refs) {
  Rendition made;
  made.refs = std::move(refs);
  made.init = init({made.refs.init_address, made.refs.init_range});
  if (!made.init) return made;
  std::uint64_t elapsed = 0;
  for (const SegmentRef& ref : made.refs.segments) {
    made.elapsed.push_back(elapsed);
    made.segments.push_back(segment({ref.address, ref.range}, *made.init, &ref == &made.refs.segments.back()));
    elapsed += made.segments.back().duration;
  }
  judge_continuity(made, findings_);
  return made;
}

}  // namespace segue::validator
