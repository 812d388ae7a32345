// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/search/deletions.h"

#include <algorithm>
#include <bit>

#include "catalog-api/search/distance.h"
#include "catalog-api/search/fold.h"

namespace segue::search {
namespace {

constexpr std::size_t kHead = 7;           // letters that are looked at
constexpr std::uint32_t kMaxBucket = 512;  // terms of one bucket: what falls out shares its head with 512 others

bool is_eligible(std::size_t letters) { return letters >= kShortestForTwo; }

std::uint32_t hash_without(std::u32string_view head, std::size_t skip_a, std::size_t skip_b) {
  std::uint64_t hash = 0x9E3779B97F4A7C15;
  for (std::size_t i = 0; i < head.size(); ++i)
    if (i != skip_a && i != skip_b) hash = (hash ^ head[i]) * 0xD6E8FEB86659FD93;
  return static_cast<std::uint32_t>(hash >> 32);
}

// Every string that the head becomes by deleting none, one or two letters, as a hash; each once.
void keys_of(std::u32string_view word, std::vector<std::uint32_t>& keys) {
  const auto head = word.substr(0, kHead);
  keys.clear();
  keys.push_back(hash_without(head, kHead, kHead));
  for (std::size_t a = 0; a < head.size(); ++a) {
    keys.push_back(hash_without(head, a, kHead));
    for (std::size_t b = a + 1; b < head.size(); ++b) keys.push_back(hash_without(head, a, b));
  }
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
}

template <class Visit>
void for_each_key(const Dictionary& dictionary, Visit visit) {
  std::vector<std::uint32_t> keys;
  for (TermId id = 0; id < dictionary.size(); ++id) {
    const auto word = to_code_points(dictionary.term(id));
    if (!is_eligible(word.size())) continue;
    keys_of(word, keys);
    for (const std::uint32_t key : keys) visit(key, id);
  }
}

}  // namespace

DeletionTable build_deletions(const Dictionary& dictionary) {
  DeletionTable table;
  const std::uint32_t buckets = std::bit_ceil(std::max(std::uint32_t{16}, dictionary.size() * 8));
  const std::uint32_t mask = buckets - 1;
  std::vector<std::uint32_t> counts(buckets, 0);
  for_each_key(dictionary, [&](std::uint32_t key, TermId) {
    if (counts[key & mask] < kMaxBucket) ++counts[key & mask];
  });
  table.offsets.resize(buckets + 1, 0);
  for (std::uint32_t i = 0; i < buckets; ++i) table.offsets[i + 1] = table.offsets[i] + counts[i];
  table.terms.resize(table.offsets.back());
  std::fill(counts.begin(), counts.end(), 0);
  for_each_key(dictionary, [&](std::uint32_t key, TermId id) {
    const std::uint32_t bucket = key & mask;
    if (table.offsets[bucket] + counts[bucket] < table.offsets[bucket + 1]) table.terms[table.offsets[bucket] + counts[bucket]++] = id;
  });
  return table;
}

void Deletions::near_two(const Dictionary& dictionary, std::u32string_view word, std::vector<Expansion>& out) const {
  if (offsets_.size() < 2 || !is_eligible(word.size())) return;
  const auto mask = static_cast<std::uint32_t>(offsets_.size() - 2);
  std::vector<std::uint32_t> keys;
  keys_of(word, keys);
  // A term stands in several of the buckets: what is near is few, so it is sorted out afterwards.
  const DistanceFrom edits_from(word);
  const std::size_t before = out.size();
  for (const std::uint32_t key : keys) {
    for (const TermId id : terms_.subspan(offsets_[key & mask], offsets_[(key & mask) + 1] - offsets_[key & mask])) {
      const std::string_view term = dictionary.term(id);
      const unsigned edits = edits_from.to(term, 2);
      if (edits > 2 || term.empty()) continue;
      std::size_t at = 0;
      out.push_back({{id, id + 1}, static_cast<unsigned char>(edits), next_code_point(term, at) != word.front()});
    }
  }
  const auto first = out.begin() + static_cast<std::ptrdiff_t>(before);
  const auto by_term = [](const Expansion& a, const Expansion& b) { return a.terms.begin < b.terms.begin; };
  std::sort(first, out.end(), by_term);
  out.erase(std::unique(first, out.end(), [](const Expansion& a, const Expansion& b) { return a.terms == b.terms; }), out.end());
}

}  // namespace segue::search
