// SPDX-License-Identifier: Apache-2.0
// The samples of a `wvtt` track (ISO/IEC 14496-30 7) as one plain WebVTT text. Samples tell again, at every change and at every segment's
// start, what is being shown; here each cue stands once, with the times of all samples that tell of it. Pure.
//   sample := vtte | (vttc | vtta)+      vttc := [vsid] [iden] [ctim] [sttg] payl
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "media/result.h"
#include "media/time.h"

namespace segue::packager {

class WebVttText {
 public:
  // `header`: the track's record, "WEBVTT" and what a file may have before its first cue. timescale > 0. Times have `lead_in` taken off.
  WebVttText(std::string_view header, std::uint32_t timescale, media::Ticks lead_in);

  // Samples in order. Error: a box that does not fit into its sample; cues beyond 512 MiB of memory.
  [[nodiscard]] Result<void> add(media::Ticks start, std::uint32_t duration, std::span<const std::uint8_t> sample);

  // The whole text; what no player could show (a cue without text, or over before the programme begins) is left out.
  [[nodiscard]] std::string text() const;

 private:
  struct Cue {
    media::Ticks start = 0, end = 0;
    std::string id, settings, payload;
  };
  void show(Cue cue, std::vector<std::size_t>& shown);
  void print(const Cue& cue, std::string& out) const;

  std::string header_;
  std::uint32_t timescale_;
  media::Ticks lead_in_;
  std::vector<Cue> cues_;
  std::vector<std::size_t> open_;  // of cues_: what the sample before showed
  std::size_t bytes_ = 0;
};

}  // namespace segue::packager
