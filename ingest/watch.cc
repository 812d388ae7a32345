// SPDX-License-Identifier: Apache-2.0
#include "ingest/watch.h"

#include <chrono>
#include <thread>

#include "ingest/expansion.h"
#include "ingest/outbox.h"
#include "ingest/uploader.h"
#include "ingest/withdraw.h"

namespace segue::ingest {
namespace {

using namespace std::chrono_literals;

// Files of an album come one after the other: a folder is looked at when nothing has happened for so long, or has not ceased for so long.
constexpr auto kQuiet = 2000ms;
constexpr auto kLongest = 60s;
constexpr auto kNotice = 250ms;        // so soon a stop is noticed
constexpr auto kWithoutWatches = 60s;  // between looks at everything, where the system has no watches left

// Without those that lie below another one.
std::vector<std::string> outermost(const std::set<std::string>& folders) {
  std::vector<std::string> out;
  for (const std::string& folder : folders)
    if (out.empty() || !(folder + '/').starts_with(out.back() + '/')) out.push_back(folder);
  return out;
}

}  // namespace

Result<std::unique_ptr<Watch>> Watch::open(WatchPlan plan) {
  auto queue = Queue::open(plan.layout);
  if (!queue) return std::move(queue).error();
  auto ledger = Ledger::open(plan.layout.root + "/watch.sqlite3");
  if (!ledger) return std::move(ledger).error();
  return std::unique_ptr<Watch>(new Watch(std::move(plan), std::move(*queue), std::move(*ledger)));
}

Result<void> Watch::run() {
  auto watch = FolderWatch::open(plan_.folder, plan_.leave_out);
  if (!watch) plan_.on_trouble(watch.error().message + "; looks at everything each minute instead");
  std::set<std::string> folders{plan_.folder};
  while (!stopped()) {
    for (const std::string& folder : outermost(folders)) {
      if (auto looked = look(folder); !looked) return looked;
      if (stopped()) return {};
    }
    folders = {plan_.folder};
    if (!watch) {
      for (auto waited = 0ms; waited < kWithoutWatches && !stopped(); waited += kNotice) std::this_thread::sleep_for(kNotice);
      continue;
    }
    auto changed = settled(*watch);
    if (changed) {
      folders = std::move(*changed);
    } else {
      plan_.on_trouble(changed.error().message);
    }
  }
  return {};
}

Result<std::set<std::string>> Watch::settled(FolderWatch& watch) {
  std::set<std::string> all;
  while (all.empty() && !stopped()) {
    auto some = watch.wait(kNotice);
    if (!some) return some;
    all.merge(*some);
  }
  const auto first = std::chrono::steady_clock::now();
  auto last = first;
  while (!stopped() && std::chrono::steady_clock::now() - last < kQuiet && std::chrono::steady_clock::now() - first < kLongest) {
    auto some = watch.wait(kNotice);
    if (!some) return some;
    if (!some->empty()) last = std::chrono::steady_clock::now();
    all.merge(*some);
  }
  return all;
}

// What came is ingested before what went is let go: a file that was moved is found under its new name, and its asset is kept.
Result<void> Watch::look(const std::string& folder) {
  auto known = ledger_.below(folder);
  if (!known) return std::move(known).error();
  Stamps before, now;
  for (const KnownFile& file : *known) before[file.path] = file.stamp;
  auto found = expand_folder(folder, plan_.leave_out, FolderLinks::left);  // an error: it is gone, with all below it
  std::vector<std::string> wanted;
  for (const FoundFolder& here : found ? *found : std::vector<FoundFolder>()) {
    bool has_news = false;
    for (const JobInput& input : here.media) {
      now[input.path] = stamp_of(input.path);
      const auto seen = before.find(input.path);
      has_news |= seen == before.end() || seen->second != now[input.path];
    }
    if (has_news)
      for (const JobInput& input : here.media) wanted.push_back(input.path);
  }
  // A disk that is not mounted is an empty folder.
  if (folder == plan_.folder && now.empty() && !known->empty()) {
    plan_.on_trouble(folder + ": none of its " + std::to_string(known->size()) + " files is there: is it mounted? Nothing is withdrawn");
    return {};
  }
  if (!wanted.empty())
    if (auto done = ingest(wanted, now); !done) return done;
  for (const KnownFile& file : *known) {
    if (stopped()) return {};
    if (!now.contains(file.path))
      if (auto dropped = drop(file); !dropped) return dropped;
  }
  static_cast<void>(send_outbox(queue_, plan_.layout));  // Redis is away: a worker or the next uploader sends it
  return {};
}

Result<void> Watch::ingest(const std::vector<std::string>& files, const Stamps& stamps) {
  Result<void> noted;
  UploadPlan upload{plan_.layout, plan_.jobs, plan_.stop, {}, {}};
  upload.on_progress = [](std::int64_t, const std::string&, double, double) {};
  upload.on_result = [&](std::int64_t job, const JobResult& result) {
    plan_.on_result(job, result);
    for (const FileResult& file : result.files)
      if (auto done = note(file, stamps); !done) noted = done;
  };
  auto uploader = Uploader::open(std::move(upload));
  if (!uploader) return std::move(uploader).error();
  IntakePlan plan{plan_.albums, plan_.ladder, plan_.leave_out, plan_.stop, {}, {}};
  plan.add = [&](const NewJob& job, double) { return (*uploader)->add(job); };
  plan.refuse = [&](const std::string& file, const std::string& why) {
    plan_.on_trouble(file + ": " + why);
    if (auto done = note({file, State::failed, {}, 0, 0, why}, stamps); !done) noted = done;
  };
  auto taken = Intake(std::move(plan)).operands(files);
  static_cast<void>((*uploader)->finish());
  return taken ? noted : taken;
}

// Under its path; what the path had been before may be nobody's now.
Result<void> Watch::note(const FileResult& file, const Stamps& stamps) {
  const auto stamp = stamps.find(file.file);
  if (stamp == stamps.end()) return {};
  auto known = ledger_.below(file.file.substr(0, file.file.rfind('/')));
  if (!known) return std::move(known).error();
  if (auto put = ledger_.put({file.file, stamp->second, file.asset}); !put) return put;
  for (const KnownFile& was : *known)
    if (was.path == file.file && was.asset != file.asset) return let_go(was.path, was.asset);
  return {};
}

Result<void> Watch::drop(const KnownFile& file) {
  if (auto forgotten = ledger_.forget(file.path); !forgotten) return forgotten;
  return let_go(file.path, file.asset);
}

Result<void> Watch::let_go(const std::string& file, const std::string& asset) {
  if (asset.empty()) return {};
  auto used = ledger_.has_file_of(asset);
  if (!used) return std::move(used).error();
  if (*used) return {};
  auto gone = withdraw(plan_.layout, queue_, asset);
  if (!gone) return std::move(gone).error();
  for (const std::string& one : *gone) plan_.on_withdrawn(file, one);
  return {};
}

}  // namespace segue::ingest
