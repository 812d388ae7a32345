// SPDX-License-Identifier: Apache-2.0
// Identity of what is heard and seen. A stream's digest runs over its packets alone, so neither tags nor the order in which
// streams are interleaved count; its form (codec, rate, size, rotation) does, since raw packets do not tell it.
extern "C" {
#include <libavutil/mem.h>
#include <libavutil/sha.h>
}

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "media/hex.h"
#include "transcoder/ffmpeg/error.h"
#include "transcoder/ffmpeg/input.h"
#include "transcoder/ffmpeg/video_format.h"
#include "transcoder/source.h"

namespace segue::transcoder {
namespace {

using Digest = std::array<std::uint8_t, 32>;

class Sha256 {
 public:
  Sha256() : state_(av_sha_alloc()) {
    if (state_) av_sha_init(state_.get(), 256);
  }
  bool ready() const { return state_ != nullptr; }
  void add(const void* bytes, std::size_t count) { av_sha_update(state_.get(), static_cast<const std::uint8_t*>(bytes), count); }
  void add(const std::string& text) { add(text.data(), text.size()); }
  Digest digest() {
    Digest digest{};
    av_sha_final(state_.get(), digest.data());
    return digest;
  }

 private:
  struct Free {
    void operator()(AVSHA* state) const { av_free(state); }
  };
  std::unique_ptr<AVSHA, Free> state_;
};

bool counts(const AVStream& stream) {
  const AVMediaType type = stream.codecpar->codec_type;
  if ((stream.disposition & AV_DISPOSITION_ATTACHED_PIC) != 0) return false;
  return type == AVMEDIA_TYPE_AUDIO || type == AVMEDIA_TYPE_VIDEO || type == AVMEDIA_TYPE_SUBTITLE;
}

// The same pictures turned otherwise are another film; upright ones are not told, so that what is identified already stays what it is.
std::string form_of(const AVStream& stream) {
  const AVCodecParameters& codec = *stream.codecpar;
  const bool is_video = codec.codec_type == AVMEDIA_TYPE_VIDEO;
  const int rotation = is_video ? ffmpeg::rotation_of(stream) : 0;
  return std::string(avcodec_get_name(codec.codec_id)) + " " + std::to_string(codec.sample_rate) + " " +
         std::to_string(codec.ch_layout.nb_channels) + " " + std::to_string(codec.width) + "x" + std::to_string(codec.height) +
         (rotation == 0 ? "" : " turned " + std::to_string(rotation)) + (is_video && ffmpeg::is_mirrored(stream) ? " mirrored" : "") + "\n";
}

}  // namespace

Result<std::string> media_hash(const std::string& path_or_url) {
  auto input = ffmpeg::Input::open(path_or_url);
  if (!input) return input.error();
  AVFormatContext& format = *(*input)->format();
  std::vector<Sha256> streams(format.nb_streams);
  Sha256 whole;
  const ffmpeg::PacketPtr packet(av_packet_alloc());
  for (const Sha256& stream : streams) {
    if (!stream.ready() || !whole.ready() || !packet) return Error{(*input)->name() + ": out of memory"};
  }
  for (unsigned i = 0; i < format.nb_streams; ++i) {
    if (!counts(*format.streams[i])) format.streams[i]->discard = AVDISCARD_ALL;
  }
  for (;;) {
    auto more = (*input)->read(packet.get());
    if (!more) return more.error();
    if (!*more) break;
    const auto index = static_cast<std::size_t>(packet->stream_index);
    if (index < streams.size() && counts(*format.streams[index])) streams[index].add(packet->data, static_cast<std::size_t>(packet->size));
    av_packet_unref(packet.get());
  }
  for (std::size_t i = 0; i < streams.size(); ++i) {
    if (!counts(*format.streams[i])) continue;
    whole.add(form_of(*format.streams[i]));
    const Digest digest = streams[i].digest();
    whole.add(digest.data(), digest.size());
  }
  return media::hex(whole.digest());
}

}  // namespace segue::transcoder
