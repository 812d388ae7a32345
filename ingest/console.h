// SPDX-License-Identifier: Apache-2.0
// What `segue ingest` shows while it works and when a job is done: JSON lines on stdout, or bars on a terminal and lines for people.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>

#include "cli/progress.h"
#include "ingest/job.h"
#include "ingest/report.h"

namespace segue::ingest {

class Console {
 public:
  Console(const service::Home& home, bool json);
  void expect(std::size_t files, double seconds) { progress_.expect(files, seconds); }
  void progress(std::int64_t job, const std::string& shown, double done, double total);
  using IsNews = std::function<bool(const FileResult& file)>;
  void result(std::int64_t job, const JobResult& result, const IsNews& is_news = {});  // what is no news is counted, not told
  void start_over() { progress_.start_over(); }                                        // what comes next is counted anew
  void refuse(const std::string& operand, const std::string& message);                 // nothing was made of it
  void queued(const NewJob& job);
  void withdrawn(const std::string& file, const std::string& asset);
  void say(const std::string& text) { progress_.say(text); }  // for people, beside the results
  void end();                                                 // where to listen

  [[nodiscard]] bool all_good() const { return !failed_; }

 private:
  void line(const std::string& json, const std::string& text);
  Published where_;
  const bool json_;
  cli::Progress progress_;
  std::atomic<bool> failed_{false}, published_{false};
};

}  // namespace segue::ingest
