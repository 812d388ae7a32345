// SPDX-License-Identifier: Apache-2.0
// Resources by HTTP; the only home of libcurl. One connection after another is kept alive; redirects are followed, ten at most.
#pragma once

#include <memory>

#include "validator/source.h"

namespace segue::validator {

[[nodiscard]] std::unique_ptr<Source> make_http_source(long timeout_seconds);

}  // namespace segue::validator
