// SPDX-License-Identifier: Apache-2.0
#include "transcoder/ffmpeg/hdr_metadata.h"

#include <array>
#include <cmath>
#include <cstdio>

#include "transcoder/ffmpeg/video_format.h"

namespace segue::transcoder::ffmpeg {
namespace {

template <class Kind>
std::optional<Kind> read(const void* data) {
  return data == nullptr ? std::nullopt : std::optional(*static_cast<const Kind*>(data));
}

const void* data_of(const AVFrame& picture, AVFrameSideDataType type) {
  const AVFrameSideData* data = av_frame_get_side_data(&picture, type);
  return data == nullptr ? nullptr : data->data;
}

// Of both halves of the message the one without the other is of no use to a screen.
bool is_whole(const AVMasteringDisplayMetadata& mastering) { return mastering.has_primaries != 0 && mastering.has_luminance != 0; }

// "G(x,y)B(x,y)R(x,y)WP(x,y)L(max,min)": x265 in steps of 0.00002 and 0.0001 cd/m2, SVT-AV1 in whole units.
std::string mastering_text(const AVMasteringDisplayMetadata& mastering, bool in_steps) {
  const double place = in_steps ? 50'000 : 1, light = in_steps ? 10'000 : 1;
  const auto number = [&](AVRational value, double steps) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), in_steps ? "%.0f" : "%.5f", av_q2d(value) * steps);
    return std::string(text.data());
  };
  const auto point = [&](const char* name, const AVRational(&xy)[2]) {
    return std::string(name) + '(' + number(xy[0], place) + ',' + number(xy[1], place) + ')';
  };
  const auto& [red, green, blue] = mastering.display_primaries;
  return point("G", green) + point("B", blue) + point("R", red) + point("WP", mastering.white_point) + "L(" +
         number(mastering.max_luminance, light) + ',' + number(mastering.min_luminance, light) + ')';
}

}  // namespace

HdrMetadata hdr_metadata_of(const AVStream& stream) {
  return {read<AVMasteringDisplayMetadata>(stream_side_data(stream, AV_PKT_DATA_MASTERING_DISPLAY_METADATA)),
          read<AVContentLightMetadata>(stream_side_data(stream, AV_PKT_DATA_CONTENT_LIGHT_LEVEL))};
}

HdrMetadata hdr_metadata_of(const AVFrame& picture) {
  return {read<AVMasteringDisplayMetadata>(data_of(picture, AV_FRAME_DATA_MASTERING_DISPLAY_METADATA)),
          read<AVContentLightMetadata>(data_of(picture, AV_FRAME_DATA_CONTENT_LIGHT_LEVEL))};
}

Result<void> add_hdr_metadata(const HdrMetadata& metadata, AVFrame& picture) {
  const HdrMetadata own = hdr_metadata_of(picture);
  if (metadata.mastering && !own.mastering) {
    AVMasteringDisplayMetadata* added = av_mastering_display_metadata_create_side_data(&picture);
    if (added == nullptr) return Error{"out of memory"};
    *added = *metadata.mastering;
  }
  if (metadata.light && !own.light) {
    AVContentLightMetadata* added = av_content_light_metadata_create_side_data(&picture);
    if (added == nullptr) return Error{"out of memory"};
    *added = *metadata.light;
  }
  return {};
}

std::string hdr_parameters(const HdrMetadata& metadata, media::Codec codec) {
  const bool hevc = codec == media::Codec::hevc;
  std::string text;
  if (metadata.mastering && is_whole(*metadata.mastering)) {
    text += (hevc ? ":master-display=" : ":mastering-display=") + mastering_text(*metadata.mastering, hevc);
  }
  if (metadata.light && metadata.light->MaxCLL != 0) {
    text +=
        (hevc ? ":max-cll=" : ":content-light=") + std::to_string(metadata.light->MaxCLL) + ',' + std::to_string(metadata.light->MaxFALL);
  }
  // x265 writes the messages where it writes parameter sets; those stay in the header (stored_sample).
  if (hevc && !text.empty()) text += ":hdr10=1:repeat-headers=1";
  return text;
}

}  // namespace segue::transcoder::ffmpeg
