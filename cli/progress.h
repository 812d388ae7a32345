// SPDX-License-Identifier: Apache-2.0
// Progress of several files at once and of all together. On a terminal: a bar for each file at work and one for the whole, redrawn in
// place below the lines that were said. Elsewhere: a plain line every ten seconds. All calls from any thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <mutex>
#include <string>

#include "cli/progress_text.h"

namespace segue::cli {

class Progress {
 public:
  enum class Show { bars, plain, nothing };
  // What suits `fd`: bars on a terminal, plain lines elsewhere.
  static Show suited(int fd);

  Progress(int fd, Show show);
  ~Progress();  // takes the bars away
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void expect(std::size_t files, double seconds);  // more work became known
  void update(const std::string& key, const std::string& name, double done,
              double total);  // a file at work; the first call starts its clock
  // A job left: so many files, and their seconds of programme, count as done.
  void finish(const std::string& key, std::size_t files, double seconds);
  void start_over();                  // all that was expected is over; what comes next is counted and timed anew
  void say(const std::string& text);  // a line (or several) that stays, above the bars

 private:
  using Clock = std::chrono::steady_clock;
  struct Row {
    std::string name;
    double done = 0, total = 0;
    Clock::time_point since;
  };
  void show_now(bool even_if_recent);
  void draw();
  void erase();
  [[nodiscard]] Work overall() const;
  void write(const std::string& text) const;

  const int fd_;
  const Show show_;
  mutable std::mutex mutex_;
  std::map<std::string, Row> rows_;
  std::size_t files_ = 0, files_done_ = 0, drawn_lines_ = 0;
  double seconds_ = 0, seconds_done_ = 0;
  Clock::time_point start_ = Clock::now();
  Clock::time_point shown_{};
};

}  // namespace segue::cli
