// SPDX-License-Identifier: Apache-2.0
// One JSON object a line on stderr: what whoever runs us collects.
#pragma once

#include <string_view>

namespace segue::api {

void log(std::string_view level, std::string_view what, std::string_view request = {});

}  // namespace segue::api
