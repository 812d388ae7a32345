// SPDX-License-Identifier: Apache-2.0
#include "ingest/expansion.h"

#include <algorithm>
#include <array>
#include <filesystem>

namespace segue::ingest {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 43> kExtensions = {"3gp", "aac",  "ac3", "aif",  "aifc", "aiff", "alac", "ape", "asf", "avi", "caf",
                                                          "dff", "dsf",  "dts", "eac3", "flac", "flv",  "m2ts", "m4a", "m4b", "m4v", "mka",
                                                          "mkv", "mov",  "mp2", "mp3",  "mp4",  "mpc",  "mpeg", "mpg", "mts", "oga", "ogg",
                                                          "ogv", "opus", "spx", "ts",   "tta",  "wav",  "webm", "wma", "wmv", "wv"};

std::string absolute(const std::string& path) {
  std::error_code error;
  const fs::path whole = fs::absolute(path, error);
  return error ? path : whole.string();
}

bool is_hidden(const fs::path& path) { return path.filename().string().starts_with("."); }

void list(const fs::path& folder, const std::string& shown, const std::string& leave_out, std::vector<FoundFolder>& found,
          std::error_code& error) {
  FoundFolder here;
  here.shown = shown;
  std::vector<fs::path> below;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    std::error_code ignored;
    const fs::path& path = at->path();
    if (is_hidden(path)) continue;
    const std::string name = path.filename().string();
    if (at->is_directory(ignored) && !at->is_symlink(ignored)) {
      if (path.string() != leave_out) below.push_back(path);
    } else if (at->is_regular_file(ignored)) {
      (has_media_extension(name) ? here.media : here.others).push_back({path.string(), shown + '/' + name});
    }
  }
  const auto by_path = [](const JobInput& a, const JobInput& b) { return a.path < b.path; };
  std::sort(here.media.begin(), here.media.end(), by_path);
  std::sort(here.others.begin(), here.others.end(), by_path);
  found.push_back(std::move(here));
  std::sort(below.begin(), below.end());
  for (const fs::path& path : below) {
    std::error_code ignored;  // a folder that cannot be read hides its files, not its neighbours
    list(path, shown + '/' + path.filename().string(), leave_out, found, ignored);
  }
}

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
  std::vector<FoundFolder> found;
  std::error_code error;
  list(absolute(shown), shown, leave_out, found, error);
  if (error) return Error{folder + ": list: " + error.message()};
  return found;
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
