// SPDX-License-Identifier: Apache-2.0
// The one table of rules, and what was found against it. A finding names its rule, the place and both values.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace segue::validator {

enum class Level { must, should };

struct Rule {
  std::string_view id;      // "hls-targetduration"
  std::string_view clause;  // "RFC 4.4.3.1"
  std::string_view text;    // what holds when the rule is kept
  Level level = Level::must;
};

namespace rules {
#define RULE(name, level, id, clause, text) inline constexpr Rule name{id, clause, text, Level::level};
#include "validator/rules.inc"
#undef RULE
}  // namespace rules

[[nodiscard]] const std::vector<const Rule*>& all_rules();

struct Finding {
  const Rule* rule = nullptr;
  std::string where;  // file or URL, and the place in it
  std::string what;   // expected and found
};

class Findings {
 public:
  void add(const Rule& rule, std::string where, std::string what);
  [[nodiscard]] const std::vector<Finding>& all() const { return all_; }  // at most kMostOfARule of each rule
  [[nodiscard]] std::size_t count(const Rule& rule) const;                // those left out counted
  [[nodiscard]] bool violated() const;                                    // any rule of level must

 private:
  static constexpr std::size_t kMostOfARule = 20;  // a fault in a packager repeats in each segment; one page shows it
  std::vector<Finding> all_;
  std::map<std::string_view, std::size_t> counts_;
};

}  // namespace segue::validator
