// SPDX-License-Identifier: Apache-2.0
// Takes an asset out of the store: what publish() put there goes, from one instant to the next for whoever asks for it.
#pragma once

#include <string>
#include <vector>

#include "ingest/layout.h"
#include "ingest/queue.h"
#include "media/result.h"

namespace segue::ingest {

// The assets that went: this one, and the one timeline of the album that it is a part of. None: it was not there. The number of the last
// generation stays behind as an empty folder: what is published again under this id takes the next, for caches hold the old one for ever.
[[nodiscard]] Result<std::vector<std::string>> withdraw(const Layout& layout, Queue& queue, const std::string& asset);

}  // namespace segue::ingest
