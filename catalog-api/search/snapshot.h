// SPDX-License-Identifier: Apache-2.0
// The bytes of a segment, in memory and on disk the same, so that a file is used as it is mapped:
//   snapshot = header section*            little endian; each section starts at a multiple of 8
//   header   = "SEGUEIX2" kind:u32 count:u32 mark:u64 (offset:u64 elements:u64){count}
// The sections are the members of Sections in their order (docs/formats/search-snapshot.md). `mark` belongs to whoever saves: how far in
// a stream the content reaches. Numbers of documents go from the most to the least popular one: a list of postings in order is a list in
// rank order.
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

inline constexpr std::uint32_t kMaxDocuments = 1U << 30;
inline constexpr std::uint32_t kMaxTerms = 1U << 29;  // a forward entry is field << 29 | term

// The postings of all terms of [terms_begin, terms_end) together, kept for the short prefixes that have many.
struct PrefixPostings {
  TermId terms_begin, terms_end;
  bool operator==(const PrefixPostings&) const = default;
};

template <template <class> class Of>
struct Sections {
  Of<std::uint16_t> popularity;  // of documents: 2048 × log2(1 + count)
  Of<std::uint16_t> year;
  Of<std::uint16_t> genre;  // index into genres; 0: none
  Of<std::uint32_t> library;
  Of<std::uint32_t> count;  // popularity as it was given
  Of<std::uint32_t> by;     // where in names; 0: the empty one
  Of<std::uint32_t> in;
  Of<char> names;                     // what documents are by and in, each string once; each ends with a NUL
  Of<std::uint64_t> text_offsets;     // documents + 1
  Of<char> text;                      // id, name, aliases…: each ends with a NUL
  Of<std::uint32_t> forward_offsets;  // documents + 1
  Of<std::uint32_t> forward;          // field << 29 | term, in the order of the words
  Of<std::uint32_t> term_offsets;     // terms + 1
  Of<char> term_bytes;
  Of<std::uint32_t> posting_offsets;  // terms + 1
  Of<std::uint8_t> postings;          // lists of documents: number_lists.h
  Of<PrefixPostings> prefixes;        // by terms_begin, then the longer range first
  Of<std::uint32_t> prefix_offsets;   // prefixes + 1
  Of<std::uint8_t> prefix_postings;
  Of<std::uint32_t> name_offsets;  // of buckets, one more: name_keys.h
  Of<std::uint32_t> name_checks;
  Of<DocId> name_docs;
  Of<DocId> id_docs;                   // sorted by id_key() of their ids
  Of<std::uint32_t> deletion_offsets;  // of buckets, one more
  Of<std::uint8_t> deletions;          // lists of terms: deletions.h
  Of<std::uint32_t> genre_offsets;     // genres + 1
  Of<char> genre_text;

  // Calls visit(name, section) for each in order: writing, mapping and counting are this one list.
  template <class Self, class Visit>
  static void for_each(Self& self, Visit visit) {
    visit("popularity", self.popularity), visit("year", self.year), visit("genre", self.genre), visit("library", self.library);
    visit("count", self.count), visit("by", self.by), visit("in", self.in), visit("names", self.names);
    visit("text offsets", self.text_offsets), visit("text", self.text);
    visit("forward offsets", self.forward_offsets), visit("forward", self.forward);
    visit("term offsets", self.term_offsets), visit("term bytes", self.term_bytes);
    visit("posting offsets", self.posting_offsets), visit("postings", self.postings);
    visit("prefixes", self.prefixes), visit("prefix offsets", self.prefix_offsets), visit("prefix postings", self.prefix_postings);
    visit("name offsets", self.name_offsets), visit("name checks", self.name_checks), visit("name docs", self.name_docs);
    visit("id docs", self.id_docs), visit("deletion offsets", self.deletion_offsets), visit("deletions", self.deletions);
    visit("genre offsets", self.genre_offsets), visit("genre text", self.genre_text);
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
enum class Snapshots : std::uint8_t {
  anybodys,  // every offset and number is checked: what comes can be searched without a further look, whatever the bytes were
  own        // just written by this process: only the header is read
};
// Views into `bytes`, which must be aligned to 8 and outlive them.
[[nodiscard]] Result<Snapshot> read_snapshot(std::span<const std::byte> bytes, Snapshots whose = Snapshots::anybodys);

}  // namespace segue::search
