// SPDX-License-Identifier: Apache-2.0
#include "tests/manifests/sample_presentation.h"

#include "media/bandwidth.h"
#include "media/limits.h"

namespace segue::manifests::samples {

using namespace segue::media;

Track track(std::string id, Codec codec, std::string codecs, std::uint32_t timescale, const std::vector<std::uint32_t>& sizes,
            const std::vector<std::uint32_t>& durations) {
  constexpr const char* kEnding[] = {".cmfa", ".cmfv", ".cmft"};
  Track made;
  made.rendition.id = id;
  made.rendition.file = id + kEnding[static_cast<int>(kind_of(codec))];
  made.rendition.group = name_of(codec);
  made.rendition.codecs = std::move(codecs);
  made.rendition.track.codec = codec;
  made.rendition.track.timescale = timescale;
  if (kind_of(codec) == TrackKind::audio) made.rendition.track.audio = {timescale, 2, 3, 0};
  made.init_bytes = 700;
  made.index_offset = 700;
  made.index_bytes = 32 + 12 * sizes.size();
  made.segments.begin_file(made.index_offset + made.index_bytes);
  for (std::size_t i = 0; i < sizes.size(); ++i) made.segments.append(sizes[i], durations[i]);
  made.rendition.peak_bps = peak_bandwidth(made.segments, timescale, target_duration(made.segments, timescale));
  made.rendition.average_bps = average_bandwidth(made.segments, timescale);
  made.rendition.dash_bps = dash_bandwidth(made.segments, timescale, kMinBufferSeconds);
  return made;
}

Presentation music() {
  Presentation made;
  made.asset = "abcdefghijklmnopqrstuvwxyz";
  made.generation = 3;
  made.duration = {396899, 44100};
  made.title = "A & B";
  const std::vector<std::uint32_t> aac = {44032, 44032, 88064, 176128, 46080}, opus = {48000, 47040, 96960, 192000, 48960},
                                   flac = {45056, 45056, 86016, 176128, 44643};
  const auto sizes = [](std::uint32_t rate) { return std::vector<std::uint32_t>{rate, rate + 9, rate * 2, rate * 4 + 100, rate}; };
  made.tracks.push_back(track("aac-64", Codec::aac, "mp4a.40.2", 44100, sizes(8100), aac));
  made.tracks.push_back(track("aac-128", Codec::aac, "mp4a.40.2", 44100, sizes(16100), aac));
  made.tracks.push_back(track("aac-256", Codec::aac, "mp4a.40.2", 44100, sizes(32100), aac));
  made.tracks.push_back(track("opus-96", Codec::opus, "Opus", 48000, sizes(12100), opus));
  made.tracks.push_back(track("flac", Codec::flac, "fLaC", 44100, sizes(110000), flac));
  made.tracks.back().rendition.track.audio.bit_depth = 16;
  return made;
}

namespace {

Track video(const char* id, std::uint32_t width, std::uint32_t height, std::uint32_t rate) {
  Track made = track(id, Codec::h264, "avc1.64001f", 12800, {rate, rate, rate * 2, rate * 4}, {12800, 12800, 25600, 51200});
  made.rendition.track.video.width = width;
  made.rendition.track.video.height = height;
  made.rendition.track.video.frame_rate = {25, 1};
  made.i_frames = {rate / 4, rate / 4, rate / 4, rate / 3};
  return made;
}

Track sound(const char* id, const char* language, const char* label, Codec codec, const char* codecs, std::uint32_t rate) {
  Track made = track(id, codec, codecs, 48000, {rate, rate, rate * 2, rate * 4}, {48128, 48128, 95232, 192512});
  made.rendition.track.language = language;
  made.rendition.track.label = label;
  made.rendition.is_default = language == std::string("en");
  if (language != std::string("en")) made.rendition.group += std::string("-") + language;
  return made;
}

}  // namespace

Presentation film() {
  Presentation made;
  made.asset = "abcdefghijklmnopqrstuvwxyz";
  made.duration = {8, 1};
  made.tracks.push_back(video("h264-360", 640, 360, 60000));
  made.tracks.push_back(video("h264-720", 1280, 720, 200000));
  made.tracks.push_back(sound("aac-64", "en", "", Codec::aac, "mp4a.40.2", 8000));
  made.tracks.push_back(sound("aac-128", "en", "", Codec::aac, "mp4a.40.2", 16000));
  made.tracks.push_back(sound("aac-64-fr", "fr", "Français", Codec::aac, "mp4a.40.2", 8000));
  made.tracks.push_back(sound("aac-128-fr", "fr", "Français", Codec::aac, "mp4a.40.2", 16000));
  made.tracks.push_back(sound("opus-96", "en", "", Codec::opus, "Opus", 12000));
  made.tracks.push_back(sound("opus-96-fr", "fr", "Français", Codec::opus, "Opus", 12000));
  Track text = track("text-en", Codec::webvtt, "wvtt", 1000, {300, 250, 400, 600}, {1000, 1000, 2000, 4000});
  text.rendition.track.language = "en";
  text.rendition.role = "subtitle";
  made.tracks.push_back(text);
  return made;
}

}  // namespace segue::manifests::samples
