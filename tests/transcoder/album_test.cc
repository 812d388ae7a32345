// SPDX-License-Identifier: Apache-2.0
// Several files, one run, one timeline: what the lossy encoders made is the joined programme without a flaw at the joins.
#include "decode.h"
#include "media.h"
#include "tests/catch.h"

using namespace segue;
using namespace segue::transcoder;

namespace {

std::string part(const TestFolder& folder, const std::string& whole, const std::string& cut, const std::string& name) {
  return folder.make("-i '" + whole + "' -af " + cut, name);
}

std::vector<double> without_edges(const KeptTrack& track) {
  const auto channels = static_cast<std::ptrdiff_t>(track.begun.audio.channels);
  std::vector<double> all = decode_samples(track);
  all.erase(all.begin(), all.begin() + channels * track.ended.lead_in);
  all.resize(all.size() - static_cast<std::size_t>(channels * track.ended.tail));
  return all;
}

}  // namespace

TEST_CASE("an album's run is one programme: the same samples as of the joined file") {
  const TestFolder folder;
  const std::string whole = folder.make("-f lavfi -i \"anoisesrc=a=0.3:c=pink:s=5:r=44100:d=3\" -ac 2", "whole.wav");
  const std::vector<std::string> parts = {part(folder, whole, "atrim=end_sample=40001", "1.flac"),
                                          part(folder, whole, "atrim=start_sample=40001:end_sample=90007", "2.flac"),
                                          part(folder, whole, "atrim=start_sample=90007", "3.flac")};
  const std::string ladder = "aac 128k\nopus 96k\nflac\n";
  const KeptRun album = transcode_album(parts, ladder), joined = transcode_file(whole, ladder);
  REQUIRE(album.result);
  REQUIRE(joined.result);
  CHECK(without_edges(album.track("aac-128")) == without_edges(joined.track("aac-128")));
  CHECK(without_edges(album.track("opus-96")) == without_edges(joined.track("opus-96")));

  REQUIRE(album.programmes.size() == 3);
  CHECK(album.programmes[0].sample_count == 40001);
  CHECK(album.programmes[1].first_sample == 40001);
  CHECK(album.programmes[2].first_sample == 90007);
  CHECK(album.programmes[2].sample_count == 132300 - 90007);
  CHECK(album.programmes[1].sample_rate == 44100);
  CHECK(album.programmes[1].loudness);
  CHECK(album.result->loudness);

  // FLAC: a track begins and ends with its programme.
  std::size_t index = 0;
  while (album.plans[index].id != "flac") ++index;
  const std::vector<KeptTrack>& flac = album.sinks[index].tracks;
  REQUIRE(flac.size() == 3);
  CHECK(flac[0].duration() == 40001);
  CHECK(flac[1].samples.front().dts == 40001);
  CHECK(flac[1].duration() == 90007 - 40001);
  std::vector<double> all;
  for (const KeptTrack& track : flac) {
    const std::vector<double> samples = decode_samples(track);
    all.insert(all.end(), samples.begin(), samples.end());
  }
  CHECK(all == decode_file(whole));
}

TEST_CASE("files of different rates and channels lie on one timeline of 48 kHz, without FLAC") {
  const TestFolder folder;
  const std::vector<std::string> parts = {folder.make("-f lavfi -i sine=d=1:r=44100 -ac 2", "1.flac"),
                                          folder.make("-f lavfi -i sine=d=1:r=48000", "2.flac")};
  const KeptRun run = transcode_album(parts, "aac 128k\nopus 96k\nflac\n");
  REQUIRE(run.result);
  CHECK_FALSE(run.has("flac"));
  REQUIRE(run.programmes.size() == 2);
  CHECK(run.programmes[0].sample_rate == 48000);
  CHECK(run.programmes[0].sample_count == 48000);
  CHECK(run.programmes[1].first_sample == 48000);
  const KeptTrack& aac = run.track("aac-128");
  CHECK(aac.duration() - aac.ended.lead_in - aac.ended.tail == 96000);
}
