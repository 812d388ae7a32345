// SPDX-License-Identifier: Apache-2.0
// An MPD as text: every element is printed here and nowhere else, in the order of the schema.
#pragma once

#include <string>

#include "manifests/dash_mpd.h"

namespace segue::manifests::dash {

void write(const Mpd& mpd, std::string& out);  // appends

}  // namespace segue::manifests::dash
