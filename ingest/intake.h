// SPDX-License-Identifier: Apache-2.0
// What the uploader named → jobs: files, folders with all below them, URLs; files of one folder that are one album become one job.
#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <vector>

#include "ingest/album_detection.h"
#include "ingest/expansion.h"

namespace segue::ingest {

enum class Albums { automatic, always, never };

struct IntakePlan {
  Albums albums = Albums::automatic;
  std::string ladder;     // NewJob::ladder of all jobs
  std::string library;    // NewJob::library
  std::string leave_out;  // a folder that is never entered: our own home
  const std::atomic<bool>* cancelled = nullptr;
  std::function<Result<void>(const NewJob& job, double seconds)> add;                  // seconds: an estimate, 0: not known
  std::function<void(const std::string& operand, const std::string& message)> refuse;  // nothing to be done with it
};

class Intake {
 public:
  explicit Intake(IntakePlan plan) : plan_(std::move(plan)) {}
  // Each stops at the first error of plan.add. A job is added as soon as it is known, while others are still looked for.
  [[nodiscard]] Result<void> operands(const std::vector<std::string>& operands);
  [[nodiscard]] Result<void> album_folder(const std::string& folder);  // all below it is one album

 private:
  struct Seen {
    JobInput input;
    TaggedFile file;
    double seconds = 0;
  };
  [[nodiscard]] Result<void> folder(const std::string& operand);
  [[nodiscard]] Result<void> loose(const std::vector<JobInput>& files);
  [[nodiscard]] Result<void> group(const std::vector<JobInput>& inputs, Albums albums);
  [[nodiscard]] Result<void> album(const std::vector<Seen>& seen, const std::vector<std::size_t>& order);
  [[nodiscard]] Result<void> single(const JobInput& input, double seconds);
  [[nodiscard]] bool cancelled() const { return plan_.cancelled != nullptr && plan_.cancelled->load(std::memory_order_relaxed); }
  IntakePlan plan_;
};

}  // namespace segue::ingest
