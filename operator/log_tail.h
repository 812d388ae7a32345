// SPDX-License-Identifier: Apache-2.0
// What is appended to a log, line by line, over its being set aside and begun anew. Reads at most so much at a time; what is further behind
// is passed over, for whoever looks at a live picture wants the newest. One thread.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace segue::oper {

class LogTail {
 public:
  static constexpr std::uint64_t kMostAtOnce = 4 << 20, kLongestLine = 64 << 10;

  explicit LogTail(std::string path) : path_(std::move(path)) {}
  ~LogTail();
  LogTail(const LogTail&) = delete;
  LogTail& operator=(const LogTail&) = delete;

  // Calls `each` for every whole line since the last call; the first call passes over what is there. A log that is not there yet has none.
  void read(const std::function<void(std::string_view)>& each);

 private:
  void follow();
  std::string path_, partial_;
  int file_ = -1;
  bool followed_ = false;
  std::uint64_t at_ = 0;
};

}  // namespace segue::oper
