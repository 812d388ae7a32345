// SPDX-License-Identifier: Apache-2.0
#include "validator/findings.h"

#include <algorithm>

namespace segue::validator {

const std::vector<const Rule*>& all_rules() {
  static const std::vector<const Rule*> kAll = {
#define RULE(name, level, id, clause, text) &rules::name,
#include "validator/rules.inc"
#undef RULE
  };
  return kAll;
}

void Findings::add(const Rule& rule, std::string where, std::string what) {
  if (++counts_[rule.id] <= kMostOfARule) all_.push_back({&rule, std::move(where), std::move(what)});
}

std::size_t Findings::count(const Rule& rule) const {
  const auto found = counts_.find(rule.id);
  return found == counts_.end() ? 0 : found->second;
}

bool Findings::violated() const {
  return std::any_of(all_.begin(), all_.end(), [](const Finding& f) { return f.rule->level == Level::must; });
}

}  // namespace segue::validator
