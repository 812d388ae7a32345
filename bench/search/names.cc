// SPDX-License-Identifier: Apache-2.0
#include "bench/search/names.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <random>
#include <string_view>
#include <vector>

namespace segue::bench {
namespace {

using Random = std::mt19937_64;

constexpr std::array<std::string_view, 24> kOnsets{"b", "br", "c", "ch", "d", "dr", "f",  "g",  "gr", "h",  "j", "k",
                                                   "l", "m",  "n", "p",  "r", "s",  "st", "sh", "t",  "th", "v", "w"};
constexpr std::array<std::string_view, 12> kVowels{"a", "e", "i", "o", "u", "a", "e", "o", "ea", "ou", "ai", "y"};
constexpr std::array<std::string_view, 8> kMarked{"é", "ü", "ö", "ä", "í", "ø", "ñ", "ç"};
constexpr std::array<std::string_view, 14> kCodas{"", "", "", "", "n", "r", "s", "l", "t", "nd", "ck", "m", "ng", "st"};
constexpr std::array<std::string_view, 20> kCyrillicOnsets{"б", "в", "г", "д", "ж", "з", "к", "л", "м", "н",
                                                           "п", "р", "с", "т", "ф", "х", "ц", "ч", "ш", "ст"};
constexpr std::array<std::string_view, 8> kCyrillicVowels{"а", "е", "и", "о", "у", "ы", "ю", "я"};
constexpr std::array<std::string_view, 14> kGreekOnsets{"β", "γ", "δ", "ζ", "θ", "κ", "λ", "μ", "ν", "π", "ρ", "σ", "τ", "φ"};
constexpr std::array<std::string_view, 6> kGreekVowels{"α", "ε", "ι", "ο", "ω", "ου"};

class Zipf {
 public:
  explicit Zipf(std::size_t size, double exponent) : sums_(size) {
    double sum = 0;
    for (std::size_t i = 0; i < size; ++i) sums_[i] = sum += 1 / std::pow(static_cast<double>(i + 1), exponent);
  }
  std::size_t operator()(Random& random) const {
    const double point = std::uniform_real_distribution<double>(0, sums_.back())(random);
    return static_cast<std::size_t>(std::lower_bound(sums_.begin(), sums_.end(), point) - sums_.begin());
  }

 private:
  std::vector<double> sums_;
};

template <class Pool>
std::string_view pick(const Pool& pool, Random& random) {
  return pool[random() % pool.size()];
}

void append_code(std::string& out, unsigned code) {
  out += static_cast<char>(0xE0 | code >> 12);
  out += static_cast<char>(0x80 | (code >> 6 & 0x3F));
  out += static_cast<char>(0x80 | (code & 0x3F));
}

enum class Script { latin, cyrillic, greek, han, kana, hangul };

// Frequent words are short, rare ones long.
std::string make_word(Script script, std::size_t rank, Random& random) {
  std::string word;
  const std::size_t syllables = 1 + (rank > 60 ? 1 : 0) + random() % (rank > 3000 ? 3 : 2);
  const bool marked = random() % 5 == 0;
  for (std::size_t i = 0; i < syllables; ++i) switch (script) {
      case Script::latin:
        word += pick(kOnsets, random);
        word += marked && i == 0 ? pick(kMarked, random) : pick(kVowels, random);
        word += pick(kCodas, random);
        break;
      case Script::cyrillic:
        word += pick(kCyrillicOnsets, random);
        word += pick(kCyrillicVowels, random);
        break;
      case Script::greek:
        word += pick(kGreekOnsets, random);
        word += pick(kGreekVowels, random);
        break;
      case Script::han: append_code(word, 0x4E00 + static_cast<unsigned>(random() % 3000)); break;
      case Script::kana: append_code(word, 0x3042 + static_cast<unsigned>(random() % 80)); break;
      case Script::hangul: append_code(word, 0xAC00 + static_cast<unsigned>(random() % 11000)); break;
    }
  return word;
}

class Vocabulary {
 public:
  Vocabulary(Script script, std::size_t size, Random& random) : zipf_(size, 0.9) {
    for (std::size_t i = 0; i < size; ++i) words_.push_back(make_word(script, i, random));
    spaced_ = script != Script::han && script != Script::kana;
  }
  std::string name(std::size_t words, Random& random) const {
    std::string out;
    for (std::size_t i = 0; i < words; ++i) {
      if (i > 0 && spaced_) out += random() % 40 == 0 ? "-" : " ";
      std::string word = words_[zipf_(random)];
      if (word[0] >= 'a' && word[0] <= 'z') word[0] = static_cast<char>(word[0] - 'a' + 'A');
      out += word;
    }
    return out;
  }

 private:
  Zipf zipf_;
  std::vector<std::string> words_;
  bool spaced_ = true;
};

std::size_t word_count(Random& random) {
  constexpr std::array<std::size_t, 10> kCounts{1, 1, 2, 2, 2, 3, 3, 4, 4, 6};
  return kCounts[random() % kCounts.size()];
}

}  // namespace

std::string number_id(std::size_t number) {
  std::string id(26, 'a');
  for (std::size_t i = 26; number > 0; number /= 32) id[--i] = "abcdefghijklmnopqrstuvwxyz234567"[number % 32];
  return id;
}

void make_library(std::size_t tracks, std::uint64_t seed, const std::function<void(const search::Document&)>& visit) {
  Random random(seed);
  const std::size_t words = std::max<std::size_t>(2000, tracks / 5);
  const std::array<Vocabulary, 6> vocabularies{
      Vocabulary(Script::latin, words, random),      Vocabulary(Script::cyrillic, words / 4, random),
      Vocabulary(Script::greek, words / 10, random), Vocabulary(Script::han, words / 5, random),
      Vocabulary(Script::kana, words / 10, random),  Vocabulary(Script::hangul, words / 8, random)};
  constexpr std::array<std::size_t, 10> kScripts{0, 0, 0, 0, 0, 0, 0, 1, 3, 0};
  static constexpr std::array<std::string_view, 12> kGenres{"Rock",  "Pop",  "Jazz", "Classical", "Electronic", "Hip-Hop",
                                                            "Metal", "Folk", "Soul", "Ambient",   "Punk",       "Reggae"};
  const auto plays = [&] {
    return static_cast<std::uint32_t>(std::min(4e9, std::exp(std::exponential_distribution<double>(0.35)(random))));
  };
  std::size_t made_tracks = 0, made_albums = 0;
  for (std::size_t made_artists = 0; made_tracks < tracks; ++made_artists) {
    std::size_t script = kScripts[random() % kScripts.size()];
    if (script == 0 && random() % 10 == 0) script = 2 + random() % 4;
    const Vocabulary& vocabulary = vocabularies[script];
    search::Document artist;
    artist.kind = search::Kind::artist;
    artist.id = number_id(made_artists);
    artist.name = vocabulary.name(1 + random() % 3, random);
    artist.popularity = plays();
    artist.genre = kGenres[random() % kGenres.size()];
    const std::size_t albums = 1 + random() % 3;
    for (std::size_t a = 0; a < albums && made_tracks < tracks; ++a) {
      search::Document album = artist;
      album.kind = search::Kind::album;
      album.id = number_id(made_albums++);
      album.by = artist.name;
      album.name = vocabulary.name(word_count(random), random);
      album.year = static_cast<std::uint16_t>(1950 + random() % 76);
      const std::size_t songs = 2 + random() % 9;
      for (std::size_t s = 0; s < songs && made_tracks < tracks; ++s) {
        search::Document track = album;
        track.kind = search::Kind::track;
        track.id = number_id(made_tracks++);
        track.in = album.name;
        track.name = vocabularies[random() % 12 == 0 ? 0 : script].name(word_count(random), random);
        track.popularity = plays() / 3;
        visit(track);
      }
      visit(album);
    }
    visit(artist);
  }
}

}  // namespace segue::bench
