// SPDX-License-Identifier: Apache-2.0
// The real program in a home of its own: inputs made by ffmpeg, runs with what they printed, and what the store looks like after them.
#pragma once

#include <sys/types.h>

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "ingest/layout.h"

namespace segue::ingest::tests {

using Json = nlohmann::json;

struct Output {
  int exit_code = -1;  // of a process that a signal ended: minus the signal
  std::string out, err;
  [[nodiscard]] std::vector<Json> lines() const;  // of out, each as JSON
  // The line of a file that ends with `name`; fails the test when there is not exactly one.
  [[nodiscard]] Json line(const std::string& name) const;
};

class Sandbox {
 public:
  Sandbox();
  ~Sandbox();  // removed, and what still runs in it is ended
  Sandbox(const Sandbox&) = delete;
  Sandbox& operator=(const Sandbox&) = delete;

  [[nodiscard]] std::string path(const std::string& name) const { return root_ + '/' + name; }  // of inputs
  [[nodiscard]] std::string home() const { return root_ + "/home"; }
  [[nodiscard]] std::string store() const { return home() + "/store"; }
  [[nodiscard]] Layout layout() const;

  std::string make(const std::string& ffmpeg_arguments, const std::string& name) const;  // returns its path
  std::string write(const std::string& name, const std::string& bytes) const;
  // `segue-ingest arguments…`, waited for.
  [[nodiscard]] Output ingest(const std::vector<std::string>& arguments) const;
  // One run over all, as single files, on a ladder's text: what the program does with many files at once is part of it. Each has to be
  // published and as long as it should be; the lines, in the order of `sources`.
  struct Source {
    std::string path;
    double seconds;
  };
  [[nodiscard]] std::vector<Json> publish_all(const std::string& ladder, const std::vector<Source>& sources) const;
  // By the shell, with $INGEST the program.
  [[nodiscard]] Output shell(const std::string& command) const;
  [[nodiscard]] pid_t start(const std::vector<std::string>& arguments) const;
  [[nodiscard]] std::string printed_by(pid_t process) const;  // that was started, on stdout, until now
  int wait(pid_t process) const;                              // as Output::exit_code
  void kill(pid_t process, int signal) const;

  // Fails the test when anything is in the store, or left of a job, that should not be there.
  void check_nothing_left() const;
  // Each asset's live generation is complete and valid, and every asset has one.
  void check_store() const;
  [[nodiscard]] std::vector<std::string> assets() const;
  [[nodiscard]] Json asset(const std::string& id) const;  // current/asset.json

 private:
  [[nodiscard]] Output finish(pid_t process, const std::string& log) const;
  [[nodiscard]] pid_t spawn(const std::vector<std::string>& words, const std::string& log) const;
  std::string root_;
  mutable int runs_ = 0;
  mutable std::map<pid_t, std::string> logs_;  // of those that were started
  mutable std::vector<pid_t> running_;
};

[[nodiscard]] std::string read_text(const std::string& path);
void sh(const std::string& command);  // fails the test when it fails

}  // namespace segue::ingest::tests
