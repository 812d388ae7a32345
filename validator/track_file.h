// SPDX-License-Identifier: Apache-2.0
// One track file by itself, without the manifests that name it: what its own sidx says of its segments.
#pragma once

#include <span>
#include <string>

#include "validator/rendition.h"

namespace segue::validator {

// Whether a resource begins as files of ISO BMFF do: with ftyp.
[[nodiscard]] bool is_track_file(std::span<const std::uint8_t> start) noexcept;

// The segments of a file with ftyp, moov, sidx and fragments, of which `size` bytes are there. Error: no sidx behind the moov, or what is
// malformed before its end.
[[nodiscard]] Result<RenditionRefs> refs_of_file(const std::string& address, std::uint64_t size, Source& source);

// sidx against the fragments.
void judge_index(const Rendition& rendition, Findings& findings);

}  // namespace segue::validator
