// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/library/scan.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <unordered_set>

#include "media/limits.h"
#include "media/store.h"

namespace segue::library {
namespace {

constexpr std::size_t kBatch = 1000;
constexpr std::size_t kMaxErrors = 20;

struct CloseFolder {
  void operator()(DIR* folder) const noexcept { ::closedir(folder); }
};

// Bounded: a file that is too large is not read.
Result<std::string> read_file(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return Error{path + ": " + std::strerror(errno)};
  std::string text;
  char bytes[65536];
  ssize_t got = 0;
  while ((got = ::read(file, bytes, sizeof bytes)) > 0 && text.size() <= media::kMaxAssetJsonBytes)
    text.append(bytes, static_cast<std::size_t>(got));
  const int why = errno;
  ::close(file);
  if (got < 0) return Error{path + ": " + std::strerror(why)};
  return text;
}

}  // namespace

Result<Scanner::Found> Scanner::look(const std::string& asset, Batch& batch, ScanReport& report) {
  const std::string folder = media::asset_folder(store_, asset) + '/' + std::string(media::kCurrentLink);
  const std::string path = folder + '/' + std::string(media::kAssetFile);
  struct stat facts {};
  if (::stat(path.c_str(), &facts) != 0) return Found::missing;
  // A generation's files never change, but a re-tag may write asset.json anew: its time, size and inode tell.
  const std::string stamp = std::to_string(facts.st_mtim.tv_sec) + '.' + std::to_string(facts.st_mtim.tv_nsec) + ':' +
                            std::to_string(facts.st_size) + ':' + std::to_string(facts.st_ino);
  auto known = library_.stamp_of(asset);
  if (!known) return std::move(known).error();
  if (*known == stamp) return Found::unchanged;
  auto text = read_file(path);
  auto parsed = text ? media::parse_asset(*text) : Result<media::Asset>(text.error());
  if (parsed && parsed->id != asset) parsed = Error{"id is " + parsed->id};
  if (!parsed) {
    if (report.errors.size() < kMaxErrors) report.errors.push_back(path + ": " + parsed.error().message);
    return Found::unchanged;
  }
  std::string why;
  auto is_taken = batch.put(*parsed, stamp, why);
  if (!is_taken) return std::move(is_taken).error();
  if (!*is_taken && report.errors.size() < kMaxErrors) report.errors.push_back(path + ": " + why);
  return *is_taken ? Found::changed : Found::unchanged;
}

Result<ScanReport> Scanner::scan(const std::function<bool()>& go_on) {
  ScanReport report;
  const std::unique_ptr<DIR, CloseFolder> folder(::opendir(store_.c_str()));
  if (!folder) return Error{store_ + ": " + std::strerror(errno)};
  if (auto sorted = library_.sort(); !sorted) return std::move(sorted).error();
  auto before = library_.all_assets();
  if (!before) return std::move(before).error();
  std::unordered_set<std::string> missing(before->begin(), before->end());
  bool more = true;
  while (more && go_on()) {
    auto batch = Batch::begin(library_);
    if (!batch) return std::move(batch).error();
    for (std::size_t i = 0; i < kBatch && more; ++i) {
      errno = 0;
      const dirent* entry = ::readdir(folder.get());
      if (entry == nullptr && errno != 0) return Error{store_ + ": " + std::strerror(errno)};
      more = entry != nullptr;
      if (!more || !media::is_asset_id(entry->d_name)) continue;
      auto found = look(entry->d_name, *batch, report);
      if (!found) return std::move(found).error();
      if (*found == Found::missing) continue;
      missing.erase(entry->d_name);
      ++report.seen;
      report.changed += *found == Found::changed;
    }
    if (auto done = batch->commit(); !done) return std::move(done).error();
  }
  if (more || missing.empty()) return report;
  auto batch = Batch::begin(library_);
  if (!batch) return std::move(batch).error();
  // Looked at again: on a network file system a listing may be older than what another node has found.
  for (const std::string& asset : missing)
    if (auto done = refresh(asset, *batch, report); !done) return std::move(done).error();
  if (auto done = batch->commit(); !done) return std::move(done).error();
  return report;
}

// As the store has it now: put, removed, or left.
Result<void> Scanner::refresh(const std::string& asset, Batch& batch, ScanReport& report) {
  auto found = look(asset, batch, report);
  if (!found) return std::move(found).error();
  report.changed += *found == Found::changed;
  if (*found != Found::missing) return {};
  auto removed = batch.remove(asset);
  if (!removed) return std::move(removed).error();
  report.removed += *removed;
  return {};
}

Result<ScanReport> Scanner::update(std::span<const std::string> assets, const std::string& position) {
  ScanReport report;
  auto batch = Batch::begin(library_);
  if (!batch) return std::move(batch).error();
  for (const std::string& asset : assets) {
    if (!media::is_asset_id(asset)) continue;
    if (auto done = refresh(asset, *batch, report); !done) return std::move(done).error();
  }
  if (auto kept = batch->set_position(position); !kept) return std::move(kept).error();
  if (auto done = batch->commit(); !done) return std::move(done).error();
  return report;
}

}  // namespace segue::library
