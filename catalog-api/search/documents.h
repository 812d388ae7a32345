// SPDX-License-Identifier: Apache-2.0
// Documents on their way into a segment, packed one behind the other: a third of what they take as strings, and no block of memory each.
// Ten million tracks wait in 0.9 GB.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "catalog-api/search/document.h"

namespace segue::search {

// A document whose strings lie elsewhere.
struct DocumentView {
  std::string_view id, name, by, in, aliases, genre;  // aliases: each ends with a NUL
  std::uint16_t year = 0;
  std::uint32_t libraries = 1, popularity = 0;
};

class Documents {
 public:
  Documents() = default;
  explicit Documents(const std::vector<Document>& documents) {
    for (const Document& document : documents) add(document);
  }

  // A NUL in a string becomes a space: it ends strings in a segment.
  void add(const Document& document);
  void add(const DocumentView& document);
  [[nodiscard]] std::size_t size() const noexcept { return places_.size(); }
  [[nodiscard]] bool empty() const noexcept { return places_.empty(); }
  // Views into this object, which may grow meanwhile.
  [[nodiscard]] DocumentView operator[](std::size_t i) const noexcept;

 private:
  struct Head {
    std::uint32_t libraries, popularity;
    std::uint32_t id, name, by, in, aliases, genre;  // bytes
    std::uint16_t year;
  };
  char* make_room(std::size_t bytes);

  std::vector<std::unique_ptr<char[]>> blocks_;
  std::size_t left_ = 0;             // in the last block
  char* free_ = nullptr;             // there
  std::vector<const char*> places_;  // head, then the strings
};

}  // namespace segue::search
