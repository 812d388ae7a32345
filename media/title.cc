// SPDX-License-Identifier: Apache-2.0
#include "media/title.h"

#include <algorithm>

namespace segue::media {
namespace {

std::string first(const Tags& tags, const char* name) {
  const auto found = tags.find(name);
  return found == tags.end() || found->second.empty() ? std::string() : found->second.front();
}

// An extension has two to five letters or digits, one of them a letter: "Live 1.05" is a name.
std::string without_extension(const std::string& name) {
  const std::size_t dot = name.rfind('.');
  if (dot == std::string::npos || dot == 0) return name;
  const std::string end = name.substr(dot + 1);
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  const auto fits = [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); };
  const bool is_extension =
      end.size() >= 2 && end.size() <= 5 && std::all_of(end.begin(), end.end(), fits) && std::any_of(end.begin(), end.end(), is_letter);
  return is_extension ? name.substr(0, dot) : name;
}

}  // namespace

std::string title_of(const Asset& asset) {
  std::string title = first(asset.tags, "title");
  if (title.empty()) title = asset.kind == "album" ? first(asset.tags, "album") : without_extension(asset.source.file_name);
  return title.empty() ? asset.id : title;
}

}  // namespace segue::media
