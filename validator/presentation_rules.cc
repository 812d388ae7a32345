// SPDX-License-Identifier: Apache-2.0
#include "validator/presentation_rules.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <map>

#include "media/bandwidth.h"

namespace segue::validator {
namespace {

bool apart(std::uint64_t declared, std::uint64_t measured) {
  return measured * 10 > declared * 11 || measured * 10 < declared * 9;  // Apple 1.26, 1.27: 10 %
}

std::string against(std::uint64_t declared, std::uint64_t measured) {
  return "declared " + std::to_string(declared) + ", measured " + std::to_string(measured);
}

std::string seconds(std::int64_t micros) {
  const std::int64_t millis = std::abs(micros) / 1000;
  std::string rest = std::to_string(millis % 1000);
  rest.insert(0, 3 - rest.size(), '0');
  return (micros < 0 ? "-" : "") + std::to_string(millis / 1000) + '.' + rest + " s";
}

void compare_boundaries(const Rendition& first, const Rendition& other, Findings& findings) {
  const std::int64_t tolerance = first.frame_us() + other.frame_us() + 1000;
  const std::size_t common = std::min(first.segments.size(), other.segments.size());
  // Clocks begin anew at a discontinuity (RFC 8216bis 6.2.4): what a codec pads before it does not count behind it.
  std::int64_t first_join = 0, other_join = 0;
  for (std::size_t i = 1; i < common; ++i) {
    if (first.refs.segments[i].discontinuity && other.refs.segments[i].discontinuity) {
      first_join = first.start_us(i);
      other_join = other.start_us(i);
    }
    const std::int64_t expected = first.start_us(i), found = other.start_us(i);
    if (std::abs((expected - first_join) - (found - other_join)) <= tolerance) continue;
    findings.add(rules::alignment, other.refs.name + ": segment " + std::to_string(i + 1),
                 "expected to begin at " + seconds(expected) + " as in " + first.refs.name + ", begins at " + seconds(found));
    return;  // every later one is off as well
  }
  // One more or less at the end is a last segment that one rendition merged.
  if (first.segments.size() > common + 1 || other.segments.size() > common + 1) {
    findings.add(rules::alignment, other.refs.name,
                 "expected " + std::to_string(first.segments.size()) + " segments as in " + first.refs.name + ", found " +
                     std::to_string(other.segments.size()));
  }
}

void compare_lengths(const Rendition& first, const Rendition& other, std::int64_t target_seconds, Findings& findings) {
  // Sound and picture of a source seldom end together, and a film may well end in silence; two renditions of the same sound do.
  const bool same_kind = first.init->is_video() == other.init->is_video();
  const std::int64_t tolerance = same_kind ? 2 * (first.frame_us() + other.frame_us()) : target_seconds * 1'000'000;
  if (std::abs(first.end_us() - other.end_us()) <= tolerance) return;
  findings.add(same_kind ? rules::total_duration : rules::sound_and_picture, other.refs.name,
               "ends at " + seconds(other.end_us()) + ", " + first.refs.name + " at " + seconds(first.end_us()));
}

}  // namespace

MeasuredRates measure(const Rendition& rendition, std::int64_t target_seconds) {
  if (!rendition.measured()) return {};
  const media::SegmentIndex index = rendition.index();
  const std::uint32_t timescale = rendition.init->track.timescale;
  const std::uint32_t target = std::max(static_cast<std::uint32_t>(target_seconds), media::target_duration(index, timescale));
  return {media::peak_bandwidth(index, timescale, target), media::average_bandwidth(index, timescale)};
}

void judge_rates(std::uint64_t declared_peak, std::uint64_t declared_average, MeasuredRates measured, const std::string& where,
                 Findings& findings) {
  if (measured.peak == 0) return;
  if (apart(declared_peak, measured.peak)) findings.add(rules::peak_rate, where, against(declared_peak, measured.peak));
  if (declared_average != 0 && apart(declared_average, measured.average)) {
    findings.add(rules::average_rate, where, against(declared_average, measured.average));
  }
  if (measured.peak > measured.average * 2) {
    findings.add(rules::peak_ratio, where, "peak " + std::to_string(measured.peak) + ", average " + std::to_string(measured.average));
  }
}

void judge_alignment(const std::vector<Switchable>& renditions, std::int64_t target_seconds, Findings& findings) {
  const Rendition* first = nullptr;
  std::map<std::size_t, const Rendition*> sets;  // the first of each
  for (const auto& [rendition, set] : renditions) {
    if (!rendition->measured() || !(rendition->init->is_audio() || rendition->init->is_video())) continue;
    const auto [of_set, is_new] = sets.try_emplace(set, rendition);
    if (!is_new) compare_boundaries(*of_set->second, *rendition, findings);
    if (first == nullptr) {
      first = rendition;
    } else {
      compare_lengths(*first, *rendition, target_seconds, findings);
    }
  }
}

std::vector<std::string> split_codecs(std::string_view codecs) {
  std::vector<std::string> made;
  while (!codecs.empty()) {
    std::string_view one = codecs.substr(0, codecs.find(','));
    codecs.remove_prefix(std::min(codecs.size(), one.size() + 1));
    while (!one.empty() && one.front() == ' ') one.remove_prefix(1);
    while (!one.empty() && one.back() == ' ') one.remove_suffix(1);
    if (!one.empty()) made.emplace_back(one);
  }
  return made;
}

bool same_codec(std::string_view declared, std::string_view actual) {
  // The four-character code counts as it is written (Safari takes `fLaC` only); what follows is hex or decimal.
  if (declared.substr(0, 4) != actual.substr(0, 4)) return false;
  const std::size_t common = std::min(declared.size(), actual.size());
  const bool same =
      std::equal(declared.begin(), declared.begin() + static_cast<std::ptrdiff_t>(common), actual.begin(),
                 [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b)); });
  const std::string_view longer = declared.size() > actual.size() ? declared : actual;
  return same && (longer.size() == common || longer[common] == '.');
}

}  // namespace segue::validator
