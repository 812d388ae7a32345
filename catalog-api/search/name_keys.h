// SPDX-License-Identifier: Apache-2.0
// Which documents have a name, by its key (tokens.h). The key says a bucket and 32 bits to compare there: half of what whole keys take,
// and with eight keys a bucket a wrong name is found once in half a billion questions.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "catalog-api/search/snapshot.h"

namespace segue::search {

class NameKeys {
 public:
  NameKeys() = default;
  NameKeys(std::span<const std::uint32_t> offsets, std::span<const std::uint32_t> checks, std::span<const DocId> docs)
      : offsets_(offsets), checks_(checks), docs_(docs) {}
  // In rank order.
  [[nodiscard]] std::span<const DocId> find(std::uint64_t name_key) const noexcept;

 private:
  std::span<const std::uint32_t> offsets_;  // of buckets, one more
  std::span<const std::uint32_t> checks_;   // of a bucket: growing
  std::span<const DocId> docs_;
};

struct NamedDoc {
  std::uint64_t key;
  DocId doc;
};
// Fills the three sections of names.
void build_name_keys(std::vector<NamedDoc> names, OwnedSections& out);

}  // namespace segue::search
