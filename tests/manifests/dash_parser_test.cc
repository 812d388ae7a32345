// SPDX-License-Identifier: Apache-2.0
#include "manifests/dash_parser.h"

#include "manifests/dash.h"
#include "manifests/dash_writer.h"
#include "tests/catch.h"
#include "tests/manifests/sample_presentation.h"

using namespace segue;
using namespace segue::manifests;

TEST_CASE("a printed MPD reads back as what was printed") {
  for (const auto& presentation : {samples::music(), samples::film()}) {
    for (const auto form : {Addressing::Form::origin, Addressing::Form::folder}) {
      std::string text, again;
      REQUIRE(print_mpd(presentation, {form, {}}, {}, text));
      const auto mpd = dash::parse_mpd(text);
      REQUIRE(mpd);
      dash::write(*mpd, again);
      CHECK(again == text);
    }
  }
}

TEST_CASE("a timeline says what the segment index says") {
  const auto music = samples::music();
  std::string text;
  REQUIRE(print_mpd(music, {}, {}, text));
  const auto mpd = dash::parse_mpd(text);
  REQUIRE(mpd);
  const auto& timeline = mpd->periods[0].sets[0].segments->timeline;
  REQUIRE(timeline.size() == 4);
  CHECK(timeline[0] == dash::TimelineEntry{0, 44032, 1});
  CHECK(timeline[3] == dash::TimelineEntry{std::nullopt, 46080, 0});
  CHECK(mpd->duration_us == 8'999'978);  // 396899/44100 s = 8.99997732...: never rounded down
}

TEST_CASE("durations") {
  CHECK(*dash::parse_duration("PT8.999978S") == 8'999'978);
  CHECK(*dash::parse_duration("P1DT2H3M4.5S") == 93'784'500'000);
  CHECK(*dash::parse_duration("PT1H") == 3'600'000'000);
  for (const char* bad : {"", "P", "PT", "8", "P1Y", "P1M", "-PT1S", "PT1", "PT1S1M", "PT1.5.5S", "PT99999999999999S"}) {
    INFO(bad);
    CHECK_FALSE(dash::parse_duration(bad));
  }
}

TEST_CASE("hostile and broken MPDs are refused with a reason") {
  struct Case {
    const char* text;
    const char* error;
  };
  const Case cases[] = {
      {"<!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><MPD>&b;</MPD>", "a DOCTYPE, which is not taken"},
      {"<html/>", "expected the root element MPD, found html"},
      {"<MPD minBufferTime=\"2\"/>", "line 1: MPD@minBufferTime: expected a duration without years and months (PnDTnHnMnS), found \"2\""},
      {"<MPD><Period><AdaptationSet>\n<Representation bandwidth=\"fast\"/></AdaptationSet></Period></MPD>",
       "line 2: Representation@bandwidth: expected a whole number, found \"fast\""},
      {"<MPD><Period><AdaptationSet><SegmentTemplate><SegmentTimeline><S t=\"0\"/></SegmentTimeline></SegmentTemplate>"
       "</AdaptationSet></Period></MPD>",
       "line 1: S@d missing"},
      {"<MPD><Period><SegmentBase indexRange=\"9-3\"/></Period></MPD>",
       "line 1: SegmentBase@indexRange: expected first-last, found \"9-3\""},
  };
  for (const Case& one : cases) {
    const auto mpd = dash::parse_mpd(one.text);
    REQUIRE_FALSE(mpd);
    CHECK(mpd.error().message == one.error);
  }
  CHECK_FALSE(dash::parse_mpd(""));
  CHECK_FALSE(dash::parse_mpd("<MPD"));
  std::string deep = "<MPD>";
  for (int i = 0; i < 100; ++i) deep += "<a>";
  for (int i = 0; i < 100; ++i) deep += "</a>";
  const auto nested = dash::parse_mpd(deep + "</MPD>");
  REQUIRE_FALSE(nested);
  CHECK(nested.error().message == "elements nested deeper than 64");
}
