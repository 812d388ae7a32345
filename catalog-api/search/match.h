// SPDX-License-Identifier: Apache-2.0
// One segment's answers to one query. Candidates come in rank order from the word with the fewest postings; the others are looked up
// in the document's own list of words, which also says in which field and how near to each other they stand. At most kMaxCandidates
// of each stage are scored, the most popular ones.
//
// A score is one number, smaller is better; from its highest digit down:
//   missing words, typos, how whole (the name itself, whole words, a prefix), whether the name has further words and which fields
//   matched, nearness, popularity, length of the names.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "catalog-api/search/expand.h"
#include "catalog-api/search/query.h"
#include "catalog-api/search/segment.h"

namespace segue::search {

inline constexpr std::size_t kMaxCandidates = 1000;

using Score = std::uint64_t;
inline constexpr unsigned kWholenessShift = 52;  // score >> this: missing words, typos, how whole

struct Filter {
  std::string genre;                         // empty: any
  std::uint16_t year_from = 0, year_to = 0;  // 0: open
  std::uint32_t libraries = 0xFFFFFFFF;      // those that are seen, a bit each
};

struct Scored {
  Score score;
  DocId doc;
};

class Matcher {
 public:
  // `removed`: one bit a document, or empty. All arguments outlive the matcher.
  Matcher(const Segment& segment, const Query& query, const Filter& filter, const std::vector<bool>& removed);

  // Adds what `level` finds. Levels in their order; a document is found once, with its best score.
  void run(Level level);
  [[nodiscard]] const std::vector<Scored>& found() const noexcept { return found_; }
  [[nodiscard]] bool is_capped() const noexcept { return capped_; }
  // Is `term` one of the query's words, at what has been forgiven so far?
  [[nodiscard]] bool finds(TermId term) const noexcept;

 private:
  using Words = std::vector<WordTerms>;
  void find_names();
  void find_words(const Words& words, std::size_t missing);
  struct Must {
    std::size_t may_miss = 0;                  // words
    std::span<const std::uint64_t> have = {};  // one bit a document: others are no candidates; empty: all are
  };
  void collect(const Words& words, const Must& must, const std::vector<NumberList>& lists);
  [[nodiscard]] std::size_t reading_of(const Words& words) const noexcept;
  [[nodiscard]] bool passes(DocId doc) const;
  [[nodiscard]] std::optional<Score> score(const Words& words, std::size_t may_miss, DocId doc) const;
  [[nodiscard]] Score tail(DocId doc) const;
  void keep_best();

  const Segment* segment_;
  const Query* query_;
  const Filter* filter_;
  const std::vector<bool>* removed_;
  std::optional<std::uint16_t> genre_;  // the filter's; 0xFFFF: unknown here, nothing passes
  std::vector<Words> readings_;
  std::vector<Scored> found_;
  bool capped_ = false;
};

}  // namespace segue::search
