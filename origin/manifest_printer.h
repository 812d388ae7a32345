// SPDX-License-Identifier: Apache-2.0
// From a request for a manifest to its text: which of manifests/' printers, and with what.
#pragma once

#include <string>

#include "media/presentation.h"
#include "origin/request.h"

namespace segue::origin {

// Appends the text. False: 404, the presentation has nothing like that.
[[nodiscard]] bool print_manifest(const media::Presentation& presentation, const Request& request, std::string& text, Refusal& refusal);

// One spelling for requests that print the same manifest of a generation, however their filters were written. Appended.
void append_manifest_name(std::string& out, const Request& request);

}  // namespace segue::origin
