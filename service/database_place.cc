// SPDX-License-Identifier: Apache-2.0
#include "service/database_place.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <random>

namespace segue::service {
namespace {

constexpr std::string_view kSqlite = "sqlite";

std::string first_line(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

std::string remembered(const std::string& folder) { return first_line(folder + "/database"); }

// Whole or not at all, for its owner only.
Result<void> write_line(const std::string& path, const std::string& text) {
  const std::string fresh = path + ".new", line = text + '\n';
  const int file = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  const bool written = file >= 0 && ::write(file, line.data(), line.size()) == static_cast<ssize_t>(line.size()) && ::fsync(file) == 0;
  int why = errno;
  if (file >= 0) ::close(file);
  if (written && ::rename(fresh.c_str(), path.c_str()) == 0) return {};
  if (written) why = errno;
  return Error{path + ": " + std::strerror(why)};
}

bool is_prefix(std::string_view text) {
  return !text.empty() && text.size() <= 32 && text.front() >= 'a' && text.front() <= 'z' &&
         std::all_of(text.begin(), text.end(), [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
}

}  // namespace

bool is_server(std::string_view address) { return address.starts_with("postgresql://") || address.starts_with("postgres://"); }

std::string DatabasePlace::database(std::string_view name) const {
  if (server.empty()) return folder + '/' + std::string(name) + ".sqlite3";
  return server.substr(0, server.find('#')) + '#' + schema(name);
}

std::string DatabasePlace::prefix() const {
  const std::size_t mark = server.find('#');
  return mark == std::string::npos ? "segue" : server.substr(mark + 1);
}

Result<DatabasePlace> DatabasePlace::find(const std::string& folder, std::string_view said) {
  std::string address(said);
  const char* variable = std::getenv("SEGUE_DATABASE");
  if (address.empty() && variable != nullptr) address = variable;
  if (address.empty()) address = remembered(folder);
  if (address.empty() || address == kSqlite) return DatabasePlace(folder);
  // What is found instead is not said: it may be a password.
  if (!is_server(address)) return Error{"database: expected postgresql://… or sqlite"};
  const std::size_t mark = address.find('#');
  if (mark != std::string::npos && !is_prefix(std::string_view(address).substr(mark + 1)))
    return Error{"database: expected a letter and a-z 0-9 _ behind #, at most 32 (a # inside a password is written %23)"};
  return DatabasePlace(folder, address);
}

bool DatabasePlace::is_remembered() const {
  const std::string kept = remembered(folder);
  return server.empty() ? kept.empty() || kept == kSqlite : kept == server;
}

Result<void> DatabasePlace::remember() const {
  if (is_remembered()) return {};
  return write_line(folder + "/database", server.empty() ? std::string(kSqlite) : server);
}

Result<std::string> DatabasePlace::node() const {
  if (server.empty()) return std::string();
  std::string name = first_line(folder + "/node");
  if (!name.empty()) return name;
  std::random_device random;
  for (int i = 0; i < 16; ++i) name += "0123456789abcdef"[random() & 15];
  if (auto kept = write_line(folder + "/node", name); !kept) return std::move(kept).error();
  return name;
}

}  // namespace segue::service
