// SPDX-License-Identifier: Apache-2.0
// What an asset is called, for people: its title, else (an album) its album, else its source file's name without ".flac", else its id.
// Pure.
#pragma once

#include <string>

#include "media/asset.h"

namespace segue::media {

[[nodiscard]] std::string title_of(const Asset& asset);

}  // namespace segue::media
