// SPDX-License-Identifier: Apache-2.0
#include "manifests/dash.h"

#include "tests/catch.h"
#include "tests/manifests/sample_presentation.h"

using namespace segue;
using namespace segue::manifests;

TEST_CASE("the origin's MPD: one timeline an adaptation set, by number") {
  std::string out;
  REQUIRE(print_mpd(samples::music(), {}, {}, out));
  CHECK(out == R"(<?xml version="1.0" encoding="UTF-8"?>
<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" profiles="urn:mpeg:dash:profile:isoff-live:2011,urn:mpeg:dash:profile:cmaf:2019" type="static" mediaPresentationDuration="PT8.999978S" minBufferTime="PT2S">
 <ProgramInformation>
  <Title>A &amp; B</Title>
 </ProgramInformation>
 <Period id="0" start="PT0S" duration="PT8.999978S">
  <AdaptationSet id="1" contentType="audio" lang="und" segmentAlignment="true" selectionPriority="10" mimeType="audio/mp4" startWithSAP="1">
   <AudioChannelConfiguration schemeIdUri="urn:mpeg:mpegB:cicp:ChannelConfiguration" value="2"/>
   <Role schemeIdUri="urn:mpeg:dash:role:2011" value="main"/>
   <SegmentTemplate timescale="44100" startNumber="1" initialization="g3/$RepresentationID$/init.mp4" media="g3/$RepresentationID$/$Number$.m4s">
    <SegmentTimeline>
     <S t="0" d="44032" r="1"/>
     <S d="88064"/>
     <S d="176128"/>
     <S d="46080"/>
    </SegmentTimeline>
   </SegmentTemplate>
   <Representation id="aac-64" bandwidth="64663" codecs="mp4a.40.2" audioSamplingRate="44100"/>
   <Representation id="aac-128" bandwidth="128433" codecs="mp4a.40.2" audioSamplingRate="44100"/>
   <Representation id="aac-256" bandwidth="255971" codecs="mp4a.40.2" audioSamplingRate="44100"/>
  </AdaptationSet>
  <AdaptationSet id="2" contentType="audio" lang="und" segmentAlignment="true" selectionPriority="7" mimeType="audio/mp4" startWithSAP="1">
   <AudioChannelConfiguration schemeIdUri="urn:mpeg:mpegB:cicp:ChannelConfiguration" value="2"/>
   <Role schemeIdUri="urn:mpeg:dash:role:2011" value="main"/>
   <SegmentTemplate timescale="48000" startNumber="1" initialization="g3/$RepresentationID$/init.mp4" media="g3/$RepresentationID$/$Number$.m4s">
    <SegmentTimeline>
     <S t="0" d="48000"/>
     <S d="47040"/>
     <S d="96960"/>
     <S d="192000"/>
     <S d="48960"/>
    </SegmentTimeline>
   </SegmentTemplate>
   <Representation id="opus-96" bandwidth="96683" codecs="Opus" audioSamplingRate="48000"/>
  </AdaptationSet>
  <AdaptationSet id="3" contentType="audio" lang="und" segmentAlignment="true" selectionPriority="5" mimeType="audio/mp4" startWithSAP="1">
   <AudioChannelConfiguration schemeIdUri="urn:mpeg:mpegB:cicp:ChannelConfiguration" value="2"/>
   <Role schemeIdUri="urn:mpeg:dash:role:2011" value="main"/>
   <SegmentTemplate timescale="44100" startNumber="1" initialization="g3/$RepresentationID$/init.mp4" media="g3/$RepresentationID$/$Number$.m4s">
    <SegmentTimeline>
     <S t="0" d="45056" r="1"/>
     <S d="86016"/>
     <S d="176128"/>
     <S d="44643"/>
    </SegmentTimeline>
   </SegmentTemplate>
   <Representation id="flac" bandwidth="880100" codecs="fLaC" audioSamplingRate="44100"/>
  </AdaptationSet>
 </Period>
</MPD>
)");
}

TEST_CASE("the folder's MPD: on demand, by index range") {
  std::string out;
  auto film = samples::film();
  film.tracks = {film.tracks[0], film.tracks[2], film.tracks.back()};
  REQUIRE(print_mpd(film, {Addressing::Form::folder, {}}, {}, out));
  CHECK(out == R"(<?xml version="1.0" encoding="UTF-8"?>
<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" profiles="urn:mpeg:dash:profile:isoff-on-demand:2011,urn:mpeg:dash:profile:cmaf:2019" type="static" mediaPresentationDuration="PT8S" minBufferTime="PT2S">
 <Period id="0" start="PT0S" duration="PT8S">
  <AdaptationSet id="1" contentType="video" subsegmentAlignment="true" subsegmentStartsWithSAP="1" mimeType="video/mp4">
   <Role schemeIdUri="urn:mpeg:dash:role:2011" value="main"/>
   <Representation id="h264-360" bandwidth="480000" codecs="avc1.64001f" width="640" height="360" sar="1:1" frameRate="25">
    <BaseURL>h264-360.cmfv</BaseURL>
    <SegmentBase timescale="12800" indexRange="700-779">
     <Initialization range="0-699"/>
    </SegmentBase>
   </Representation>
  </AdaptationSet>
  <AdaptationSet id="2" contentType="audio" lang="en" subsegmentAlignment="true" subsegmentStartsWithSAP="1" selectionPriority="20" mimeType="audio/mp4">
   <AudioChannelConfiguration schemeIdUri="urn:mpeg:mpegB:cicp:ChannelConfiguration" value="2"/>
   <Role schemeIdUri="urn:mpeg:dash:role:2011" value="main"/>
   <Representation id="aac-64" bandwidth="64000" codecs="mp4a.40.2" audioSamplingRate="48000">
    <BaseURL>aac-64.cmfa</BaseURL>
    <SegmentBase timescale="48000" indexRange="700-779">
     <Initialization range="0-699"/>
    </SegmentBase>
   </Representation>
  </AdaptationSet>
  <AdaptationSet id="3" contentType="text" lang="en" subsegmentAlignment="true" subsegmentStartsWithSAP="1" mimeType="application/mp4">
   <Role schemeIdUri="urn:mpeg:dash:role:2011" value="subtitle"/>
   <Representation id="text-en" bandwidth="1550" codecs="wvtt">
    <BaseURL>text-en.cmft</BaseURL>
    <SegmentBase timescale="1000" indexRange="700-779">
     <Initialization range="0-699"/>
    </SegmentBase>
   </Representation>
  </AdaptationSet>
 </Period>
</MPD>
)");
}
