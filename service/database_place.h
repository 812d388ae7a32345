// SPDX-License-Identifier: Apache-2.0
// Where services keep their databases: files of a folder, or schemas of a PostgreSQL server. A home remembers which, so that every command
// that works on it finds the same.
#pragma once

#include <string>
#include <string_view>

#include "media/result.h"

namespace segue::service {

// "postgresql://…" or "postgres://…"; anything else is a path.
[[nodiscard]] bool is_server(std::string_view address);

struct DatabasePlace {
  std::string folder;  // keys lie here whatever the engine; SQLite's files as well
  std::string server;  // as libpq takes it, after '#' what schemas' names begin with ("segue" unless told); empty: SQLite

  DatabasePlace(std::string folder_of, std::string server_of = {}) : folder(std::move(folder_of)), server(std::move(server_of)) {}

  // <folder>/<name>.sqlite3, or <server>#segue_<name>: what Database::open takes.
  [[nodiscard]] std::string database(std::string_view name) const;
  // On a server: "segue" or what stands behind '#', and "<prefix>_<name>".
  [[nodiscard]] std::string prefix() const;
  [[nodiscard]] std::string schema(std::string_view name) const { return prefix() + '_' + std::string(name); }

  // What is said (an option), else SEGUE_DATABASE, else what the folder remembers, else SQLite. "sqlite" says SQLite. Error: neither a
  // server's address nor "sqlite".
  static Result<DatabasePlace> find(const std::string& folder, std::string_view said);
  // A name of this folder's own, made once and kept in <folder>/node: nodes on one server tell each other apart. Empty: SQLite.
  [[nodiscard]] Result<std::string> node() const;
  // For the next find() without saying: <folder>/database, for its owner only, since an address may hold a password.
  [[nodiscard]] Result<void> remember() const;
  [[nodiscard]] bool is_remembered() const;  // there is nothing to remember anew
};

}  // namespace segue::service
