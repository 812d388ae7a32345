// SPDX-License-Identifier: Apache-2.0
#include "platform/backup.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "access/digest.h"
#include "media/store.h"
#include "platform/folders.h"
#include "service/database_copy.h"
#include "service/database_dump.h"

namespace segue::platform {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr int kVersion = 1;

std::string hex(const std::string& bytes) {
  std::string out;
  for (const char c : bytes) out += "0123456789abcdef"[static_cast<unsigned char>(c) >> 4], out += "0123456789abcdef"[c & 15];
  return out;
}

// Mapped, not read: the library of a million tracks has a gigabyte.
Result<BackupEntry> entry_of(const std::string& folder, const std::string& path) {
  const std::string whole = folder + '/' + path;
  const int file = ::open(whole.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat facts {};
  const bool is_open = file >= 0 && ::fstat(file, &facts) == 0;
  const auto size = static_cast<std::size_t>(facts.st_size);
  void* const bytes = is_open && size > 0 ? ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file, 0) : nullptr;
  const int why = errno;
  if (file >= 0) ::close(file);
  if (!is_open || bytes == MAP_FAILED) return Error{whole + ": " + std::strerror(why)};
  BackupEntry entry{path, size, hex(access::sha256({static_cast<const char*>(bytes), size}))};
  if (bytes != nullptr) ::munmap(bytes, size);
  return entry;
}

Result<void> to_disk(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const bool synced = file >= 0 && ::fsync(file) == 0;
  const int why = errno;
  if (file >= 0) ::close(file);
  if (!synced) return Error{path + ": sync: " + std::strerror(why)};
  return {};
}

// Databases and keys below the home, by their paths in it.
std::vector<std::string> wanted_of(const service::Home& home, bool is_on_server) {
  std::vector<std::string> found;
  if (is_on_server) found.emplace_back(kServerDump);
  for (const char* folder : {"access", "catalog", "ingest"}) {
    std::error_code error;
    for (fs::directory_iterator at(home.path(folder), error), end; !error && at != end; at.increment(error)) {
      std::error_code ignored;
      const std::string name = at->path().filename().string();
      const bool is_key = name.ends_with(".key") || (std::string_view(folder) == "access" && !name.starts_with("."));
      if (is_on_server && std::string_view(folder) == "catalog" && !is_key) continue;  // files of before, that nobody reads
      if (at->is_regular_file(ignored) && (name.ends_with(".sqlite3") || is_key)) found.push_back(std::string(folder) + '/' + name);
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

Result<void> copy_one(const service::Home& home, const service::DatabasePlace& place, const std::string& folder, const std::string& path) {
  std::error_code error;
  fs::create_directories(fs::path(folder + '/' + path).parent_path(), error);
  if (error) return Error{folder + '/' + path + ": " + error.message()};
  if (path == kServerDump) return service::dump_databases(place, folder + '/' + path);
  if (path.ends_with(".sqlite3")) return service::copy_database(home.path(path), folder + '/' + path);
  auto text = read_file(home.path(path));
  if (!text) return std::move(text).error();
  return write_file(folder + '/' + path, *text);
}

Result<Backup> write_backup(const service::Home& home, const std::string& folder) {
  Backup backup;
  backup.time = std::time(nullptr);
  const auto place = service::DatabasePlace::find(home.path("catalog"), {});
  if (!place) return place.error();
  std::vector<std::string> paths = wanted_of(home, !place->server.empty());
  for (const std::string& path : paths)
    if (auto copied = copy_one(home, *place, folder, path); !copied) return std::move(copied).error();
  std::string list;
  for (const std::string& line : list_store(home.store())) list += line + '\n', ++backup.assets;
  if (auto written = write_file(folder + '/' + std::string(kStoreList), list); !written) return std::move(written).error();
  paths.emplace_back(kStoreList);
  Json files = Json::array();
  for (const std::string& path : paths) {
    fs::permissions(folder + '/' + path, fs::perms::owner_read | fs::perms::owner_write);
    if (auto synced = to_disk(folder + '/' + path); !synced) return std::move(synced).error();
    auto entry = entry_of(folder, path);
    if (!entry) return std::move(entry).error();
    files.push_back({{"path", entry->path}, {"bytes", entry->bytes}, {"sha256", entry->sha256}});
    backup.files.push_back(std::move(*entry));
  }
  Json json{{"version", kVersion}, {"time", backup.time}, {"assets", backup.assets}};
  if (!place->server.empty()) json["schemas"] = backup.schemas = place->prefix();
  json["files"] = std::move(files);
  if (auto written = write_file(folder + '/' + std::string(kBackupFile), json.dump(2) + '\n'); !written) return std::move(written).error();
  for (const std::string& one : {folder + '/' + std::string(kBackupFile), folder})
    if (auto synced = to_disk(one); !synced) return std::move(synced).error();
  return backup;
}

bool is_safe(const std::string& path) { return !path.empty() && path.front() != '/' && path.find("..") == std::string::npos; }

}  // namespace

std::vector<std::string> list_store(const std::string& store) {
  std::vector<std::string> lines;
  std::error_code error;
  for (fs::directory_iterator at(store, error), end; !error && at != end; at.increment(error)) {
    const std::string asset = at->path().filename().string();
    std::error_code none;
    const std::string generation = media::is_asset_id(asset) ? fs::read_symlink(at->path() / media::kCurrentLink, none).string() : "";
    if (generation.empty() || !fs::exists(at->path() / generation / media::kAssetFile, none)) continue;
    std::uintmax_t bytes = 0;
    for (fs::directory_iterator file(at->path() / generation, none), last; !none && file != last; file.increment(none)) {
      std::error_code ignored;
      const auto size = file->file_size(ignored);
      bytes += ignored ? 0 : size;
    }
    lines.push_back(asset + ' ' + generation + ' ' + std::to_string(bytes));
  }
  std::sort(lines.begin(), lines.end());
  return lines;
}

Result<Backup> back_up(const service::Home& home, const std::string& folder) {
  std::error_code error;
  if (fs::exists(folder, error) && !fs::is_empty(folder, error)) return Error{folder + ": expected a new folder, or an empty one"};
  if (!fs::is_directory(home.path("catalog"), error)) return Error{home.root + ": expected a home of Segue, found no catalog/ in it"};
  fs::create_directories(folder, error);
  if (error) return Error{folder + ": " + error.message()};
  fs::permissions(folder, fs::perms::owner_all, error);  // passwords' hashes and keys
  auto backup = write_backup(home, folder);
  if (!backup) fs::remove_all(folder, error);
  return backup;
}

Result<Backup> read_backup(const std::string& folder) {
  const std::string path = folder + '/' + std::string(kBackupFile);
  auto text = read_file(path);
  if (!text) return std::move(text).error();
  const Json json = Json::parse(*text, nullptr, false);
  if (!json.is_object() || json.value("version", 0) != kVersion || !json.contains("files") || !json["files"].is_array())
    return Error{path + ": expected version " + std::to_string(kVersion) + " with its files"};
  Backup backup;
  backup.time = json.value("time", std::int64_t{0});
  backup.assets = json.value("assets", std::uint64_t{0});
  if (json.contains("schemas") && json["schemas"].is_string()) backup.schemas = json["schemas"].get<std::string>();
  for (const Json& file : json["files"]) {
    if (!file.is_object() || !file.contains("path") || !file["path"].is_string() || !is_safe(file["path"].get<std::string>()))
      return Error{path + ": a file without a path below the folder"};
    auto entry = entry_of(folder, file["path"].get<std::string>());
    if (!entry) return std::move(entry).error();
    if (entry->bytes != file.value("bytes", std::uint64_t{0}) || entry->sha256 != file.value("sha256", ""))
      return Error{folder + '/' + entry->path + ": not as it was written: " + std::to_string(entry->bytes) + " bytes, sha256 " +
                   entry->sha256};
    backup.files.push_back(std::move(*entry));
  }
  return backup;
}

}  // namespace segue::platform
