// SPDX-License-Identifier: Apache-2.0
// How processes that share the queue tell each other that a job was added or finished: one file that is touched, watched by inotify.
#pragma once

#include <chrono>
#include <string>

#include "media/result.h"

namespace segue::ingest {

class Wake {
 public:
  // Makes the file when it is missing. Error: the file, the system's reason.
  static Result<Wake> watch(const std::string& path);
  static void touch(const std::string& path);  // a failure only makes others wait for their next look

  Wake(Wake&& other) noexcept;
  Wake& operator=(Wake&&) = delete;
  ~Wake();

  // Until the file is touched (also since the last wait), at most so long. A process that dies touches nothing: look around anyway.
  void wait(std::chrono::milliseconds at_most);

 private:
  explicit Wake(int file) : file_(file) {}
  int file_;
};

}  // namespace segue::ingest
