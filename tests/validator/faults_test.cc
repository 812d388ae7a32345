// SPDX-License-Identifier: Apache-2.0
// One fault at a time put into an asset of ours: the rule that it breaks is named.
#include <filesystem>

#include "media/asset.h"
#include "tests/catch.h"
#include "tests/validator/faults.h"
#include "tests/validator/own_asset.h"
#include "validator/file_digest.h"
#include "validator/report_text.h"
#include "validator/validate.h"

namespace fs = std::filesystem;
using namespace segue::validator;
using namespace segue::validator::tests;

namespace {

std::string after(const std::string& text, const std::string& prefix, const std::string& end) {
  const std::size_t at = text.find(prefix) + prefix.size();
  return text.substr(at, text.find(end, at) - at);
}

}  // namespace

TEST_CASE("each fault put into the text of our manifests is named") {
  TemporaryFolder folder;
  run("ffmpeg -v error -f lavfi -i anoisesrc=d=17:r=44100:a=0.1:seed=3 -ac 2 -c:a flac " + folder / "source.flac");
  make_asset(folder / "source.flac", "music", folder.path());
  REQUIRE(validate(folder.path(), {}).findings.all().empty());
  const std::string aac = "aac-128.m3u8", master = "master.m3u8", mpd = "manifest.mpd";
  const std::string playlist = read_text(folder / aac), multivariant = read_text(folder / master), dash = read_text(folder / mpd);
  const std::string peak = after(multivariant, "#EXT-X-STREAM-INF:BANDWIDTH=", ",");
  const std::string average = after(multivariant, "AVERAGE-BANDWIDTH=", ",");
  const std::string duration = after(dash, "mediaPresentationDuration=\"", "\"");
  const std::string index = after(dash, "indexRange=\"", "\"");
  const std::string header = playlist.substr(0, playlist.find("#EXTINF:")), first_extinf = "#EXTINF:" + after(playlist, "#EXTINF:", ",");
  const std::size_t last = playlist.rfind("#EXTINF:");
  const std::string sliver = playlist.substr(0, last) + "#EXTINF:0.05" + playlist.substr(playlist.find(',', last));
  std::string without_durations = dash;
  for (const std::string attribute : {" mediaPresentationDuration=\"", " duration=\""}) {
    const std::size_t at = without_durations.find(attribute);
    without_durations.erase(at, without_durations.find('"', at + attribute.size()) + 1 - at);
  }
  const std::string stream = "#EXT-X-STREAM-INF", data = "#EXT-X-SESSION-DATA:DATA-ID=\"a\",VALUE=\"b\"";
  const std::string first_index = "<SegmentBase " + after(dash, "<SegmentBase ", "</SegmentBase>") + "</SegmentBase>";
  const std::string by_duration = "<SegmentTemplate timescale=\"44100\" duration=\"176400\" initialization=\"i\" media=\"$Number$\"/>";
  const std::string range = "#EXT-X-DATERANGE:ID=\"a\",START-DATE=\"2026-01-01T00:00:00Z\"\n",
                    date = "#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00Z\n";
  const std::string flac_alone = "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=900000,CODECS=\"fLaC\"\nflac.m3u8\n";
  const std::string last_extinf =
      playlist.substr(playlist.rfind("#EXTINF:"), playlist.find(',', playlist.rfind("#EXTINF:")) - playlist.rfind("#EXTINF:"));
  find_each(folder.path(),
            {
                {aac, "#EXTM3U", "#EXTM3", "hls-syntax"},
                {aac, "#EXT-X-VERSION:6", "#EXT-X-VERSION:3", "hls-version"},
                {aac, "#EXT-X-VERSION:6", "#EXT-X-VERSION:6\n#EXT-X-VERSION:6", "hls-singleton"},
                {aac, "#EXT-X-VERSION:6", "#EXT-X-VERSION:6\n#EXT-X-ALLOW-CACHE:YES", "hls-removed-tag"},
                {aac, "#EXT-X-TARGETDURATION:4", "#EXT-X-TARGETDURATION:3", "hls-targetduration"},
                {aac, "#EXT-X-TARGETDURATION:4", "#EXT-X-TARGETDURATION:5", "hls-targetduration-differs"},
                {aac, last_extinf, "#EXTINF:0", "hls-extinf-zero"},
                {aac, last_extinf, "#EXTINF:0.7", "hls-extinf-inexact"},
                {aac, playlist, header + "#EXT-X-ENDLIST\n", "hls-no-segments"},
                {aac, "#EXT-X-TARGETDURATION:4\n", "", "hls-targetduration-missing"},
                {aac, first_extinf, "#EXTINF:9", "hls-segment-overlong"},
                {aac, playlist, sliver, "hls-last-segment-sliver"},
                {master, "SCORE=", "X-SCORE=", "hls-score"},
                {master, stream, "#EXT-X-SESSION-DATA:DATA-ID=\"a\"\n" + stream, "hls-session-data"},
                {master, stream, data + ",URI=\"a.json\"\n" + stream, "hls-session-data"},
                {master, stream, data + "\n" + data + "\n" + stream, "hls-session-data"},
                {master, stream, "#EXT-X-SESSION-DATA:DATA-ID=\"a\n" + stream, "hls-syntax"},
                {master, stream, "#EXT-X-SESSION-KEY:METHOD=NONE\n" + stream, "hls-session-key"},
                {master, stream, "#EXT-X-SESSION-KEY:URI=\"key\"\n" + stream, "hls-session-key"},
                {master, multivariant, flac_alone, "hls-cellular"},
                {aac, "#EXT-X-MAP", range + "#EXT-X-MAP", "hls-daterange-undated"},
                {aac, "#EXT-X-MAP", date + "#EXT-X-MAP", "hls-date-time-differs"},
                {mpd, " start=\"PT0S\"", " start=\"PT5S\"", "mpd-first-period"},
                {mpd, first_index, by_duration, "mpd-mixed-addressing"},
                {mpd, dash, without_durations, "mpd-duration-missing"},
                {mpd, "<SegmentBase ", "<SegmentBase presentationTimeOffset=\"441000\" ", "mpd-presentation-time-offset"},
                {mpd, "codecs=\"mp4a.40.2\"", "codecs=\"Opus\"", "mpd-mixed-set"},
                {aac, "#EXT-X-PLAYLIST-TYPE:VOD\n", "", "hls-playlist-type"},
                {aac, "#EXT-X-ENDLIST", "", "hls-endlist"},
                {aac, "#EXT-X-MAP", "#EXT-X-NO", "hls-map-missing"},
                {aac, "aac-128.cmfa", "gone.cmfa", "resource-missing"},
                {master, "CODECS=\"mp4a.40.2\"", "CODECS=\"mp4a.40.5\"", "hls-codecs-wrong"},
                {master, ",CODECS=\"mp4a.40.2\"", "", "hls-codecs-missing"},
                {master, "AVERAGE-BANDWIDTH=" + average + ",", "", "hls-average-missing"},
                {master, "AVERAGE-BANDWIDTH=" + average, "AVERAGE-BANDWIDTH=9" + average, "hls-average-above-peak"},
                {master, "AVERAGE-BANDWIDTH=" + average, "AVERAGE-BANDWIDTH=1000", "bandwidth-average"},
                {master, ":BANDWIDTH=" + peak, ":BANDWIDTH=9" + peak, "bandwidth-peak"},
                {master, ":BANDWIDTH=" + peak, ":BANDWIDTH=0", "hls-average-above-peak"},
                {master, "CODECS=\"mp4a.40.2\"", "CODECS=\"mp4a.40.2\",AUDIO=\"none\"", "hls-group-missing"},
                {mpd, "</MPD>", "", "mpd-syntax"},
                {mpd, " bandwidth=\"", " bandwidth=\"9", "bandwidth-dash-high"},
                {mpd, " minBufferTime=\"PT2S\"", "", "mpd-attributes"},
                {mpd, " mediaPresentationDuration=\"" + duration + "\"", " mediaPresentationDuration=\"PT16.9S\"", "mpd-duration-short"},
                {mpd, " mediaPresentationDuration=\"" + duration + "\"", " mediaPresentationDuration=\"PT19S\"", "mpd-duration-long"},
                {mpd, "timescale=\"44100\"", "timescale=\"1000\"", "mpd-timescale"},
                {mpd, "indexRange=\"" + index, "indexRange=\"0-99", "mpd-index-range"},
                {mpd, "codecs=\"mp4a.40.2\"", "codecs=\"mp4a.40.5\"", "mpd-codecs"},
                {mpd, "ChannelConfiguration\" value=\"2\"", "ChannelConfiguration\" value=\"1\"", "mpd-channels"},
                {mpd, "audioSamplingRate=\"44100\"", "audioSamplingRate=\"48000\"", "mpd-sampling-rate"},
            });
}

TEST_CASE("each fault put into the manifests of our film is named") {
  TemporaryFolder folder;
  run("ffmpeg -v error -f lavfi -i testsrc2=s=426x240:r=30000/1001:d=9 -f lavfi -i anoisesrc=d=9:r=48000:a=0.1:seed=3 -ac 2 "
      "-c:v libx264 -preset ultrafast -c:a pcm_s16le " +
      folder / "source.mkv");
  write_text(folder / "ladder", "ladder test\naac 64k\nh264 240p crf 40 max 300k preset ultrafast\n");
  make_asset(folder / "source.mkv", folder / "ladder", folder.path());
  const Report good = validate(folder.path(), {});
  INFO(report_text(folder.path(), good));
  REQUIRE(good.findings.all().empty());
  const std::string master = "master.m3u8", mpd = "manifest.mpd", multivariant = read_text(folder / master), dash = read_text(folder / mpd);
  const std::string i_frame_tag = "#EXT-X-I-FRAME-STREAM-INF:", i_frame_line = i_frame_tag + after(multivariant, i_frame_tag, "\n");
  const std::string i_frames = after(i_frame_line, "URI=\"", "\"");
  const std::string video = after(multivariant.substr(multivariant.find("RESOLUTION=426x240")), "\n", "\n");
  const std::string playlist = read_text(folder / video), pictures = read_text(folder / i_frames);
  const std::size_t second = playlist.find("#EXTINF:", playlist.find("#EXTINF:") + 1);
  const std::string sound = read_text(folder / "aac-64.m3u8");
  const std::size_t third = sound.find("#EXTINF:", sound.find("#EXTINF:", sound.find("#EXTINF:") + 1) + 1);
  const std::string first_picture = "#EXTINF:" + after(pictures, "#EXTINF:", ",");
  const std::string last_picture = pictures.substr(pictures.rfind("#EXTINF:"));
  const std::string first_id = after(dash, "<Representation id=\"", "\"");
  const std::string second_id = after(dash.substr(dash.find("<Representation id=\"") + 1), "<Representation id=\"", "\"");
  Fault small_pictures{master, i_frame_line, i_frame_line, "hls-resolution"};
  small_pictures.to.replace(small_pictures.to.find("426x240"), 7, "640x240");
  find_each(
      folder.path(),
      {
          {master, "RESOLUTION=426x240", "RESOLUTION=428x240", "hls-resolution"},
          {master, "RESOLUTION=426x240", "RESOLUTION=426x242", "hls-resolution"},
          {master, "FRAME-RATE=29.970", "FRAME-RATE=60.000", "hls-frame-rate"},
          small_pictures,
          {master, "FRAME-RATE=29.970", "VIDEO-RANGE=PQ,FRAME-RATE=29.970", "hls-video-range"},
          {i_frames, "#EXT-X-BYTERANGE:" + after(pictures, "#EXT-X-BYTERANGE:", "@"), "#EXT-X-BYTERANGE:90", "hls-i-frame-range"},
          {"aac-64.m3u8", sound, sound.substr(0, third) + "#EXT-X-ENDLIST\n", "sound-and-picture-differ"},
          {i_frames, first_picture, "#EXTINF:2.5", "hls-i-frame-durations"},
          {i_frames, last_picture, "#EXTINF:3.5" + last_picture.substr(last_picture.find(',')), "hls-i-frame-durations"},
          {video, playlist, playlist.substr(0, second) + "#EXT-X-DISCONTINUITY\n" + playlist.substr(second), "hls-discontinuity-spurious"},
          {video, playlist, playlist.substr(0, second) + "#EXT-X-DISCONTINUITY\n" + playlist.substr(second), "hls-discontinuities-differ"},
          {master, i_frame_tag, i_frame_tag + "FRAME-RATE=29.970,", "hls-i-frame-attributes"},
          {master, i_frame_tag, i_frame_tag + "AUDIO=\"aac-64\",", "hls-i-frame-attributes"},
          {mpd, "mimeType=\"audio/mp4\"", "mimeType=\"video/mp4\"", "mpd-mime-type"},
          {mpd, "contentType=\"audio\"", "contentType=\"video\"", "mpd-mime-type"},
          {mpd, "<Representation id=\"" + second_id, "<Representation id=\"" + first_id, "mpd-id-twice"},
          {mpd, "frameRate=\"30000/1001\"", "frameRate=\"50\"", "mpd-frame-rate"},
          {mpd, "sar=\"1:1\"", "sar=\"4:3\"", "mpd-sar"},
          {mpd, "width=\"426\"", "width=\"428\"", "mpd-picture-size"},
          {mpd, "subsegmentStartsWithSAP=\"1\"", "subsegmentStartsWithSAP=\"0\"", "mpd-alignment-flag"},
          {mpd, "subsegmentStartsWithSAP=\"1\"", "startWithSAP=\"0\"", "mpd-alignment-flag"},
      });
}

TEST_CASE("a media byte that is not what asset.json has the digest of is named") {
  TemporaryFolder folder;
  run("ffmpeg -v error -f lavfi -i anoisesrc=d=5:r=44100:a=0.1:seed=3 -ac 2 -c:a flac " + folder / "source.flac");
  write_text(folder / "ladder", "ladder test\naac 64k\n");
  const auto presentation = make_asset(folder / "source.flac", folder / "ladder", folder.path());
  segue::media::Asset asset;
  asset.id = std::string(26, 'a');
  asset.kind = "track";
  asset.duration = presentation.duration;
  for (const auto& track : presentation.tracks) {
    segue::media::Rendition& one = asset.renditions.emplace_back(track.rendition);
    one.size_bytes = fs::file_size(folder / one.file);
    one.sha256 = *sha256_of_file(folder / one.file);
  }
  write_text(folder / "asset.json", segue::media::to_json(asset));
  const Report good = validate(folder.path(), {});
  INFO(report_text(folder.path(), good));
  CHECK(good.findings.all().empty());
  const std::string path = folder / "aac-64.cmfa";
  const std::string good_bytes = read_text(path);
  std::string bytes = good_bytes;
  bytes[bytes.size() / 2] ^= 1;
  write_text(path, bytes);
  const Report bad = validate(folder.path(), {});
  REQUIRE(bad.findings.all().size() == 1);
  CHECK(bad.findings.all()[0].rule->id == "asset-json");
  CHECK(bad.findings.all()[0].what.starts_with("sha256 "));
  write_text(path, good_bytes);
  write_text(folder / "side.vtt", "WEBVTT\n");
  asset.renditions[0].webvtt = {"side.vtt", 7, *sha256_of_file(folder / "side.vtt")};
  write_text(folder / "asset.json", segue::media::to_json(asset));
  CHECK(validate(folder.path(), {}).findings.all().empty());
  write_text(folder / "side.vtt", "webvtt\n");
  CHECK(validate(folder.path(), {}).findings.all().at(0).what.starts_with("sha256 "));
  fs::remove(folder / "side.vtt");
  CHECK(validate(folder.path(), {}).findings.all().at(0).what.starts_with("side.vtt: "));
  write_text(folder / "side.vtt", "WEBVTT\n");
  write_text(path, bytes);
  CHECK(!validate(folder.path(), {.read_media = false}).findings.violated());
}

TEST_CASE("a rule is told with its clause; one without, without parentheses") {
  TemporaryFolder folder;
  const std::string text = report_text(folder.path(), validate(folder.path(), {}));
  CHECK(text.starts_with("must  no-manifest (RFC 2; DASH 5.2): an asset has"));
  write_text(folder / "a.m3u8",
             "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:3\n#EXT-X-PLAYLIST-TYPE:VOD\n#EXTINF:3.0,\na.ts\n#EXT-X-ENDLIST\n");
  write_text(folder / "a.ts", std::string(188, 'G'));
  CHECK(report_text(folder.path(), validate(folder.path(), {})).find("should  media-not-judged: media is") != std::string::npos);
}

TEST_CASE("the digest of a file is SHA-256's") {
  TemporaryFolder folder;
  write_text(folder / "abc", "abc");
  CHECK(*sha256_of_file(folder / "abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(!sha256_of_file(folder / "none"));
}

TEST_CASE("each fault put into groups of sound is named") {
  TemporaryFolder folder;
  run("ffmpeg -v error -f lavfi -i testsrc2=s=128x96:r=25:d=3 -f lavfi -i anoisesrc=d=3:r=48000:a=0.1:seed=3 -ac 2 "
      "-c:v libx264 -preset ultrafast -c:a pcm_s16le " +
      folder / "source.mkv");
  write_text(folder / "ladder", "ladder test\naac 64k\nopus 48k\nflac\nh264 96p crf 40 max 300k preset ultrafast\n");
  make_asset(folder / "source.mkv", folder / "ladder", folder.path());
  REQUIRE(broken_rules(folder.path()).empty());
  const std::string master = "master.m3u8", stream = "#EXT-X-STREAM-INF";
  find_each(folder.path(),
            {
                {master, "LANGUAGE=\"und\"", "X-LANGUAGE=\"und\"", "hls-language-missing"},
                {master, "CHANNELS=\"2\"", "CHANNELS=\"6\"", "hls-channels"},
                {master, "BIT-DEPTH=", "X-BIT-DEPTH=", "hls-lossless-format"},
                {master, "NAME=\"main\"", "NAME=\"other\"", "hls-group-members"},
                {master, stream,
                 "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"aac-64\",NAME=\"x\",LANGUAGE=\"en\",CHANNELS=\"2\",URI=\"opus-48.m3u8\"\n" + stream,
                 "hls-group-codecs"},
                {master, stream, stream + ":BANDWIDTH=90000,CODECS=\"mp4a.40.2\",AUDIO=\"aac-64\"\naac-64.m3u8\n" + stream,
                 "hls-audio-only-beside-video"},
            });
  const std::string independent = "#EXT-X-INDEPENDENT-SEGMENTS\n";
  for (const std::string& name : {master, std::string("aac-64.m3u8")}) {
    std::string text = read_text(folder / name);
    write_text(folder / name, text.erase(text.find(independent), independent.size()));
  }
  CHECK(broken_rules(folder.path()).contains("hls-independent-segments"));
}

TEST_CASE("an asset that is nothing, has no AAC, or is much louder in one place is told") {
  TemporaryFolder nothing, opus, burst;
  CHECK(broken_rules(nothing.path()) == std::set<std::string>{"no-manifest"});
  run("ffmpeg -v error -f lavfi -i anoisesrc=d=3:r=48000:a=0.1:seed=3 -ac 2 " + opus / "source.wav");
  write_text(opus / "ladder", "ladder test\nopus 48k\n");
  make_asset(opus / "source.wav", opus / "ladder", opus.path());
  CHECK(broken_rules(opus.path()) == std::set<std::string>{"hls-aac-missing"});
  run("ffmpeg -v error -f lavfi -i \"aevalsrc='if(gt(t,20),0.5*(random(0)-0.5),0)':d=26:s=48000\" -ac 2 " + burst / "source.wav");
  write_text(burst / "ladder", "ladder test\nflac\n");
  make_asset(burst / "source.wav", burst / "ladder", burst.path());
  CHECK(broken_rules(burst.path()).contains("bandwidth-peak-ratio"));
}

TEST_CASE("renditions that are cut elsewhere, or end earlier, are told from those that may be switched between") {
  const auto mixed = [](const std::string& second_ladder, const std::string& second_seconds) {
    TemporaryFolder folder, other;
    run("ffmpeg -v error -f lavfi -i anoisesrc=d=14:r=48000:a=0.1:seed=3 -ac 2 " + folder / "source.wav");
    run("ffmpeg -v error -f lavfi -i anoisesrc=d=" + second_seconds + ":r=48000:a=0.1:seed=3 -ac 2 " + other / "source.wav");
    write_text(folder / "ladder", "ladder test\naac 64k\n");
    write_text(other / "ladder", "ladder test\n" + second_ladder + "aac 128k\n");
    make_asset(folder / "source.wav", folder / "ladder", folder.path());
    make_asset(other / "source.wav", other / "ladder", other.path());
    run("cp " + other / "aac-128.* " + folder.path());
    const std::string more = read_text(other / "master.m3u8");
    write_text(folder / "master.m3u8", read_text(folder / "master.m3u8") + more.substr(more.find("#EXT-X-STREAM-INF")));
    return broken_rules(folder.path());
  };
  CHECK_FALSE(mixed("", "14").contains("segments-misaligned"));
  CHECK(mixed("segment 6\n", "14").contains("segments-misaligned"));
  CHECK_FALSE(mixed("", "14").contains("durations-differ"));
  CHECK(mixed("", "12.5").contains("durations-differ"));
}

TEST_CASE("each rule has a test in which it is broken") {
  std::string tests;
  for (const char* name :
       {"validator/faults_test.cc", "validator/box_faults_test.cc", "validator/foreign_test.cc", "origin/served_valid_test.cc"})
    tests += read_text(name);
  for (const Rule* rule : all_rules()) {
    INFO(rule->id);
    CHECK(tests.find('"' + std::string(rule->id) + '"') != std::string::npos);
  }
}
