// SPDX-License-Identifier: Apache-2.0
#include "cli/progress.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>

namespace segue::cli {
namespace {

using namespace std::chrono_literals;

double seconds_since(std::chrono::steady_clock::time_point then) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - then).count();
}

std::size_t columns_of_terminal(int fd) {
  winsize size{};
  if (::ioctl(fd, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
  return std::clamp<std::size_t>(size.ws_col, 20, 140);
}

}  // namespace

Progress::Show Progress::suited(int fd) {
  const char* terminal = std::getenv("TERM");
  const bool capable = terminal != nullptr && std::string_view(terminal) != "dumb";
  return ::isatty(fd) == 1 && capable ? Show::bars : Show::plain;
}

Progress::Progress(int fd, Show show) : fd_(fd), show_(show), shown_(start_) {}

Progress::~Progress() {
  const std::lock_guard lock(mutex_);
  erase();
}

void Progress::expect(std::size_t files, double seconds) {
  const std::lock_guard lock(mutex_);
  if (files_ == 0) start_ = Clock::now();
  files_ += files;
  seconds_ += seconds;
}

void Progress::update(const std::string& key, const std::string& name, double done, double total) {
  const std::lock_guard lock(mutex_);
  auto [at, is_new] = rows_.try_emplace(key);
  if (is_new) at->second.since = Clock::now();
  at->second.name = name;
  at->second.done = done;
  at->second.total = total;
  show_now(false);
}

void Progress::finish(const std::string& key, std::size_t files, double seconds) {
  const std::lock_guard lock(mutex_);
  rows_.erase(key);
  files_done_ += files;
  seconds_done_ += seconds;
  show_now(false);
}

void Progress::start_over() {
  const std::lock_guard lock(mutex_);
  erase();
  rows_.clear();
  files_ = files_done_ = 0;
  seconds_ = seconds_done_ = 0;
}

void Progress::say(const std::string& text) {
  const std::lock_guard lock(mutex_);
  erase();
  write(text + "\n");
  if (show_ == Show::bars) draw();
}

// Ten times a second is as fast as an eye reads; a log wants far less.
void Progress::show_now(bool even_if_recent) {
  const auto pause = show_ == Show::bars ? 100ms : 10000ms;
  if (show_ == Show::nothing || (!even_if_recent && Clock::now() - shown_ < pause)) return;
  shown_ = Clock::now();
  if (show_ == Show::plain) {
    write(plain_line(files_done_, files_, overall()) + "\n");
    return;
  }
  erase();
  draw();
}

void Progress::draw() {
  const std::size_t columns = columns_of_terminal(fd_) - 1;  // the last column would wrap on some terminals
  std::string out;
  drawn_lines_ = 0;
  for (const auto& [key, row] : rows_) {
    out += bar_line(row.name, {row.done, row.total, seconds_since(row.since)}, columns) + "\n";
    ++drawn_lines_;
  }
  if (files_ > 1) {
    out += bar_line("all: " + std::to_string(files_done_) + " of " + std::to_string(files_), overall(), columns) + "\n";
    ++drawn_lines_;
  }
  write(out);
}

void Progress::erase() {
  if (drawn_lines_ == 0) return;
  write("\x1b[" + std::to_string(drawn_lines_) + "A\r\x1b[J");
  drawn_lines_ = 0;
}

Work Progress::overall() const {
  double done = seconds_done_;
  for (const auto& [key, row] : rows_) done += row.done;
  return {done, seconds_, seconds_since(start_)};
}

void Progress::write(const std::string& text) const {
  std::string_view rest = text;
  while (!rest.empty()) {
    const ssize_t written = ::write(fd_, rest.data(), rest.size());
    if (written <= 0) return;  // nobody reads the progress any more; the work goes on
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace segue::cli
