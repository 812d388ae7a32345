// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/library/shelving.h"

#include <algorithm>

#include "catalog-api/library/names.h"

namespace segue::library {
namespace {

bool holds(const media::Tags& tags, const TagIs& rule) {
  const auto found = tags.find(rule.tag);
  if (found == tags.end()) return false;
  const std::string wanted = name_key(rule.value);
  return std::any_of(found->second.begin(), found->second.end(), [&](const std::string& value) { return name_key(value) == wanted; });
}

}  // namespace

std::uint32_t library_of(const media::Tags& tags, const std::vector<Shelf>& shelves) {
  for (const Shelf& shelf : shelves) {
    if (holds(tags, {"library", shelf.name})) return shelf.library;
    if (std::any_of(shelf.rules.begin(), shelf.rules.end(), [&](const TagIs& rule) { return holds(tags, rule); })) return shelf.library;
  }
  return 0;
}

std::string text_of(const std::vector<Shelf>& shelves) {
  std::string text;
  for (const Shelf& shelf : shelves) {
    text += std::to_string(shelf.library) + '\x1e' + name_key(shelf.name) + '\x1e';
    for (const TagIs& rule : shelf.rules) text += rule.tag + '\x1f' + name_key(rule.value) + '\x1e';
    text += '\n';
  }
  return text;
}

}  // namespace segue::library
