// SPDX-License-Identifier: Apache-2.0
// One order as it stands in the log (docs/formats/purge.md): a purge, what it hits and how hard; or what is to be fetched before anybody
// asks.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "media/result.h"

namespace segue::purge {

enum class Kind : std::uint8_t { url, tag, prefix, all, fetch };
[[nodiscard]] std::string_view name_of(Kind kind) noexcept;
[[nodiscard]] std::optional<Kind> kind_of(std::string_view name) noexcept;

inline constexpr std::size_t kMostWhat = 4096;

struct Order {
  Kind kind = Kind::all;
  std::string what;  // a URL (fetch as well), a tag, the start of a URL; empty for all
  bool hard = true;  // soft: what it hits is stale and is asked for again; hard: it is gone
  bool operator==(const Order&) const = default;
};

// What may be written. Error: empty or too long, a URL without a host, a tag with a blank or a comma, control characters.
[[nodiscard]] Result<void> check(const Order& order);
// What is followed when it stands in the log: also what an older writer let through ("cdn.example" as a prefix).
[[nodiscard]] bool can_read(const Order& order);

// The place of an entry in the log. A log has one epoch (milliseconds of its first entry); its entries are numbered 1, 2, 3, … without
// a gap. So whoever reads knows whether something is missing, and that a log is another one than before.
struct Position {
  std::uint64_t epoch = 0, number = 0;  // 0-0: before any log
  auto operator<=>(const Position&) const = default;
};
[[nodiscard]] std::string text_of(Position position);  // "1764100000000-17", a Redis Stream's id
[[nodiscard]] std::optional<Position> position_of(std::string_view text) noexcept;

}  // namespace segue::purge
