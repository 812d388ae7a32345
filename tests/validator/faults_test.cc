// SPDX-License-Identifier: Apache-2.0
// One fault at a time put into an asset of ours: the rule that it breaks is named.
#include <filesystem>
#include <set>

#include "tests/catch.h"
#include "tests/validator/own_asset.h"
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
                           });
}
