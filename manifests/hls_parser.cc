// SPDX-License-Identifier: Apache-2.0
#include "manifests/hls_parser.h"

#include "manifests/hls_lines.h"
#include "manifests/limits.h"

namespace segue::manifests::hls {
namespace {

Error at(const Line& line, std::string_view what) { return Error{"line " + std::to_string(line.number) + ": " + std::string(what)}; }

Result<std::uint64_t> number_of(const Line& line) {
  const auto value = parse_integer(line.value);
  if (!value) return at(line, std::string(line.tag) + ": expected a whole number, found \"" + std::string(line.value.substr(0, 40)) + '"');
  return *value;
}

// "length[@offset]"; without an offset the range follows `before`.
std::optional<ByteRange> parse_range(std::string_view text, const ByteRange* before) {
  const std::size_t sign = text.find('@');
  const bool explicit_offset = sign != std::string_view::npos;
  if (!explicit_offset && before == nullptr) return std::nullopt;
  const auto length = parse_integer(text.substr(0, sign));
  const auto offset = explicit_offset ? parse_integer(text.substr(sign + 1)) : before->offset + before->length;
  if (!length || !offset || *length > UINT64_MAX - *offset) return std::nullopt;
  return ByteRange{*length, *offset};
}

std::optional<Resolution> parse_resolution(std::string_view text) {
  const std::size_t x = text.find_first_of("xX");
  if (x == std::string_view::npos) return std::nullopt;
  const auto width = parse_integer(text.substr(0, x)), height = parse_integer(text.substr(x + 1));
  if (!width || !height || *width > UINT32_MAX || *height > UINT32_MAX) return std::nullopt;
  return Resolution{static_cast<std::uint32_t>(*width), static_cast<std::uint32_t>(*height)};
}

Result<Variant> parse_stream(const AttributeList& attributes) {
  Variant variant;
  const auto bandwidth = attributes.integer("BANDWIDTH");
  if (!bandwidth) return bandwidth.error();
  if (!*bandwidth) return Error{"BANDWIDTH missing"};
  variant.bandwidth = **bandwidth;
  const auto average = attributes.integer("AVERAGE-BANDWIDTH");
  if (!average) return average.error();
  variant.average_bandwidth = *average;
  const auto score = attributes.milli("SCORE"), frame_rate = attributes.milli("FRAME-RATE");
  if (!score) return score.error();
  if (!frame_rate) return frame_rate.error();
  variant.score_milli = *score;
  variant.frame_rate_milli = *frame_rate;
  if (attributes.find("RESOLUTION") != nullptr) {
    variant.resolution = parse_resolution(attributes.text("RESOLUTION"));
    if (!variant.resolution) return Error{"RESOLUTION: expected WIDTHxHEIGHT"};
  }
  variant.codecs = attributes.text("CODECS");
  variant.supplemental_codecs = attributes.text("SUPPLEMENTAL-CODECS");
  if (const Attribute* range = attributes.find("VIDEO-RANGE"); range != nullptr && !range->quoted) variant.video_range = range->value;
  variant.audio = attributes.text("AUDIO");
  variant.video = attributes.text("VIDEO");
  variant.subtitles = attributes.text("SUBTITLES");
  return variant;
}

std::optional<MediaType> parse_type(std::string_view text) {
  if (text == "AUDIO") return MediaType::audio;
  if (text == "VIDEO") return MediaType::video;
  if (text == "SUBTITLES") return MediaType::subtitles;
  if (text == "CLOSED-CAPTIONS") return MediaType::closed_captions;
  return std::nullopt;
}

Result<Media> parse_media(const AttributeList& attributes) {
  Media media;
  const auto type = parse_type(attributes.text("TYPE"));
  if (!type) return Error{"EXT-X-MEDIA: TYPE missing or unknown"};
  media.type = *type;
  media.group = attributes.text("GROUP-ID");
  if (media.group.empty()) return Error{"EXT-X-MEDIA: GROUP-ID missing"};
  const auto sample_rate = attributes.integer32("SAMPLE-RATE"), bit_depth = attributes.integer32("BIT-DEPTH");
  if (!sample_rate) return sample_rate.error();
  if (!bit_depth) return bit_depth.error();
  media.sample_rate = *sample_rate;
  media.bit_depth = *bit_depth;
  media.name = attributes.text("NAME");
  media.language = attributes.text("LANGUAGE");
  media.uri = attributes.text("URI");
  media.characteristics = attributes.text("CHARACTERISTICS");
  media.instream_id = attributes.text("INSTREAM-ID");
  media.channels = attributes.text("CHANNELS");
  media.is_default = attributes.yes("DEFAULT");
  media.autoselect = attributes.yes("AUTOSELECT");
  media.forced = attributes.yes("FORCED");
  return media;
}

Result<std::vector<Line>> playlist_lines(std::string_view text) {
  if (text.substr(0, 3) == "\xEF\xBB\xBF") text.remove_prefix(3);  // 4.1 forbids it, players take it, the validator tells
  auto lines = split_lines(text);
  if (!lines) return lines;
  if (lines->empty() || lines->front().tag != "#EXTM3U" || lines->front().number != 1) return Error{"line 1: expected #EXTM3U"};
  return lines;
}

Result<std::uint32_t> version_of(const Line& line) {
  const auto version = number_of(line);
  if (!version) return version.error();
  if (*version < 1 || *version > 1000) return at(line, "EXT-X-VERSION out of range");
  return static_cast<std::uint32_t>(*version);
}

// Builds a multivariant playlist line by line.
class MultivariantReader {
 public:
  Result<void> take(const Line& line) {
    if (line.tag == "#EXT-X-INDEPENDENT-SEGMENTS") playlist.independent_segments = true;
    if (line.tag == "#EXT-X-VERSION") return take_version(line);
    if (line.tag == "#EXT-X-MEDIA" || line.tag == "#EXT-X-STREAM-INF" || line.tag == "#EXT-X-I-FRAME-STREAM-INF") return take_stream(line);
    if (!line.tag.empty()) return {};
    if (!pending_) return at(line, "a URI without EXT-X-STREAM-INF before it");
    pending_->uri = line.value;
    playlist.variants.push_back(std::move(*pending_));
    pending_.reset();
    return {};
  }
  [[nodiscard]] bool incomplete() const { return pending_.has_value(); }
  MultivariantPlaylist playlist;

 private:
  Result<void> take_version(const Line& line) {
    const auto version = version_of(line);
    if (!version) return version.error();
    playlist.version = *version;
    return {};
  }
  Result<void> take_stream(const Line& line) {
    if (playlist.variants.size() + playlist.i_frames.size() + playlist.media.size() >= kMaxVariants) return at(line, "too many variants");
    const auto attributes = AttributeList::parse(line.value);
    if (!attributes) return at(line, attributes.error().message);
    if (line.tag == "#EXT-X-MEDIA") {
      auto media = parse_media(*attributes);
      if (!media) return at(line, media.error().message);
      playlist.media.push_back(std::move(*media));
      return {};
    }
    auto variant = parse_stream(*attributes);
    if (!variant) return at(line, variant.error().message);
    if (line.tag == "#EXT-X-I-FRAME-STREAM-INF") {
      variant->uri = attributes->text("URI");
      if (variant->uri.empty()) return at(line, "EXT-X-I-FRAME-STREAM-INF: URI missing");
      playlist.i_frames.push_back(std::move(*variant));
    } else {
      variant->closed_captions = attributes->text("CLOSED-CAPTIONS");
      if (pending_) return at(line, "EXT-X-STREAM-INF: the one before it has no URI");
      pending_ = std::move(*variant);
    }
    return {};
  }
  std::optional<Variant> pending_;
};

class MediaReader {
 public:
  Result<void> take(const Line& line) {
    if (line.tag.empty()) return take_uri(line);
    if (line.tag == "#EXTINF") return take_duration(line);
    if (line.tag == "#EXT-X-BYTERANGE") range_ = line;
    if (line.tag == "#EXT-X-DISCONTINUITY") discontinuity_ = true;
    if (line.tag == "#EXT-X-MAP") return take_map(line);
    if (line.tag == "#EXT-X-INDEPENDENT-SEGMENTS") playlist.independent_segments = true;
    if (line.tag == "#EXT-X-I-FRAMES-ONLY") playlist.i_frames_only = true;
    if (line.tag == "#EXT-X-ENDLIST") playlist.ended = true;
    if (line.tag == "#EXT-X-PLAYLIST-TYPE") return take_type(line);
    if (line.tag == "#EXT-X-VERSION" || line.tag == "#EXT-X-TARGETDURATION" || line.tag == "#EXT-X-MEDIA-SEQUENCE")
      return take_number(line);
    return {};
  }
  MediaPlaylist playlist;

 private:
  Result<void> take_number(const Line& line) {
    if (line.tag == "#EXT-X-VERSION") {
      const auto version = version_of(line);
      if (!version) return version.error();
      playlist.version = *version;
      return {};
    }
    const auto number = number_of(line);
    if (!number) return number.error();
    if (line.tag == "#EXT-X-MEDIA-SEQUENCE") {
      playlist.first_number = *number;
    } else if (*number <= static_cast<std::uint64_t>(kMaxSeconds)) {
      playlist.target_seconds = static_cast<std::int64_t>(*number);
    } else {
      return at(line, "EXT-X-TARGETDURATION out of range");
    }
    return {};
  }
  Result<void> take_type(const Line& line) {
    if (line.value != "VOD" && line.value != "EVENT") return at(line, "EXT-X-PLAYLIST-TYPE: expected VOD or EVENT");
    playlist.type = line.value == "VOD" ? PlaylistType::vod : PlaylistType::event;
    return {};
  }
  Result<void> take_duration(const Line& line) {
    duration_ = parse_decimal(line.value.substr(0, line.value.find(',')), 1'000'000);
    if (!duration_) return at(line, "EXTINF: expected a duration, found \"" + std::string(line.value.substr(0, 40)) + '"');
    return {};
  }
  Result<void> take_map(const Line& line) {
    const auto attributes = AttributeList::parse(line.value);
    if (!attributes) return at(line, attributes.error().message);
    InitSection init{std::string(attributes->text("URI")), std::nullopt};
    if (init.uri.empty()) return at(line, "EXT-X-MAP: URI missing");
    if (attributes->find("BYTERANGE") != nullptr) {
      constexpr ByteRange kFromStart;  // 4.4.4.5: without an offset from the resource's first byte
      init.range = parse_range(attributes->text("BYTERANGE"), &kFromStart);
      if (!init.range) return at(line, "EXT-X-MAP: BYTERANGE is no length@offset");
    }
    init_ = std::move(init);
    return {};
  }
  Result<void> take_uri(const Line& line) {
    if (!duration_) return at(line, "a URI without EXTINF before it");
    Segment segment{*duration_, std::string(line.value), std::nullopt, discontinuity_, std::nullopt};
    if (range_) {
      const Segment* before = playlist.segments.empty() ? nullptr : &playlist.segments.back();
      if (before != nullptr && (before->uri != segment.uri || !before->range)) before = nullptr;
      segment.range = parse_range(range_->value, before == nullptr ? nullptr : &*before->range);
      if (!segment.range) return at(*range_, "EXT-X-BYTERANGE is no length@offset, and no range of the same file is before it");
    }
    if (init_) {
      playlist.inits.push_back(std::move(*init_));
      init_.reset();
    }
    if (!playlist.inits.empty()) segment.init = static_cast<std::uint32_t>(playlist.inits.size() - 1);
    playlist.segments.push_back(std::move(segment));
    duration_.reset();
    range_.reset();
    discontinuity_ = false;
    return {};
  }

  std::optional<std::int64_t> duration_;
  std::optional<Line> range_;
  std::optional<InitSection> init_;  // read, but not yet used by a segment
  bool discontinuity_ = false;
};

template <class Reader>
Result<Reader> read(std::string_view text) {
  const auto lines = playlist_lines(text);
  if (!lines) return lines.error();
  Reader reader;
  for (const Line& line : *lines) {
    if (auto taken = reader.take(line); !taken) return taken.error();
  }
  return reader;
}

}  // namespace

bool is_multivariant(std::string_view text) {
  return text.find("#EXT-X-STREAM-INF:") != std::string_view::npos || text.find("#EXT-X-MEDIA:") != std::string_view::npos;
}

Result<MultivariantPlaylist> parse_multivariant(std::string_view text) {
  auto reader = read<MultivariantReader>(text);
  if (!reader) return reader.error();
  if (reader->incomplete()) return Error{"the last EXT-X-STREAM-INF has no URI"};
  return std::move(reader->playlist);
}

Result<MediaPlaylist> parse_media_playlist(std::string_view text) {
  auto reader = read<MediaReader>(text);
  if (!reader) return reader.error();
  return std::move(reader->playlist);
}

}  // namespace segue::manifests::hls
