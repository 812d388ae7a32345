// SPDX-License-Identifier: Apache-2.0
// `segue edge explain URL`.
#pragma once

namespace segue::edge {

// argv[0] is "explain". The process's exit code.
[[nodiscard]] int explain_main(int argc, char** argv);

}  // namespace segue::edge
