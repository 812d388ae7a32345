// SPDX-License-Identifier: Apache-2.0
// What a search is asked when it is measured: beginnings of names as they are typed, and tracks by their title and artist, with what goes
// wrong on the way. The same for the same targets and the same random numbers.
#pragma once

#include <random>
#include <string>
#include <vector>

#include "catalog-api/search/document.h"

namespace segue::bench {

struct Question {
  std::string query, wanted;  // wanted: a track's id; empty: any answer will do
  std::string meant;          // title and artist, for a look at the misses
};
struct QuestionKind {
  std::string name;
  std::vector<Question> questions;
};

[[nodiscard]] std::vector<QuestionKind> questions_about(const std::vector<search::Document>& targets, std::mt19937_64& random);

}  // namespace segue::bench
