// SPDX-License-Identifier: Apache-2.0
#include "service/database_dump.h"

#include <fcntl.h>
#include <libpq-fe.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <vector>

namespace segue::service {
namespace {

namespace fs = std::filesystem;

struct Free {
  void operator()(PQconninfoOption* options) const noexcept { PQconninfoFree(options); }
};

// On the PATH, else the newest of Debian's; empty: nowhere.
std::string find_tool(const std::string& name) {
  const char* path = std::getenv("PATH");
  std::istringstream folders(path != nullptr ? path : "");
  for (std::string folder; std::getline(folders, folder, ':');)
    if (::access((folder + '/' + name).c_str(), X_OK) == 0) return folder + '/' + name;
  std::string newest;
  std::error_code error;
  for (fs::directory_iterator at("/usr/lib/postgresql", error), end; !error && at != end; at.increment(error))
    if (const std::string tool = at->path().string() + "/bin/" + name; ::access(tool.c_str(), X_OK) == 0) newest = std::max(newest, tool);
  return newest;
}

// libpq's own names of environment variables for what the address says ("PGHOST", "PGPASSWORD", …).
Result<std::vector<std::string>> environment_of(const DatabasePlace& place) {
  const std::string address = place.server.substr(0, place.server.find('#'));
  char* why = nullptr;
  const std::unique_ptr<PQconninfoOption, Free> options(PQconninfoParse(address.c_str(), &why));
  if (!options) {
    Error error{"database: " + std::string(why != nullptr ? why : "not an address")};
    PQfreemem(why);
    return error;
  }
  std::vector<std::string> lines{"LC_ALL=C"};  // what the tools say is read
  for (char** line = environ; *line != nullptr; ++line)
    if (std::strncmp(*line, "PG", 2) != 0 && std::strncmp(*line, "LC_ALL=", 7) != 0) lines.emplace_back(*line);
  for (const PQconninfoOption* option = options.get(); option->keyword != nullptr; ++option)
    if (option->val != nullptr && option->envvar != nullptr) lines.push_back(std::string(option->envvar) + '=' + option->val);
  return lines;
}

std::string value_in(const std::vector<std::string>& environment, const std::string& name) {
  for (const std::string& line : environment)
    if (line.starts_with(name + '=')) return line.substr(name.size() + 1);
  return {};
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (std::string& text : texts) all.push_back(text.data());
  all.push_back(nullptr);
  return all;
}

// What the tool says is read from `log`, which goes.
Result<void> run(std::vector<std::string> command, std::vector<std::string> environment, const std::string& log) {
  const std::string name = command[0].substr(command[0].rfind('/') + 1);
  posix_spawn_file_actions_t files;
  ::posix_spawn_file_actions_init(&files);
  ::posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_addopen(&files, STDERR_FILENO, log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  pid_t child = 0;
  const int failed = ::posix_spawn(&child, command[0].c_str(), &files, nullptr, pointers(command).data(), pointers(environment).data());
  ::posix_spawn_file_actions_destroy(&files);
  if (failed != 0) return Error{command[0] + ": " + std::strerror(failed)};
  int status = 0;
  ::waitpid(child, &status, 0);
  std::ifstream said(log);
  std::string line;
  std::getline(said, line);
  ::unlink(log.c_str());
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
  return Error{name + ": " + (line.empty() ? "ended without a word" : line)};
}

Result<std::string> tool(const char* name) {
  std::string path = find_tool(name);
  if (path.empty()) return Error{std::string(name) + ": not installed (Debian: postgresql-client); the databases are PostgreSQL's"};
  return path;
}

}  // namespace

Result<void> dump_databases(const DatabasePlace& place, const std::string& to) {
  auto program = tool("pg_dump");
  if (!program) return std::move(program).error();
  auto environment = environment_of(place);
  if (!environment) return std::move(environment).error();
  const std::string schemas = place.database("*");
  auto done = run(
      {*program, "--format=custom", "--no-owner", "--no-privileges", "--schema=" + schemas.substr(schemas.rfind('#') + 1), "--file=" + to},
      std::move(*environment), to + ".said");
  if (!done) ::unlink(to.c_str());
  return done;
}

Result<void> load_databases(const DatabasePlace& place, const std::string& from) {
  auto program = tool("pg_restore");
  if (!program) return std::move(program).error();
  auto environment = environment_of(place);
  if (!environment) return std::move(environment).error();
  std::string name = value_in(*environment, "PGDATABASE");  // pg_restore must be told
  if (name.empty()) name = value_in(*environment, "PGUSER");
  return run({*program, "--clean", "--if-exists", "--no-owner", "--no-privileges", "--single-transaction", "--dbname=" + name, from},
             std::move(*environment), from + ".said");
}

}  // namespace segue::service
