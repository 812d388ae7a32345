// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/opensubsonic/hls.h"

#include <algorithm>
#include <charconv>
#include <set>

#include "catalog-api/library/stored_asset.h"
#include "catalog-api/opensubsonic/song.h"
#include "manifests/hls.h"
#include "media/presentation.h"

namespace segue::opensubsonic {
namespace {

using media::Rendition;
using media::TrackKind;

TrackKind kind_of(const Rendition& rendition) { return media::kind_of(rendition.track.codec); }

// The best of `kind` below the rate, else the smallest. Of sound AAC: what every HLS player plays, and players do not switch codecs.
const Rendition* best_below(const media::Asset& asset, TrackKind kind, const BitRate& rate) {
  const bool has_aac =
      std::any_of(asset.renditions.begin(), asset.renditions.end(), [](const Rendition& r) { return r.track.codec == media::Codec::aac; });
  const Rendition *best = nullptr, *smallest = nullptr;
  for (const Rendition& r : asset.renditions) {
    if (kind_of(r) != kind || (kind == TrackKind::audio && has_aac && r.track.codec != media::Codec::aac)) continue;
    if (smallest == nullptr || r.average_bps < smallest->average_bps) smallest = &r;
    const bool fits = rate.kbps == 0 || r.average_bps <= rate.kbps * 1100;  // a "128" file has 131 kbit/s
    const bool is_low = rate.height == 0 || r.track.video.height <= rate.height;
    if (fits && is_low && (best == nullptr || r.average_bps > best->average_bps)) best = &r;
  }
  return best != nullptr ? best : smallest;
}

// With the same id in every language, or the one that was chosen.
bool is_like(const Rendition& one, const Rendition& chosen) {
  return one.id == chosen.id || (kind_of(one) == TrackKind::audio && kind_of(chosen) == TrackKind::audio && one.group != chosen.group &&
                                 one.track.codec == chosen.track.codec && one.track.language != chosen.track.language &&
                                 one.average_bps <= chosen.average_bps * 5 / 4);
}

}  // namespace

std::optional<BitRate> parse_bit_rate(std::string_view text) noexcept {
  BitRate rate;
  const char* const end = text.data() + text.size();
  auto read = std::from_chars(text.data(), end, rate.kbps);
  if (read.ec != std::errc() || rate.kbps < 0 || rate.kbps > 1'000'000) return std::nullopt;
  if (read.ptr == end) return rate;
  std::uint32_t width = 0;
  if (*read.ptr != '@') return std::nullopt;
  read = std::from_chars(read.ptr + 1, end, width);
  if (read.ec != std::errc() || read.ptr == end || *read.ptr != 'x') return std::nullopt;
  read = std::from_chars(read.ptr + 1, end, rate.height);
  return read.ec == std::errc() && read.ptr == end && rate.height > 0 ? std::optional(rate) : std::nullopt;
}

std::vector<Rendition> renditions_for(const media::Asset& asset, const std::vector<BitRate>& rates) {
  if (rates.empty()) return asset.renditions;
  std::set<const Rendition*> chosen;
  for (const BitRate& rate : rates)
    for (const TrackKind kind : {TrackKind::video, TrackKind::audio})
      if (const Rendition* best = best_below(asset, kind, rate)) chosen.insert(best);
  std::vector<Rendition> out;
  for (const Rendition& r : asset.renditions)
    if (kind_of(r) == TrackKind::text || std::any_of(chosen.begin(), chosen.end(), [&](const Rendition* one) { return is_like(r, *one); }))
      out.push_back(r);
  return out;
}

Result<std::string> hls_text(const media::Asset& asset, const std::vector<Rendition>& renditions, const std::string& folder,
                             std::int64_t seconds) {
  std::vector<media::Track> tracks;
  for (const Rendition& rendition : renditions) tracks.emplace_back().rendition = rendition;
  manifests::Addressing where;
  where.base = folder;
  std::string text;
  auto printed = manifests::print_multivariant(media::make_presentation(asset, std::move(tracks)), where, {}, text);
  if (!printed) return std::move(printed).error();
  constexpr std::string_view kFirstTag = "#EXTM3U\n";
  if (seconds > 0) text.insert(kFirstTag.size(), "#EXT-X-START:TIME-OFFSET=" + std::to_string(seconds) + "\n");  // RFC 8216 4.3.5.2
  return text;
}

service::http::Response hls_response(std::string text) {
  service::http::Response response;
  response.content_type = "application/vnd.apple.mpegurl";
  response.body = std::make_shared<const std::string>(std::move(text));
  response.cache_control = "private, no-cache";
  return response;
}

Reply hls(Call& call) {
  std::vector<BitRate> rates;
  for (const std::string& text : call.all("bitRate")) {
    const auto rate = parse_bit_rate(text);
    if (!rate) return Failure{kGeneric, "bitRate: expected kbit/s or kbit/s@WIDTHxHEIGHT"};
    rates.push_back(*rate);
  }
  auto song = song_of(call);
  if (auto* failure = std::get_if<Failure>(&song)) return std::move(*failure);
  auto asset = library::read_asset(std::get<Song>(song).folder);
  if (!asset) return broken(call, asset.error());
  auto text = hls_text(*asset, renditions_for(*asset, rates), call.pieces().media.folder(asset->id), 0);
  if (!text) return broken(call, text.error());
  return hls_response(std::move(*text));
}

}  // namespace segue::opensubsonic
