// SPDX-License-Identifier: Apache-2.0
// The pieces of the catalog, each with its own database: those of a process's roles joined behind one server, the others asked where they
// are. On PostgreSQL several may share the databases.
#pragma once

#include <memory>
#include <string>

#include "catalog-api/roles.h"
#include "media/result.h"
#include "service/home.h"
#include "service/http/server.h"

namespace segue::catalog {

struct Options {
  service::Home home;
  service::http::ServerOptions server = {};
  Roles roles{true, true, true, true};
  Others others = {};  // as others_of makes them
  bool rebuild = false;
  std::string database = {};  // as DatabasePlace::find takes it
};

class Catalog {
 public:
  // Listens when it returns. Keys, and on SQLite the databases of the roles, lie in <home>/catalog/. Error: names what cannot be opened, or
  // the address.
  static Result<std::unique_ptr<Catalog>> start(const Options& options);
  ~Catalog();
  Catalog(const Catalog&) = delete;
  Catalog& operator=(const Catalog&) = delete;

  [[nodiscard]] unsigned short port() const noexcept;
  void stop();

 private:
  struct Pieces;
  explicit Catalog(std::unique_ptr<Pieces> pieces);
  std::unique_ptr<Pieces> pieces_;
};

}  // namespace segue::catalog
