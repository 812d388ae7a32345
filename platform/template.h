// SPDX-License-Identifier: Apache-2.0
// Configuration from a template: every @NAME@ (capitals, digits, underscores) becomes its value. Pure.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "media/result.h"

namespace segue::platform {

using Values = std::map<std::string, std::string, std::less<>>;

// `name` is the template's, for errors: a @NAME@ without a value, with its line; a value that nginx could not read as one string between
// quotation marks (it holds a quotation mark, a backslash, a dollar sign or a control character, which nginx has no way to write down).
[[nodiscard]] Result<std::string> fill_template(std::string_view name, std::string_view text, const Values& values);

}  // namespace segue::platform
