// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/search/near.h"

#include <string>

#include "catalog-api/search/fold.h"

namespace segue::search {
namespace {

std::string utf8(std::u32string_view letters) {
  std::string out;
  for (const char32_t letter : letters) append_utf8(out, letter);
  return out;
}

class Walk {
 public:
  Walk(const Dictionary& dictionary, const Beginnings& beginnings, std::u32string_view word, bool as_prefix, std::vector<Expansion>& out)
      : dictionary_(dictionary), beginnings_(beginnings), word_(word), as_prefix_(as_prefix), out_(out) {}

  // Along the word as it is, as far as terms follow it.
  void run() {
    letters_ = beginnings_.letters_like(word_.front());
    for (std::size_t i = 0; i <= word_.size() && !here_.empty(); ++i) {
      try_typos(i);
      if (i == word_.size()) break;
      const std::string next = utf8(word_.substr(i, 1));
      here_ = dictionary_.narrow(here_, depth_, next);
      depth_ += next.size();
      hash_ = Beginnings::add(hash_, word_[i]);
    }
  }

 private:
  void try_typos(std::size_t i) {
    const std::u32string_view rest = word_.substr(i), behind = rest.substr(rest.empty() ? 0 : 1);
    if (!rest.empty()) accept(hash_, {}, behind, i);  // a letter too many
    if (rest.size() > 1 && rest[0] != rest[1]) {
      const char32_t swapped[] = {rest[1], rest[0]};
      accept(hash_, {swapped, 2}, rest.substr(2), i);
    }
    if (as_prefix_ && rest.empty()) return;  // any further letter is no typo
    for (const char32_t letter : letters_) {
      const auto hash = Beginnings::add(hash_, letter);
      if (!beginnings_.may_begin(hash)) continue;
      accept(hash_, {&letter, 1}, rest, i);                       // a letter missing
      if (!rest.empty()) accept(hash_, {&letter, 1}, behind, i);  // another letter
    }
  }

  // What lies behind: `typed` for what was meant at letter `typo_at`, then `rest` as it stands.
  void accept(Beginnings::Hash hash, std::u32string_view typed, std::u32string_view rest, std::size_t typo_at) {
    hash = Beginnings::add(Beginnings::add(hash, typed), rest);
    if (!(as_prefix_ ? beginnings_.may_begin(hash) : beginnings_.may_be(hash))) return;
    const std::string bytes = utf8(typed) + utf8(rest);
    const TermRange found = dictionary_.narrow(here_, depth_, bytes);
    if (found.empty()) return;
    if (as_prefix_)
      out_.push_back({found, 1, typo_at == 0});
    else if (dictionary_.term(found.begin).size() == depth_ + bytes.size())
      out_.push_back({{found.begin, found.begin + 1}, 1, typo_at == 0});
  }

  const Dictionary& dictionary_;
  const Beginnings& beginnings_;
  std::u32string_view word_, letters_;
  bool as_prefix_;
  std::vector<Expansion>& out_;
  TermRange here_ = dictionary_.all();
  std::size_t depth_ = 0;  // bytes that all of here_ share with the word
  Beginnings::Hash hash_ = Beginnings::kEmpty;
};

}  // namespace

void near_one(const Dictionary& dictionary, const Beginnings& beginnings, std::u32string_view word, bool as_prefix,
              std::vector<Expansion>& out) {
  if (!word.empty()) Walk(dictionary, beginnings, word, as_prefix, out).run();
}

}  // namespace segue::search
