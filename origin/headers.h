// SPDX-License-Identifier: Apache-2.0
// The header fields of every answer, and why they have the values they have.
#pragma once

#include <string_view>

#include "media/codec.h"
#include "origin/plan_writer.h"
#include "origin/request.h"

namespace segue::origin {

// Any page may play what is public, read the lengths and validators of it, and see its timing.
void add_cors(PlanWriter& writer);
// The answer to a preflight (Fetch 4.8): Range is not on the safelist of every browser in use.
void add_preflight(PlanWriter& writer);
// Cache-Control and Surrogate-Key; for manifests Vary as well.
void add_caching(const Request& request, PlanWriter& writer);

[[nodiscard]] std::string_view type_of_init(media::TrackKind kind) noexcept;
[[nodiscard]] std::string_view type_of_segment(media::TrackKind kind) noexcept;
[[nodiscard]] std::string_view type_of_cover(std::string_view file_name) noexcept;  // empty: not a picture that is served

}  // namespace segue::origin
