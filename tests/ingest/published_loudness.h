// SPDX-License-Identifier: Apache-2.0
// What the init segment of a published track file says of its loudness, beside what asset.json says.
#pragma once

#include <string>

#include "tests/ingest/sandbox.h"

namespace segue::ingest::tests {

// Fails the test unless every rendition of sound in `folder` has a tlou as asset.json's loudness, and an alou as `album` (null: none).
void check_loudness_boxes(const std::string& folder, const Json& asset, const Json& album);
// ReplayGain 2.0: what is missing to -18 LUFS, and the sample peak as a factor. `prefix`: "track", "album".
void check_replay_gain(const Json& asset, const std::string& prefix, const Json& loudness);

}  // namespace segue::ingest::tests
