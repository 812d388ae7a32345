// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/catalog.h"

#include <filesystem>
#include <optional>

#include "catalog-api/api/answers.h"
#include "catalog-api/api/library_routes.h"
#include "catalog-api/api/log.h"
#include "catalog-api/library/follower.h"
#include "catalog-api/library/read.h"
#include "service/database_pool.h"
#include "service/http/json_writer.h"

namespace segue::catalog {

using service::http::Method;
using service::http::Request;
using service::http::Response;
using service::http::Runs;

struct Catalog::Pieces {
  Pieces(const Options& options, library::Library opened, service::http::CursorSeal cursors)
      : writer(std::move(opened)),
        readers(options.home.path("catalog/library.sqlite3")),
        seal(std::move(cursors)),
        follower(writer, {options.home.store(), options.home.redis_socket(), std::chrono::seconds(5), [] {},
                          [](const std::string& level, const std::string& what) { api::log(level, what); }}) {}

  void add_routes() {
    api::add_library_routes(router, readers, seal);
    router.add(Method::get, "/health", Runs::on_pool, [this](const Request& request) { return health(request); });
    router.add(Method::get, "/metrics", Runs::here, [this](const Request&) {
      Response response;
      response.content_type = "text/plain; version=0.0.4";
      response.body = std::make_shared<const std::string>(metrics->text());
      return response;
    });
  }

  Response health(const Request& request) {
    auto database = readers.borrow();
    if (!database) return api::unavailable(request, database.error());
    auto revision = library::revision(**database);
    if (!revision) return api::unavailable(request, revision.error());
    service::http::JsonWriter json;
    json.begin_object().field("status", "ok").field("revision", *revision).field("bus", follower.has_bus());
    json.field("scanned", follower.has_scanned()).end_object();
    return Response::json(std::move(json).take());
  }

  library::Library writer;
  service::DatabasePool readers;
  service::http::CursorSeal seal;
  service::http::Router router;
  std::optional<service::http::Metrics> metrics;
  library::Follower follower;
  std::optional<service::http::Server> server;
};

Catalog::Catalog(std::unique_ptr<Pieces> pieces) : pieces_(std::move(pieces)) {}
Catalog::~Catalog() { stop(); }

Result<std::unique_ptr<Catalog>> Catalog::start(const Options& options) {
  const std::string folder = options.home.path("catalog");
  std::error_code failed;
  for (const std::string& made : {folder, options.home.store()}) {
    std::filesystem::create_directories(made, failed);
    if (failed) return Error{made + ": " + failed.message()};
  }
  auto writer = library::Library::open(folder + "/library.sqlite3");
  if (!writer) return std::move(writer).error();
  if (options.rebuild)
    if (auto forgotten = writer->forget_all(); !forgotten) return std::move(forgotten).error();
  auto seal = service::http::CursorSeal::load(folder + "/cursor.key");
  if (!seal) return std::move(seal).error();
  auto pieces = std::make_unique<Pieces>(options, std::move(*writer), std::move(*seal));
  pieces->add_routes();
  pieces->metrics.emplace(pieces->router);
  pieces->server.emplace(pieces->router, *pieces->metrics, options.server);
  if (auto listens = pieces->server->start(); !listens) return std::move(listens).error();
  pieces->follower.start();
  return std::unique_ptr<Catalog>(new Catalog(std::move(pieces)));
}

unsigned short Catalog::port() const noexcept { return pieces_->server->port(); }

void Catalog::stop() {
  pieces_->server->stop();
  pieces_->follower.stop();
}

}  // namespace segue::catalog
