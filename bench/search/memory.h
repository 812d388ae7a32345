// SPDX-License-Identifier: Apache-2.0
// What this process holds in memory, as the kernel counts it.
#pragma once

#include <cstdio>
#include <fstream>
#include <string>

namespace segue::bench {

// A line of /proc/self/status, such as "VmHWM:", in MiB; 0: there is none.
inline double status_mib(const std::string& name) {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;)
    if (word == name) {
      double kib = 0;
      status >> kib;
      return kib / 1024;
    }
  return 0;
}

// Anonymous memory is the program's own; pages of mapped files are the kernel's as well and leave when others need room.
inline void print_memory(const char* when) {
  std::printf("%s: resident %.0f MiB (own %.0f, of mapped files %.0f), at most so far %.0f MiB\n", when, status_mib("VmRSS:"),
              status_mib("RssAnon:"), status_mib("RssFile:"), status_mib("VmHWM:"));
  std::fflush(stdout);
}

}  // namespace segue::bench
