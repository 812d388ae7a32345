// SPDX-License-Identifier: Apache-2.0
// Law: any bytes are a name and a query. A name is found by itself, highlights lie inside it, tokens are no longer than their limit.
#include <cstdint>
#include <string>

#include "catalog-api/search/index.h"
#include "catalog-api/search/tokens.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace segue::search;
  if (size > kMaxQueryBytes) return 0;
  std::string text(reinterpret_cast<const char*>(data), size);
  for (char& c : text)
    if (c == '\0') c = ' ';
  const auto tokens = tokenize(text);
  for (const Token& token : tokens)
    if (token.begin > token.end || token.end > text.size() || token.text.empty()) __builtin_trap();
  Document document;
  document.id = "1";
  document.name = text;
  Index index;
  index.put({document});
  const Results results = index.search({text, {Kind::track}, {}, 3});
  if (tokens.empty()) return 0;
  if (results.groups[0].hits.size() != 1) __builtin_trap();
  for (const Highlight& highlight : results.groups[0].hits[0].highlights)
    if (highlight.begin > highlight.end || highlight.end > text.size()) __builtin_trap();
  return 0;
}
