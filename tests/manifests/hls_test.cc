// SPDX-License-Identifier: Apache-2.0
#include "manifests/hls.h"

#include "manifests/dash.h"
#include "tests/catch.h"
#include "tests/manifests/sample_presentation.h"

using namespace segue;
using namespace segue::manifests;

TEST_CASE("a music master: every rendition a variant of its own, AAC first, the one to start with on top") {
  std::string out;
  REQUIRE(print_multivariant(samples::music(), {}, {}, out));
  CHECK(out == R"(#EXTM3U
#EXT-X-VERSION:6
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-STREAM-INF:BANDWIDTH=129200,AVERAGE-BANDWIDTH=128433,SCORE=4.0,CODECS="mp4a.40.2"
g3/aac-128.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=65101,AVERAGE-BANDWIDTH=64663,SCORE=3.0,CODECS="mp4a.40.2"
g3/aac-64.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=257397,AVERAGE-BANDWIDTH=255971,SCORE=5.0,CODECS="mp4a.40.2"
g3/aac-256.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=97000,AVERAGE-BANDWIDTH=96683,SCORE=2.0,CODECS="Opus"
g3/opus-96.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=888380,AVERAGE-BANDWIDTH=880100,SCORE=1.0,CODECS="fLaC"
g3/flac.m3u8
)");
}

TEST_CASE("a media playlist of the origin") {
  std::string out;
  const auto music = samples::music();
  print_media_playlist(music, music.tracks[0], {}, out);
  CHECK(out == R"(#EXTM3U
#EXT-X-VERSION:6
#EXT-X-TARGETDURATION:4
#EXT-X-MEDIA-SEQUENCE:1
#EXT-X-PLAYLIST-TYPE:VOD
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-MAP:URI="aac-64/init.mp4"
#EXTINF:0.998458,
aac-64/1.m4s
#EXTINF:0.998458,
aac-64/2.m4s
#EXTINF:1.996916,
aac-64/3.m4s
#EXTINF:3.993832,
aac-64/4.m4s
#EXTINF:1.044898,
aac-64/5.m4s
#EXT-X-ENDLIST
)");
}

TEST_CASE("a media playlist of the folder: ranges of the one file") {
  std::string out;
  const auto music = samples::music();
  print_media_playlist(music, music.tracks[0], {Addressing::Form::folder, {}}, out);
  CHECK(out == R"(#EXTM3U
#EXT-X-VERSION:6
#EXT-X-TARGETDURATION:4
#EXT-X-MEDIA-SEQUENCE:1
#EXT-X-PLAYLIST-TYPE:VOD
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-MAP:URI="aac-64.cmfa",BYTERANGE="700@0"
#EXTINF:0.998458,
#EXT-X-BYTERANGE:8100@792
aac-64.cmfa
#EXTINF:0.998458,
#EXT-X-BYTERANGE:8109@8892
aac-64.cmfa
#EXTINF:1.996916,
#EXT-X-BYTERANGE:16200@17001
aac-64.cmfa
#EXTINF:3.993832,
#EXT-X-BYTERANGE:32500@33201
aac-64.cmfa
#EXTINF:1.044898,
#EXT-X-BYTERANGE:8100@65701
aac-64.cmfa
#EXT-X-ENDLIST
)");
}

TEST_CASE("subtitles are one segment of plain WebVTT where the asset has it, fragmented MP4 where not") {
  media::Presentation film = samples::film();
  media::Track& text = film.tracks.back();
  const auto print = [&](Addressing::Form form) {
    std::string out;
    print_media_playlist(film, text, {form, {}}, out);
    return out;
  };
  std::string before;
  REQUIRE(print_multivariant(film, {}, {}, before));
  CHECK(print(Addressing::Form::origin).find("URI=\"text-en/init.mp4\"\n#EXTINF:1.0,\ntext-en/1.m4s\n") != std::string::npos);
  text.rendition.webvtt = {"text-en.vtt", 120, ""};
  const std::string plain = R"(#EXTM3U
#EXT-X-VERSION:6
#EXT-X-TARGETDURATION:8
#EXT-X-MEDIA-SEQUENCE:1
#EXT-X-PLAYLIST-TYPE:VOD
#EXT-X-INDEPENDENT-SEGMENTS
#EXTINF:8.0,
text-en.vtt
#EXT-X-ENDLIST
)";
  CHECK(print(Addressing::Form::origin) == plain);
  CHECK(print(Addressing::Form::folder) == plain);
  // A variant's rates are of what is loaded: 120 bit/s instead of the track file's 2200 bit/s at the peak.
  std::string after;
  REQUIRE(print_multivariant(film, {}, {}, after));
  CHECK(before.find("BANDWIDTH=546486,AVERAGE-BANDWIDTH=545550,") != std::string::npos);
  CHECK(after.find("BANDWIDTH=544406,AVERAGE-BANDWIDTH=544120,") != std::string::npos);
  std::string mpd;
  REQUIRE(print_mpd(film, {}, {}, mpd));
  CHECK(mpd.find("codecs=\"wvtt\"") != std::string::npos);
  CHECK(mpd.find(".vtt") == std::string::npos);
}

TEST_CASE("a film's master: sound in groups, rungs paired in proportion") {
  std::string out;
  REQUIRE(print_multivariant(samples::film(), {}, {}, out));
  CHECK(out == R"(#EXTM3U
#EXT-X-VERSION:6
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="aac-64",NAME="en",LANGUAGE="en",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="2",URI="g1/aac-64.m3u8"
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="aac-64",NAME="Français",LANGUAGE="fr",AUTOSELECT=YES,CHANNELS="2",URI="g1/aac-64-fr.m3u8"
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="aac-128",NAME="en",LANGUAGE="en",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="2",URI="g1/aac-128.m3u8"
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="aac-128",NAME="Français",LANGUAGE="fr",AUTOSELECT=YES,CHANNELS="2",URI="g1/aac-128-fr.m3u8"
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="opus-96",NAME="en",LANGUAGE="en",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="2",URI="g1/opus-96.m3u8"
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="opus-96",NAME="Français",LANGUAGE="fr",AUTOSELECT=YES,CHANNELS="2",URI="g1/opus-96-fr.m3u8"
#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="text",NAME="en",LANGUAGE="en",AUTOSELECT=YES,URI="g1/text-en.m3u8"
#EXT-X-STREAM-INF:BANDWIDTH=546486,AVERAGE-BANDWIDTH=545550,SCORE=2.0,CODECS="avc1.64001f,mp4a.40.2",RESOLUTION=640x360,FRAME-RATE=25.000,AUDIO="aac-64",SUBTITLES="text",CLOSED-CAPTIONS=NONE
g1/h264-360.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=1730772,AVERAGE-BANDWIDTH=1729550,SCORE=4.0,CODECS="avc1.64001f,mp4a.40.2",RESOLUTION=1280x720,FRAME-RATE=25.000,AUDIO="aac-128",SUBTITLES="text",CLOSED-CAPTIONS=NONE
g1/h264-720.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=578629,AVERAGE-BANDWIDTH=577550,SCORE=1.0,CODECS="avc1.64001f,Opus",RESOLUTION=640x360,FRAME-RATE=25.000,AUDIO="opus-96",SUBTITLES="text",CLOSED-CAPTIONS=NONE
g1/h264-360.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=1698629,AVERAGE-BANDWIDTH=1697550,SCORE=3.0,CODECS="avc1.64001f,Opus",RESOLUTION=1280x720,FRAME-RATE=25.000,AUDIO="opus-96",SUBTITLES="text",CLOSED-CAPTIONS=NONE
g1/h264-720.m3u8
#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=120000,AVERAGE-BANDWIDTH=65000,CODECS="avc1.64001f",RESOLUTION=640x360,URI="g1/h264-360.iframes.m3u8"
#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=400000,AVERAGE-BANDWIDTH=216666,CODECS="avc1.64001f",RESOLUTION=1280x720,URI="g1/h264-720.iframes.m3u8"
)");
}

namespace {

std::vector<std::string> lines_with(const std::string& text, const char* what, const char* attribute) {
  std::vector<std::string> found;
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t end = std::min(text.find('\n', from), text.size());
    const std::string line = text.substr(from, end - from);
    from = end + 1;
    const std::size_t at = line.find(attribute);
    if (line.rfind(what, 0) != 0 || at == std::string::npos) continue;
    const std::size_t value = at + std::string(attribute).size();
    found.push_back(line.substr(value, line.find_first_of(",\n", value) - value));
  }
  return found;
}

}  // namespace

TEST_CASE("a copied source with another priming is no rung of ours") {
  auto music = samples::music();
  for (media::Track& track : music.tracks) track.rendition.track.lead_in = track.rendition.track.codec == media::Codec::opus ? 312 : 1024;
  media::Track source = music.tracks[1];
  source.rendition.id = "aac-source";
  source.rendition.track.lead_in = 2112;
  music.tracks.insert(music.tracks.begin(), source);
  std::string out;
  REQUIRE(print_multivariant(music, {}, {}, out));
  CHECK(out.find("aac-source") == std::string::npos);
  CHECK(out.find("aac-64.m3u8") != std::string::npos);
}

TEST_CASE("one picture is offered with every rung of the sound") {
  auto film = samples::film();
  film.tracks.erase(film.tracks.begin() + 1);
  std::string out;
  REQUIRE(print_multivariant(film, {}, {}, out));
  CHECK(lines_with(out, "#EXT-X-STREAM-INF", "AUDIO=") == std::vector<std::string>{"\"aac-128\"", "\"aac-64\"", "\"opus-96\""});
}

TEST_CASE("surround in one language is offered, the other language beside it in stereo") {
  auto film = samples::film();
  media::Track surround = film.tracks[3];
  surround.rendition.id = "aac-320-51";
  surround.rendition.file = "aac-320-51.cmfa";
  surround.rendition.track.audio.channels = 6;
  film.tracks.push_back(surround);
  std::string out;
  REQUIRE(print_multivariant(film, {}, {}, out));
  CHECK(out.find("GROUP-ID=\"aac-320-51\",NAME=\"en\",LANGUAGE=\"en\",DEFAULT=YES,AUTOSELECT=YES,CHANNELS=\"6\"") != std::string::npos);
  CHECK(out.find("GROUP-ID=\"aac-320-51\",NAME=\"Français\",LANGUAGE=\"fr\",AUTOSELECT=YES,CHANNELS=\"2\"") != std::string::npos);
}

TEST_CASE("an I-frame playlist") {
  std::string out;
  const auto film = samples::film();
  print_i_frame_playlist(film, film.tracks[0], {}, out);
  CHECK(out == R"(#EXTM3U
#EXT-X-VERSION:6
#EXT-X-TARGETDURATION:4
#EXT-X-MEDIA-SEQUENCE:1
#EXT-X-PLAYLIST-TYPE:VOD
#EXT-X-I-FRAMES-ONLY
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-MAP:URI="h264-360/init.mp4"
#EXTINF:1.0,
#EXT-X-BYTERANGE:15000@0
h264-360/1.m4s
#EXTINF:1.0,
#EXT-X-BYTERANGE:15000@0
h264-360/2.m4s
#EXTINF:2.0,
#EXT-X-BYTERANGE:15000@0
h264-360/3.m4s
#EXTINF:4.0,
#EXT-X-BYTERANGE:20000@0
h264-360/4.m4s
#EXT-X-ENDLIST
)");
}
