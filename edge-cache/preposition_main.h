// SPDX-License-Identifier: Apache-2.0
// `segue edge preposition URL`.
#pragma once

namespace segue::edge {

// argv[0] is "preposition". The process's exit code.
[[nodiscard]] int preposition_main(int argc, char** argv);

}  // namespace segue::edge
