// SPDX-License-Identifier: Apache-2.0
#include "ingest/run_job.h"

#include <utility>
#include <vector>

#include "ingest/files.h"
#include "ingest/make_album.h"
#include "ingest/make_file.h"
#include "ingest/publish.h"
#include "ingest/wake.h"
#include "ingest/workplace.h"

namespace segue::ingest {
namespace {

bool cancelled(const Workplace& place) { return place.cancelled != nullptr && place.cancelled->load(std::memory_order_relaxed); }

FileResult failed(const JobInput& input, std::string error) { return {input.shown, State::failed, {}, 0, 0, std::move(error)}; }

// Notes are written when the job's result is: before, they would tell of what may not be published.
class JobMemory final : public Memory {
 public:
  explicit JobMemory(Queue& queue) : queue_(queue) {}
  std::uint32_t announced(const std::string& asset) override { return queue_.announced(asset); }
  std::string became(const std::string& path) override { return queue_.became(path); }
  void note(const std::string& path, const std::string& became) override { notes_.emplace_back(path, became); }
  void forget(const std::string& path) {
    std::erase_if(notes_, [&](const auto& note) { return note.first == path; });
  }
  void write() {
    for (const auto& [path, became] : notes_) static_cast<void>(queue_.note(path, became));  // one that is lost costs one encoding
  }

 private:
  Queue& queue_;
  std::vector<std::pair<std::string, std::string>> notes_;
};

class Run {
 public:
  Run(Queue& queue, const Job& job, const Workplace& place)
      : queue_(queue), job_(job), memory_(queue), place_(place), staging_(place.layout.staging(job.token)) {
    place_.memory = &memory_;
  }

  Result<JobResult> run() {
    if (auto before = sealed(staging_)) {
      if (auto resumed = resume(*before)) return record(std::move(*before));
    }
    auto made = make();
    if (!made && job_.kind == JobKind::album && !cancelled(place_)) {
      JobResult alone = each_alone(made.error().message);
      if (!cancelled(place_)) return record(std::move(alone));
    }
    if (cancelled(place_)) {
      static_cast<void>(remove_tree(staging_));
      static_cast<void>(queue_.put_back(job_));
      return Error{job_.shown + ": cancelled"};
    }
    if (made && made->staged) {
      Result<void> done = seal(staging_, made->result);
      if (done) done = publish(place_.layout.store, staging_, made->result);
      if (!done) made = std::move(done).error();
    }
    if (made) return record(made->result);
    static_cast<void>(remove_tree(staging_));  // first, so that there is room to record it on a disk that was full
    JobResult result;
    for (const JobInput& input : job_.inputs) {
      memory_.forget(input.path);
      result.files.push_back(failed(input, made.error().message));
    }
    return record(result);
  }

 private:
  // Error: another process has taken a generation's name meanwhile; the job is done anew.
  Result<void> resume(const JobResult& before) {
    std::vector<std::string> assets;
    for (const Piece& piece : before.pieces) assets.push_back(piece.asset);
    auto locks = AssetLocks::acquire(place_.layout, std::move(assets), place_.cancelled);
    if (!locks) return std::move(locks).error();
    return publish(place_.layout.store, staging_, before);
  }

  Result<Made> make() {
    if (auto removed = remove_tree(staging_); !removed) return std::move(removed).error();
    if (job_.kind == JobKind::album) return make_album(job_, staging_, place_);
    return make_file(job_.inputs.front(), job_, staging_, place_);
  }

  // An album with a bad file in it: the others are still published, each by itself, as soon as it is made.
  JobResult each_alone(const std::string& reason) {
    JobResult all;
    all.note = job_.shown + ": not encoded as one album: " + reason;
    for (const JobInput& input : job_.inputs) {
      if (cancelled(place_)) break;  // what is published already is found unchanged when the job is taken up again
      static_cast<void>(remove_tree(staging_));
      auto made = make_file(input, job_, staging_, place_);
      Result<void> done;
      if (made && made->staged) done = sync_tree(staging_);
      if (made && made->staged && done) done = publish(place_.layout.store, staging_, made->result);
      if (!made) done = made.error();
      if (!done) {
        memory_.forget(input.path);
        all.files.push_back(failed(input, done.error().message));
        continue;
      }
      all.files.push_back(made->result.files.front());
      all.pieces.push_back(made->result.pieces.front());
    }
    return all;
  }

  Result<JobResult> record(JobResult result) {
    auto done = queue_.finish(job_, result);
    if (done) memory_.write();
    for (const Piece& piece : result.pieces) {
      // What cannot be taken away now is taken away after the next generation.
      static_cast<void>(prune(place_.layout.store, staging_, piece.asset));
    }
    static_cast<void>(remove_tree(staging_));
    if (!done) return std::move(done).error();
    return result;
  }

  Queue& queue_;
  const Job& job_;
  JobMemory memory_;
  Workplace place_;
  const std::string staging_;
};

}  // namespace

Result<JobResult> run_job(Queue& queue, Taken& taken, const Workplace& place) {
  auto result = Run(queue, taken.job, place).run();
  taken.lease.remove();
  Wake::touch(place.layout.wake());
  return result;
}

}  // namespace segue::ingest
