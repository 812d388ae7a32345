// SPDX-License-Identifier: Apache-2.0
// What a command prints, and how it ends.
#pragma once

#include <stdio.h>
#include <sys/wait.h>

#include <array>
#include <string>

#include "tests/catch.h"

namespace segue::test {

struct Printed {
  int code = 0;  // -1: a signal
  std::string text;
};

// By a shell; `2>&1` is the caller's.
inline Printed printed_by(const std::string& command) {
  FILE* pipe = ::popen(command.c_str(), "r");
  REQUIRE(pipe != nullptr);
  Printed printed;
  std::array<char, 65536> bytes;
  while (const std::size_t got = ::fread(bytes.data(), 1, bytes.size(), pipe)) printed.text.append(bytes.data(), got);
  const int status = ::pclose(pipe);
  printed.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return printed;
}

}  // namespace segue::test
