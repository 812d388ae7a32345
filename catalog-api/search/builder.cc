// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/search/builder.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "catalog-api/search/deletions.h"
#include "catalog-api/search/tokens.h"

namespace segue::search {
namespace {

constexpr std::uint32_t kManyTerms = 64;  // a prefix with more terms keeps their postings together

class Builder {
 public:
  explicit Builder(std::vector<Document> documents) : documents_(std::move(documents)) {}

  OwnedSections run() && {
    order();
    for (Document& document : documents_) add(document);
    number_terms();
    fill_postings();
    fill_prefixes();
    sort_keys(out_.name_keys, out_.name_docs);
    sort_keys(out_.id_keys, out_.id_docs);
    const DeletionTable deletions = build_deletions(Dictionary(out_.term_offsets, out_.term_bytes));
    out_.deletion_offsets = deletions.offsets;
    out_.deletion_terms = deletions.terms;
    return std::move(out_);
  }

 private:
  void order() {
    std::unordered_set<std::string_view> seen;
    std::vector<bool> keep(documents_.size());
    for (std::size_t i = documents_.size(); i-- > 0;) keep[i] = seen.insert(documents_[i].id).second;
    std::vector<Document> kept;
    kept.reserve(seen.size());
    for (std::size_t i = 0; i < documents_.size(); ++i)
      if (keep[i]) kept.push_back(std::move(documents_[i]));
    documents_ = std::move(kept);
    std::sort(documents_.begin(), documents_.end(), [](const Document& a, const Document& b) {
      return a.popularity != b.popularity ? a.popularity > b.popularity : a.id < b.id;
    });
    out_.text_offsets.push_back(0);
    out_.forward_offsets.push_back(0);
    out_.genre_offsets.push_back(0);
  }

  void add(const Document& document) {
    const auto doc = static_cast<DocId>(out_.popularity.size());
    out_.popularity.push_back(popularity_rank(document.popularity));
    out_.count.push_back(document.popularity);
    out_.year.push_back(document.year);
    out_.library.push_back(document.libraries);
    out_.genre.push_back(genre_number(document.genre));
    add_string(document.id);
    add_name(Field::name, document.name, doc);
    add_words(Field::by, add_string(document.by));
    add_words(Field::in, add_string(document.in));
    if (!document.by.empty()) {  // "title artist" names it as well as the title alone does
      add_key(document.name + ' ' + document.by, doc);
      add_key(document.by + ' ' + document.name, doc);
    }
    for (const std::string& alias : document.aliases) add_name(Field::alias, alias, doc);
    out_.text_offsets.push_back(out_.text.size());
    out_.forward_offsets.push_back(static_cast<std::uint32_t>(out_.forward.size()));
    out_.id_keys.push_back(id_key(document.id));
    out_.id_docs.push_back(doc);
  }

  void add_name(Field field, const std::string& name, DocId doc) {
    add_words(field, add_string(name));
    if (!name.empty()) add_key(name, doc);
  }

  void add_key(const std::string& name, DocId doc) {
    out_.name_keys.push_back(name_key(name));
    out_.name_docs.push_back(doc);
  }

  // NUL ends a string in the snapshot; in a name it becomes a space.
  std::string_view add_string(std::string_view text) {
    const std::size_t begin = out_.text.size();
    for (const char c : text) out_.text.push_back(c == '\0' ? ' ' : c);
    out_.text.push_back('\0');
    return {out_.text.data() + begin, text.size()};
  }

  void add_words(Field field, std::string_view name) {
    for (const Token& token : tokenize(name)) {
      const auto [term, is_new] = numbers_.try_emplace(token.text, static_cast<TermId>(numbers_.size()));
      assert(term->second < kMaxTerms);
      out_.forward.push_back(static_cast<std::uint32_t>(field) << 29 | term->second);
    }
  }

  std::uint16_t genre_number(const std::string& genre) {
    if (genre.empty()) return 0;
    if (genres_.size() == 0xFFFF && !genres_.contains(genre)) return 0;
    const auto [found, is_new] = genres_.try_emplace(genre, static_cast<std::uint16_t>(genres_.size() + 1));
    if (is_new) {
      out_.genre_text.insert(out_.genre_text.end(), genre.begin(), genre.end());
      out_.genre_offsets.push_back(static_cast<std::uint32_t>(out_.genre_text.size()));
    }
    return found->second;
  }

  // The numbers given while reading become numbers in sorted order.
  void number_terms() {
    std::vector<std::pair<std::string_view, TermId>> sorted;
    sorted.reserve(numbers_.size());
    for (const auto& [term, number] : numbers_) sorted.emplace_back(term, number);
    std::sort(sorted.begin(), sorted.end());
    std::vector<TermId> renumbered(sorted.size());
    out_.term_offsets.push_back(0);
    for (TermId id = 0; id < sorted.size(); ++id) {
      renumbered[sorted[id].second] = id;
      out_.term_bytes.insert(out_.term_bytes.end(), sorted[id].first.begin(), sorted[id].first.end());
      out_.term_offsets.push_back(static_cast<std::uint32_t>(out_.term_bytes.size()));
    }
    for (std::uint32_t& word : out_.forward) word = (word & ~(kMaxTerms - 1)) | renumbered[word & (kMaxTerms - 1)];
    numbers_ = {};
  }

  // Calls visit(group, doc) once for each document and each group that its words fall into, documents in order.
  template <class GroupOf, class Visit>
  void for_each_posting(GroupOf group_of, Visit visit) const {
    std::vector<std::uint32_t> groups;
    for (DocId doc = 0; doc < out_.popularity.size(); ++doc) {
      groups.clear();
      for (std::uint32_t i = out_.forward_offsets[doc]; i < out_.forward_offsets[doc + 1]; ++i)
        if (const std::uint32_t group = group_of(out_.forward[i] & (kMaxTerms - 1)); group != kNone) groups.push_back(group);
      std::sort(groups.begin(), groups.end());
      groups.erase(std::unique(groups.begin(), groups.end()), groups.end());
      for (const std::uint32_t group : groups) visit(group, doc);
    }
  }

  // Appends the lists of `groups` groups to `lists`; returns where each begins, and the end.
  template <class GroupOf>
  std::vector<std::uint32_t> fill_lists(std::uint32_t groups, GroupOf group_of, std::vector<DocId>& lists) const {
    std::vector<std::uint32_t> begins(groups + 1, 0);
    for_each_posting(group_of, [&](std::uint32_t group, DocId) { ++begins[group + 1]; });
    begins[0] = static_cast<std::uint32_t>(lists.size());
    std::partial_sum(begins.begin(), begins.end(), begins.begin());
    lists.resize(begins.back());
    std::vector<std::uint32_t> next = begins;
    for_each_posting(group_of, [&](std::uint32_t group, DocId doc) { lists[next[group]++] = doc; });
    return begins;
  }

  void fill_postings() {
    const auto terms = static_cast<std::uint32_t>(out_.term_offsets.size() - 1);
    out_.posting_offsets = fill_lists(
        terms, [](TermId term) { return term; }, out_.postings);
  }

  // Prefix by prefix, one byte longer each round, as long as some prefix has many terms.
  void fill_prefixes() {
    const Dictionary dictionary(out_.term_offsets, out_.term_bytes);
    std::vector<TermRange> wide = {dictionary.all()};
    for (std::size_t depth = 0; !wide.empty(); ++depth) {
      std::vector<TermRange> longer;
      for (const TermRange range : wide) split(dictionary, range, depth, longer);
      std::vector<TermRange> fresh;  // a longer prefix with the same terms is kept already
      std::set_difference(longer.begin(), longer.end(), wide.begin(), wide.end(), std::back_inserter(fresh),
                          [](TermRange a, TermRange b) { return std::pair(a.begin, a.end) < std::pair(b.begin, b.end); });
      keep(fresh);
      wide = std::move(longer);
    }
    std::sort(out_.prefixes.begin(), out_.prefixes.end(), [](const PrefixPostings& a, const PrefixPostings& b) {
      return a.terms_begin != b.terms_begin ? a.terms_begin < b.terms_begin : a.terms_end > b.terms_end;
    });
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

  void keep(const std::vector<TermRange>& ranges) {
    std::vector<std::uint32_t> group_of(out_.term_offsets.size() - 1, kNone);
    for (std::uint32_t group = 0; group < ranges.size(); ++group)
      for (TermId term = ranges[group].begin; term < ranges[group].end; ++term) group_of[term] = group;
    const auto begins = fill_lists(
        static_cast<std::uint32_t>(ranges.size()), [&](TermId term) { return group_of[term]; }, out_.prefix_postings);
    for (std::size_t i = 0; i < ranges.size(); ++i) out_.prefixes.push_back({ranges[i].begin, ranges[i].end, begins[i], begins[i + 1]});
  }

  static void sort_keys(std::vector<std::uint64_t>& keys, std::vector<DocId>& docs) {
    std::vector<std::pair<std::uint64_t, DocId>> pairs(keys.size());
    for (std::size_t i = 0; i < keys.size(); ++i) pairs[i] = {keys[i], docs[i]};
    std::sort(pairs.begin(), pairs.end());
    for (std::size_t i = 0; i < keys.size(); ++i) std::tie(keys[i], docs[i]) = pairs[i];
  }

  static constexpr std::uint32_t kNone = 0xFFFFFFFF;
  std::vector<Document> documents_;
  OwnedSections out_;
  std::unordered_map<std::string, TermId> numbers_;
  std::unordered_map<std::string, std::uint16_t> genres_;
};

}  // namespace

OwnedSections build_sections(std::vector<Document> documents) { return Builder(std::move(documents)).run(); }

std::uint64_t id_key(std::string_view id) noexcept {
  std::uint64_t hash = 0xCBF29CE484222325;
  for (const char c : id) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3;
  return hash;
}

std::uint16_t popularity_rank(std::uint32_t count) noexcept {
  return static_cast<std::uint16_t>(std::min(65535.0, 2048.0 * std::log2(1.0 + count)));
}

}  // namespace segue::search
