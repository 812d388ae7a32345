// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/decision/vary.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "edge-cache/message/text.h"

namespace segue::edge {
namespace {

// The weight of a list element ("gzip;q=0.5") in thousandths; 1000 when there is none or it cannot be read.
int weight(std::string_view element) noexcept {
  const std::size_t semicolon = element.find(';');
  if (semicolon == std::string_view::npos) return 1000;
  std::string_view parameter = trimmed(element.substr(semicolon + 1));
  if (parameter.size() < 3 || lower(parameter[0]) != 'q' || parameter[1] != '=') return 1000;
  int value = parameter[2] == '1' ? 1000 : 0;
  int scale = 100;
  for (std::size_t i = 4; i < parameter.size() && i < 7 && value < 1000; ++i, scale /= 10) {
    if (parameter[i] < '0' || parameter[i] > '9') return 1000;
    value += (parameter[i] - '0') * scale;
  }
  return value;
}

std::string_view without_weight(std::string_view element) noexcept { return trimmed(element.substr(0, element.find(';'))); }

std::string joined(const std::vector<std::string>& parts) {
  std::string result;
  for (const std::string& part : parts) {
    if (!result.empty()) result += ", ";
    result += part;
  }
  return result;
}

std::string normal_list(std::string_view value) {
  std::vector<std::string> parts;
  ListReader list(value);
  for (std::string_view element; list.next(element);) parts.emplace_back(element);
  return joined(parts);
}

}  // namespace

std::string vary_names(const Fields& response) {
  std::vector<std::string> names;
  const std::string combined = response.combined("Vary");
  ListReader list(combined);
  for (std::string_view element; list.next(element);) {
    if (element == "*") return "*";
    names.push_back(lowered(element));
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  std::string result;
  for (const std::string& name : names) {
    if (!result.empty()) result += ',';
    result += name;
  }
  return result;
}

std::string offered_codings(std::string_view accept_encoding, const std::vector<std::string>& offered) {
  const std::string normal = normal_accept_encoding(accept_encoding);
  std::vector<std::string> both;
  ListReader list(normal);
  for (std::string_view coding; list.next(coding);) {
    if (std::find(offered.begin(), offered.end(), coding) != offered.end()) both.emplace_back(coding);
  }
  return joined(both);
}

std::string normal_accept_encoding(std::string_view value) {
  constexpr std::array<std::string_view, 3> kCodings = {"br", "gzip", "zstd"};
  std::vector<std::string> accepted;
  for (const std::string_view coding : kCodings) {
    ListReader list(value);
    for (std::string_view element; list.next(element);) {
      if (same(without_weight(element), coding) && weight(element) > 0) {
        accepted.emplace_back(coding);
        break;
      }
    }
  }
  return joined(accepted);
}

std::string normal_accept_language(std::string_view value) {
  std::vector<std::pair<int, std::string>> ranges;
  ListReader list(value);
  for (std::string_view element; list.next(element);) ranges.emplace_back(-weight(element), lowered(without_weight(element)));
  std::sort(ranges.begin(), ranges.end());  // among equals there is no order (RFC 9110 12.5.4)
  std::vector<std::string> parts;
  for (const auto& [preference, range] : ranges) parts.push_back(range + (preference == -1000 ? "" : ";q=" + std::to_string(-preference)));
  return joined(parts);
}

std::string vary_values(std::string_view names, const Request& request) {
  std::string result;
  ListReader list(names);
  for (std::string_view name; list.next(name);) {
    result += name;
    if (name == "accept-encoding") {
      result += ':' + normal_accept_encoding(request.fields.combined(name));
    } else if (request.fields.has(name)) {
      const std::string value = request.fields.combined(name);
      result += ':' + (name == "accept-language" ? normal_accept_language(value) : normal_list(value));
    }
    result += '\n';
  }
  return result;
}

}  // namespace segue::edge
