// SPDX-License-Identifier: Apache-2.0
#include "manifests/hls_writer.h"

#include "manifests/text.h"

namespace segue::manifests::hls {
namespace {

// A tag's attribute-list (RFC 8216bis 4.2): owns the commas.
class Attributes {
 public:
  Attributes(std::string& out, std::string_view tag) : out_(out) {
    out_ += tag;
    separator_ = ':';
  }
  void number(std::string_view name, std::uint64_t value) {
    begin(name);
    append_number(out_, value);
  }
  void number(std::string_view name, const std::optional<std::uint32_t>& value) {
    if (value) number(name, *value);
  }
  void milli(std::string_view name, const std::optional<std::uint32_t>& value, int min_digits) {
    if (!value) return;
    begin(name);
    append_seconds(out_, std::int64_t{*value} * 1000, min_digits);
  }
  void word(std::string_view name, std::string_view value) {
    if (value.empty()) return;
    begin(name);
    out_ += value;
  }
  void quoted(std::string_view name, std::string_view value) {
    if (value.empty()) return;
    begin(name);
    append_quoted(out_, value);
  }
  void yes(std::string_view name, bool value) {
    if (value) word(name, "YES");
  }
  void resolution(const std::optional<Resolution>& value) {
    if (!value) return;
    begin("RESOLUTION");
    append_number(out_, value->width);
    out_ += 'x';
    append_number(out_, value->height);
  }
  void byte_range(const ByteRange* range) {
    if (range == nullptr) return;
    begin("BYTERANGE");
    out_ += '"';
    append_number(out_, range->length);
    out_ += '@';
    append_number(out_, range->offset);
    out_ += '"';
  }
  void end() { out_ += '\n'; }

 private:
  void begin(std::string_view name) {
    out_ += separator_;
    out_ += name;
    out_ += '=';
    separator_ = ',';
  }
  std::string& out_;
  char separator_ = ':';
};

void write_version(std::uint32_t version, std::string& out) {
  out += "#EXTM3U\n";
  if (version < 2) return;
  out += "#EXT-X-VERSION:";
  append_number(out, version);
  out += '\n';
}

std::string_view type_word(MediaType type) {
  switch (type) {
    case MediaType::audio: return "AUDIO";
    case MediaType::video: return "VIDEO";
    case MediaType::subtitles: return "SUBTITLES";
    case MediaType::closed_captions: return "CLOSED-CAPTIONS";
  }
  return {};
}

void write_media(const Media& media, std::string& out) {
  Attributes tag(out, "#EXT-X-MEDIA");
  tag.word("TYPE", type_word(media.type));
  tag.quoted("GROUP-ID", media.group);
  tag.quoted("NAME", media.name);
  tag.quoted("LANGUAGE", media.language);
  tag.yes("DEFAULT", media.is_default);
  tag.yes("AUTOSELECT", media.autoselect);
  tag.yes("FORCED", media.forced);
  tag.quoted("INSTREAM-ID", media.instream_id);
  tag.quoted("CHARACTERISTICS", media.characteristics);
  tag.quoted("CHANNELS", media.channels);
  tag.number("SAMPLE-RATE", media.sample_rate);
  tag.number("BIT-DEPTH", media.bit_depth);
  tag.quoted("URI", media.uri);
  tag.end();
}

// What both kinds of STREAM-INF have.
void write_stream(const Variant& variant, Attributes& tag) {
  tag.number("BANDWIDTH", variant.bandwidth);
  if (variant.average_bandwidth) tag.number("AVERAGE-BANDWIDTH", *variant.average_bandwidth);
  tag.milli("SCORE", variant.score_milli, 1);
  tag.quoted("CODECS", variant.codecs);
  tag.quoted("SUPPLEMENTAL-CODECS", variant.supplemental_codecs);
  tag.resolution(variant.resolution);
  tag.milli("FRAME-RATE", variant.frame_rate_milli, 3);
  tag.word("VIDEO-RANGE", variant.video_range);
  tag.quoted("AUDIO", variant.audio);
  tag.quoted("VIDEO", variant.video);
  tag.quoted("SUBTITLES", variant.subtitles);
}

void write_variant(const Variant& variant, std::string& out) {
  Attributes tag(out, "#EXT-X-STREAM-INF");
  write_stream(variant, tag);
  if (variant.closed_captions == "NONE") {
    tag.word("CLOSED-CAPTIONS", "NONE");
  } else {
    tag.quoted("CLOSED-CAPTIONS", variant.closed_captions);
  }
  tag.end();
  out += variant.uri;
  out += '\n';
}

void write_i_frame_variant(const Variant& variant, std::string& out) {
  Attributes tag(out, "#EXT-X-I-FRAME-STREAM-INF");
  write_stream(variant, tag);
  tag.quoted("URI", variant.uri);
  tag.end();
}

}  // namespace

void write(const MultivariantPlaylist& playlist, std::string& out) {
  write_version(playlist.version, out);
  if (playlist.independent_segments) out += "#EXT-X-INDEPENDENT-SEGMENTS\n";
  for (const Media& media : playlist.media) write_media(media, out);
  for (const Variant& variant : playlist.variants) write_variant(variant, out);
  for (const Variant& variant : playlist.i_frames) write_i_frame_variant(variant, out);
}

void write_head(const MediaPlaylistHead& head, std::string& out) {
  write_version(head.version, out);
  out += "#EXT-X-TARGETDURATION:";
  append_number(out, static_cast<std::uint64_t>(head.target_seconds));
  out += '\n';
  if (head.first_number != 0) {
    out += "#EXT-X-MEDIA-SEQUENCE:";
    append_number(out, head.first_number);
    out += '\n';
  }
  if (head.type == PlaylistType::vod) out += "#EXT-X-PLAYLIST-TYPE:VOD\n";
  if (head.type == PlaylistType::event) out += "#EXT-X-PLAYLIST-TYPE:EVENT\n";
  if (head.i_frames_only) out += "#EXT-X-I-FRAMES-ONLY\n";
  if (head.independent_segments) out += "#EXT-X-INDEPENDENT-SEGMENTS\n";
}

void write_init(std::string_view uri, const ByteRange* range, std::string& out) {
  Attributes tag(out, "#EXT-X-MAP");
  tag.quoted("URI", uri);
  tag.byte_range(range);
  tag.end();
}

void write_discontinuity(std::string& out) { out += "#EXT-X-DISCONTINUITY\n"; }

void write_segment(std::int64_t duration_us, const ByteRange* range, std::string_view uri, std::string& out) {
  out += "#EXTINF:";
  append_seconds(out, duration_us);
  out += ",\n";
  if (range != nullptr) {
    out += "#EXT-X-BYTERANGE:";
    append_number(out, range->length);
    out += '@';
    append_number(out, range->offset);
    out += '\n';
  }
  out += uri;
  out += '\n';
}

void write_end(std::string& out) { out += "#EXT-X-ENDLIST\n"; }

void write(const MediaPlaylist& playlist, std::string& out) {
  write_head({playlist.version, playlist.target_seconds, playlist.first_number, playlist.type, playlist.independent_segments,
              playlist.i_frames_only},
             out);
  std::optional<std::uint32_t> init;
  for (const Segment& segment : playlist.segments) {
    if (segment.discontinuity) write_discontinuity(out);
    if (segment.init && segment.init != init) {
      init = segment.init;
      const InitSection& section = playlist.inits[*init];
      write_init(section.uri, section.range ? &*section.range : nullptr, out);
    }
    write_segment(segment.duration_us, segment.range ? &*segment.range : nullptr, segment.uri, out);
  }
  if (playlist.ended) write_end(out);
}

}  // namespace segue::manifests::hls
