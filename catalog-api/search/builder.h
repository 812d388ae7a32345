// SPDX-License-Identifier: Apache-2.0
// Documents → the sections of a segment. Two passes over the documents in rank order: the first numbers the terms, the second
// fills lists that come out sorted because the documents are.
#pragma once

#include <cstdint>
#include <string_view>

#include "catalog-api/search/documents.h"
#include "catalog-api/search/snapshot.h"

namespace segue::search {

// Two documents with the same id: the last one wins.
[[nodiscard]] OwnedSections build_sections(Documents documents);

[[nodiscard]] std::uint64_t id_key(std::string_view id) noexcept;
[[nodiscard]] std::uint16_t popularity_rank(std::uint32_t count) noexcept;  // 2048 × log2(1 + count)

}  // namespace segue::search
