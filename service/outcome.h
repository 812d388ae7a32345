// SPDX-License-Identifier: Apache-2.0
// What an error of a database or of another process says of what was asked. An answer that was lost (a commit's with its connection): done
// or not, who asked cannot know. Something that was done, of which what it is now cannot be told: who asked has to look. Every other error
// says that nothing was done. What is damaged is so the next time as well: asking again is of no use.
#pragma once

#include <string>
#include <string_view>

#include "media/result.h"

namespace segue::service {

inline constexpr const char* kOutcomeField = "Segue-Outcome";  // of an answer: "unknown"
inline constexpr std::string_view kUnknownOutcome = "whether it was done is not known";
inline constexpr std::string_view kDoneUntold = "it was done; what it is now cannot be told";
// To who asked both are one: ask again and it may be done twice.
[[nodiscard]] inline bool is_outcome_unknown(const Error& error) {
  return error.message.find(kUnknownOutcome) != std::string::npos || error.message.find(kDoneUntold) != std::string::npos;
}

inline constexpr std::string_view kDamaged = "what is stored cannot be worked with: ";
[[nodiscard]] inline bool is_damaged(const Error& error) { return error.message.starts_with(kDamaged); }

}  // namespace segue::service
