// SPDX-License-Identifier: Apache-2.0
// Rules over measured renditions: bit rates, alignment, length, codecs and formats as declared.
#pragma once

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

// Renditions that a player may switch between or play together. Text is left out.
void judge_alignment(const std::vector<const Rendition*>& renditions, std::int64_t target_seconds, Findings& findings);

// Comma-separated strings of RFC 6381.
[[nodiscard]] std::vector<std::string> split_codecs(std::string_view codecs);
// Whether `declared` tells of `actual`: equal, or one is the other's shorter form (av01.0.08M.08).
[[nodiscard]] bool same_codec(std::string_view declared, std::string_view actual);

}  // namespace segue::validator
