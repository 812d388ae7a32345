// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/search/dictionary.h"

namespace segue::search {
namespace {

std::string_view tail(std::string_view term, std::size_t depth, std::size_t length) {
  return depth >= term.size() ? std::string_view() : term.substr(depth, length);
}

}  // namespace

TermRange Dictionary::narrow(TermRange within, std::size_t depth, std::string_view next) const noexcept {
  if (next.empty() || within.empty()) return within;
  const auto first = [&](TermId begin, TermId end, auto&& is_before) {
    while (begin < end) {
      const TermId middle = begin + (end - begin) / 2;
      if (is_before(tail(term(middle), depth, next.size())))
        begin = middle + 1;
      else
        end = middle;
    }
    return begin;
  };
  const TermId begin = first(within.begin, within.end, [&](std::string_view text) { return text < next; });
  if (begin == within.end || tail(term(begin), depth, next.size()) != next) return {begin, begin};
  // Most ranges are short: look near before looking in the middle.
  TermId step = 1, end = begin + 1;
  while (end < within.end && tail(term(end), depth, next.size()) == next) {
    end = step < within.end - end ? end + step : within.end;
    step *= 2;
  }
  return {begin, first(begin, end, [&](std::string_view text) { return text <= next; })};
}

std::optional<TermId> Dictionary::find(std::string_view wanted) const noexcept {
  const TermRange range = with_prefix(wanted);
  if (range.empty() || term(range.begin) != wanted) return std::nullopt;
  return range.begin;
}

}  // namespace segue::search
