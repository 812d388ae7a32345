// SPDX-License-Identifier: Apache-2.0
// probe() and media_hash(): what a source is, from its headers and its first packets.
extern "C" {
#include <libavutil/display.h>
#include <libavutil/pixdesc.h>
}

#include <algorithm>
#include <cmath>
#include <cstring>
#include <fstream>
#include <string>

#include "transcoder/ape.h"
#include "transcoder/ffmpeg/error.h"
#include "transcoder/ffmpeg/input.h"
#include "transcoder/ffmpeg/packet_copier.h"
#include "transcoder/ffmpeg/tags.h"
#include "transcoder/ffmpeg/video_format.h"
#include "transcoder/id3.h"
#include "transcoder/language.h"
#include "transcoder/source.h"

namespace segue::transcoder {
namespace ffmpeg {
namespace {

bool is_lossless(const AVCodecParameters& codec) {
  const AVCodecDescriptor* descriptor = avcodec_descriptor_get(codec.codec_id);
  if (descriptor == nullptr || (descriptor->props & AV_CODEC_PROP_LOSSLESS) == 0) return false;
  if ((descriptor->props & AV_CODEC_PROP_LOSSY) == 0) return true;
  if (codec.codec_id == AV_CODEC_ID_WAVPACK) return true;
  const char* profile = avcodec_profile_name(codec.codec_id, codec.profile);
  return profile != nullptr && std::string_view(profile) == "DTS-HD MA";
}

std::uint32_t bit_depth(const AVCodecParameters& codec) {
  if (codec.bits_per_raw_sample > 0) return static_cast<std::uint32_t>(codec.bits_per_raw_sample);
  if (codec.bits_per_coded_sample > 0 && codec.bits_per_coded_sample <= 64) return static_cast<std::uint32_t>(codec.bits_per_coded_sample);
  const int bytes = av_get_bytes_per_sample(static_cast<AVSampleFormat>(codec.format));
  return bytes > 0 ? static_cast<std::uint32_t>(bytes) * 8 : 16;
}

media::AudioFormat audio_format(const AVCodecParameters& codec, bool lossless) {
  media::AudioFormat audio;
  audio.sample_rate = static_cast<std::uint32_t>(codec.sample_rate);
  audio.channels = static_cast<std::uint32_t>(codec.ch_layout.nb_channels);
  if (codec.ch_layout.order == AV_CHANNEL_ORDER_NATIVE) audio.channel_mask = codec.ch_layout.u.mask;
  if (lossless) audio.bit_depth = bit_depth(codec);
  return audio;
}

// Of a file with one stream of sound, the file's size tells what headers do not.
std::int64_t bit_rate(const AVFormatContext& format, const AVStream& stream) {
  if (stream.codecpar->bit_rate > 0) return stream.codecpar->bit_rate;
  int streams = 0;
  for (unsigned i = 0; i < format.nb_streams; ++i) streams += (format.streams[i]->disposition & AV_DISPOSITION_ATTACHED_PIC) == 0 ? 1 : 0;
  return streams == 1 && format.bit_rate > 0 ? format.bit_rate : 0;
}

std::string tag(const AVStream& stream, const char* key) {
  const AVDictionaryEntry* entry = av_dict_get(stream.metadata, key, nullptr, 0);
  return entry == nullptr ? "" : entry->value;
}

// DRM: sample entries encv/enca (ISO/IEC 14496-12 8.12), Apple's drms/drmi, or side data of a common-encryption track.
bool is_protected(const AVStream& stream) {
  const std::uint32_t code = stream.codecpar->codec_tag;
  for (const char* name : {"encv", "enca", "drms", "drmi"}) {
    if (code == MKTAG(name[0], name[1], name[2], name[3])) return true;
  }
  return av_dict_get(stream.metadata, "enc_key_id", nullptr, 0) != nullptr || has_encryption_info(stream);
}

std::string role(int disposition, AVMediaType type) {
  if ((disposition & AV_DISPOSITION_COMMENT) != 0) return "commentary";
  if (type == AVMEDIA_TYPE_SUBTITLE)
    return (disposition & (AV_DISPOSITION_HEARING_IMPAIRED | AV_DISPOSITION_CAPTIONS)) != 0 ? "caption" : "";
  if ((disposition & (AV_DISPOSITION_VISUAL_IMPAIRED | AV_DISPOSITION_DESCRIPTIONS)) != 0) return "description";
  return (disposition & AV_DISPOSITION_DUB) != 0 ? "dub" : "";
}

bool is_text(AVCodecID codec) {
  const AVCodecDescriptor* descriptor = avcodec_descriptor_get(codec);
  return descriptor != nullptr && (descriptor->props & AV_CODEC_PROP_TEXT_SUB) != 0;
}

// The first packet of each stream: encryption of single samples shows there only, and what a pass-through needs.
struct FirstPackets {
  std::vector<PacketPtr> of_stream;
};
Result<FirstPackets> first_packets(Input& input) {
  constexpr int kMostPackets = 256;
  FirstPackets first;
  first.of_stream.resize(input.format()->nb_streams);
  std::size_t missing = first.of_stream.size();
  for (int count = 0; count < kMostPackets && missing > 0; ++count) {
    PacketPtr packet(av_packet_alloc());
    if (!packet) return Error{input.name() + ": out of memory"};
    auto more = input.read(packet.get());
    if (!more) return more.error();
    if (!*more) break;
    const auto stream = static_cast<std::size_t>(packet->stream_index);
    if (stream >= first.of_stream.size()) continue;
    if (is_encrypted(*packet)) return Error{input.name() + ": stream " + std::to_string(stream) + ": protected by DRM, cannot be decoded"};
    if (first.of_stream[stream]) continue;
    first.of_stream[stream] = std::move(packet);
    --missing;
  }
  return first;
}

// A recording of a whole multiplex holds several programmes, each with pictures and sound of its own: the first one's are taken.
bool is_of_other_programme(AVFormatContext& format, int index) {
  if (format.nb_programs < 2) return false;
  const int picture = av_find_best_stream(&format, AVMEDIA_TYPE_VIDEO, -1, -1, nullptr, 0);
  const int main = picture >= 0 ? picture : av_find_best_stream(&format, AVMEDIA_TYPE_AUDIO, -1, -1, nullptr, 0);
  const AVProgram* own = av_find_program_from_stream(&format, nullptr, main);
  if (main < 0 || own == nullptr || av_find_program_from_stream(&format, nullptr, index) == nullptr) return false;
  return std::find(own->stream_index, own->stream_index + own->nb_stream_indexes, static_cast<unsigned>(index)) ==
         own->stream_index + own->nb_stream_indexes;
}

void add_stream(Input& input, int index, const AVPacket* first, SourceInfo& info) {
  const AVStream& stream = *input.format()->streams[index];
  const AVCodecParameters& codec = *stream.codecpar;
  if ((stream.disposition & AV_DISPOSITION_ATTACHED_PIC) != 0) return;
  SourceStream found;
  found.index = index;
  found.codec = avcodec_get_name(codec.codec_id);
  const char* profile = avcodec_profile_name(codec.codec_id, codec.profile);
  if (profile != nullptr) found.profile = profile;
  found.bit_rate = bit_rate(*input.format(), stream);
  found.language = bcp47(tag(stream, "language"));
  found.label = tag(stream, "title");
  found.role = role(stream.disposition, codec.codec_type);
  found.is_default = (stream.disposition & AV_DISPOSITION_DEFAULT) != 0;
  found.forced = (stream.disposition & AV_DISPOSITION_FORCED) != 0;
  if (codec.codec_type == AVMEDIA_TYPE_AUDIO && codec.sample_rate > 0 && codec.ch_layout.nb_channels > 0 &&
      avcodec_find_decoder(codec.codec_id) != nullptr) {
    found.kind = media::TrackKind::audio;
    found.lossless = is_lossless(codec);
    found.audio = audio_format(codec, found.lossless);
    // AAC whose container does not tell the encoder's priming (ADTS, TS, MP4 without an edit list) would be heard with it: encoded anew.
    const bool known_start = first != nullptr && (codec.codec_id != AV_CODEC_ID_AAC || skipped_ticks(*first) > 0);
    found.copyable = known_start && pass_through_config(codec, *first);
  } else if (codec.codec_type == AVMEDIA_TYPE_VIDEO && codec.width > 0 && codec.height > 0 &&
             avcodec_find_decoder(codec.codec_id) != nullptr) {
    found.kind = media::TrackKind::video;
    fill_video(input, index, found);
  } else if (codec.codec_type == AVMEDIA_TYPE_SUBTITLE && is_text(codec.codec_id)) {
    found.kind = media::TrackKind::text;
  } else {
    return;
  }
  info.streams.push_back(std::move(found));
}

// Of a file that begins with an ID3 tag; else nothing.
std::vector<std::uint8_t> first_bytes(const std::string& path, std::size_t most) {
  std::ifstream file(path, std::ios::binary);
  std::vector<std::uint8_t> bytes(3);
  if (!file.read(reinterpret_cast<char*>(bytes.data()), 3) || std::memcmp(bytes.data(), "ID3", 3) != 0) return {};
  bytes.resize(most);
  file.read(reinterpret_cast<char*>(bytes.data() + 3), static_cast<std::streamsize>(most - 3));
  bytes.resize(3 + static_cast<std::size_t>(file.gcount()));
  return bytes;
}

std::vector<std::uint8_t> last_bytes(const std::string& path, std::size_t count) {
  std::ifstream file(path, std::ios::binary);
  file.seekg(0, std::ios::end);
  const auto size = static_cast<std::size_t>(std::max<std::streamoff>(0, file.tellg()));
  std::vector<std::uint8_t> bytes(std::min(count, size));
  file.seekg(static_cast<std::streamoff>(size - bytes.size()));
  if (!file.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()))) return {};
  return bytes;
}

// Tags of a file that libavformat reads in part or not at all. FLAC's own tag and ID3v2 are believed before APEv2, ID3v1 after it.
void add_tags_of_file(const std::string& path, const std::string& container, media::Tags& tags) {
  const auto head = first_bytes(path, kMostId3Bytes);
  add_lists(tags, id3_lists(head));
  const std::size_t wanted = ape_bytes(last_bytes(path, kApeFooterReach));
  const Believed believed = head.empty() && container != "flac" ? Believed::before : Believed::after;
  if (wanted > 0) add_items(tags, ape_items(last_bytes(path, wanted)), believed);
}

}  // namespace
}  // namespace ffmpeg

Result<SourceInfo> probe(const std::string& path_or_url) {
  auto input = ffmpeg::Input::open(path_or_url);
  if (!input) return input.error();
  AVFormatContext& format = *(*input)->format();
  SourceInfo info;
  info.path = path_or_url;
  info.container = format.iformat->name;
  if (format.duration > 0) info.seconds = static_cast<double>(format.duration) / AV_TIME_BASE;
  auto first = ffmpeg::first_packets(**input);
  if (!first) return first.error();
  for (unsigned i = 0; i < format.nb_streams; ++i) {
    if (ffmpeg::is_protected(*format.streams[i]))
      return Error{(*input)->name() + ": stream " + std::to_string(i) + ": protected by DRM, cannot be decoded"};
    if (ffmpeg::has_unknown_colours(*format.streams[i]))
      return Error{(*input)->name() + ": stream " + std::to_string(i) + ": Dolby Vision profile 5, whose colours nothing here can convert"};
    if (ffmpeg::is_of_other_programme(format, static_cast<int>(i))) continue;
    const auto* packet = i < first->of_stream.size() ? first->of_stream[i].get() : nullptr;
    ffmpeg::add_stream(**input, static_cast<int>(i), packet, info);
  }
  const bool playable = std::any_of(info.streams.begin(), info.streams.end(),
                                    [](const SourceStream& stream) { return stream.kind != media::TrackKind::text; });
  if (!playable)
    return Error{(*input)->name() + ": expected audio or video that can be decoded, found none in " + std::to_string(format.nb_streams) +
                 " streams"};
  info.tags = ffmpeg::read_tags(format);
  if (!(*input)->is_url()) ffmpeg::add_tags_of_file(path_or_url, info.container, info.tags);
  info.chapters = ffmpeg::read_chapters(format);
  ffmpeg::read_cover(format, info);
  return info;
}

}  // namespace segue::transcoder
