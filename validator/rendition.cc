// SPDX-License-Identifier: Apache-2.0
#include "validator/rendition.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "validator/cmaf_rules.h"
#include "validator/media_kind.h"

namespace segue::validator {
namespace {

constexpr std::size_t kMissingRun = 5;  // segments in a row that are not there: the rest is a number that somebody wrote

struct FrameRates {
  double average = 0, fastest = 0;
};
FrameRates frame_rates(const Rendition& rendition) {
  std::uint64_t ticks = 0, samples = 0;
  std::uint32_t shortest = UINT32_MAX;
  for (const SegmentSummary& segment : rendition.segments) {
    ticks += segment.duration;
    samples += segment.samples;
    shortest = std::min(shortest, segment.shortest);
  }
  if (ticks == 0) return {};
  const double timescale = rendition.init->track.timescale, average = static_cast<double>(samples) * timescale / static_cast<double>(ticks);
  return {average, shortest == UINT32_MAX ? average : std::max(average, timescale / shortest)};
}

std::string place(const std::string& address, const std::optional<Range>& range) {
  return range ? address + " at " + std::to_string(range->offset) : address;
}

SegmentSummary summary_of(const SegmentFacts& facts) {
  SegmentSummary made;
  made.there = true;
  made.bytes = facts.bytes;
  if (facts.fragments.empty()) return made;
  made.start = facts.start();
  made.duration = facts.duration();
  made.first_sample_end = facts.fragments.front().first_sample_end;
  made.frame = facts.fragments.front().first_duration;
  made.last_frame = facts.fragments.back().last_duration;
  made.samples = facts.samples();
  for (const FragmentFacts& fragment : facts.fragments) made.shortest = std::min(made.shortest, fragment.shortest);
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

bool Rendition::has_frame_rate(double declared) const {
  if (!measured()) return true;
  const FrameRates rates = frame_rates(*this);
  return rates.average == 0 || (declared >= rates.average * 0.99 && declared <= rates.fastest * 1.01);
}

std::string Rendition::frame_rate_text() const {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.3f", frame_rates(*this).average);
  return text.data();
}

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
  if (media_kind(resource->bytes) == kWebM) {
    findings_.add(rules::not_judged, where, "expected fragmented MP4, found WebM, which is not judged");
    return entry->second;
  }
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
  judged_ += facts->fragments.empty() ? 0 : 1;
  return entry->second = summary_of(*facts);
}

// A segment that is not judged: that it is there, and what it is.
const SegmentSummary& Loader::fetched(const Key& key, std::string_view& kind) {
  const auto [entry, is_new] = segments_.try_emplace(key);
  if (!is_new) return entry->second;
  const auto resource = source_.read(key.first, key.second);
  if (!resource) {
    findings_.add(rules::unreachable, place(key.first, key.second), resource.error().message);
    return entry->second;
  }
  bytes_ += entry->second.bytes = resource->bytes.size();
  entry->second.there = true;
  if (kind.empty()) kind = media_kind(resource->bytes);
  return entry->second;
}

Rendition Loader::load(RenditionRefs refs) {
  Rendition made;
  made.refs = std::move(refs);
  const bool judges = !made.refs.init_address.empty();
  if (judges) made.init = init({made.refs.init_address, made.refs.init_range});
  if (judges && !made.init) return made;
  std::uint64_t elapsed = 0;
  std::size_t missing = 0;
  std::string_view kind;
  for (const SegmentRef& ref : made.refs.segments) {
    made.elapsed.push_back(elapsed);
    const Key key{ref.address, ref.range};
    made.segments.push_back(judges ? segment(key, *made.init, &ref == &made.refs.segments.back()) : fetched(key, kind));
    elapsed += made.segments.back().duration;
    missing = made.segments.back().there ? 0 : missing + 1;
    if (missing < kMissingRun || made.segments.size() == made.refs.segments.size()) continue;
    findings_.add(rules::unreachable, made.refs.name,
                  std::to_string(missing) + " segments in a row are not there: the " +
                      std::to_string(made.refs.segments.size() - made.segments.size()) + " after them were not tried");
    break;
  }
  if (!kind.empty() && kind != kWebVtt) {
    findings_.add(rules::not_judged, made.refs.name, "expected fragmented MP4, found " + std::string(kind) + ", which is not judged");
  }
  if (judges) judge_continuity(made, findings_);
  return made;
}

}  // namespace segue::validator
