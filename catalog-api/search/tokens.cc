// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/search/tokens.h"

#include <span>

#include "catalog-api/search/fold.h"

namespace segue::search {
namespace {

constexpr std::size_t kMaxJoinedParts = 8;  // "a-b-c-…" of any length is no name

bool is_word(std::span<const Letter> letters, std::size_t i) { return i < letters.size() && letters[i].kind == LetterClass::word; }

// Symbols that stand for the letter they look like, when they stand among letters.
void read_symbols(std::vector<Letter>& letters) {
  for (std::size_t i = 0; i < letters.size(); ++i) {
    const bool after = i > 0 && is_word(letters, i - 1), before = is_word(letters, i + 1);
    if (letters[i].code == U'$' && (after || before)) letters[i] = {U's', LetterClass::word, letters[i].begin, letters[i].end};
    if (letters[i].code == U'!' && after && before) letters[i] = {U'i', LetterClass::word, letters[i].begin, letters[i].end};
  }
}

Token make_token(std::span<const Letter> letters) {
  Token token{{}, letters.front().begin, letters.back().end};
  for (const Letter& letter : letters.first(std::min(letters.size(), kMaxTokenLetters))) append_utf8(token.text, letter.code);
  return token;
}

class Splitter {
 public:
  explicit Splitter(std::span<const Letter> letters) : letters_(letters) {}

  std::vector<Token> run() && {
    for (std::size_t at = 0; at < letters_.size();) at = one_run(at);
    end_chunk(letters_.size());
    if (tokens_.empty()) only_symbols();
    if (tokens_.size() > kMaxTokens) tokens_.resize(kMaxTokens);
    return std::move(tokens_);
  }

 private:
  // Letters of one class in a row; returns where the next run begins.
  std::size_t one_run(std::size_t begin) {
    std::size_t end = begin;
    while (end < letters_.size() && letters_[end].kind == letters_[begin].kind) ++end;
    const auto run = letters_.subspan(begin, end - begin);
    switch (letters_[begin].kind) {
      case LetterClass::hard: end_chunk(begin); break;
      case LetterClass::soft: break;
      case LetterClass::word: add_part(run); break;
      case LetterClass::ideograph:
        end_chunk(begin);
        add_pairs(run);
        break;
    }
    if (letters_[begin].kind == LetterClass::hard || letters_[begin].kind == LetterClass::ideograph) chunk_begin_ = end;
    return end;
  }

  void add_part(std::span<const Letter> run) {
    tokens_.push_back(make_token(run));
    ++parts_;
    joined_.insert(joined_.end(), run.begin(), run.end());
  }

  void add_pairs(std::span<const Letter> run) {
    for (std::size_t i = 0; i < run.size(); ++i) {
      tokens_.push_back(make_token(run.subspan(i, std::min<std::size_t>(2, run.size() - i))));
      tokens_.back().pair = true;
    }
  }

  void end_chunk(std::size_t end) {
    if (parts_ == 0 && end == chunk_begin_ + 1 && letters_[chunk_begin_].code == U'&')
      tokens_.push_back({"and", letters_[chunk_begin_].begin, letters_[chunk_begin_].end});
    if (parts_ > 1 && parts_ <= kMaxJoinedParts) {
      tokens_.push_back(make_token(joined_));
      tokens_.back().joined = true;
    }
    parts_ = 0;
    joined_.clear();
    chunk_begin_ = end;
  }

  void only_symbols() {
    std::vector<Letter> symbols;
    for (const Letter& letter : letters_)
      if (letter.kind == LetterClass::soft) symbols.push_back(letter);
    if (!symbols.empty()) tokens_.push_back(make_token(symbols));
  }

  std::span<const Letter> letters_;
  std::vector<Token> tokens_;
  std::vector<Letter> joined_;  // of the chunk between two spaces
  std::size_t parts_ = 0, chunk_begin_ = 0;
};

std::vector<Letter> letters_of(std::string_view utf8) {
  std::vector<Letter> letters;
  fold(utf8, letters);
  read_symbols(letters);
  return letters;
}

}  // namespace

std::vector<Token> tokenize(std::string_view utf8) {
  const auto letters = letters_of(utf8);
  return Splitter(letters).run();
}

std::uint64_t name_key(std::string_view utf8) {
  const auto letters = letters_of(utf8);
  bool any_word = false;
  for (const Letter& letter : letters) any_word |= letter.kind == LetterClass::word || letter.kind == LetterClass::ideograph;
  std::uint64_t hash = 0xCBF29CE484222325;  // FNV-1a
  for (const Letter& letter : letters) {
    if (letter.kind == LetterClass::hard || (any_word && letter.kind == LetterClass::soft)) continue;
    hash = (hash ^ letter.code) * 0x100000001B3;
  }
  return hash;
}

}  // namespace segue::search
