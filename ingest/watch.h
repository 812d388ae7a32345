// SPDX-License-Identifier: Apache-2.0
// `segue ingest --watch FOLDER`: the store holds what the folder holds. New and changed files are ingested, together with all of their
// folder so that albums are seen; what nobody has any more is withdrawn; a file that is moved or renamed keeps its asset, as does one that
// is tagged anew.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "ingest/folder_watch.h"
#include "ingest/intake.h"
#include "ingest/layout.h"
#include "ingest/ledger.h"
#include "ingest/queue.h"

namespace segue::ingest {

struct WatchPlan {
  Layout layout;
  std::string folder;     // absolute
  std::string leave_out;  // never entered: our own home
  std::string ladder;     // NewJob::ladder
  std::string library;    // NewJob::library
  Albums albums = Albums::automatic;
  int jobs = 1;
  const std::atomic<bool>* stop = nullptr;
  std::function<void(std::size_t files, double seconds)> on_expected = {};
  std::function<void(std::int64_t job, const std::string& shown, double done, double total)> on_progress = {};  // from any thread
  // With a file its folder is looked at again: what came out of the others as before is no news.
  std::function<void(std::int64_t job, const JobResult& result, const std::function<bool(const FileResult&)>& is_news)> on_result = {};
  std::function<void()> on_rest = {};  // all that came is dealt with
  std::function<void(const std::string& file, const std::string& asset)> on_withdrawn = {};
  std::function<void(const std::string& what)> on_trouble = {};  // it goes on
};

class Watch {
 public:
  static Result<std::unique_ptr<Watch>> open(WatchPlan plan);
  // Until `stop`. Error: the folder cannot be watched, or the queue or the ledger not be written.
  [[nodiscard]] Result<void> run();

 private:
  using Stamps = std::map<std::string, std::string>;  // by path
  using Mounts = std::map<std::string, std::string>;  // by folder
  Watch(WatchPlan plan, Queue queue, Ledger ledger) : plan_(std::move(plan)), queue_(std::move(queue)), ledger_(std::move(ledger)) {}
  [[nodiscard]] Result<std::set<std::string>> settled(FolderWatch& watch);
  [[nodiscard]] Result<std::vector<FoundFolder>> listed(const std::string& folder, FolderWatch* watch);
  [[nodiscard]] Result<void> look(const std::string& folder, FolderWatch* watch);  // watch: none, the system has none left
  [[nodiscard]] Result<void> ingest(const std::vector<std::string>& files, const Stamps& stamps, const std::vector<KnownFile>& known);
  [[nodiscard]] Result<void> note(const FileResult& file, const Stamps& stamps);
  [[nodiscard]] Result<void> note_mounts(const std::vector<KnownFile>& known, const Stamps& now);
  [[nodiscard]] Result<void> drop(const KnownFile& file);
  [[nodiscard]] Result<void> let_go(const std::string& file, const std::string& asset);
  [[nodiscard]] bool stopped() const { return plan_.stop->load(std::memory_order_relaxed); }

  WatchPlan plan_;
  Queue queue_;
  Ledger ledger_;
  bool has_links_ = false;  // at the last look, to folders
  Mounts mounts_;           // of what is being ingested, before it began: a disk may go before its files are encoded
};

}  // namespace segue::ingest
