// SPDX-License-Identifier: Apache-2.0
// How often the first ten tracks hold what was meant, of names with what goes wrong when one types them: the floors are a little below what
// the index reaches (the same names and questions each time), so that a change which makes it find less is noticed before a benchmark is
// run.
#include <array>
#include <map>

#include "bench/search/names.h"
#include "bench/search/questions.h"
#include "catalog-api/search/index.h"
#include "tests/catch.h"

using namespace segue;

TEST_CASE("of 20,000 tracks the one that was meant is among the first ten, as often as it was before") {
  constexpr std::size_t kTracks = 20'000, kTargets = 500;
  const std::map<std::string, double> floors{
      {"clean", 1.0},          {"1 edit", 0.98},        {"2 edits", 0.95},           {"missing word", 0.96},
      {"swapped words", 0.99}, {"no diacritics", 0.99}, {"title only, 1 edit", 0.82}};
  search::Index index;
  std::vector<search::Document> targets;
  {
    std::array<search::Documents, search::kKinds> documents;
    std::size_t tracks = 0;
    bench::make_library(kTracks, 42, [&](const search::Document& document) {
      documents[static_cast<std::size_t>(document.kind)].add(document);
      if (document.kind == search::Kind::track && tracks++ % (kTracks / kTargets) == 0) targets.push_back(document);
    });
    for (std::size_t k = 0; k < search::kKinds; ++k) index.put(static_cast<search::Kind>(k), std::move(documents[k]));
  }
  REQUIRE(targets.size() == kTargets);
  std::mt19937_64 random(7);
  std::size_t kinds = 0;
  for (const auto& [name, questions] : bench::questions_about(targets, random)) {
    std::size_t hit = 0;
    for (const auto& [query, wanted, meant] : questions)
      for (const auto& group : index.search({query, {}, {}, 10}).groups)
        for (const auto& found : group.hits) hit += group.kind == search::Kind::track && found.document.id == wanted;
    const auto floor = floors.find(name);
    if (floor == floors.end()) continue;
    ++kinds;
    CAPTURE(name);
    CHECK(static_cast<double>(hit) / kTargets >= floor->second);
  }
  CHECK(kinds == floors.size());
}
