// SPDX-License-Identifier: Apache-2.0
#include "ingest/expansion.h"

#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include <algorithm>
#include <array>
#include <deque>
#include <filesystem>
#include <map>
#include <set>
#include <utility>

namespace segue::ingest {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 64> kExtensions = {
    "3g2",  "3gp", "aac", "ac3",  "aif",  "aifc", "aiff", "alac", "amr",  "ape", "asf",  "au",   "avi",  "caf", "dff",  "divx",
    "dsf",  "dts", "dv",  "eac3", "f4v",  "flac", "flv",  "m2t",  "m2ts", "m4a", "m4b",  "m4v",  "mka",  "mkv", "mod",  "mov",
    "mp2",  "mp3", "mp4", "mpc",  "mpeg", "mpg",  "mpp",  "mts",  "mxf",  "oga", "ogg",  "ogv",  "opus", "qt",  "rf64", "rm",
    "rmvb", "snd", "spx", "tak",  "tod",  "ts",   "tta",  "vob",  "w64",  "wav", "weba", "webm", "wma",  "wmv", "wtv",  "wv"};

std::string absolute(const std::string& path) {
  std::error_code error;
  const fs::path whole = fs::absolute(path, error);
  return error ? path : whole.string();
}

bool is_hidden(const fs::path& path) { return path.filename().string().starts_with("."); }

// The kernel's own, where reading has effects or never ends. What holds devices (/dev) is a tmpfs like any other to statfs; devices are no
// regular files.
bool is_kernels(const fs::path& folder) {
  constexpr std::array<unsigned long, 9> kTypes = {PROC_SUPER_MAGIC,    SYSFS_MAGIC,        CGROUP_SUPER_MAGIC,
                                                   CGROUP2_SUPER_MAGIC, DEBUGFS_MAGIC,      TRACEFS_MAGIC,
                                                   SECURITYFS_MAGIC,    DEVPTS_SUPER_MAGIC, BPF_FS_MAGIC};
  struct statfs system {};
  return ::statfs(folder.c_str(), &system) == 0 &&
         std::find(kTypes.begin(), kTypes.end(), static_cast<unsigned long>(system.f_type)) != kTypes.end();
}

// Something was there when it was listed, and is no more: that is no trouble.
bool is_gone(const std::error_code& error) {
  return error == std::errc::no_such_file_or_directory || error == std::errc::not_a_directory ||
         error == std::errc::too_many_symbolic_link_levels;
}

// Both canonical.
bool is_within(const fs::path& path, const fs::path& folder) {
  return std::mismatch(folder.begin(), folder.end(), path.begin(), path.end()).first == folder.end();
}

// One walk: real folders first, then what links lead to, for a folder's own name is the better one.
class Walk {
 public:
  explicit Walk(const std::string& leave_out) {
    static_cast<void>(enter(leave_out));
    std::error_code none;
    left_out_ = fs::canonical(leave_out, none);
  }

  std::error_code run(const std::string& folder, const std::string& shown) {
    static_cast<void>(enter(folder));
    if (is_left_out(folder)) left_out_.clear();  // whoever names a folder in there means it
    const std::error_code error = list(folder, shown);
    by_link_ = true;
    while (!links_.empty()) {
      const Place link = std::move(links_.front());
      links_.pop_front();
      // A link may lead past our home's own folder into the midst of it.
      if (!is_left_out(link.path) && enter(link.path)) static_cast<void>(list(link.path, link.shown));
    }
    return error;
  }
  std::vector<FoundFolder> found;

 private:
  struct Place {
    fs::path path;
    std::string shown;
    bool operator<(const Place& other) const { return path < other.path; }
  };

  // False: entered before, not there, or the kernel's.
  bool enter(const fs::path& folder) {
    struct stat status {};
    if (::stat(folder.c_str(), &status) != 0) return false;
    const auto [device, is_new] = kernels_.try_emplace(status.st_dev, false);
    if (is_new) device->second = is_kernels(folder);
    return !device->second && entered_.emplace(status.st_dev, status.st_ino).second;
  }

  bool is_left_out(const fs::path& folder) const {
    if (left_out_.empty()) return false;
    std::error_code error;
    const fs::path real = fs::canonical(folder, error);
    return !error && is_within(real, left_out_);
  }

  // A folder that cannot be read hides its files, not its neighbours.
  std::error_code list(const fs::path& folder, const std::string& shown) {
    FoundFolder here;
    here.shown = shown;
    here.by_link = by_link_;
    std::vector<Place> below, linked;
    std::error_code error;
    for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
      std::error_code unseen, ignored;
      if (is_hidden(at->path())) continue;
      const std::string name = at->path().filename().string();
      Place place{at->path(), shown + '/' + name};
      const bool is_folder = at->is_directory(unseen);
      if (unseen && !is_gone(unseen)) here.trouble = name + ": " + unseen.message();
      if (is_folder) {
        (at->is_symlink(ignored) ? linked : below).push_back(std::move(place));
      } else if (at->is_regular_file(ignored)) {
        (has_media_extension(name) ? here.media : here.others).push_back({place.path.string(), place.shown});
      }
    }
    const auto by_path = [](const JobInput& a, const JobInput& b) { return a.path < b.path; };
    if (error && !is_gone(error)) here.trouble = "cannot be listed: " + error.message();
    std::sort(here.media.begin(), here.media.end(), by_path);
    std::sort(here.others.begin(), here.others.end(), by_path);
    found.push_back(std::move(here));
    std::sort(below.begin(), below.end());
    std::sort(linked.begin(), linked.end());
    links_.insert(links_.end(), linked.begin(), linked.end());
    for (const Place& place : below) {
      std::error_code unseen;
      static_cast<void>(fs::status(place.path, unseen));
      if (unseen && !is_gone(unseen)) found.push_back({place.shown, {}, {}, by_link_, unseen.message()});
      if (enter(place.path)) static_cast<void>(list(place.path, place.shown));
    }
    return error;
  }

  fs::path left_out_;  // empty: nothing
  std::map<dev_t, bool> kernels_;
  std::set<std::pair<dev_t, ino_t>> entered_;
  std::deque<Place> links_;
  bool by_link_ = false;
};

}  // namespace

bool is_url(std::string_view text) { return text.starts_with("http://") || text.starts_with("https://"); }

bool has_media_extension(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos) return false;
  std::string extension(name.substr(dot + 1));
  for (char& c : extension) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return std::find(kExtensions.begin(), kExtensions.end(), extension) != kExtensions.end();
}

Result<std::vector<FoundFolder>> expand_folder(const std::string& folder, const std::string& leave_out) {
  std::string shown = folder;
  while (shown.size() > 1 && shown.back() == '/') shown.pop_back();
  Walk walk(leave_out);
  if (const std::error_code error = walk.run(absolute(shown), shown)) return Error{folder + ": " + error.message()};
  return std::move(walk.found);
}

std::vector<JobInput> media_in(const std::string& folder) {
  std::vector<JobInput> found;
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    std::error_code ignored;
    const std::string name = at->path().filename().string();
    if (!is_hidden(at->path()) && has_media_extension(name) && at->is_regular_file(ignored)) found.push_back({at->path().string(), name});
  }
  return found;
}

JobInput input_of(const std::string& operand) { return {is_url(operand) ? operand : absolute(operand), operand}; }

}  // namespace segue::ingest
