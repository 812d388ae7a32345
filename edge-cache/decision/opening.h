// SPDX-License-Identifier: Apache-2.0
// What starts a track is asked for by everybody who tries it, and waited for: it stays longer than the rest.
#pragma once

#include "edge-cache/message/fields.h"

namespace segue::edge {

// The origin says so: `su` in CMSD-Static (CTA-5006: needed for a start-up).
[[nodiscard]] bool is_opening(const Fields& response) noexcept;

}  // namespace segue::edge
