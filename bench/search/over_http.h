// SPDX-License-Identifier: Apache-2.0
// The search asked as an application asks it, one question after the other: how long each kind takes, and how often the first ten tracks
// hold what was meant.
#pragma once

#include "bench/search/questions.h"
#include "tests/service/http/client.h"

namespace segue::bench {

// Prints a line of each kind. `fields`: of each request, as they stand in its head. False: something was not answered.
bool ask_over_http(tests::Client& client, const std::string& fields, const std::vector<QuestionKind>& kinds);

}  // namespace segue::bench
