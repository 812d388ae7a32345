// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/opensubsonic/whole_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <tuple>

#include "media/limits.h"
#include "media/track_head.h"

namespace segue::opensubsonic {
namespace {

using service::http::BodyPart;

class File {
 public:
  explicit File(const std::string& path) : file_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}
  ~File() {
    if (file_ >= 0) ::close(file_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  [[nodiscard]] bool is_open() const { return file_ >= 0; }
  [[nodiscard]] std::string read(std::uint64_t offset, std::size_t most) const {
    std::string bytes(most, '\0');
    const auto got = ::pread(file_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    bytes.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return bytes;
  }
  [[nodiscard]] std::uint64_t size() const {
    struct stat facts {};
    return ::fstat(file_, &facts) == 0 ? static_cast<std::uint64_t>(facts.st_size) : 0;
  }

 private:
  int file_;
};

std::uint32_t u32_at(std::string_view bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

// The media bytes of one segment: the payloads of its mdat boxes.
Result<void> add_frames(const File& file, const std::string& path, const media::Segment& segment, std::vector<BodyPart>& parts) {
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

std::string flac_head(const media::CodecConfig& blocks) {
  std::string head = "fLaC";
  head.append(blocks.begin(), blocks.end());
  // The last metadata block carries the last-block flag; a record that holds only STREAMINFO may have it unset.
  std::size_t last = 4;
  for (std::size_t at = 4; at + 4 <= head.size(); at += 4 + (u32_at(head, at) & 0xFFFFFF)) last = at;
  head[last] = static_cast<char>(head[last] | '\x80');
  return head;
}

}  // namespace

Result<WholeFile> whole_file(const std::string& generation_folder, const media::Rendition& rendition) {
  const std::string path = generation_folder + '/' + rendition.file;
  const File file(path);
  if (!file.is_open()) return Error{path + ": " + std::strerror(errno)};
  WholeFile whole;
  if (rendition.track.codec != media::Codec::flac) {
    whole.size = file.size();
    whole.parts.push_back({{}, path, 0, whole.size});
    const bool is_video = media::kind_of(rendition.track.codec) == media::TrackKind::video;
    whole.content_type = is_video ? "video/mp4" : "audio/mp4";
    whole.suffix = is_video ? "mp4" : "m4a";
    return whole;
  }
  const std::string head = file.read(0, media::kMaxTrackHeadBytes);
  auto parsed = media::parse_track_head({reinterpret_cast<const std::uint8_t*>(head.data()), head.size()});
  if (!parsed) return Error{path + ": " + parsed.error().message};
  if (parsed->needed > 0)
    return Error{path + ": its head needs " + std::to_string(parsed->needed) + " bytes, found " + std::to_string(head.size())};
  const auto* track = &parsed->track;
  if (track->rendition.track.config.size() < 38) return Error{path + ": no STREAMINFO in dfLa"};
  whole.parts.push_back({flac_head(track->rendition.track.config), {}, 0, 0});
  for (auto walk = track->segments.walk(); !walk.done(); walk.next())
    if (auto added = add_frames(file, path, *walk, whole.parts); !added) return std::move(added).error();
  for (const BodyPart& part : whole.parts) whole.size += part.size();
  whole.content_type = "audio/flac";
  whole.suffix = "flac";
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
