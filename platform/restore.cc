// SPDX-License-Identifier: Apache-2.0
#include "platform/restore.h"

#include <algorithm>
#include <ctime>
#include <filesystem>
#include <sstream>

#include "platform/folders.h"
#include "platform/record.h"
#include "service/database.h"
#include "service/database_copy.h"
#include "service/database_dump.h"

namespace segue::platform {
namespace {

namespace fs = std::filesystem;

// A copy is checked, for SQLite would make a log beside what it opens.
Result<void> check_databases(const Backup& backup, const std::string& folder) {
  for (const BackupEntry& file : backup.files) {
    if (!file.path.ends_with(".sqlite3")) continue;
    if (auto checked = service::check_database(folder + '/' + file.path); !checked) return checked;
  }
  return {};
}

Result<void> move_aside(const service::Home& home, const std::string& path, std::string& aside) {
  std::error_code error;
  if (!fs::exists(home.path(path), error)) return {};
  if (aside.empty()) aside = home.path("before-restore-" + std::to_string(std::time(nullptr)));
  fs::create_directories(fs::path(aside + '/' + path).parent_path(), error);
  if (!error) fs::rename(home.path(path), aside + '/' + path, error);
  if (error) return Error{home.path(path) + ": set aside: " + error.message()};
  return {};
}

Result<void> put_back(const service::Home& home, const std::string& from, const BackupEntry& file, std::string& aside) {
  // The log of the former database would be taken for the new one's.
  for (const char* beside : {"", "-wal", "-shm"})
    if (auto moved = move_aside(home, file.path + beside, aside); !moved) return moved;
  std::error_code error;
  fs::create_directories(fs::path(home.path(file.path)).parent_path(), error);
  if (!error) fs::rename(from + '/' + file.path, home.path(file.path), error);
  if (error) return Error{home.path(file.path) + ": " + error.message() + (aside.empty() ? "" : "; what was there is in " + aside)};
  return {};
}

// What is there is dumped aside first, as files are moved aside.
Result<void> load(const service::Home& home, const service::DatabasePlace& place, const std::string& dump, std::string& aside) {
  if (auto checked = service::check_dump(place, dump); !checked) return checked;
  if (aside.empty()) aside = home.path("before-restore-" + std::to_string(std::time(nullptr)));
  const std::string before = aside + '/' + std::string(kServerDump);
  std::error_code error;
  fs::create_directories(fs::path(before).parent_path(), error);
  if (error) return Error{before + ": " + error.message()};
  fs::permissions(aside, fs::perms::owner_all, error);
  const auto kept = service::dump_databases(place, before);
  if (!kept && kept.error().message.find("no matching schemas") == std::string::npos) return kept;  // a new server has none
  return service::load_databases(place, dump);
}

// A backup of files is no help to a server, nor the other way round.
Result<service::DatabasePlace> place_for(const service::Home& home, const Backup& backup) {
  auto place = service::DatabasePlace::find(home.path("catalog"), {});
  if (!place) return place;
  const bool is_dump = std::any_of(backup.files.begin(), backup.files.end(), [](const auto& file) { return file.path == kServerDump; });
  if (is_dump && place->server.empty())
    return Error{"the backup is of databases on a PostgreSQL server; say where they go: SEGUE_DATABASE=postgresql://…"};
  if (!is_dump && !place->server.empty())
    return Error{"the backup is of SQLite files, and this home's databases are on a server; SEGUE_DATABASE=sqlite puts them into the home"};
  // The dump names its schemas: loaded here it would replace the other installation's.
  if (is_dump && !backup.schemas.empty() && backup.schemas != place->prefix())
    return Error{"the backup is of schemas " + backup.schemas + "_*, and this home's are " + place->prefix() +
                 "_*; it goes where it came from only: SEGUE_DATABASE=postgresql://…#" + backup.schemas +
                 ", in another database than the one that is in use"};
  return place;
}

std::vector<std::string> missing_of(const service::Home& home, const std::string& folder) {
  std::vector<std::string> missing;
  const std::vector<std::string> there = list_store(home.store());
  const auto list = read_file(folder + '/' + std::string(kStoreList));
  std::istringstream lines(list ? *list : std::string());
  for (std::string line; std::getline(lines, line);)
    if (!std::binary_search(there.begin(), there.end(), line)) missing.push_back(line.substr(0, line.find(' ')));
  return missing;
}

// What followed the library's revisions (search indexes of other nodes, caches) followed another past: its next start names it anew.
Result<void> forget_incarnation(const service::DatabasePlace& place) {
  std::error_code error;
  if (place.server.empty() && !fs::exists(place.database("library"), error)) return {};
  auto database = service::Database::open(place.database("library"));
  if (!database) return std::move(database).error();
  auto is_library = database->has_column("meta", "name");
  if (!is_library) return std::move(is_library).error();
  if (!*is_library) return {};
  auto forgotten = database->run("DELETE FROM meta WHERE name = 'incarnation'");
  if (!forgotten) return std::move(forgotten).error();
  return {};
}

}  // namespace

Result<Restored> restore(const service::Home& home, const std::string& folder) {
  if (const auto text = read_file(home.path("run/platform.json")))
    if (const auto record = parse_record(*text); record && is_alive(record->supervisor))
      return Error{home.root + ": Segue runs there; `segue down` first"};
  Restored restored;
  auto backup = read_backup(folder);
  if (!backup) return std::move(backup).error();
  restored.backup = std::move(*backup);
  auto place = place_for(home, restored.backup);
  if (!place) return std::move(place).error();
  // Beside its place, so that the last step is a rename.
  const std::string staged = home.path(".restore");
  std::error_code error;
  fs::remove_all(staged, error);
  fs::create_directories(staged, error);
  if (!error) fs::copy(folder, staged, fs::copy_options::recursive, error);
  if (error) return Error{staged + ": " + error.message()};
  auto checked = check_databases(restored.backup, staged);
  if (checked && !place->server.empty()) checked = load(home, *place, staged + '/' + std::string(kServerDump), restored.set_aside);
  for (const BackupEntry& file : restored.backup.files) {
    if (!checked) break;
    if (file.path != kStoreList && file.path != kServerDump) checked = put_back(home, staged, file, restored.set_aside);
  }
  if (checked) checked = forget_incarnation(*place);
  if (checked) checked = place->remember();
  fs::remove_all(staged, error);
  if (!checked) return std::move(checked).error();
  // The index knows of things that the library has not heard of any more: it is made anew.
  fs::remove_all(home.path("catalog/search"), error);
  fs::permissions(home.path("catalog"), fs::perms::owner_all, error);
  restored.missing = missing_of(home, folder);
  return restored;
}

}  // namespace segue::platform
