// SPDX-License-Identifier: Apache-2.0
// Rules over measured renditions: bit rates, alignment, length, codecs and formats as declared.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "validator/rendition.h"

namespace segue::validator {

struct MeasuredRates {
  std::uint64_t peak = 0, average = 0;
};
[[nodiscard]] MeasuredRates measure(const Rendition& rendition, std::int64_t target_seconds);

// Declared against measured, 10 % either way.
void judge_rates(std::uint64_t declared_peak, std::uint64_t declared_average, MeasuredRates measured, const std::string& where,
                 Findings& findings);

// Renditions that play together; those of one set may be switched between (CMAF 7.3.4), and only they need to begin their segments at
// the same instants. Text is left out.
struct Switchable {
  const Rendition* rendition = nullptr;
  std::size_t set = 0;
};
void judge_alignment(const std::vector<Switchable>& renditions, std::int64_t target_seconds, Findings& findings);

// Comma-separated strings of RFC 6381.
[[nodiscard]] std::vector<std::string> split_codecs(std::string_view codecs);
// Whether `declared` tells of `actual`: equal, or one is the other's shorter form (av01.0.08M.08).
[[nodiscard]] bool same_codec(std::string_view declared, std::string_view actual);

}  // namespace segue::validator
