// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/search/name_keys.h"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace segue::search {
namespace {

constexpr std::size_t kKeysEach = 8;

// All bits of a key in each bit of what is looked at: a key of few letters has nothing in its upper half.
std::uint64_t spread(std::uint64_t key) noexcept {
  key = (key ^ key >> 32) * 0x9E3779B97F4A7C15;
  return key ^ key >> 29;
}

std::uint32_t bucket_of(std::uint64_t spread_key, std::size_t buckets) noexcept {
  return static_cast<std::uint32_t>((spread_key >> 32) * buckets >> 32);
}

std::uint32_t check_of(std::uint64_t spread_key) noexcept { return static_cast<std::uint32_t>(spread_key); }

}  // namespace

std::span<const DocId> NameKeys::find(std::uint64_t name_key) const noexcept {
  const std::uint64_t key = spread(name_key);
  const std::uint32_t bucket = bucket_of(key, offsets_.size() - 1);
  const auto checks = checks_.subspan(offsets_[bucket], offsets_[bucket + 1] - offsets_[bucket]);
  const auto [begin, end] = std::equal_range(checks.begin(), checks.end(), check_of(key));
  return docs_.subspan(offsets_[bucket] + static_cast<std::size_t>(begin - checks.begin()), static_cast<std::size_t>(end - begin));
}

void build_name_keys(std::vector<NamedDoc> names, OwnedSections& out) {
  const std::size_t buckets = names.size() / kKeysEach + 1;
  for (NamedDoc& name : names) name.key = spread(name.key);
  std::sort(names.begin(), names.end(), [&](const NamedDoc& a, const NamedDoc& b) {
    return std::tuple(bucket_of(a.key, buckets), check_of(a.key), a.doc) < std::tuple(bucket_of(b.key, buckets), check_of(b.key), b.doc);
  });
  out.name_offsets.assign(buckets + 1, 0);
  out.name_checks.reserve(names.size());
  out.name_docs.reserve(names.size());
  for (const NamedDoc& name : names) {
    ++out.name_offsets[bucket_of(name.key, buckets) + std::size_t{1}];
    out.name_checks.push_back(check_of(name.key));
    out.name_docs.push_back(name.doc);
  }
  std::partial_sum(out.name_offsets.begin(), out.name_offsets.end(), out.name_offsets.begin());
}

}  // namespace segue::search
