// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/search/builder.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>
#include <string>
#include <utility>

#include "catalog-api/search/deletions.h"
#include "catalog-api/search/name_keys.h"
#include "catalog-api/search/number_lists.h"
#include "catalog-api/search/string_numbers.h"
#include "catalog-api/search/tokens.h"

namespace segue::search {
namespace {

// A prefix of more terms than this with more postings than that keeps them together: uniting fewer costs less than a look at all documents.
constexpr std::uint32_t kManyTerms = 64, kManyPostings = 1024;
constexpr std::uint32_t kNone = 0xFFFFFFFF;

// The documents to keep, from the most to the least popular one.
std::vector<std::uint32_t> rank_order(const Documents& documents) {
  std::vector<std::pair<std::uint64_t, std::uint32_t>> by_id(documents.size());
  for (std::uint32_t i = 0; i < by_id.size(); ++i) by_id[i] = {id_key(documents[i].id), i};
  std::sort(by_id.begin(), by_id.end());
  std::vector<std::uint32_t> order;
  order.reserve(by_id.size());
  for (std::size_t i = 0; i < by_id.size(); ++i) {
    bool is_last = true;
    for (std::size_t later = i + 1; is_last && later < by_id.size() && by_id[later].first == by_id[i].first; ++later)
      is_last = documents[by_id[later].second].id != documents[by_id[i].second].id;
    if (is_last) order.push_back(by_id[i].second);
  }
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    const DocumentView one = documents[a], other = documents[b];
    return one.popularity != other.popularity ? one.popularity > other.popularity : one.id < other.id;
  });
  return order;
}

class Builder {
 public:
  explicit Builder(Documents documents) : documents_(std::move(documents)) {}

  OwnedSections run() && {
    begin();
    for (const std::uint32_t i : rank_order(documents_)) add(documents_[i]);
    documents_ = {};
    shared_ = {}, shared_places_ = {};
    build_name_keys(std::exchange(named_, {}), out_);
    sort_ids();
    number_terms();
    fill_postings();
    fill_prefixes();
    DeletionTable deletions = build_deletions(Dictionary(out_.term_offsets, out_.term_bytes));
    out_.deletion_offsets = std::move(deletions.offsets);
    out_.deletions = std::move(deletions.lists);
    return std::move(out_);
  }

 private:
  // What a document is by or in, which many others are as well.
  struct Shared {
    std::uint32_t at;                      // in names
    std::uint32_t words_begin, words_end;  // in shared_words_
  };

  void begin() {
    out_.text_offsets.push_back(0);
    out_.forward_offsets.push_back(0);
    out_.genre_offsets.push_back(0);
    out_.names.push_back('\0');
    shared_.number_of({});
    shared_places_.push_back({});
  }

  void add(const DocumentView& document) {
    const auto doc = static_cast<DocId>(out_.popularity.size());
    out_.popularity.push_back(popularity_rank(document.popularity));
    out_.count.push_back(document.popularity);
    out_.year.push_back(document.year);
    out_.library.push_back(document.libraries);
    out_.genre.push_back(genre_number(document.genre));
    add_string(document.id);
    add_name(Field::name, document.name, doc);
    out_.by.push_back(add_shared(Field::by, document.by));
    out_.in.push_back(add_shared(Field::in, document.in));
    if (!document.by.empty()) {  // "title artist" names it as well as the title alone does
      const std::string name(document.name), by(document.by);
      named_.push_back({name_key(name + ' ' + by), doc});
      named_.push_back({name_key(by + ' ' + name), doc});
    }
    for (std::string_view rest = document.aliases; !rest.empty();) {
      const std::size_t end = std::min(rest.find('\0'), rest.size());
      add_name(Field::alias, rest.substr(0, end), doc);
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    out_.text_offsets.push_back(out_.text.size());
    out_.forward_offsets.push_back(static_cast<std::uint32_t>(out_.forward.size()));
    ids_.emplace_back(id_key(document.id), doc);
  }

  void add_name(Field field, std::string_view name, DocId doc) {
    add_string(name);
    for_each_word(name, [&](TermId term) { add_word(field, term); });
    if (!name.empty()) named_.push_back({name_key(name), doc});
  }

  // Returns where the string is in names.
  std::uint32_t add_shared(Field field, std::string_view text) {
    const auto [number, is_new] = shared_.number_of(text);
    if (is_new) {
      const auto words = static_cast<std::uint32_t>(shared_words_.size());
      for_each_word(text, [&](TermId term) { shared_words_.push_back(term); });
      shared_places_.push_back({static_cast<std::uint32_t>(out_.names.size()), words, static_cast<std::uint32_t>(shared_words_.size())});
      out_.names.insert(out_.names.end(), text.begin(), text.end());
      out_.names.push_back('\0');
    }
    const Shared& shared = shared_places_[number];
    for (std::uint32_t i = shared.words_begin; i < shared.words_end; ++i) add_word(field, shared_words_[i]);
    return shared.at;
  }

  void add_string(std::string_view text) {
    out_.text.insert(out_.text.end(), text.begin(), text.end());
    out_.text.push_back('\0');
  }

  template <class Visit>
  void for_each_word(std::string_view name, Visit visit) {
    for (const Token& token : tokenize(name)) visit(terms_.number_of(token.text).first);
  }

  void add_word(Field field, TermId term) {
    assert(term < kMaxTerms);
    out_.forward.push_back(static_cast<std::uint32_t>(field) << 29 | term);
  }

  std::uint16_t genre_number(std::string_view genre) {
    if (genre.empty()) return 0;
    const auto [number, is_new] = genres_.number_of(genre);
    if (number >= 0xFFFF) return 0;
    if (is_new) {
      out_.genre_text.insert(out_.genre_text.end(), genre.begin(), genre.end());
      out_.genre_offsets.push_back(static_cast<std::uint32_t>(out_.genre_text.size()));
    }
    return static_cast<std::uint16_t>(number + 1);
  }

  void sort_ids() {
    std::sort(ids_.begin(), ids_.end());
    out_.id_docs.reserve(ids_.size());
    for (const auto& [key, doc] : ids_) out_.id_docs.push_back(doc);
    std::vector<std::pair<std::uint64_t, DocId>>().swap(ids_);
  }

  // The numbers given while reading become numbers in sorted order.
  void number_terms() {
    std::vector<TermId> sorted(terms_.size());
    std::iota(sorted.begin(), sorted.end(), 0U);
    std::sort(sorted.begin(), sorted.end(), [&](TermId a, TermId b) { return terms_[a] < terms_[b]; });
    std::vector<TermId> renumbered(sorted.size());
    out_.term_offsets.push_back(0);
    for (TermId id = 0; id < sorted.size(); ++id) {
      renumbered[sorted[id]] = id;
      const std::string_view term = terms_[sorted[id]];
      out_.term_bytes.insert(out_.term_bytes.end(), term.begin(), term.end());
      out_.term_offsets.push_back(static_cast<std::uint32_t>(out_.term_bytes.size()));
    }
    for (std::uint32_t& word : out_.forward) word = (word & ~(kMaxTerms - 1)) | renumbered[word & (kMaxTerms - 1)];
    terms_ = {}, shared_words_ = {};
  }

  [[nodiscard]] std::span<const std::uint32_t> words_of(DocId doc) const {
    return std::span(out_.forward).subspan(out_.forward_offsets[doc], out_.forward_offsets[doc + 1] - out_.forward_offsets[doc]);
  }

  template <class Visit>
  static void visit_each_once(std::vector<std::uint32_t>& lists, DocId doc, Visit& visit) {
    std::sort(lists.begin(), lists.end());
    lists.erase(std::unique(lists.begin(), lists.end()), lists.end());
    for (const std::uint32_t list : lists) visit(list, doc);
  }

  void fill_postings() {
    std::vector<std::uint32_t> terms;
    out_.posting_offsets = write_lists(
        out_.term_offsets.size() - 1,
        [&](auto&& visit) {
          for (DocId doc = 0; doc < out_.popularity.size(); ++doc) {
            terms.clear();
            for (const std::uint32_t word : words_of(doc)) terms.push_back(word & (kMaxTerms - 1));
            visit_each_once(terms, doc, visit);
          }
        },
        out_.postings);
  }

  void fill_prefixes() {
    for (const TermRange range : many_prefixes()) out_.prefixes.push_back({range.begin, range.end});
    // Prefixes lie within each other: a term's postings go into the innermost one and all around it.
    std::vector<std::uint32_t> innermost(out_.term_offsets.size() - 1, kNone), around;
    for (std::uint32_t prefix = 0; prefix < out_.prefixes.size(); ++prefix) {
      const auto [begin, end] = out_.prefixes[prefix];
      around.push_back(innermost[begin]);
      std::fill(innermost.begin() + begin, innermost.begin() + end, prefix);
    }
    std::vector<std::uint32_t> prefixes;
    out_.prefix_offsets = write_lists(
        out_.prefixes.size(),
        [&](auto&& visit) {
          for (DocId doc = 0; doc < out_.popularity.size(); ++doc) {
            prefixes.clear();
            for (const std::uint32_t word : words_of(doc))
              for (std::uint32_t prefix = innermost[word & (kMaxTerms - 1)]; prefix != kNone; prefix = around[prefix])
                prefixes.push_back(prefix);
            visit_each_once(prefixes, doc, visit);
          }
        },
        out_.prefix_postings);
  }

  // Prefix by prefix, one byte longer each round, as long as some have many terms; in the order of PrefixPostings.
  [[nodiscard]] std::vector<TermRange> many_prefixes() const {
    const auto order = [](TermRange a, TermRange b) { return std::pair(a.begin, ~a.end) < std::pair(b.begin, ~b.end); };
    const Dictionary dictionary(out_.term_offsets, out_.term_bytes);
    std::vector<TermRange> wide = {dictionary.all()}, kept;
    for (std::size_t depth = 0; !wide.empty(); ++depth) {
      std::vector<TermRange> longer;
      for (const TermRange range : wide) split(dictionary, range, depth, longer);
      std::copy_if(longer.begin(), longer.end(), std::back_inserter(kept), [&](TermRange range) { return has_many_postings(range); });
      wide = std::move(longer);
    }
    std::sort(kept.begin(), kept.end(), order);
    kept.erase(std::unique(kept.begin(), kept.end()), kept.end());  // a longer prefix may have the same terms
    return kept;
  }

  [[nodiscard]] bool has_many_postings(TermRange terms) const {
    std::size_t postings = 0;
    for (TermId term = terms.begin; term < terms.end && postings <= kManyPostings; ++term)
      postings += list_at(out_.posting_offsets, out_.postings, term).size();
    return postings > kManyPostings;
  }

  static void split(const Dictionary& dictionary, TermRange range, std::size_t depth, std::vector<TermRange>& out) {
    while (!range.empty()) {
      const std::string_view term = dictionary.term(range.begin);
      const TermRange next =
          depth < term.size() ? dictionary.narrow(range, depth, term.substr(depth, 1)) : TermRange{range.begin, range.begin + 1};
      if (next.size() > kManyTerms) out.push_back(next);
      range.begin = next.end;
    }
  }

  Documents documents_;
  OwnedSections out_;
  StringNumbers terms_, genres_, shared_;
  std::vector<Shared> shared_places_;  // by their numbers
  std::vector<TermId> shared_words_;
  std::vector<NamedDoc> named_;
  std::vector<std::pair<std::uint64_t, DocId>> ids_;
};

}  // namespace

OwnedSections build_sections(Documents documents) { return Builder(std::move(documents)).run(); }

std::uint64_t id_key(std::string_view id) noexcept {
  std::uint64_t hash = 0xCBF29CE484222325;
  for (const char c : id) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3;
  return hash;
}

std::uint16_t popularity_rank(std::uint32_t count) noexcept {
  return static_cast<std::uint16_t>(std::min(65535.0, 2048.0 * std::log2(1.0 + count)));
}

}  // namespace segue::search
