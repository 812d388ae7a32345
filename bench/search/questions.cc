// SPDX-License-Identifier: Apache-2.0
#include "bench/search/questions.h"

#include "bench/search/noise.h"

namespace segue::bench {

std::vector<QuestionKind> questions_about(const std::vector<search::Document>& targets, std::mt19937_64& random) {
  std::vector<QuestionKind> kinds;
  for (const std::size_t letters : {1, 2, 3, 4, 6, 8}) {
    QuestionKind& kind = kinds.emplace_back(QuestionKind{"prefix of " + std::to_string(letters), {}});
    for (const auto& target : targets) kind.questions.push_back({first_letters(random() % 2 ? target.name : target.by, letters), "", ""});
  }
  for (std::size_t noise = 0; noise < kNoiseNames.size(); ++noise) {
    QuestionKind& kind = kinds.emplace_back(QuestionKind{std::string(kNoiseNames[noise]), {}});
    for (const auto& target : targets)
      kind.questions.push_back({noisy_query(target, static_cast<Noise>(noise), random), target.id, target.name + " / " + target.by});
  }
  return kinds;
}

}  // namespace segue::bench
