// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/search/documents.h"

#include <algorithm>
#include <cstring>
#include <string>

namespace segue::search {
namespace {

constexpr std::size_t kBlockBytes = std::size_t{1} << 20;

}  // namespace

char* Documents::make_room(std::size_t bytes) {
  if (bytes > left_) {
    left_ = std::max(bytes, kBlockBytes);
    free_ = blocks_.emplace_back(std::make_unique_for_overwrite<char[]>(left_)).get();
  }
  char* at = free_;
  free_ += bytes;
  left_ -= bytes;
  return at;
}

void Documents::add(const DocumentView& document) {
  const auto bytes = [](std::string_view text) { return static_cast<std::uint32_t>(text.size()); };
  const Head head{document.libraries, document.popularity,     bytes(document.id),    bytes(document.name), bytes(document.by),
                  bytes(document.in), bytes(document.aliases), bytes(document.genre), document.year};
  char* at = make_room(sizeof head + document.id.size() + document.name.size() + document.by.size() + document.in.size() +
                       document.aliases.size() + document.genre.size());
  places_.push_back(at);
  std::memcpy(at, &head, sizeof head);
  at += sizeof head;
  const auto put = [&](std::string_view text) { at = std::replace_copy(text.begin(), text.end(), at, '\0', ' '); };
  put(document.id), put(document.name), put(document.by), put(document.in);
  at = std::copy(document.aliases.begin(), document.aliases.end(), at);
  put(document.genre);
}

void Documents::add(const Document& document) {
  std::string aliases;
  for (const std::string& alias : document.aliases) {
    aliases += alias;
    std::replace(aliases.end() - static_cast<std::ptrdiff_t>(alias.size()), aliases.end(), '\0', ' ');
    aliases += '\0';
  }
  add({document.id, document.name, document.by, document.in, aliases, document.genre, document.year, document.libraries,
       document.popularity});
}

DocumentView Documents::operator[](std::size_t i) const noexcept {
  Head head;
  std::memcpy(&head, places_[i], sizeof head);
  const char* at = places_[i] + sizeof head;
  const auto next = [&](std::uint32_t bytes) {
    const std::string_view text(at, bytes);
    at += bytes;
    return text;
  };
  DocumentView view;
  view.id = next(head.id);
  view.name = next(head.name);
  view.by = next(head.by);
  view.in = next(head.in);
  view.aliases = next(head.aliases);
  view.genre = next(head.genre);
  view.year = head.year;
  view.libraries = head.libraries;
  view.popularity = head.popularity;
  return view;
}

}  // namespace segue::search
