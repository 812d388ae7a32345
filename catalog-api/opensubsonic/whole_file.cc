// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/opensubsonic/whole_file.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>
#include <tuple>

#include "catalog-api/opensubsonic/fragments.h"
#include "catalog-api/opensubsonic/stored_file.h"
#include "media/limits.h"
#include "media/track_head.h"

namespace segue::opensubsonic {
namespace {

using service::http::BodyPart;

std::uint32_t u32_at(std::string_view bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

// The media bytes of one segment: the payloads of its mdat boxes.
Result<void> add_frames(const StoredFile& file, const media::Segment& segment, std::vector<BodyPart>& parts) {
  const std::string& path = file.path();
  for (std::uint64_t at = segment.offset, end = segment.offset + segment.size; at < end;) {
    const std::string head = file.read(at, 8);
    const std::uint32_t size = head.size() == 8 ? u32_at(head, 0) : 0;
    if (size < 8 || size > end - at)
      return Error{path + ": a box at " + std::to_string(at) + " of " + std::to_string(size) + " bytes, expected 8 to " +
                   std::to_string(end - at)};
    if (head.compare(4, 4, "mdat") == 0 && size > 8) parts.push_back({{}, path, at + 8, size - 8ULL});
    at += size;
  }
  return {};
}

struct FlacHead {
  const media::CodecConfig& blocks;
  std::optional<std::uint64_t> samples;  // fewer than STREAMINFO says
};

std::string flac_head(const FlacHead& of) {
  constexpr std::size_t kStreamInfo = 8, kTotalSamples = kStreamInfo + 13, kMd5 = kStreamInfo + 18;  // RFC 9639 8.2
  std::string head = "fLaC";
  head.append(of.blocks.begin(), of.blocks.end());
  // The last metadata block carries the last-block flag; a record that holds only STREAMINFO may have it unset.
  std::size_t last = 4;
  for (std::size_t at = 4; at + 4 <= head.size(); at += 4 + (u32_at(head, at) & 0xFFFFFF)) last = at;
  head[last] = static_cast<char>(head[last] | '\x80');
  if (of.samples) {
    head[kTotalSamples] = static_cast<char>((head[kTotalSamples] & '\xF0') | static_cast<char>(*of.samples >> 32 & 0xF));
    for (std::size_t i = 0; i < 4; ++i) head[kTotalSamples + 1 + i] = static_cast<char>(*of.samples >> (24 - 8 * i));
    std::fill_n(head.begin() + kMd5, 16, '\0');  // of all samples: not known of some
  }
  return head;
}

// A track file with its head read.
struct Opened {
  media::Track track;
  std::string head;  // the file's first bytes
};
Result<Opened> open_track(const StoredFile& file) {
  if (!file.is_open()) return Error{file.path() + ": " + std::strerror(errno)};
  Opened opened;
  opened.head = file.read(0, media::kMaxTrackHeadBytes);
  auto parsed = media::parse_track_head({reinterpret_cast<const std::uint8_t*>(opened.head.data()), opened.head.size()});
  if (!parsed) return Error{file.path() + ": " + parsed.error().message};
  if (parsed->needed > 0)
    return Error{file.path() + ": its head needs " + std::to_string(parsed->needed) + " bytes, found " +
                 std::to_string(opened.head.size())};
  opened.track = std::move(parsed->track);
  if (opened.track.rendition.track.codec == media::Codec::flac && opened.track.rendition.track.config.size() < 38)
    return Error{file.path() + ": no STREAMINFO in dfLa"};
  return opened;
}

void name_type(media::Codec codec, WholeFile& whole) {
  const bool is_flac = codec == media::Codec::flac, is_video = media::kind_of(codec) == media::TrackKind::video;
  whole.content_type = is_flac ? "audio/flac" : is_video ? "video/mp4" : "audio/mp4";
  whole.suffix = is_flac ? "flac" : is_video ? "mp4" : "m4a";
}

void sum_up(WholeFile& whole) {
  whole.size = 0;
  for (const BodyPart& part : whole.parts) whole.size += part.size();
}

// From the sample that is heard at `target` on, which the fragment at `segment` (or one behind it) holds; the clock begins with it.
class LateStart {
 public:
  LateStart(const StoredFile& file, const Opened& opened, media::Ticks target) : file_(file), opened_(opened), target_(target) {}

  Result<void> run(WholeFile& whole) {
    const auto bytes = std::span(reinterpret_cast<const std::uint8_t*>(opened_.head.data()), opened_.head.size());
    auto duration = default_duration_of(bytes);
    if (!duration) return Error{file_.path() + ": " + duration.error().message};
    for (auto walk = opened_.track.segments.walk(); !walk.done(); walk.next()) {
      const bool is_last = walk.number() + 1 == opened_.track.segments.size();
      if (!is_last && walk->start + walk->duration <= target_) continue;
      for (std::uint64_t at = walk->offset, end = walk->offset + walk->size; at < end;) {
        auto fragment = read_fragment(file_, at, *duration);
        if (!fragment) return std::move(fragment).error();
        at = fragment->end;
        add(*fragment, is_last && at >= end, whole);
      }
    }
    return {};
  }
  [[nodiscard]] media::Ticks first() const { return first_; }

 private:
  void add(const Fragment& fragment, bool is_last, WholeFile& whole) {
    Skipped skipped;
    if (!has_begun_) {
      skipped = samples_before(fragment, target_ - fragment.start);
      if (skipped.samples == fragment.run.samples.size()) {
        if (!is_last) return;
        skipped = samples_before(fragment, fragment.duration - 1);
      }
      first_ = fragment.start + skipped.ticks;
      has_begun_ = true;
    }
    if (opened_.track.rendition.track.codec != media::Codec::flac)
      whole.parts.push_back({fragment_head(fragment, skipped.samples, fragment.start + skipped.ticks - first_), {}, 0, 0});
    whole.parts.push_back({{}, file_.path(), fragment.data_offset + skipped.bytes, fragment.data_bytes - skipped.bytes});
  }

  const StoredFile& file_;
  const Opened& opened_;
  media::Ticks target_;
  media::Ticks first_ = 0;
  bool has_begun_ = false;
};

}  // namespace

Result<WholeFile> whole_file(const std::string& generation_folder, const media::Rendition& rendition) {
  const StoredFile file(generation_folder + '/' + rendition.file);
  if (!file.is_open()) return Error{file.path() + ": " + std::strerror(errno)};
  WholeFile whole;
  name_type(rendition.track.codec, whole);
  if (rendition.track.codec != media::Codec::flac) {
    whole.parts.push_back({{}, file.path(), 0, file.size()});
  } else {
    auto opened = open_track(file);
    if (!opened) return std::move(opened).error();
    whole.parts.push_back({flac_head({opened->track.rendition.track.config, std::nullopt}), {}, 0, 0});
    for (auto walk = opened->track.segments.walk(); !walk.done(); walk.next())
      if (auto added = add_frames(file, *walk, whole.parts); !added) return std::move(added).error();
  }
  sum_up(whole);
  return whole;
}

Result<WholeFile> file_from(const std::string& generation_folder, const media::Rendition& rendition, std::int64_t seconds) {
  const StoredFile file(generation_folder + '/' + rendition.file);
  auto opened = open_track(file);
  if (!opened) return std::move(opened).error();
  const auto& config = opened->track.rendition.track;
  WholeFile whole;
  name_type(config.codec, whole);
  whole.parts.push_back({opened->head.substr(0, static_cast<std::size_t>(opened->track.init_bytes)), {}, 0, 0});
  // The head says how many samples a decoder drops at its start; it drops as many of these.
  LateStart late(file, *opened, seconds * config.timescale);
  if (auto made = late.run(whole); !made) return std::move(made).error();
  if (config.codec == media::Codec::flac)
    whole.parts.front().bytes = flac_head(
        {config.config, static_cast<std::uint64_t>(opened->track.segments.end() - opened->track.segments.start() - late.first())});
  sum_up(whole);
  return whole;
}

std::vector<BodyPart> slice(const std::vector<BodyPart>& parts, std::uint64_t from, std::uint64_t length) {
  std::vector<BodyPart> out;
  for (const BodyPart& part : parts) {
    const std::uint64_t size = part.size();
    if (from >= size) {
      from -= size;
      continue;
    }
    const std::uint64_t take = std::min(size - from, length);
    if (take == 0) break;
    out.push_back(part.path.empty() ? BodyPart{part.bytes.substr(from, take), {}, 0, 0}
                                    : BodyPart{{}, part.path, part.offset + from, take});
    length -= take;
    from = 0;
  }
  return out;
}

const media::Rendition* choose(const media::Asset& asset, std::string_view format, std::int64_t max_kbps) {
  const bool wants_lossy = format == "aac" || format == "mp3" || format == "m4a" || format == "opus" || format == "ogg";
  const media::Rendition *best = nullptr, *smallest = nullptr;
  const auto is_lossless = [](const media::Rendition& r) {
    return r.track.codec == media::Codec::flac || r.track.codec == media::Codec::alac;
  };
  // AAC before Opus: Opus in MP4 plays in fewer of the old clients.
  const auto rank = [&](const media::Rendition& r) {
    const bool named = format == "opus" ? r.track.codec == media::Codec::opus : r.track.codec == media::Codec::aac;
    return std::tuple(is_lossless(r), named, r.average_bps);
  };
  for (const media::Rendition& rendition : asset.renditions) {
    if (media::kind_of(rendition.track.codec) != media::TrackKind::audio) continue;
    if (smallest == nullptr || rendition.average_bps < smallest->average_bps) smallest = &rendition;
    if (wants_lossy && is_lossless(rendition)) continue;
    if (max_kbps > 0 && rendition.average_bps > max_kbps * 1000 + max_kbps * 100) continue;  // a "128" file has 131 kbit/s
    if (best == nullptr || rank(*best) < rank(rendition)) best = &rendition;
  }
  return best != nullptr ? best : smallest;
}

}  // namespace segue::opensubsonic
