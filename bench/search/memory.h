// SPDX-License-Identifier: Apache-2.0
// What this process, or another one, holds in memory, as the kernel counts it.
#pragma once

#include <cstdio>
#include <fstream>
#include <string>

namespace segue::bench {

inline constexpr const char* kOwnStatus = "/proc/self/status";

// A line of such a file, "VmHWM:", in MiB; 0: there is none.
inline double status_mib(const std::string& name, const std::string& file = kOwnStatus) {
  std::ifstream status(file);
  for (std::string word; status >> word;)
    if (word == name) {
      double kib = 0;
      status >> kib;
      return kib / 1024;
    }
  return 0;
}

// Anonymous memory is the program's own; pages of mapped files are the kernel's as well and leave when others need room.
inline void print_memory(const char* when, const std::string& file = kOwnStatus) {
  std::printf("%s: resident %.0f MiB (own %.0f, of mapped files %.0f), at most so far %.0f MiB\n", when, status_mib("VmRSS:", file),
              status_mib("RssAnon:", file), status_mib("RssFile:", file), status_mib("VmHWM:", file));
  std::fflush(stdout);
}

}  // namespace segue::bench
