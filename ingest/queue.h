// SPDX-License-Identifier: Apache-2.0
// The durable queue: one SQLite file that every uploader and worker has open. A job's states:
//   queued ──take──▶ queued, its lease held ──finish──▶ done
//                        └── the holder dies: the kernel frees the lease, anybody takes it
// That a job is being worked on stands in no row, so no row can be wrong about it. finish() records the result and, in the same
// transaction, puts the events that it brings into the outbox.
// A job whose holder died is suspected: it is worked on alone in its process from then on, so that it dies of its own faults only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ingest/job.h"
#include "ingest/layout.h"
#include "service/database.h"
#include "service/file_lock.h"

namespace segue::ingest {

// A job that this process works on.
struct Taken {
  Job job;
  service::FileLock lease;
  bool suspected = false;
};

// Who else is at work in the process that looks for a job.
enum class Company { none, others };

// What a look for a job gave.
struct Turn {
  std::optional<Taken> taken;
  bool waits = false;  // the next one is suspected: its turn comes when the others are done
};

struct Finished {
  std::int64_t id = 0, sequence = 0;  // sequence: counts finished jobs
  JobResult result;
};

struct OutboxRow {
  std::int64_t id = 0;
  std::string event, type, payload;
};

struct Totals {
  std::int64_t queued = 0, published = 0, unchanged = 0, failed = 0;  // jobs; files
  std::vector<FileResult> errors;                                     // the last ones, newest first
};

// One object is used by one thread at a time; open another for another thread.
class Queue {
 public:
  // The layout's folders are there.
  static Result<Queue> open(const Layout& layout);

  // The job's id. The same job, when it is still queued, is not queued twice.
  [[nodiscard]] Result<std::int64_t> add(const NewJob& job);

  // The oldest queued job that nobody works on. nullopt: none.
  [[nodiscard]] Result<std::optional<Taken>> take();
  // This one. nullopt: somebody works on it, or it is done.
  [[nodiscard]] Result<std::optional<Taken>> take(std::int64_t id);
  // The same for processes that work on several at once.
  [[nodiscard]] Result<Turn> turn(Company company);
  [[nodiscard]] Result<Turn> turn(std::int64_t id, Company company);
  // It was not worked on to its end, but its process lives: no suspicion. The caller holds its lease.
  [[nodiscard]] Result<void> put_back(const Job& job);

  // A job that is still queued is forgotten; nothing happens to one that is done. The caller holds its lease.
  [[nodiscard]] Result<void> drop(std::int64_t id);

  [[nodiscard]] Result<void> finish(const Job& job, const JobResult& result);
  // Jobs that were finished after `sequence`, in that order, at most a thousand.
  [[nodiscard]] Result<std::vector<Finished>> finished_after(std::int64_t sequence);
  [[nodiscard]] Result<std::int64_t> last_sequence();

  // Of an asset that was withdrawn: `asset.removed` goes into the outbox.
  [[nodiscard]] Result<void> announce_removed(const std::string& asset);

  [[nodiscard]] Result<std::vector<OutboxRow>> outbox();  // the oldest, at most a hundred
  [[nodiscard]] Result<void> sent(std::int64_t outbox_id);

  // Memory's questions; what cannot be read is not known.
  [[nodiscard]] std::uint32_t announced(const std::string& asset);
  [[nodiscard]] std::string became(const std::string& path);
  [[nodiscard]] Result<void> note(const std::string& path, const std::string& became);

  // Tokens of queued jobs.
  [[nodiscard]] Result<bool> is_queued(const std::string& token);
  [[nodiscard]] Result<Totals> totals();

 private:
  Queue(Layout layout, service::Database database) : layout_(std::move(layout)), database_(std::move(database)) {}
  [[nodiscard]] Result<Turn> turn(std::int64_t id, const std::string& token, Company company);
  [[nodiscard]] Result<void> give_up(const Job& job);
  [[nodiscard]] Result<JobResult> unreadable_result(std::int64_t id);
  [[nodiscard]] Result<std::optional<Job>> queued_job(std::int64_t id);
  [[nodiscard]] Result<void> announce(const Piece& piece);
  Layout layout_;
  service::Database database_;
};

// A job that killed so many processes that worked on nothing else is not tried again: a worker must not die of one file for ever.
inline constexpr std::int64_t kMostDeaths = 3;

}  // namespace segue::ingest
