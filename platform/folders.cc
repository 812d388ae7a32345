// SPDX-License-Identifier: Apache-2.0
#include "platform/folders.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>

namespace segue::platform {
namespace fs = std::filesystem;

Result<void> make_folders(const service::Home& home) {
  for (const char* name : {"store", "ingest", "run/tmp", "log", "edge", "redis"}) {
    std::error_code error;
    fs::create_directories(home.path(name), error);
    if (error) return Error{home.path(name) + ": " + error.message()};
  }
  return {};
}

Result<std::string> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return Error{path + ": " + std::strerror(errno)};
  return std::string(std::istreambuf_iterator<char>(file), {});
}

Result<void> write_file(const std::string& path, const std::string& text, Readers readers) {
  const std::string made = path + ".new";
  ::unlink(made.c_str());  // whoever was killed here may have left one with other rights
  const int file = ::open(made.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, readers == Readers::owner ? 0600 : 0644);
  bool written = file >= 0;
  for (std::string_view rest = text; written && !rest.empty();) {
    const ssize_t count = ::write(file, rest.data(), rest.size());
    if (count < 0 && errno == EINTR) continue;
    written = count > 0;
    if (written) rest.remove_prefix(static_cast<std::size_t>(count));
  }
  const int why = errno;
  if (file >= 0) ::close(file);
  if (!written) return Error{made + ": " + std::strerror(why)};
  std::error_code error;
  fs::rename(made, path, error);
  if (error) return Error{path + ": " + error.message()};
  return {};
}

Result<std::vector<std::string>> write_configurations(const service::Home& home, const Installation& installation,
                                                      const Settings& settings) {
  std::vector<std::string> changed;
  for (const Service& service : services_of(home, installation, settings)) {
    if (service.conf.empty() || !service.is_started()) continue;
    const auto text = read_file(installation.templates + '/' + service.conf);
    if (!text) return text.error();
    auto filled = fill_template(service.conf, *text, template_values(home, installation, settings));
    if (!filled) return filled.error();
    const std::string path = configuration_path(home, service);
    if (const auto old = read_file(path); old && *old == *filled) continue;
    if (auto written = write_file(path, *filled); !written) return written.error();
    changed.push_back(service.name);
  }
  return changed;
}

std::string last_line(const std::string& path) {
  const auto text = read_file(path);
  if (!text) return text.error().message;
  const std::size_t end = text->find_last_not_of('\n');
  if (end == std::string::npos) return "nothing";
  const std::size_t before = text->rfind('\n', end), begin = before == std::string::npos ? 0 : before + 1;
  return text->substr(begin, end - begin + 1);
}

std::string build_of(const Installation& installation) {
  std::vector<std::string> files;
  for (const char* program : {"segue-up", "segue-ingest", "segue-catalog"}) files.push_back(installation.programs + '/' + program);
  std::error_code error;
  for (fs::directory_iterator at(installation.modules, error), end; !error && at != end; at.increment(error)) {
    files.push_back(at->path().string());
  }
  std::sort(files.begin(), files.end());
  std::string facts;
  for (const std::string& file : files) {
    struct stat found {};
    if (::stat(file.c_str(), &found) != 0) continue;
    facts += file + ' ' + std::to_string(found.st_size) + ' ' + std::to_string(found.st_mtim.tv_sec) + '.' +
             std::to_string(found.st_mtim.tv_nsec) + '\n';
  }
  return std::to_string(std::hash<std::string>{}(facts));
}

}  // namespace segue::platform
