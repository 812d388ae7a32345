// SPDX-License-Identifier: Apache-2.0
// What an error of a database says of what was asked. A commit whose answer was lost with the connection: done or not, who asked cannot
// know. Every other error says that nothing was done. What is damaged is so the next time as well: asking again is of no use.
#pragma once

#include <string>
#include <string_view>

#include "media/result.h"

namespace segue::service {

inline constexpr const char* kOutcomeField = "Segue-Outcome";  // of an answer: "unknown"
inline constexpr std::string_view kUnknownOutcome = "the connection was lost at the commit; whether it was done is not known";
[[nodiscard]] inline bool is_outcome_unknown(const Error& error) { return error.message.find(kUnknownOutcome) != std::string::npos; }

inline constexpr std::string_view kDamaged = "what is stored cannot be worked with: ";
[[nodiscard]] inline bool is_damaged(const Error& error) { return error.message.starts_with(kDamaged); }

}  // namespace segue::service
