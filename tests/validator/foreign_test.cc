// SPDX-License-Identifier: Apache-2.0
// What FFmpeg's own muxers write: each known fault is named, and what is right is not called wrong. Lists are of FFmpeg 5.1 and 7.1 alike.
#include <set>

#include "tests/catch.h"
#include "tests/validator/own_asset.h"
#include "validator/report_text.h"
#include "validator/validate.h"

using namespace segue::validator;
using namespace segue::validator::tests;

namespace {

struct Row {
  const char* what;
  const char* muxer;                   // between input and output; FOLDER/ before the names
  std::vector<std::string> found;      // rules that must be named
  std::vector<std::string> not_found;  // rules that must not
};

std::set<std::string> violated(const std::string& folder, std::string& text) {
  const Report report = validate(folder, {});
  text = report_text(folder, report);
  std::set<std::string> ids;
  for (const Finding& finding : report.findings.all()) ids.insert(std::string(finding.rule->id));
  return ids;
}

void judge(const Row& row, const std::string& source) {
  TemporaryFolder folder;
  std::string options = row.muxer;
  for (std::size_t at; (at = options.find("FOLDER")) != std::string::npos;) options.replace(at, 6, folder.path());
  run("ffmpeg -v error -i " + source + ' ' + options);
  std::string text;
  const std::set<std::string> ids = violated(folder.path(), text);
  INFO(row.what << '\n' << text);
  for (const std::string& id : row.found) {
    INFO(id);
    CHECK(ids.contains(id));
  }
  for (const std::string& id : row.not_found) {
    INFO(id);
    CHECK(!ids.contains(id));
  }
}

// What a stream that plays must not be accused of.
const std::vector<std::string> kSound = {"hls-syntax",         "mpd-syntax",       "init-syntax",      "segment-syntax",
                                         "tfdt-discontinuous", "trun-range",       "init-brands",      "tfhd-base",
                                         "hls-targetduration", "hls-map-missing",  "mpd-timeline",     "segments-misaligned",
                                         "mpd-codecs",         "hls-version",      "resource-missing", "segment-sync",
                                         "mfhd-sequence",      "hls-codecs-wrong", "mpd-channels",     "durations-differ"};

}  // namespace

TEST_CASE("faults of FFmpeg's HLS and DASH muxers over AAC are named") {
  TemporaryFolder folder;
  const std::string source = folder / "source.m4a";
  run("ffmpeg -v error -f lavfi -i anoisesrc=d=11.144:r=44100:a=0.1:seed=3 -ac 2 -c:a aac -b:a 128k " + source);
  const std::vector<Row> table = {
      {"HLS loses the priming",
       "-c copy -f hls -hls_time 4 -hls_playlist_type vod -hls_segment_type fmp4 -hls_fmp4_init_filename init.mp4 -master_pl_name "
       "master.m3u8 "
       "FOLDER/a.m3u8",
       {"priming-lost", "roll-missing", "last-sample-shortened"},
       kSound},
      {"HLS in one file, the same",
       "-c copy -f hls -hls_time 4 -hls_playlist_type vod -hls_segment_type fmp4 -hls_flags single_file -master_pl_name master.m3u8 "
       "FOLDER/a.m3u8",
       {"priming-lost", "last-sample-shortened"},
       kSound},
      {"DASH rounds the duration to tenths and takes the priming off the first S@d only",
       "-c copy -f dash -seg_duration 4 FOLDER/manifest.mpd",
       {"mpd-duration-short", "mpd-segment-times", "bandwidth-dash"},
       kSound},
      {"DASH by movflags=cmaf, the same; 5.1 loses the priming as well",
       "-c copy -f dash -seg_duration 4 -format_options movflags=cmaf FOLDER/manifest.mpd",
       {"mpd-duration-short", "roll-missing", "last-sample-shortened"},
       kSound},
  };
  for (const Row& row : table) judge(row, source);
}

TEST_CASE("Opus by FFmpeg's DASH muxer tells its priming twice") {
  TemporaryFolder folder;
  const std::string source = folder / "source.wav";
  run("ffmpeg -v error -f lavfi -i anoisesrc=d=9:r=48000:a=0.1:seed=3 -ac 2 " + source);
  judge({"pre-skip and edit list",
         "-c:a libopus -f dash -dash_segment_type mp4 -seg_duration 4 FOLDER/manifest.mpd",
         {"opus-double-signalling"},
         {"init-syntax"}},
        source);
}

TEST_CASE("a timeline with a segment of no length is told") {
  TemporaryFolder folder;
  const std::string source = folder / "source.wav", mpd = folder / "manifest.mpd";
  run("ffmpeg -v error -f lavfi -i anoisesrc=d=6:r=48000:a=0.1:seed=3 -ac 2 " + source);
  run("ffmpeg -v error -i " + source + " -c:a aac -f dash -seg_duration 2 " + mpd);
  std::string text = read_text(mpd), report;
  text.insert(text.find("</SegmentTimeline>"), "<S d=\"0\"/>");
  write_text(mpd, text);
  CHECK(violated(folder.path(), report).contains("mpd-timeline"));
}

TEST_CASE("a FLAC stream by FFmpeg is told that it names no codec, and that its durations are wrong") {
  TemporaryFolder folder;
  const std::string source = folder / "source.wav";
  run("ffmpeg -v error -f lavfi -i anoisesrc=d=11.144:r=44100:a=0.1:seed=3 -ac 2 " + source);
  judge({"FLAC has no CODECS; 5.1 declares it as 128,000 bit/s",
         "-c:a flac -strict -2 -f hls -hls_time 4 -hls_playlist_type vod -hls_segment_type fmp4 -master_pl_name master.m3u8 FOLDER/a.m3u8",
         {"hls-codecs-missing", "hls-extinf-inexact"},
         {"priming-lost", "last-sample-shortened", "init-syntax", "segment-syntax", "hls-targetduration"}},
        source);
}

TEST_CASE("sound and picture in one file is not said to have wrong codecs") {
  TemporaryFolder folder;
  const std::string source = folder / "source.mp4";
  run("ffmpeg -v error -f lavfi -i testsrc2=s=320x180:r=25:d=9 -f lavfi -i anoisesrc=d=9:r=48000:a=0.1:seed=3 -c:v libx264 -preset "
      "ultrafast "
      "-pix_fmt yuv420p -c:a aac " +
      source);
  judge({"a muxed film",
         "-c copy -f hls -hls_time 4 -hls_playlist_type vod -hls_segment_type fmp4 -master_pl_name master.m3u8 FOLDER/v.m3u8",
         {"hls-i-frames-missing", "hls-frame-rate", "edit-list-empty-edit"},
         {"hls-codecs-wrong", "hls-targetduration", "hls-syntax", "hls-resolution"}},
        source);
}

TEST_CASE("an EVENT playlist that has ended is no fault") {
  TemporaryFolder folder;
  const std::string source = folder / "source.wav";
  run("ffmpeg -v error -f lavfi -i anoisesrc=d=6:r=48000:a=0.1:seed=3 -ac 2 " + source);
  judge({"an event",
         "-c:a aac -f hls -hls_time 4 -hls_playlist_type event -hls_segment_type fmp4 FOLDER/a.m3u8",
         {"priming-lost"},
         {"hls-playlist-type"}},
        source);
}

TEST_CASE("WebM is not judged, and said so") {
  TemporaryFolder folder;
  const std::string source = folder / "source.wav";
  run("ffmpeg -v error -f lavfi -i anoisesrc=d=6:r=48000:a=0.1:seed=3 -ac 2 " + source);
  run("ffmpeg -v error -i " + source + " -c:a libopus -f dash -seg_duration 4 -dash_segment_type webm " + folder / "manifest.mpd");
  std::string text;
  const auto broken = violated(folder.path(), text);
  CHECK(broken.contains("nothing-judged"));
  CHECK_FALSE(broken.contains("init-syntax"));
  CHECK(text.find("found WebM") != std::string::npos);
}

TEST_CASE("MPEG-TS and packed audio are not judged, and said so; what is missing of them is found") {
  TemporaryFolder folder;
  const std::string source = folder / "source.wav";
  run("ffmpeg -v error -f lavfi -i anoisesrc=d=9:r=48000:a=0.1:seed=3 -ac 2 " + source);
  struct Kind {
    const char *options, *segments, *found;
  };
  for (const Kind& kind : {Kind{"-c:a aac -hls_time 4 -hls_playlist_type vod -hls_segment_filename ", "media%d.ts", "found MPEG-TS"},
                           Kind{"-c:a libmp3lame -hls_time 4 -hls_playlist_type vod -hls_segment_type mpegts -hls_segment_filename ",
                                "media%d.ts", "found MPEG-TS"}}) {
    TemporaryFolder set;
    run("ffmpeg -v error -i " + source + " -f hls " + kind.options + set / kind.segments + " " + set / "a.m3u8");
    std::string text;
    const std::set<std::string> ids = violated(set.path(), text);
    INFO(text);
    CHECK(ids.contains("media-not-judged"));
    CHECK(ids.contains("nothing-judged"));
    CHECK(!ids.contains("resource-missing"));
    CHECK(text.find(kind.found) != std::string::npos);
    CHECK(text.find(" 3 segments read") != std::string::npos);
    run("rm " + set / "media1.ts");
    const std::set<std::string> after = violated(set.path(), text);
    INFO(text);
    CHECK(after.contains("resource-missing"));
    CHECK(text.find("media1.ts") != std::string::npos);
  }
  run("ffmpeg -v error -i " + source + " -c:a libmp3lame -t 3 " + folder / "a.mp3");
  write_text(folder / "packed.m3u8",
             "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:3\n#EXT-X-PLAYLIST-TYPE:VOD\n#EXTINF:3.0,\na.mp3\n#EXT-X-ENDLIST\n");
  std::string text;
  CHECK(violated(folder / "packed.m3u8", text).contains("nothing-judged"));
  CHECK(text.find("found packed audio") != std::string::npos);
}

TEST_CASE("what the specifications allow is no finding: DEFAULT alone, sound and picture cut apart") {
  TemporaryFolder folder;
  const std::string source = folder / "source.mp4";
  run("ffmpeg -v error -f lavfi -i testsrc2=s=320x180:r=25:d=14 -f lavfi -i anoisesrc=d=14:r=48000:a=0.1:seed=3 -c:v libx264 -preset "
      "ultrafast -g 75 -keyint_min 75 -sc_threshold 0 -pix_fmt yuv420p -c:a aac " +
      source);
  const std::vector<Row> table = {
      {"an audio group of FFmpeg's has DEFAULT=YES and no AUTOSELECT",
       "-map 0:v -map 0:a -c copy -f hls -hls_time 4 -hls_playlist_type vod -hls_segment_type fmp4 -master_pl_name master.m3u8 "
       "-var_stream_map \"a:0,agroup:sound,default:yes,name:s v:0,agroup:sound,name:p\" FOLDER/%v.m3u8",
       {"hls-i-frames-missing"},
       {"hls-group-default", "segments-misaligned", "hls-resolution", "hls-discontinuity-spurious", "init-channels"}},
      {"DASH, whose sets each have a grid of their own",
       "-map 0:v -map 0:a -c copy -f dash -seg_duration 4 FOLDER/manifest.mpd",
       {},
       {"segments-misaligned", "mpd-frame-rate", "mpd-sar", "mpd-picture-size", "mpd-mime-type", "mpd-id-twice", "mpd-alignment-flag",
        "sidx-references"}},
  };
  for (const Row& row : table) judge(row, source);
}

TEST_CASE("AUTOSELECT=NO beside DEFAULT=YES is a fault") {
  TemporaryFolder folder;
  write_text(folder / "master.m3u8",
             "#EXTM3U\n#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"x\",DEFAULT=YES,AUTOSELECT=NO,URI=\"a.m3u8\"\n"
             "#EXT-X-STREAM-INF:BANDWIDTH=1000,AUDIO=\"a\"\na.m3u8\n");
  std::string text;
  CHECK(violated(folder.path(), text).contains("hls-group-default"));
}

TEST_CASE("an MPD that counts two thousand million segments is followed as far as its period goes, and to the first that are missing") {
  TemporaryFolder folder;
  const std::string source = folder / "source.wav";
  run("ffmpeg -v error -f lavfi -i anoisesrc=d=6:r=48000:a=0.1:seed=3 -ac 2 " + source);
  run("ffmpeg -v error -i " + source + " -c:a aac -f dash -seg_duration 2 " + folder / "manifest.mpd");
  struct Length {
    const char* duration;
    std::size_t missing;  // findings of it: each segment tried, and one of the rest
  };
  for (const Length& length : {Length{"PT8S", 4}, Length{"P200D", 6}}) {
    write_text(folder / "manifest.mpd",
               "<MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\" profiles=\"urn:mpeg:dash:profile:isoff-live:2011\" type=\"static\" "
               "minBufferTime=\"PT2S\" mediaPresentationDuration=\"" +
                   std::string(length.duration) +
                   "\"><Period><AdaptationSet mimeType=\"audio/mp4\"><Representation id=\"0\" bandwidth=\"128000\" "
                   "codecs=\"mp4a.40.2\"><SegmentTemplate timescale=\"1\" initialization=\"init-stream0.m4s\" "
                   "media=\"gone-$Number$.m4s\"><SegmentTimeline><S t=\"0\" d=\"2\" r=\"2000000000\"/></SegmentTimeline>"
                   "</SegmentTemplate></Representation></AdaptationSet></Period></MPD>");
    const Report report = validate(folder.path(), {});
    INFO(report_text(folder.path(), report));
    CHECK(report.findings.count(rules::unreachable) == length.missing);
    CHECK(report.segments <= 5);
  }
}
