// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/search/near.h"

#include <string>

#include "catalog-api/search/fold.h"

namespace segue::search {
namespace {

constexpr unsigned kMaxSiblings = 128;  // letters tried in one place

std::string utf8(std::u32string_view letters) {
  std::string out;
  for (const char32_t letter : letters) append_utf8(out, letter);
  return out;
}

std::size_t length_of_first(std::string_view utf8) {
  std::size_t end = 1;
  while (end < utf8.size() && (static_cast<unsigned char>(utf8[end]) & 0xC0) == 0x80) ++end;
  return end;
}

class Walk {
 public:
  Walk(const Dictionary& dictionary, std::u32string_view word, bool as_prefix, std::vector<Expansion>& out)
      : dictionary_(dictionary), word_(word), as_prefix_(as_prefix), out_(out) {}

  void run() {
    TermRange here = dictionary_.all();
    std::size_t depth = 0;
    for (std::size_t i = 0; i <= word_.size() && !here.empty(); ++i) {
      try_typos(here, depth, i);
      if (i == word_.size()) break;
      const std::string next = utf8(word_.substr(i, 1));
      here = dictionary_.narrow(here, depth, next);
      depth += next.size();
    }
  }

 private:
  void try_typos(TermRange here, std::size_t depth, std::size_t i) {
    if (i < word_.size()) accept(here, depth, word_.substr(i + 1), i);  // a letter too many
    if (i + 1 < word_.size() && word_[i] != word_[i + 1])
      accept(here, depth, std::u32string{word_[i + 1], word_[i]} + std::u32string(word_.substr(i + 2)), i);
    if (as_prefix_ && i == word_.size()) return;  // any further letter is no typo
    for_each_next_letter(here, depth, [&](TermRange there, std::size_t below) {
      accept(there, below, word_.substr(i), i);                            // a letter missing
      if (i < word_.size()) accept(there, below, word_.substr(i + 1), i);  // another letter
    });
  }

  // Only letters of the word's own script: nobody slips from Latin into Hangul.
  template <class Visit>
  void for_each_next_letter(TermRange here, std::size_t depth, Visit visit) {
    const char32_t block = word_.front() & ~char32_t{0x7F};
    TermId at = block < 0x80 ? here.begin : dictionary_.narrow(here, depth, utf8(std::u32string{block})).begin;
    for (unsigned tried = 0; at < here.end && tried < kMaxSiblings; ++tried) {
      const std::string_view term = dictionary_.term(at);
      if (depth >= term.size()) {  // the term that ends here sorts before those that go on
        ++at;
        continue;
      }
      const std::string_view rest = term.substr(depth);
      const std::string_view letter = rest.substr(0, length_of_first(rest));
      if (block < 0x80 && static_cast<unsigned char>(letter.front()) >= 0x80) return;
      const TermRange there = dictionary_.narrow({at, here.end}, depth, letter);
      visit(there, depth + letter.size());
      at = there.end;
    }
  }

  void accept(TermRange here, std::size_t depth, std::u32string_view rest, std::size_t typo_at) {
    const std::string bytes = utf8(rest);
    const TermRange found = dictionary_.narrow(here, depth, bytes);
    if (found.empty()) return;
    if (as_prefix_)
      out_.push_back({found, 1, typo_at == 0});
    else if (dictionary_.term(found.begin).size() == depth + bytes.size())
      out_.push_back({{found.begin, found.begin + 1}, 1, typo_at == 0});
  }

  const Dictionary& dictionary_;
  std::u32string_view word_;
  bool as_prefix_;
  std::vector<Expansion>& out_;
};

}  // namespace

void near_one(const Dictionary& dictionary, std::u32string_view word, bool as_prefix, std::vector<Expansion>& out) {
  if (!word.empty()) Walk(dictionary, word, as_prefix, out).run();
}

}  // namespace segue::search
