// SPDX-License-Identifier: Apache-2.0
// One fault at a time put into an asset of ours: the rule that it breaks is named.
#include <filesystem>
#include <set>

#include "media/asset.h"
#include "tests/catch.h"
#include "tests/validator/own_asset.h"
#include "validator/file_digest.h"
#include "validator/report_text.h"
#include "validator/validate.h"

namespace fs = std::filesystem;
using namespace segue::validator;
using namespace segue::validator::tests;

namespace {

struct Fault {
  const char* file;
  std::string from, to;  // the first occurrence of `from` is replaced
  const char* rule;
};

std::string replaced(std::string text, const Fault& fault) {
  const std::size_t at = text.find(fault.from);
  INFO(fault.file << ": " << fault.from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, fault.from.size(), fault.to);
}

void find_each(const std::string& folder, const std::vector<Fault>& table) {
  for (const Fault& fault : table) {
    const std::string path = folder + '/' + fault.file;
    const std::string good = read_text(path);
    write_text(path, replaced(good, fault));
    const Report report = validate(folder, {});
    write_text(path, good);
    std::set<std::string> ids;
    for (const Finding& finding : report.findings.all()) ids.insert(std::string(finding.rule->id));
    INFO(fault.file << ": '" << fault.from << "' as '" << fault.to << "', expected " << fault.rule << "\n" << report_text(folder, report));
    CHECK(ids.contains(fault.rule));
  }
}

std::string after(const std::string& text, const std::string& prefix, const std::string& end) {
  const std::size_t at = text.find(prefix) + prefix.size();
  return text.substr(at, text.find(end, at) - at);
}

// The sidx's earliest_presentation_time (BMFF 8.16.3.2: timescale at 12 from the type, then it, in version 1 of 64 bits) 3 s later.
Fault later_index(const std::string& file, const char* name) {
  const std::string good = file.substr(file.find("sidx"), 24);
  REQUIRE(good[4] == 1);
  const auto byte = [&](std::size_t at) { return static_cast<std::uint32_t>(static_cast<unsigned char>(good[at])); };
  const std::uint32_t later = 3 * (byte(12) << 24 | byte(13) << 16 | byte(14) << 8 | byte(15)) + (byte(22) << 8 | byte(23));
  std::string bad = good;
  for (std::size_t i = 0; i < 4; ++i) bad[20 + i] = static_cast<char>(later >> (24 - 8 * i));
  return {name, good, bad, "sidx-references"};
}

// The channelcount of the sample entry (BMFF 12.2.3.2).
Fault other_channels(const std::string& file, const char* name) {
  const std::string good = file.substr(file.find("mp4a"), 22);
  std::string bad = good;
  bad[21] = 6;
  return {name, good, bad, "init-channels"};
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
  const std::string last_extinf =
      playlist.substr(playlist.rfind("#EXTINF:"), playlist.find(',', playlist.rfind("#EXTINF:")) - playlist.rfind("#EXTINF:"));
  find_each(
      folder.path(),
      {
          {aac.c_str(), "#EXTM3U", "#EXTM3", "hls-syntax"},
          {aac.c_str(), "#EXT-X-VERSION:6", "#EXT-X-VERSION:3", "hls-version"},
          {aac.c_str(), "#EXT-X-VERSION:6", "#EXT-X-VERSION:6\n#EXT-X-VERSION:6", "hls-singleton"},
          {aac.c_str(), "#EXT-X-VERSION:6", "#EXT-X-VERSION:6\n#EXT-X-ALLOW-CACHE:YES", "hls-removed-tag"},
          {aac.c_str(), "#EXT-X-TARGETDURATION:4", "#EXT-X-TARGETDURATION:3", "hls-targetduration"},
          {aac.c_str(), "#EXT-X-TARGETDURATION:4", "#EXT-X-TARGETDURATION:5", "hls-targetduration-differs"},
          {aac.c_str(), last_extinf, "#EXTINF:0", "hls-extinf-zero"},
          {aac.c_str(), last_extinf, "#EXTINF:0.7", "hls-extinf-inexact"},
          {aac.c_str(), "#EXT-X-PLAYLIST-TYPE:VOD\n", "", "hls-playlist-type"},
          {aac.c_str(), "#EXT-X-ENDLIST", "", "hls-endlist"},
          {aac.c_str(), "#EXT-X-MAP", "#EXT-X-NO", "hls-map-missing"},
          {aac.c_str(), "aac-128.cmfa", "gone.cmfa", "resource-missing"},
          {master.c_str(), "CODECS=\"mp4a.40.2\"", "CODECS=\"mp4a.40.5\"", "hls-codecs-wrong"},
          {master.c_str(), ",CODECS=\"mp4a.40.2\"", "", "hls-codecs-missing"},
          {master.c_str(), "AVERAGE-BANDWIDTH=" + average + ",", "", "hls-average-missing"},
          {master.c_str(), "AVERAGE-BANDWIDTH=" + average, "AVERAGE-BANDWIDTH=9" + average, "hls-average-above-peak"},
          {master.c_str(), "AVERAGE-BANDWIDTH=" + average, "AVERAGE-BANDWIDTH=1000", "bandwidth-average"},
          {master.c_str(), ":BANDWIDTH=" + peak, ":BANDWIDTH=9" + peak, "bandwidth-peak"},
          {master.c_str(), ":BANDWIDTH=" + peak, ":BANDWIDTH=0", "hls-average-above-peak"},
          {master.c_str(), "CODECS=\"mp4a.40.2\"", "CODECS=\"mp4a.40.2\",AUDIO=\"none\"", "hls-group-missing"},
          {mpd.c_str(), "</MPD>", "", "mpd-syntax"},
          {mpd.c_str(), " bandwidth=\"", " bandwidth=\"9", "bandwidth-dash-high"},
          {mpd.c_str(), " minBufferTime=\"PT2S\"", "", "mpd-attributes"},
          {mpd.c_str(), " mediaPresentationDuration=\"" + duration + "\"", " mediaPresentationDuration=\"PT16.9S\"", "mpd-duration-short"},
          {mpd.c_str(), " mediaPresentationDuration=\"" + duration + "\"", " mediaPresentationDuration=\"PT19S\"", "mpd-duration-long"},
          {mpd.c_str(), "timescale=\"44100\"", "timescale=\"1000\"", "mpd-timescale"},
          {mpd.c_str(), "indexRange=\"" + index, "indexRange=\"0-99", "mpd-index-range"},
          {mpd.c_str(), "codecs=\"mp4a.40.2\"", "codecs=\"mp4a.40.5\"", "mpd-codecs"},
          {mpd.c_str(), "ChannelConfiguration\" value=\"2\"", "ChannelConfiguration\" value=\"1\"", "mpd-channels"},
          {mpd.c_str(), "audioSamplingRate=\"44100\"", "audioSamplingRate=\"48000\"", "mpd-sampling-rate"},
      });
}

TEST_CASE("each fault put into the boxes of a track file is named") {
  TemporaryFolder folder;
  run("ffmpeg -v error -f lavfi -i anoisesrc=d=9:r=44100:a=0.1:seed=3 -ac 2 -c:a flac " + folder / "source.flac");
  make_asset(folder / "source.flac", "music", folder.path());
  const char* aac = "aac-128.cmfa";
  find_each(folder.path(), {
                               {aac, "edts", "free", "priming-lost"},
                               {aac, "sgpd", "free", "roll-missing"},
                               {aac, "tfdt", "free", "tfdt-missing"},
                               {aac, "mvex", "free", "init-mvex"},
                               {aac, "stsz", "free", "init-tables"},
                               {aac, "moov", "free", "init-syntax"},
                               {aac, "moof", "mooo", "segment-start"},
                               later_index(read_text(folder / aac), aac),
                               other_channels(read_text(folder / aac), aac),
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
  const std::string i_frame_line = "#EXT-X-I-FRAME-STREAM-INF:" + after(multivariant, "#EXT-X-I-FRAME-STREAM-INF:", "\n");
  const std::string i_frames = after(i_frame_line, "URI=\"", "\"");
  const std::string video = after(multivariant.substr(multivariant.find("RESOLUTION=426x240")), "\n", "\n");
  const std::string playlist = read_text(folder / video), pictures = read_text(folder / i_frames);
  const std::size_t second = playlist.find("#EXTINF:", playlist.find("#EXTINF:") + 1);
  const std::string first_picture = "#EXTINF:" + after(pictures, "#EXTINF:", ",");
  const std::string last_picture = pictures.substr(pictures.rfind("#EXTINF:"));
  const std::string first_id = after(dash, "<Representation id=\"", "\"");
  const std::string second_id = after(dash.substr(dash.find("<Representation id=\"") + 1), "<Representation id=\"", "\"");
  Fault small_pictures{master.c_str(), i_frame_line, i_frame_line, "hls-resolution"};
  small_pictures.to.replace(small_pictures.to.find("426x240"), 7, "640x240");
  find_each(folder.path(),
            {
                {master.c_str(), "RESOLUTION=426x240", "RESOLUTION=428x240", "hls-resolution"},
                {master.c_str(), "RESOLUTION=426x240", "RESOLUTION=426x242", "hls-resolution"},
                {master.c_str(), "FRAME-RATE=29.970", "FRAME-RATE=60.000", "hls-frame-rate"},
                small_pictures,
                {i_frames.c_str(), first_picture, "#EXTINF:2.5", "hls-i-frame-durations"},
                {i_frames.c_str(), last_picture, "#EXTINF:3.5" + last_picture.substr(last_picture.find(',')), "hls-i-frame-durations"},
                {video.c_str(), playlist, playlist.substr(0, second) + "#EXT-X-DISCONTINUITY\n" + playlist.substr(second),
                 "hls-discontinuity-spurious"},
                {mpd.c_str(), "mimeType=\"audio/mp4\"", "mimeType=\"video/mp4\"", "mpd-mime-type"},
                {mpd.c_str(), "contentType=\"audio\"", "contentType=\"video\"", "mpd-mime-type"},
                {mpd.c_str(), "<Representation id=\"" + second_id, "<Representation id=\"" + first_id, "mpd-id-twice"},
                {mpd.c_str(), "frameRate=\"30000/1001\"", "frameRate=\"50\"", "mpd-frame-rate"},
                {mpd.c_str(), "sar=\"1:1\"", "sar=\"4:3\"", "mpd-sar"},
                {mpd.c_str(), "width=\"426\"", "width=\"428\"", "mpd-picture-size"},
                {mpd.c_str(), "subsegmentStartsWithSAP=\"1\"", "subsegmentStartsWithSAP=\"0\"", "mpd-alignment-flag"},
                {mpd.c_str(), "subsegmentStartsWithSAP=\"1\"", "startWithSAP=\"0\"", "mpd-alignment-flag"},
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
  std::string bytes = read_text(path);
  bytes[bytes.size() / 2] ^= 1;
  write_text(path, bytes);
  const Report bad = validate(folder.path(), {});
  REQUIRE(bad.findings.all().size() == 1);
  CHECK(bad.findings.all()[0].rule->id == "asset-json");
  CHECK(bad.findings.all()[0].what.starts_with("sha256 "));
  CHECK(!validate(folder.path(), {.read_media = false}).findings.violated());
}

TEST_CASE("the digest of a file is SHA-256's") {
  TemporaryFolder folder;
  write_text(folder / "abc", "abc");
  CHECK(*sha256_of_file(folder / "abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(!sha256_of_file(folder / "none"));
}
