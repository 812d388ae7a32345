// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/library/scan.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>

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

std::string file_of(const std::string& store, const std::string& asset) {
  return media::asset_folder(store, asset) + '/' + std::string(media::kCurrentLink) + '/' + std::string(media::kAssetFile);
}

// A generation's files never change, but a re-tag may write asset.json anew: its time, size and inode tell. Empty: no such file.
std::string stamp_of(const std::string& path) {
  struct stat facts {};
  if (::stat(path.c_str(), &facts) != 0) return {};
  return std::to_string(facts.st_mtim.tv_sec) + '.' + std::to_string(facts.st_mtim.tv_nsec) + ':' + std::to_string(facts.st_size) + ':' +
         std::to_string(facts.st_ino);
}

void note(const std::string& error, ScanReport& report) {
  if (report.errors.size() < kMaxErrors) report.errors.push_back(error);
}

}  // namespace

// Without a batch: nobody waits while files are read.
Result<Scanner::Look> Scanner::look(const std::string& asset, ScanReport& report) {
  const std::string path = file_of(store_, asset);
  Look look{asset, stamp_of(path), Found::unchanged, 0, {}};
  if (look.stamp.empty()) {
    look.found = Found::missing;
    return look;
  }
  auto known = library_.known(asset);
  if (!known) return std::move(known).error();
  look.row = known->row;
  if (known->stamp == look.stamp) return look;
  auto text = read_file(path);
  auto parsed = text ? media::parse_asset(*text) : Result<media::Asset>(text.error());
  if (parsed && parsed->id != asset) parsed = Error{"id is " + parsed->id};
  if (!parsed) {
    note(path + ": " + parsed.error().message, report);
    return look;
  }
  look.found = Found::changed;
  look.read = std::move(*parsed);
  return look;
}

// As the store has it now: put, removed, or left.
Result<void> Scanner::take(Look look, Batch& batch, ScanReport& report) {
  // Another writer may have put a newer one since.
  if (stamp_of(file_of(store_, look.asset)) != look.stamp) {
    auto again = this->look(look.asset, report);
    if (!again) return std::move(again).error();
    look = std::move(*again);
  }
  // Another node that follows the same store may have put this one.
  if (look.found == Found::changed) {
    auto known = library_.stamp_of(look.asset);
    if (!known) return std::move(known).error();
    if (*known == look.stamp) return {};
  }
  if (look.found == Found::missing) {
    auto removed = batch.remove(look.asset);
    if (!removed) return std::move(removed).error();
    report.removed += *removed;
  }
  if (look.found != Found::changed) return {};
  std::string why;
  auto is_taken = batch.put(look.read, look.stamp, why);
  if (!is_taken) return std::move(is_taken).error();
  if (!*is_taken) note(file_of(store_, look.asset) + ": " + why, report);
  report.changed += *is_taken;
  return {};
}

// One batch; `position`, when there is one, with it.
Result<void> Scanner::take_all(std::vector<Look> looks, const std::string* position, ScanReport& report) {
  if (looks.empty() && position == nullptr) return {};
  auto batch = Batch::begin(library_);
  if (!batch) return std::move(batch).error();
  for (Look& look : looks)
    if (auto done = take(std::move(look), *batch, report); !done) return done;
  if (position != nullptr)
    if (auto kept = batch->set_position(*position); !kept) return kept;
  if (auto done = batch->commit(); !done) return std::move(done).error();
  return {};
}

// All of the store. `seen`: by rows of the library, whose asset is there. False: told to stop.
Result<bool> Scanner::look_through(const std::function<bool()>& go_on, std::vector<bool>& seen, ScanReport& report) {
  const std::unique_ptr<DIR, CloseFolder> folder(::opendir(store_.c_str()));
  if (!folder) return Error{store_ + ": " + std::strerror(errno)};
  if (auto sorted = library_.sort(); !sorted) return std::move(sorted).error();
  bool more = true;
  while (more && go_on()) {
    std::vector<Look> looks;
    for (std::size_t i = 0; i < kBatch && more; ++i) {
      errno = 0;
      const dirent* entry = ::readdir(folder.get());
      if (entry == nullptr && errno != 0) return Error{store_ + ": " + std::strerror(errno)};
      more = entry != nullptr;
      if (!more || !media::is_asset_id(entry->d_name)) continue;
      auto look = this->look(entry->d_name, report);
      if (!look) return std::move(look).error();
      if (look->found == Found::missing) continue;
      if (const auto row = static_cast<std::size_t>(look->row); row < seen.size()) seen[row] = true;
      ++report.seen;
      if (look->found == Found::changed) looks.push_back(std::move(*look));
    }
    if (auto done = take_all(std::move(looks), nullptr, report); !done) return std::move(done).error();
  }
  return !more;
}

// Looked at again: on a network file system a listing may be older than what another node has found, and a row may be another asset's by
// now.
Result<void> Scanner::remove_others(const std::vector<bool>& seen, ScanReport& report) {
  const auto last = static_cast<std::int64_t>(seen.size()) - 1;
  for (std::int64_t row = 0; row < last;) {
    auto assets = library_.assets_of(row, last, static_cast<int>(kBatch));
    if (!assets) return std::move(assets).error();
    if (assets->empty()) return {};
    row = assets->back().row;
    std::vector<std::string> gone;
    for (auto& asset : *assets)
      if (!seen[static_cast<std::size_t>(asset.row)]) gone.push_back(std::move(asset.id));
    auto looks = look_at(gone, report);
    if (!looks) return std::move(looks).error();
    if (auto done = take_all(std::move(*looks), nullptr, report); !done) return done;
  }
  return {};
}

Result<ScanReport> Scanner::scan(const std::function<bool()>& go_on) {
  ScanReport report;
  auto last = library_.last_row();
  if (!last) return std::move(last).error();
  std::vector<bool> seen(static_cast<std::size_t>(*last) + 1);
  auto is_whole = look_through(go_on, seen, report);
  if (!is_whole) return std::move(is_whole).error();
  if (*is_whole)
    if (auto done = remove_others(seen, report); !done) return std::move(done).error();
  return report;
}

Result<std::vector<Scanner::Look>> Scanner::look_at(std::span<const std::string> assets, ScanReport& report) {
  std::vector<Look> looks;
  for (const std::string& asset : assets) {
    if (!media::is_asset_id(asset)) continue;
    auto look = this->look(asset, report);
    if (!look) return std::move(look).error();
    if (look->found != Found::unchanged) looks.push_back(std::move(*look));
  }
  return looks;
}

Result<ScanReport> Scanner::update(std::span<const std::string> assets, const std::string& position) {
  ScanReport report;
  auto looks = look_at(assets, report);
  if (!looks) return std::move(looks).error();
  if (auto done = take_all(std::move(*looks), &position, report); !done) return std::move(done).error();
  return report;
}

}  // namespace segue::library
