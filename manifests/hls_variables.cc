// SPDX-License-Identifier: Apache-2.0
#include "manifests/hls_variables.h"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "manifests/hls_lines.h"
#include "manifests/limits.h"

namespace segue::manifests::hls {
namespace {

constexpr std::string_view kDefine = "#EXT-X-DEFINE:", kOpen = "{$";

std::string shown(std::string_view name) { return '"' + std::string(name.substr(0, 40)) + '"'; }

std::optional<std::string_view> query_value(std::string_view address, std::string_view name) {
  address = address.substr(0, address.find('#'));
  std::string_view query = address.substr(std::min(address.find('?'), address.size()));
  while (!query.empty()) {
    query.remove_prefix(1);  // '?' or '&'
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(pair.size());
    if (pair.starts_with(name) && pair.substr(name.size()).starts_with('=')) return pair.substr(name.size() + 1);
  }
  return std::nullopt;
}

class Substitution {
 public:
  Substitution(const Variables& imported, std::string_view address) : imported_(imported), address_(address) {}

  Result<void> take(std::string_view line) {
    const bool comment = line.starts_with('#') && !line.starts_with("#EXT");
    const std::size_t from = made.text.size();
    if (auto replaced = comment ? append(line) : replace(line); !replaced) return replaced;
    const std::string_view now = std::string_view(made.text).substr(from);
    return !comment && now.starts_with(kDefine) ? define(now.substr(kDefine.size())) : Result<void>();
  }
  Substituted made;

 private:
  Result<void> append(std::string_view text) {
    if (made.text.size() + text.size() > kMaxManifestBytes) return Error{"more than " + std::to_string(kMaxManifestBytes) + " bytes"};
    made.text += text;
    return {};
  }

  Result<void> replace(std::string_view line) {
    while (!line.empty()) {
      const std::size_t open = std::min(line.find(kOpen), line.size()), close = line.find('}', open);
      if (auto copied = append(line.substr(0, open)); !copied) return copied;
      if (open == line.size()) return {};
      if (close == std::string_view::npos) return append(line.substr(open));
      const std::string_view name = line.substr(open + kOpen.size(), close - open - kOpen.size());
      const auto found = made.variables.find(name);
      if (found == made.variables.end()) return Error{"variable " + shown(name) + " is not defined"};
      if (auto put = append(found->second); !put) return put;
      line.remove_prefix(close + 1);
    }
    return {};
  }

  Result<void> define(std::string_view value) {
    while (!value.empty() && (value.back() == '\n' || value.back() == '\r')) value.remove_suffix(1);
    const auto attributes = AttributeList::parse(value);
    if (!attributes) return attributes.error();
    if (attributes->find("NAME") != nullptr) return keep(attributes->text("NAME"), attributes->text("VALUE"));
    if (attributes->find("IMPORT") != nullptr) {
      const std::string_view name = attributes->text("IMPORT");
      const auto found = imported_.find(name);
      if (found == imported_.end()) return Error{"IMPORT of " + shown(name) + ", which the multivariant playlist does not define"};
      return keep(name, found->second);
    }
    const std::string_view name = attributes->text("QUERYPARAM");
    if (name.empty()) return Error{"EXT-X-DEFINE: expected NAME, IMPORT or QUERYPARAM"};
    const auto found = query_value(address_, name);
    if (!found) return Error{"QUERYPARAM " + shown(name) + ", which the playlist's address does not have"};
    return keep(name, *found);
  }

  Result<void> keep(std::string_view name, std::string_view value) {
    if (made.variables.try_emplace(std::string(name), value).second) return {};
    return Error{"variable " + shown(name) + " is defined twice"};
  }

  const Variables& imported_;
  std::string_view address_;
};

}  // namespace

bool has_variables(std::string_view text) noexcept { return text.find(kDefine) != std::string_view::npos; }

Result<Substituted> substitute(std::string_view text, const Variables& imported, std::string_view address) {
  Substitution substitution(imported, address);
  for (std::uint32_t number = 1; !text.empty(); ++number) {
    const std::string_view line = text.substr(0, std::min(text.find('\n'), text.size() - 1) + 1);
    if (auto taken = substitution.take(line); !taken) return Error{"line " + std::to_string(number) + ": " + taken.error().message};
    text.remove_prefix(line.size());
  }
  return std::move(substitution.made);
}

}  // namespace segue::manifests::hls
