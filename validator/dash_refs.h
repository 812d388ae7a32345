// SPDX-License-Identifier: Apache-2.0
// The segments that an MPD names, with their addresses: templates filled in, lists and indexes read, base URLs resolved.
#pragma once

#include <string>
#include <vector>

#include "manifests/dash_mpd.h"
#include "validator/rendition.h"

namespace segue::validator {

struct DashRepresentation {
  const manifests::dash::Period* period = nullptr;
  const manifests::dash::AdaptationSet* set = nullptr;
  const manifests::dash::Representation* representation = nullptr;
  manifests::dash::SegmentInfo info;        // with what it inherits
  std::optional<std::uint64_t> first_time;  // of its sidx, in refs.timescale
  RenditionRefs refs;                       // empty: the representation cannot be followed, which was told
};

// `mpd` outlives the result. Bounded: kMaxSegments in all, and of a representation what its period has time for.
[[nodiscard]] std::vector<DashRepresentation> expand(const manifests::dash::Mpd& mpd, const std::string& address, Source& source,
                                                     Findings& findings);

// $RepresentationID$, $Bandwidth$, $Number%05d$, $Time$, $$ (5.3.9.4.4).
[[nodiscard]] std::string fill_template(std::string_view pattern, const manifests::dash::Representation& representation,
                                        std::uint64_t number, std::uint64_t time);

inline constexpr std::size_t kMaxSegments = 500'000;  // a day in 2 s segments in eleven renditions; 100 MB

}  // namespace segue::validator
