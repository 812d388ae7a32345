// SPDX-License-Identifier: Apache-2.0
#include "service/database_dump.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

#include "service/server_address.h"

namespace segue::service {
namespace {

namespace fs = std::filesystem;

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

// How a tool connects: on its command line all but passwords, which other users would see there; those in its environment.
struct Connection {
  std::string option = "--dbname=";
  std::vector<std::string> environment{"LC_ALL=C"};  // what the tools say is read
};

std::string quoted(const std::string& value) {
  std::string out = "'";
  for (const char c : value) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + '\'';
}

Result<Connection> connection_to(const DatabasePlace& place) {
  auto settings = settings_of(place.server);
  if (!settings) return std::move(settings).error();
  Connection connection;
  for (const ServerSetting& setting : *settings)
    if (!setting.is_secret) connection.option += setting.keyword + '=' + quoted(setting.value) + ' ';
  const auto is_said = [&](std::string_view line) {
    return line.starts_with("LC_ALL=") || std::any_of(settings->begin(), settings->end(), [&](const ServerSetting& setting) {
             return setting.is_secret && !setting.variable.empty() && line.starts_with(setting.variable + '=');
           });
  };
  for (char** line = environ; *line != nullptr; ++line)
    if (!is_said(*line)) connection.environment.emplace_back(*line);
  for (const ServerSetting& setting : *settings)
    if (setting.is_secret && !setting.variable.empty()) connection.environment.push_back(setting.variable + '=' + setting.value);
  return connection;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (std::string& text : texts) all.push_back(text.data());
  all.push_back(nullptr);
  return all;
}

// A caller that ignores its children's ends would never hear of this one's.
class Children {
 public:
  Children() {
    struct sigaction heard {};
    heard.sa_handler = SIG_DFL;
    ::sigaction(SIGCHLD, &heard, &before_);
  }
  Children(const Children&) = delete;
  Children& operator=(const Children&) = delete;
  ~Children() { ::sigaction(SIGCHLD, &before_, nullptr); }

 private:
  struct sigaction before_ {};
};

// What the tool says is read from `log`, which goes.
Result<void> run(std::vector<std::string> command, std::vector<std::string> environment, const std::string& log) {
  const std::string name = command[0].substr(command[0].rfind('/') + 1);
  posix_spawn_file_actions_t files;
  ::posix_spawn_file_actions_init(&files);
  ::posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_addopen(&files, STDERR_FILENO, log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  const Children children;
  pid_t child = 0;
  const int failed = ::posix_spawn(&child, command[0].c_str(), &files, nullptr, pointers(command).data(), pointers(environment).data());
  ::posix_spawn_file_actions_destroy(&files);
  if (failed != 0) return Error{command[0] + ": " + std::strerror(failed)};
  int status = 0;
  pid_t ended = 0;
  while ((ended = ::waitpid(child, &status, 0)) < 0 && errno == EINTR) continue;
  const int why = errno;
  std::ifstream said(log);
  std::string line;
  std::getline(said, line);
  ::unlink(log.c_str());
  if (ended != child) return Error{name + ": how it ended is not known: " + std::strerror(why)};
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
  return Error{name + ": " + (line.empty() ? "ended without a word" : line)};
}

Result<std::string> tool(const char* name) {
  std::string path = find_tool(name);
  if (path.empty()) return Error{std::string(name) + ": not installed (Debian: postgresql-client); the databases are PostgreSQL's"};
  return path;
}

// What a dump holds, in pg_restore's words: a line for each thing, "6; 2615 16385 SCHEMA - segue_library segue".
Result<std::vector<std::string>> schemas_in(const std::string& dump) {
  auto program = tool("pg_restore");
  if (!program) return std::move(program).error();
  const std::string list = dump + ".list";
  const auto listed = run({*program, "--list", "--file=" + list, dump}, {"LC_ALL=C"}, dump + ".said");
  std::ifstream file(list);
  std::vector<std::string> names;
  for (std::string line; std::getline(file, line);) {
    constexpr std::string_view kSchema = " SCHEMA - ";
    const std::size_t at = line.find(kSchema);
    if (at == std::string::npos || line.front() == ';') continue;
    const std::string name = line.substr(at + kSchema.size());
    names.push_back(name.substr(0, name.find(' ')));
  }
  ::unlink(list.c_str());
  if (!listed) return listed.error();
  return names;
}

}  // namespace

Result<void> dump_databases(const DatabasePlace& place, const std::string& to) {
  auto program = tool("pg_dump");
  if (!program) return std::move(program).error();
  auto connection = connection_to(place);
  if (!connection) return std::move(connection).error();
  std::vector<std::string> command{*program,        "--format=custom", "--no-owner",      "--no-privileges",
                                   "--no-password", "--file=" + to,    connection->option};
  for (const std::string_view name : kServerDatabases) command.push_back("--schema=" + place.schema(name));
  auto done = run(std::move(command), std::move(connection->environment), to + ".said");
  if (!done) ::unlink(to.c_str());
  return done;
}

Result<void> check_dump(const DatabasePlace& place, const std::string& dump) {
  auto names = schemas_in(dump);
  if (!names) return std::move(names).error();
  if (names->empty()) return Error{dump + ": expected schemas of a catalog, found none"};
  for (const std::string& name : *names)
    if (std::none_of(kServerDatabases.begin(), kServerDatabases.end(), [&](std::string_view known) { return name == place.schema(known); }))
      return Error{dump + ": holds the schema " + name + ", and this place's begin with " + place.prefix() +
                   "_: say behind # of SEGUE_DATABASE what they began with"};
  return {};
}

Result<void> load_databases(const DatabasePlace& place, const std::string& from) {
  if (auto checked = check_dump(place, from); !checked) return checked;
  auto program = tool("pg_restore");
  if (!program) return std::move(program).error();
  auto connection = connection_to(place);
  if (!connection) return std::move(connection).error();
  return run({*program, "--clean", "--if-exists", "--no-owner", "--no-privileges", "--no-password", "--single-transaction",
              connection->option, from},
             std::move(connection->environment), from + ".said");
}

}  // namespace segue::service
