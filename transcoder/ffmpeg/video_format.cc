// SPDX-License-Identifier: Apache-2.0
#include "transcoder/ffmpeg/video_format.h"

extern "C" {
#include <libavutil/display.h>
#include <libavutil/dovi_meta.h>
#include <libavutil/pixdesc.h>
}

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <optional>
#include <string_view>
#include <utility>

namespace segue::transcoder::ffmpeg {
namespace {

constexpr double kMaxFrameRate = 120;

constexpr double kDensestGrid = 60.01;  // beyond, it is the clock of the timestamps, not of the pictures
constexpr int kMaxRateTerm = 100'000;   // 1001 and its like; what is longer was computed from rounded times

// The field's own rates, exactly where the stream comes within half a thousandth of one.
std::optional<media::Rational> usual_rate(double rate) {
  static constexpr std::array<AVRational, 14> kUsual = {{{24000, 1001},
                                                         {24, 1},
                                                         {25, 1},
                                                         {30000, 1001},
                                                         {30, 1},
                                                         {48, 1},
                                                         {50, 1},
                                                         {60000, 1001},
                                                         {60, 1},
                                                         {15, 1},
                                                         {12, 1},
                                                         {10, 1},
                                                         {100, 1},
                                                         {120, 1}}};
  for (const AVRational usual : kUsual) {
    if (std::abs(rate / av_q2d(usual) - 1) < 0.0004) return media::Rational{usual.num, usual.den};
  }
  return std::nullopt;
}

bool is_rate(AVRational rate) { return rate.num > 0 && rate.den > 0; }

// One constant rate for the presentation.
media::Rational frame_rate(const AVStream& stream, bool interlaced) {
  const AVRational grid = stream.r_frame_rate;  // holds all times; of interlaced pictures those of the fields
  AVRational rate = stream.avg_frame_rate;
  if (!is_rate(rate) || av_q2d(rate) > kMaxFrameRate) rate = grid;
  if (!is_rate(rate) || av_q2d(rate) < 0.1) return {25, 1};  // 0 fps: pictures by their timestamps, on a grid of 25
  if (av_q2d(rate) > kMaxFrameRate) return {60, 1};
  if (const auto usual = usual_rate(av_q2d(rate))) return *usual;
  // Any other constant one: the grid that holds all its times is as dense as its pictures.
  const bool constant = av_cmp_q(rate, grid) == 0;
  if (constant && av_q2d(rate) >= 1 && rate.num <= kMaxRateTerm && rate.den <= kMaxRateTerm) return {rate.num, rate.den};
  // A variable rate: on the next grid of whole pictures a second, at least 10, so that none is lost. Where light or a still screen made
  // pictures rare the average is far below what the camera gives at its best.
  const double densest = !interlaced && is_rate(grid) && av_q2d(grid) <= kDensestGrid ? av_q2d(grid) : 0;
  const double wanted = std::max({10.0, av_q2d(rate), densest});
  if (const auto usual = usual_rate(wanted)) return *usual;
  for (const int whole : {10, 12, 15, 20, 24, 25, 30, 48, 50, 60, 100, 120}) {
    if (wanted <= whole * 1.001) return {whole, 1};
  }
  return {60, 1};
}

// GBR beside 4:2:0 would be a contradiction, and "unspecified" is guessed by height.
void name_colours_of_rgb(media::VideoFormat& video) {
  constexpr std::uint8_t kBt709 = 1, kUnspecified = 2;
  video.matrix = kBt709;
  if (video.colour_primaries == kUnspecified) video.colour_primaries = kBt709;
  if (video.transfer == kUnspecified) video.transfer = kBt709;
}

// Where nothing is told, players guess by each rendition's own size, and one by one differently: a ladder would change its colours with
// its levels. So the source is taken for what its size says by custom (as mpv does): BT.709 for HD, else BT.601 of 625 or 525 lines.
void name_untold_colours(const AVCodecParameters& codec, media::VideoFormat& video) {
  constexpr std::uint8_t kUnspecified = 2, kBt709 = 1, kBt470bg = 5, kSmpte170m = 6;
  if (video.matrix != kUnspecified || video.colour_primaries != kUnspecified || video.transfer != kUnspecified) return;
  const bool hd = codec.width >= 1280 || codec.height > 576, of_625_lines = codec.height == 576 || codec.height == 288;
  video.matrix = video.colour_primaries = hd ? kBt709 : of_625_lines ? kBt470bg : kSmpte170m;
  video.transfer = hd ? kBt709 : kSmpte170m;  // BT.601's own, for both
}

media::VideoRange range_of(AVColorTransferCharacteristic transfer) {
  if (transfer == AVCOL_TRC_SMPTE2084) return media::VideoRange::pq;
  return transfer == AVCOL_TRC_ARIB_STD_B67 ? media::VideoRange::hlg : media::VideoRange::sdr;
}

}  // namespace

// Per-stream side data moved from AVStream to AVCodecParameters in FFmpeg 6.1.
const std::uint8_t* stream_side_data(const AVStream& stream, AVPacketSideDataType type) {
#if LIBAVCODEC_VERSION_INT >= AV_VERSION_INT(60, 31, 100)
  const AVPacketSideData* data = av_packet_side_data_get(stream.codecpar->coded_side_data, stream.codecpar->nb_coded_side_data, type);
  return data == nullptr ? nullptr : data->data;
#else
  return av_stream_get_side_data(&stream, type, nullptr);
#endif
}

bool is_rgb(int pixel_format) {
  const AVPixFmtDescriptor* format = av_pix_fmt_desc_get(static_cast<AVPixelFormat>(pixel_format));
  return format != nullptr && (format->flags & (AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL)) != 0;
}

int rotation_of(const AVStream& stream) {
  const std::uint8_t* matrix = stream_side_data(stream, AV_PKT_DATA_DISPLAYMATRIX);
  if (matrix == nullptr) return 0;
  const double angle = -av_display_rotation_get(reinterpret_cast<const std::int32_t*>(matrix));
  if (std::isnan(angle)) return 0;
  return static_cast<int>(std::lround(angle / 90) * 90 % 360 + 360) % 360;
}

bool is_mirrored(const AVStream& stream) {
  const std::uint8_t* matrix = stream_side_data(stream, AV_PKT_DATA_DISPLAYMATRIX);
  if (matrix == nullptr) return false;
  const auto* m = reinterpret_cast<const std::int32_t*>(matrix);
  return static_cast<double>(m[0]) * m[4] < static_cast<double>(m[1]) * m[3];
}

bool has_unknown_colours(const AVStream& stream) {
  const std::uint8_t* record = stream_side_data(stream, AV_PKT_DATA_DOVI_CONF);
  constexpr int kIptOnly = 5;
  return record != nullptr && reinterpret_cast<const AVDOVIDecoderConfigurationRecord*>(record)->dv_profile == kIptOnly;
}

bool has_encryption_info(const AVStream& stream) { return stream_side_data(stream, AV_PKT_DATA_ENCRYPTION_INIT_INFO) != nullptr; }

bool is_encrypted(const AVPacket& packet) { return av_packet_get_side_data(&packet, AV_PKT_DATA_ENCRYPTION_INFO, nullptr) != nullptr; }

void fill_video(Input& input, int index, SourceStream& found) {
  AVStream* stream = input.format()->streams[index];
  const AVCodecParameters& codec = *stream->codecpar;
  found.rotation = rotation_of(*stream);
  found.mirrored = is_mirrored(*stream);
  found.interlaced = codec.field_order != AV_FIELD_PROGRESSIVE && codec.field_order != AV_FIELD_UNKNOWN;
  media::VideoFormat& video = found.video;
  video.width = static_cast<std::uint32_t>(codec.width);
  video.height = static_cast<std::uint32_t>(codec.height);
  AVRational aspect = av_guess_sample_aspect_ratio(input.format(), stream, nullptr);
  if (aspect.num <= 0 || aspect.den <= 0 || av_q2d(aspect) < 0.1 || av_q2d(aspect) > 10) aspect = {1, 1};
  if (found.rotation % 180 != 0) {
    std::swap(video.width, video.height);
    std::swap(aspect.num, aspect.den);
  }
  video.sample_aspect = {aspect.num, aspect.den};
  video.frame_rate = frame_rate(*stream, found.interlaced);
  video.range = range_of(codec.color_trc);
  video.colour_primaries = static_cast<std::uint8_t>(codec.color_primaries);
  video.transfer = static_cast<std::uint8_t>(codec.color_trc);
  video.matrix = static_cast<std::uint8_t>(codec.color_space);
  video.full_range = codec.color_range == AVCOL_RANGE_JPEG;
  if (is_rgb(codec.format) || codec.color_space == AVCOL_SPC_RGB) name_colours_of_rgb(video);
  name_untold_colours(codec, video);
}

}  // namespace segue::transcoder::ffmpeg
