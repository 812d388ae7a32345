// SPDX-License-Identifier: Apache-2.0
#include "ingest/watch.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <thread>

#include "ingest/expansion.h"
#include "ingest/mounts.h"
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

std::string folder_of(const std::string& file) { return file.substr(0, file.rfind('/')); }

// The first link on the way from the root to a file that leads to nothing. Empty: none.
std::string empty_link_above(const std::string& path, const std::string& root) {
  for (std::size_t at = path.find('/', root.size() + 1); at != std::string::npos; at = path.find('/', at + 1)) {
    const std::string above = path.substr(0, at);
    std::error_code error, gone;
    if (std::filesystem::is_symlink(above, error) && (std::filesystem::is_empty(above, gone) || gone)) return above;
  }
  return {};
}

// Mount points of known files at which nothing is mounted now.
std::set<std::string> mounts_away(const std::vector<KnownFile>& known) {
  std::set<std::string> mounts;
  for (const KnownFile& file : known)
    if (!file.mount.empty()) mounts.insert(file.mount);
  std::erase_if(mounts, is_mount_point);
  return mounts;
}

bool lies_in(const std::vector<std::string>& folders, const std::string& path) {
  return std::any_of(folders.begin(), folders.end(), [&](const std::string& folder) { return path.starts_with(folder); });
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
    // Where links lead about, only a look at everything tells by which name a folder goes.
    if (has_links_) folders = {plan_.folder};
    for (const std::string& folder : outermost(folders)) {
      if (auto looked = look(folder, watch ? &*watch : nullptr); !looked) return looked;
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

// What is in the folder. A folder that a link leads to is watched before its files count: what
// comes meanwhile is told twice rather than never.
Result<std::vector<FoundFolder>> Watch::listed(const std::string& folder, FolderWatch* watch) {
  for (;;) {
    auto found = expand_folder(folder, plan_.leave_out);
    if (!found) return found;
    std::vector<std::string> linked;
    for (const FoundFolder& here : *found)
      if (here.by_link) linked.push_back(here.shown);
    has_links_ = !linked.empty() || (has_links_ && folder != plan_.folder);
    if (watch == nullptr || folder != plan_.folder) return found;
    auto has_news = watch->follow(linked);
    if (!has_news) plan_.on_trouble(has_news.error().message);
    if (!has_news || !*has_news) return found;
  }
}

// What came is ingested before what went is let go: a file that was moved is found under its new name, and its asset is kept.
Result<void> Watch::look(const std::string& folder, FolderWatch* watch) {
  const auto found = listed(folder, watch);
  // Whether a folder that cannot be listed is gone stands in the one above it.
  if ((!found || has_links_) && folder != plan_.folder) return look(plan_.folder, watch);
  auto known = ledger_.below(folder);
  if (!known) return std::move(known).error();
  Stamps before, now;
  for (const KnownFile& file : *known) before[file.path] = file.stamp;
  std::vector<std::string> wanted;
  std::vector<std::string> unseen;
  for (const FoundFolder& here : found ? *found : std::vector<FoundFolder>()) {
    if (!here.trouble.empty()) {
      plan_.on_trouble(here.shown + ": " + here.trouble + "; nothing below it is withdrawn");
      unseen.push_back(here.shown + '/');
    }
    bool has_news = false;
    for (const JobInput& input : here.media) {
      now[input.path] = stamp_of(input.path);
      const auto seen = before.find(input.path);
      has_news |= seen == before.end() || seen->second != now[input.path];
    }
    if (has_news)
      for (const JobInput& input : here.media) wanted.push_back(input.path);
  }
  const std::set<std::string> away = mounts_away(*known);
  if (watch != nullptr && folder == plan_.folder) watch->await_mounts(away);
  // A disk that is not mounted is an empty folder.
  if (folder == plan_.folder && now.empty() && !known->empty()) {
    plan_.on_trouble(folder + ": none of its " + std::to_string(known->size()) + " files is there: is it mounted? Nothing is withdrawn");
    return {};
  }
  if (!wanted.empty())
    if (auto done = ingest(wanted, now, *known); !done) return done;
  if (auto noted = note_mounts(*known, now); !noted) return noted;
  std::set<std::string> empty_links;
  for (const KnownFile& file : *known) {
    if (stopped()) return {};
    if (now.contains(file.path) || lies_in(unseen, file.path) || away.contains(file.mount)) continue;
    if (!stamp_of(file.path).empty()) continue;  // back since the look: a disk that was mounted meanwhile
    if (const std::string link = empty_link_above(file.path, plan_.folder); !link.empty()) {
      empty_links.insert(link);
    } else if (auto dropped = drop(file); !dropped) {
      return dropped;
    }
  }
  for (const std::string& link : empty_links) plan_.on_trouble(link + ": leads to nothing: is it mounted? Nothing behind it is withdrawn");
  for (const std::string& mount : away) plan_.on_trouble(mount + ": was mounted and is not now: nothing that was on it is withdrawn");
  static_cast<void>(send_outbox(queue_, plan_.layout));  // Redis is away: a worker or the next uploader sends it
  return {};
}

Result<void> Watch::ingest(const std::vector<std::string>& files, const Stamps& stamps, const std::vector<KnownFile>& known) {
  Result<void> noted;
  mounts_.clear();
  for (const std::string& file : files)
    if (const auto [mount, is_new] = mounts_.try_emplace(folder_of(file)); is_new) mount->second = mount_of(file, plan_.folder);
  std::map<std::string, KnownFile> before;
  for (const KnownFile& file : known) before[file.path] = file;
  const auto is_news = [&](const FileResult& file) {
    const auto was = before.find(file.file);
    const auto stamp = stamps.find(file.file);
    const bool is_as_before = was != before.end() && stamp != stamps.end() && was->second.stamp == stamp->second;
    return file.state == State::published || !is_as_before || was->second.asset != file.asset;
  };
  UploadPlan upload{plan_.layout, plan_.jobs, plan_.stop, {}, {}};
  upload.on_progress = plan_.on_progress;
  upload.on_result = [&](std::int64_t job, const JobResult& result) {
    plan_.on_result(job, result, is_news);
    for (const FileResult& file : result.files)
      if (auto done = note(file, stamps); !done) noted = done;
  };
  auto uploader = Uploader::open(std::move(upload));
  if (!uploader) return std::move(uploader).error();
  IntakePlan plan{plan_.albums, plan_.ladder, plan_.library, plan_.leave_out, plan_.stop, {}, {}};
  plan.add = [&](const NewJob& job, double seconds) {
    plan_.on_expected(job.inputs.size(), seconds);
    return (*uploader)->add(job);
  };
  plan.refuse = [&](const std::string& file, const std::string& why) {
    const FileResult failed{file, State::failed, {}, 0, 0, why};
    if (is_news(failed)) plan_.on_trouble(file + ": " + why);
    if (auto done = note(failed, stamps); !done) noted = done;
  };
  auto taken = Intake(std::move(plan)).operands(files);
  static_cast<void>((*uploader)->finish());
  plan_.on_rest();
  return taken ? noted : taken;
}

// Where files lie that are known since before it was noted, or before a disk was mounted there.
Result<void> Watch::note_mounts(const std::vector<KnownFile>& known, const Stamps& now) {
  std::map<std::string, std::string> of_folder;
  for (const KnownFile& file : known) {
    const auto stamp = now.find(file.path);
    if (stamp == now.end() || stamp->second != file.stamp) continue;
    const auto [mount, is_new] = of_folder.try_emplace(folder_of(file.path));
    if (is_new) mount->second = mount_of(file.path, plan_.folder);
    if (mount->second == file.mount) continue;
    if (auto put = ledger_.put({file.path, file.stamp, file.asset, mount->second}); !put) return put;
  }
  return {};
}

// Under its path; what the path had been before may be nobody's now.
Result<void> Watch::note(const FileResult& file, const Stamps& stamps) {
  const auto stamp = stamps.find(file.file);
  if (stamp == stamps.end()) return {};
  auto known = ledger_.below(folder_of(file.file));
  if (!known) return std::move(known).error();
  for (const KnownFile& was : *known) {
    if (was.path != file.file || was.asset == file.asset) continue;
    if (auto gone = let_go(was.path, was.asset); !gone) return gone;
  }
  return ledger_.put({file.file, stamp->second, file.asset, mounts_[folder_of(file.file)]});
}

// In this order: a process that dies in between finds the file in its ledger, and goes on.
Result<void> Watch::drop(const KnownFile& file) {
  if (auto gone = let_go(file.path, file.asset); !gone) return gone;
  return ledger_.forget(file.path);
}

Result<void> Watch::let_go(const std::string& file, const std::string& asset) {
  if (asset.empty()) return {};
  auto used = ledger_.has_other_file_of(asset, file);
  if (!used) return std::move(used).error();
  if (*used) return {};
  auto gone = withdraw(plan_.layout, queue_, asset);
  if (!gone) return std::move(gone).error();
  for (const std::string& one : *gone) plan_.on_withdrawn(file, one);
  return {};
}

}  // namespace segue::ingest
