// SPDX-License-Identifier: Apache-2.0
// The rules of an MPD: alone, and against the media that it names.
#pragma once

#include <string>
#include <vector>

#include "validator/dash_refs.h"

namespace segue::validator {

void judge_mpd(const manifests::dash::Mpd& mpd, const std::string& where, Findings& findings);

struct LoadedRepresentation {
  DashRepresentation dash;
  Rendition rendition;
};
// Within each adaptation set.
void judge_sets(const std::vector<LoadedRepresentation>& all, Findings& findings);
void judge_representations(const manifests::dash::Mpd& mpd, const std::vector<LoadedRepresentation>& all, const std::string& where,
                           Findings& findings);

}  // namespace segue::validator
