// SPDX-License-Identifier: Apache-2.0
#include "manifests/filter.h"

#include "manifests/dash.h"
#include "manifests/dash_parser.h"
#include "manifests/hls.h"
#include "manifests/hls_parser.h"
#include "tests/catch.h"
#include "tests/manifests/sample_presentation.h"

using namespace segue;
using namespace segue::manifests;

namespace {

std::string kept(const media::Presentation& presentation, const char* query) {
  const auto filter = parse_filter(query);
  if (!filter) return "error: " + filter.error().message;
  const auto tracks = select(presentation, *filter);
  if (!tracks) return "error: " + tracks.error().message;
  std::string ids;
  for (const media::Track* track : *tracks) ids += (ids.empty() ? "" : " ") + track->rendition.id;
  return ids;
}

}  // namespace

TEST_CASE("filters") {
  struct Case {
    const char* query;
    const char* kept;
  };
  const Case music[] = {
      {"", "aac-64 aac-128 aac-256 opus-96 flac"},
      {"codecs=flac", "flac"},
      {"codecs=aac,opus", "aac-64 aac-128 aac-256 opus-96"},
      {"codecs=mp4a.40.2%2CfLaC", "aac-64 aac-128 aac-256 flac"},
      {"max_bandwidth=130000", "aac-64 aac-128 opus-96"},
      {"codecs=aac&max_bandwidth=130000&CMCD=bl%3D1", "aac-64 aac-128"},
      {"max_height=1", "aac-64 aac-128 aac-256 opus-96 flac"},
      {"codecs=h264", "error: no video rendition is left by the filters"},
      {"max_bandwidth=1", "error: no rendition is left by the filters"},
      {"codecs=mp3", "error: codecs: unknown codec \"mp3\""},
      {"codecs=", "error: codecs: unknown codec \"\""},
      {"codecs=aac,,opus", "error: codecs: unknown codec \"\""},
      {"max_bandwidth=0", "error: max_bandwidth: expected a whole number above 0, found \"0\""},
      {"max_bandwidth=12k", "error: max_bandwidth: expected a whole number above 0, found \"12k\""},
      {"max_bandwidth=99999999999999999999999", "error: max_bandwidth: expected a whole number above 0, found \"99999999999999999999999\""},
      {"max_height=-1", "error: max_height: expected a whole number above 0, found \"-1\""},
      {"quality=high", "error: unknown filter \"quality\", expected codecs, max_bandwidth or max_height"},
      {"%00=%0a", "error: unknown filter \"?\", expected codecs, max_bandwidth or max_height"},
  };
  for (const Case& one : music) CHECK(kept(samples::music(), one.query) == one.kept);
  const Case film[] = {
      {"max_height=400&codecs=aac", "h264-360 aac-64 aac-128 aac-64-fr aac-128-fr text-en"},
      {"codecs=opus", "h264-360 h264-720 opus-96 opus-96-fr text-en"},
      {"codecs=hevc", "error: no video rendition is left by the filters"},
  };
  for (const Case& one : film) CHECK(kept(samples::film(), one.query) == one.kept);
  CHECK_FALSE(parse_filter(std::string(5000, 'a')));
}

TEST_CASE("max_bandwidth bounds what is played together") {
  for (const std::uint64_t limit : {560'000u, 700'000u, 1'700'000u, 1'740'000u}) {
    Filter filter;
    filter.max_bandwidth_bps = limit;
    std::string text;
    REQUIRE(print_multivariant(samples::film(), {}, filter, text));
    const auto playlist = hls::parse_multivariant(text);
    REQUIRE(playlist);
    CHECK_FALSE(playlist->variants.empty());
    for (const hls::Variant& variant : playlist->variants) CHECK(variant.bandwidth <= limit);
    std::string xml;
    REQUIRE(print_mpd(samples::film(), {}, filter, xml));
    const auto mpd = dash::parse_mpd(xml);
    REQUIRE(mpd);
    CHECK(mpd->periods[0].sets.size() >= 2);
    std::uint64_t picture = 0, sound = 0;
    for (const dash::AdaptationSet& set : mpd->periods[0].sets) {
      for (const dash::Representation& one : set.representations) {
        std::uint64_t& dearest = set.content_type == "video" ? picture : sound;
        dearest = std::max(dearest, one.bandwidth);
      }
    }
    CHECK(picture + sound <= limit);
  }
}

TEST_CASE("a filter that leaves nothing leaves the output alone") {
  Filter filter;
  filter.max_bandwidth_bps = 300'000;  // sound alone would fit, but then the film would be none
  std::string text = "before";
  CHECK(print_multivariant(samples::music(), {}, {{media::Codec::h264}, 1, 1}, text).error().message ==
        "no rendition is left by the filters");
  CHECK(text == "before");
}
