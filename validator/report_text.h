// SPDX-License-Identifier: Apache-2.0
// A report and the table of rules, for people and as JSON.
#pragma once

#include <string>

#include "validator/validate.h"

namespace segue::validator {

[[nodiscard]] std::string report_text(const std::string& target, const Report& report);
[[nodiscard]] std::string report_json(const std::string& target, const Report& report);  // one line
[[nodiscard]] std::string rules_text();
[[nodiscard]] std::string rules_json();  // one line for each rule

}  // namespace segue::validator
