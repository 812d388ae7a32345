// SPDX-License-Identifier: Apache-2.0
#include "manifests/filter.h"

#include <algorithm>
#include <charconv>
#include <string>

#include "manifests/percent.h"

namespace segue::manifests {
namespace {

// '+' is a space in a query. A '%' without two hex digits stays as it is and is then refused as a value.
std::string query_decoded(std::string_view text) {
  std::string plain(text);
  std::replace(plain.begin(), plain.end(), '+', ' ');
  return percent_decoded(plain);
}

// For messages: what a client sent goes back to it in one line of printable ASCII.
std::string shown(std::string_view text) {
  std::string out(text.substr(0, 64));
  for (char& c : out) {
    if (static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) > 0x7E || c == '"') c = '?';
  }
  if (text.size() > 64) out += "...";
  return '"' + out + '"';
}

struct SampleEntryName {
  std::string_view code;
  media::Codec codec;
};
constexpr SampleEntryName kSampleEntries[] = {
    {"mp4a", media::Codec::aac},    {"opus", media::Codec::opus}, {"flac", media::Codec::flac}, {"alac", media::Codec::alac},
    {"ac-3", media::Codec::ac3},    {"ec-3", media::Codec::eac3}, {"avc1", media::Codec::h264}, {"avc3", media::Codec::h264},
    {"hvc1", media::Codec::hevc},   {"hev1", media::Codec::hevc}, {"av01", media::Codec::av1},  {"vp09", media::Codec::vp9},
    {"wvtt", media::Codec::webvtt},
};

Result<media::Codec> parse_codec(std::string_view text) {
  std::string name(text.substr(0, text.find('.')));
  std::transform(name.begin(), name.end(), name.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  for (const SampleEntryName& entry : kSampleEntries) {
    if (name == entry.code) return entry.codec;
  }
  auto codec = media::codec_named(name);
  if (!codec) return Error{"codecs: unknown codec " + shown(text)};
  return codec;
}

Result<std::vector<media::Codec>> parse_codecs(std::string_view value) {
  std::vector<media::Codec> codecs;
  while (true) {
    const std::size_t comma = value.find(',');
    const auto codec = parse_codec(value.substr(0, comma));
    if (!codec) return codec.error();
    if (std::find(codecs.begin(), codecs.end(), *codec) == codecs.end()) codecs.push_back(*codec);
    if (comma == std::string_view::npos) return codecs;
    value.remove_prefix(comma + 1);
  }
}

template <class Number>
Result<void> parse_number(std::string_view key, std::string_view value, Number& number) {
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error == std::errc() && end == value.data() + value.size() && number > 0) return {};
  return Error{std::string(key) + ": expected a whole number above 0, found " + shown(value)};
}

Result<void> apply(std::string_view key, std::string_view value, Filter& filter) {
  if (key == "codecs") {
    auto codecs = parse_codecs(value);
    if (!codecs) return codecs.error();
    filter.codecs = std::move(*codecs);
    return {};
  }
  if (key == "max_bandwidth") return parse_number(key, value, filter.max_bandwidth_bps);
  if (key == "max_height") return parse_number(key, value, filter.max_height);
  if (key == "CMCD") return {};
  return Error{"unknown filter " + shown(key) + ", expected codecs, max_bandwidth or max_height"};
}

}  // namespace

bool Filter::names(media::TrackKind kind) const noexcept {
  return std::any_of(codecs.begin(), codecs.end(), [&](media::Codec codec) { return media::kind_of(codec) == kind; });
}

bool Filter::keeps(const media::Rendition& rendition) const noexcept {
  const media::TrackConfig& track = rendition.track;
  const media::TrackKind kind = media::kind_of(track.codec);
  if (kind == media::TrackKind::text) return true;
  if (names(kind) && std::find(codecs.begin(), codecs.end(), track.codec) == codecs.end()) return false;
  if (kind == media::TrackKind::video && track.video.height > max_height) return false;
  return std::max(rendition.peak_bps, rendition.dash_bps) <= max_bandwidth_bps;
}

Result<Filter> parse_filter(std::string_view query) {
  if (query.size() > kMaxQueryBytes) {
    return Error{"query of " + std::to_string(query.size()) + " bytes, at most " + std::to_string(kMaxQueryBytes)};
  }
  Filter filter;
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), pair.size() + 1));
    if (pair.empty()) continue;
    const std::size_t equals = pair.find('=');
    const std::string key = query_decoded(pair.substr(0, equals));
    const std::string value = equals == std::string_view::npos ? "" : query_decoded(pair.substr(equals + 1));
    if (auto applied = apply(key, value, filter); !applied) return applied.error();
  }
  return filter;
}

Result<TrackList> select(const media::Presentation& presentation, const Filter& filter) {
  TrackList kept;
  kept.reserve(presentation.tracks.size());
  bool playable = false;
  for (const media::Track& track : presentation.tracks) {
    if (!filter.keeps(track.rendition)) continue;
    playable |= media::kind_of(track.rendition.track.codec) != media::TrackKind::text;
    kept.push_back(&track);
  }
  if (!playable) return Error{"no rendition is left by the filters"};
  for (const auto kind : {media::TrackKind::audio, media::TrackKind::video}) {
    const auto is_kind = [&](const media::Track* track) { return media::kind_of(track->rendition.track.codec) == kind; };
    if (filter.names(kind) && std::none_of(kept.begin(), kept.end(), is_kind)) {
      return Error{std::string("no ") + (kind == media::TrackKind::audio ? "audio" : "video") + " rendition is left by the filters"};
    }
  }
  return kept;
}

}  // namespace segue::manifests
