// SPDX-License-Identifier: Apache-2.0
// The bytes of a segment, in memory and on disk the same, so that a file is used as it is mapped:
//   snapshot = header section*            little endian; each section starts at a multiple of 8
//   header   = "SEGUEIX1" kind:u32 count:u32 mark:u64 (offset:u64 elements:u64){count}
// The sections are the members of Sections in their order. `mark` belongs to whoever saves: how far in a stream the content reaches.
// Numbers of documents go from the most to the least popular one: a list of postings in order is a list in rank order.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "catalog-api/search/dictionary.h"
#include "catalog-api/search/document.h"
#include "media/result.h"

namespace segue::search {

using DocId = std::uint32_t;

inline constexpr std::uint32_t kMaxTerms = 1U << 29;  // a forward entry is field << 29 | term

// The postings of all terms of [terms_begin, terms_end) together, kept for the short prefixes that have many terms.
struct PrefixPostings {
  TermId terms_begin, terms_end;
  std::uint32_t begin, end;  // in prefix_postings
};

template <template <class> class Of>
struct Sections {
  Of<std::uint16_t> popularity;  // of documents: 2048 × log2(1 + count)
  Of<std::uint16_t> year;
  Of<std::uint16_t> genre;  // index into genres; 0: none
  Of<std::uint32_t> library;
  Of<std::uint32_t> count;            // popularity as it was given
  Of<std::uint64_t> text_offsets;     // documents + 1
  Of<char> text;                      // id, name, by, in, aliases…: each ends with a NUL
  Of<std::uint32_t> forward_offsets;  // documents + 1
  Of<std::uint32_t> forward;          // field << 29 | term, in the order of the words
  Of<std::uint32_t> term_offsets;     // terms + 1
  Of<char> term_bytes;
  Of<std::uint32_t> posting_offsets;  // terms + 1
  Of<DocId> postings;
  Of<PrefixPostings> prefixes;  // by terms_begin, then the longer range first
  Of<DocId> prefix_postings;
  Of<std::uint64_t> name_keys;  // sorted; of names and aliases
  Of<DocId> name_docs;
  Of<std::uint64_t> id_keys;  // sorted
  Of<DocId> id_docs;
  Of<std::uint32_t> deletion_offsets;
  Of<TermId> deletion_terms;
  Of<std::uint32_t> genre_offsets;  // genres + 1
  Of<char> genre_text;

  // Calls visit(section) for each in order: writing, mapping and counting are this one list.
  template <class Self, class Visit>
  static void for_each(Self& self, Visit visit) {
    visit(self.popularity), visit(self.year), visit(self.genre), visit(self.library), visit(self.count);
    visit(self.text_offsets), visit(self.text), visit(self.forward_offsets), visit(self.forward);
    visit(self.term_offsets), visit(self.term_bytes), visit(self.posting_offsets), visit(self.postings);
    visit(self.prefixes), visit(self.prefix_postings), visit(self.name_keys), visit(self.name_docs);
    visit(self.id_keys), visit(self.id_docs), visit(self.deletion_offsets), visit(self.deletion_terms);
    visit(self.genre_offsets), visit(self.genre_text);
  }
};

template <class T>
using Owned = std::vector<T>;
template <class T>
using Viewed = std::span<const T>;
using OwnedSections = Sections<Owned>;
using ViewedSections = Sections<Viewed>;

[[nodiscard]] ViewedSections view_of(const OwnedSections& owned);

struct Snapshot {
  Kind kind = Kind::track;
  std::uint64_t mark = 0;
  ViewedSections sections;
};

// Writes `path` by way of a neighbour that is renamed when it is whole and on the disk; an old file stays on error.
[[nodiscard]] Result<void> write_snapshot(const std::string& path, Kind kind, std::uint64_t mark, const ViewedSections& sections);
// Views into `bytes`, which must be aligned to 8 and outlive them. Every offset and number in it has been checked: what it returns
// can be searched without a further look, whatever the bytes were.
[[nodiscard]] Result<Snapshot> read_snapshot(std::span<const std::byte> bytes);

}  // namespace segue::search
