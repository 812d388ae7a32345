// SPDX-License-Identifier: Apache-2.0
// The verbs of `segue`: every program named segue-VERB beside the real binary of `segue` (a build), or in ../libexec/segue (an
// installation). A verb is told in one line by the program itself (--summary), so that the list has no second truth.
#pragma once

#include <string>
#include <vector>

namespace segue::cli {

struct Verb {
  std::string name;  // "ingest"
  std::string path;  // ".../segue-ingest"
};

// Folders are looked through in order; the first program of a name counts. Sorted by name.
[[nodiscard]] std::vector<Verb> verbs_in(const std::vector<std::string>& folders);
// Where the programs of the running binary are.
[[nodiscard]] std::vector<std::string> verb_folders();
// First line of what `PROGRAM --summary` prints; empty when it does not run.
[[nodiscard]] std::string summary_of(const std::string& program);

}  // namespace segue::cli
