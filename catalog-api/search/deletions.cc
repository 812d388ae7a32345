// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/search/deletions.h"

#include <algorithm>
#include <string>

#include "catalog-api/search/distance.h"
#include "catalog-api/search/fold.h"
#include "catalog-api/search/number_lists.h"

namespace segue::search {
namespace {

constexpr std::size_t kHead = 7;            // letters that are looked at
constexpr std::size_t kBucketsEach = 2;     // a head: one is in up to 29 buckets, so that some fifteen others are looked at in each
constexpr std::size_t kMostTerms = 20'000;  // compared with one word: numbered titles share a head by the hundred thousand
constexpr std::uint32_t kMaxBucket = 512;   // heads of one bucket: what falls out shares its letters with 512 others

bool is_eligible(std::size_t letters) { return letters >= kShortestForTwo; }

std::uint32_t hash_without(std::u32string_view head, std::size_t skip_a, std::size_t skip_b) {
  std::uint64_t hash = 0x9E3779B97F4A7C15;
  for (std::size_t i = 0; i < head.size(); ++i)
    if (i != skip_a && i != skip_b) hash = (hash ^ head[i]) * 0xD6E8FEB86659FD93;
  return static_cast<std::uint32_t>(hash >> 32);
}

// The bucket of every string that the head becomes by deleting none, one or two letters; each once.
void buckets_of(std::u32string_view head, std::size_t buckets, std::vector<std::uint32_t>& out) {
  out.clear();
  const auto add = [&](std::size_t skip_a, std::size_t skip_b) {
    out.push_back(static_cast<std::uint32_t>(std::uint64_t{hash_without(head, skip_a, skip_b)} * buckets >> 32));
  };
  add(kHead, kHead);
  for (std::size_t a = 0; a < head.size(); ++a) {
    add(a, kHead);
    for (std::size_t b = a + 1; b < head.size(); ++b) add(a, b);
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
}

// Visits each head with its first term.
template <class Visit>
void for_each_head(const Dictionary& dictionary, Visit visit) {
  std::u32string before;
  for (TermId id = 0; id < dictionary.size(); ++id) {
    std::u32string head = to_code_points(dictionary.term(id));
    if (!is_eligible(head.size())) continue;
    head.resize(std::min(head.size(), kHead));
    if (head == before) continue;
    visit(head, id);
    before = std::move(head);
  }
}

// The terms that begin as `first` does with its first seven letters; of shorter ones only itself.
TermRange terms_of_head(const Dictionary& dictionary, TermId first) {
  const std::string_view term = dictionary.term(first);
  std::size_t bytes = 0, letters = 0;
  for (; bytes < term.size() && letters < kHead; ++letters) (void)next_code_point(term, bytes);
  TermId end = first + 1;
  if (letters == kHead)
    while (end < dictionary.size() && dictionary.term(end).substr(0, bytes) == term.substr(0, bytes)) ++end;
  return {first, end};
}

}  // namespace

DeletionTable build_deletions(const Dictionary& dictionary) {
  std::size_t heads = 0;
  for_each_head(dictionary, [&](const std::u32string&, TermId) { ++heads; });
  const std::size_t buckets = std::max<std::size_t>(16, heads * kBucketsEach);
  DeletionTable table;
  table.offsets = write_lists(
      buckets,
      [&](auto&& visit) {
        std::vector<std::uint16_t> taken(buckets, 0);
        std::vector<std::uint32_t> into;
        for_each_head(dictionary, [&](const std::u32string& head, TermId first) {
          buckets_of(head, buckets, into);
          for (const std::uint32_t bucket : into)
            if (taken[bucket] < kMaxBucket) ++taken[bucket], visit(bucket, first);
        });
      },
      table.lists);
  return table;
}

void Deletions::near_two(const Dictionary& dictionary, std::u32string_view word, std::vector<Expansion>& out) const {
  if (offsets_.size() < 2 || !is_eligible(word.size())) return;
  std::vector<std::uint32_t> buckets;
  buckets_of(word.substr(0, kHead), offsets_.size() - 1, buckets);
  std::vector<TermId> heads;  // one stands in several of the buckets
  for (const std::uint32_t bucket : buckets) list_at(offsets_, lists_, bucket).for_each([&](TermId first) { heads.push_back(first); });
  std::sort(heads.begin(), heads.end());
  const DistanceFrom edits_from(word);
  TermId seen = 0;  // terms before it: in a damaged table heads may overlap
  std::size_t left = kMostTerms;
  for (const TermId first : heads) {
    if (first < seen) continue;
    const TermRange terms = terms_of_head(dictionary, first);
    seen = terms.end;
    for (TermId id = first; id < terms.end; ++id) {
      if (left-- == 0) return;
      const std::string_view term = dictionary.term(id);
      const unsigned edits = edits_from.to(term, 2);
      if (edits > 2 || term.empty()) continue;
      std::size_t at = 0;
      out.push_back({{id, id + 1}, static_cast<unsigned char>(edits), next_code_point(term, at) != word.front()});
    }
  }
}

}  // namespace segue::search
