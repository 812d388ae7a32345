// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/opensubsonic/decision.h"

#include <algorithm>
#include <charconv>

#include "media/store.h"

namespace segue::opensubsonic {
namespace {

constexpr const char* kProtocols[] = {"http", "hls"};

bool is_any_or_has(const std::vector<std::string>& list, std::string_view value) {
  return list.empty() || std::find(list.begin(), list.end(), value) != list.end();
}

// Names that clients have for a fragmented MP4.
bool is_container(std::string_view wanted, const Stream& stream) {
  if (wanted.empty() || wanted == stream.container || wanted == "*") return true;
  if (stream.container != "mp4") return false;
  return wanted == "m4a" || wanted == "fmp4" || wanted == "cmaf" || (stream.protocol == "hls" && wanted == stream.codec);
}

std::int64_t number_of(const std::string& text) {
  std::int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

std::optional<std::int64_t> measure(const Stream& stream, std::string_view name) {
  if (name == "audioChannels") return stream.channels;
  if (name == "audioBitrate") return stream.bps;
  if (name == "audioSamplerate") return stream.sample_rate;
  if (name == "audioBitdepth") return stream.bit_depth;
  return std::nullopt;
}

bool holds(const Limitation& limit, const Stream& stream) {
  if (limit.values.empty()) return true;
  const auto is_among = [&](const std::string& value) {
    const auto number = measure(stream, limit.name);
    return number ? number_of(value) == *number : limit.name != "audioProfile" || value == stream.profile;
  };
  const bool is_equal = std::any_of(limit.values.begin(), limit.values.end(), is_among);
  if (limit.comparison == "Equals") return is_equal;
  if (limit.comparison == "NotEquals") return !is_equal;
  const auto number = measure(stream, limit.name);
  if (!number) return true;
  const std::int64_t bound = number_of(limit.values.front());
  if (limit.comparison == "LessThanEqual") return *number <= bound;
  return limit.comparison != "GreaterThanEqual" || *number >= bound;
}

// Of the limits of its codec only those bind that say so.
bool is_within(const ClientInfo& client, const Stream& stream) {
  for (const CodecProfile& codec : client.codecs)
    if (codec.codec == stream.codec)
      for (const Limitation& limit : codec.limitations)
        if (limit.is_required && !holds(limit, stream)) return false;
  return true;
}

bool is_too_wide(const Stream& stream, std::int64_t max_channels) { return max_channels > 0 && stream.channels > max_channels; }

// Why a profile does not play the source; empty: it does.
std::string reason_against(const DirectPlayProfile& profile, const Stream& source, const ClientInfo& client) {
  if (!is_any_or_has(profile.protocols, source.protocol)) return "ProtocolNotSupported";
  if (!profile.containers.empty() && std::none_of(profile.containers.begin(), profile.containers.end(),
                                                  [&](const std::string& wanted) { return is_container(wanted, source); }))
    return "ContainerNotSupported";
  if (!is_any_or_has(profile.codecs, source.codec)) return "AudioCodecNotSupported";
  if (is_too_wide(source, profile.max_channels)) return "AudioChannelsNotSupported";
  if (client.max_bps > 0 && source.bps > client.max_bps) return "AudioBitrateNotSupported";
  return is_within(client, source) ? "" : "CodecLimitation";
}

std::optional<Stream> fulfil(const TranscodingProfile& wish, const media::Asset& asset, const ClientInfo& client) {
  const std::int64_t most = client.max_transcoding_bps > 0 ? client.max_transcoding_bps : client.max_bps;
  std::optional<Stream> best;
  if (std::find(std::begin(kProtocols), std::end(kProtocols), wish.protocol) == std::end(kProtocols)) return best;
  for (const media::Rendition& rendition : asset.renditions) {
    if (media::kind_of(rendition.track.codec) != media::TrackKind::audio) continue;
    const Stream stream = stream_of(rendition, wish.protocol);
    if (stream.codec != wish.codec || !is_container(wish.container, stream) || is_too_wide(stream, wish.max_channels)) continue;
    if ((most > 0 && stream.bps > most) || !is_within(client, stream)) continue;
    if (!best || stream.bps > best->bps) best = stream;
  }
  return best;
}

}  // namespace

Stream stream_of(const media::Rendition& rendition, std::string_view protocol) {
  Stream stream;
  stream.protocol = protocol;
  stream.codec = media::name_of(rendition.track.codec);
  stream.container = rendition.track.codec == media::Codec::flac && protocol == "http" ? "flac" : "mp4";
  if (rendition.track.codec == media::Codec::aac)
    stream.profile = rendition.codecs == "mp4a.40.5" ? "HE-AAC" : rendition.codecs == "mp4a.40.29" ? "HE-AACv2" : "LC";
  stream.channels = rendition.track.audio.channels;
  stream.bps = rendition.average_bps;
  stream.sample_rate = rendition.track.audio.sample_rate;
  stream.bit_depth = rendition.track.audio.bit_depth;
  stream.rendition = rendition.id;
  return stream;
}

Decision decide(const media::Asset& asset, const media::Rendition& source, const ClientInfo& client) {
  Decision decision;
  decision.source = stream_of(source, "http");
  for (const DirectPlayProfile& profile : client.direct) {
    std::string reason = reason_against(profile, decision.source, client);
    if (reason.empty()) {
      decision.can_direct_play = true;
      decision.reasons.clear();
      return decision;
    }
    decision.reasons.push_back(std::move(reason));
  }
  for (const TranscodingProfile& wish : client.transcoding)
    if ((decision.transcoded = fulfil(wish, asset, client))) break;
  return decision;
}

std::string params_of(const Stream& stream) { return stream.rendition + "." + stream.protocol; }

std::optional<Params> parse_params(std::string_view text) {
  const std::size_t dot = text.find('.');
  if (dot == std::string_view::npos || !media::is_rendition_id(text.substr(0, dot))) return std::nullopt;
  for (const char* protocol : kProtocols)
    if (text.substr(dot + 1) == protocol) return Params{std::string(text.substr(0, dot)), protocol};
  return std::nullopt;
}

}  // namespace segue::opensubsonic
