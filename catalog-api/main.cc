// SPDX-License-Identifier: Apache-2.0
// segue catalog: the pieces in one process, or some of them, until SIGTERM.
#include <csignal>
#include <filesystem>

#include "catalog-api/api/log.h"
#include "catalog-api/catalog.h"
#include "cli/command.h"
#include "service/database_place.h"

namespace {

using namespace segue;

const cli::Command kCommand{
    .name = "catalog",
    .summary = "serve the library, search and the API",
    .operands = "",
    .description =
        "Serves /api/v1 from databases (files of the home, or schemas of a PostgreSQL server) that it keeps true to the store: it scans it "
        "at the start, then follows the event stream; while "
        "Redis is away it scans every few seconds. Runs until SIGTERM or SIGINT, then finishes the requests that are open. `segue up` "
        "starts it.\n\n"
        "One process has all roles, or each has its own (--roles): accounts (users, sessions, keys), search (the index), playlists, "
        "library (all the rest, /rest/ too). Then they ask each other by HTTP, showing catalog/internal.key of the home: one home, or the "
        "same file in each. One that is down costs its own part: without search everything but searching goes on, without playlists "
        "everything but lists, without the library what was found before is found.\n\n"
        "Exit status: 0 when it was stopped, 1 when it cannot start, 2 on wrong usage.",
    .options =
        {{"listen", 0, "ADDRESS:PORT", "",
          "where; unless told 127.0.0.1 and SEGUE_PORT + 3, of playlists without library + 8, of accounts without both + 6, of search "
          "alone + 7"},
         {"home", 0, "FOLDER", "", "Segue's folder; SEGUE_HOME or ./var unless told"},
         {"threads", 0, "N", "1", "event loops", 1, 64},
         {"database", 0, "ADDRESS", "",
          "postgresql://… for several catalogs on one database, or sqlite; SEGUE_DATABASE, or what the home had before, unless told; "
          "then sqlite"},
         {"roles", 0, "LIST", "all", "some of accounts,library,playlists,search: what this process is"},
         {"accounts", 0, "URL", "", "where that role is, when it is not here"},
         {"library", 0, "URL", "", "the same; playlists and search ask it"},
         {"playlists", 0, "URL", "", "the same; library asks it"},
         {"search", 0, "URL", "", "the same; library asks it"},
         {"rebuild", 0, "", "", "forget all but ids, and read the whole store anew"}},
    .examples = {{"segue catalog --listen 127.0.0.1:8083", "Serves http://127.0.0.1:8083/api/v1/assets."},
                 {"segue catalog --roles search --accounts http://127.0.0.1:8086 --library http://127.0.0.1:8083",
                  "The search alone; no database is opened."},
                 {"segue catalog --database postgresql://segue@db/segue", "One of several nodes on one database."}},
};

int port_of(const catalog::Roles& roles) {
  if (roles.library) return service::kCatalogPort;
  if (roles.playlists) return service::kPlaylistsPort;
  return roles.accounts ? service::kAccountsPort : service::kSearchPort;
}

Result<void> read_roles(const cli::Arguments& arguments, catalog::Options& options) {
  auto roles = catalog::Roles::parse(arguments.text("roles"));
  if (!roles) return std::move(roles).error();
  auto others = catalog::others_of(
      *roles, {arguments.text("accounts"), arguments.text("library"), arguments.text("playlists"), arguments.text("search")});
  if (!others) return std::move(others).error();
  if (options.rebuild && !roles->library) return Error{"--rebuild: it is the role library that is made anew"};
  options.roles = *roles;
  options.others = std::move(*others);
  return {};
}

Result<catalog::Options> options_of(const cli::Arguments& arguments) {
  auto home = service::Home::find(arguments.text("home"), "", "");
  if (!home) return std::move(home).error();
  catalog::Options options{.home = *home};
  options.server.threads = static_cast<unsigned>(arguments.number("threads"));
  options.rebuild = arguments.has("rebuild");
  options.database = arguments.text("database");
  if (auto roles = read_roles(arguments, options); !roles) return std::move(roles).error();
  if (auto place = service::DatabasePlace::find(home->path("catalog"), options.database); !place) return std::move(place).error();
  std::string listen = arguments.text("listen");
  if (listen.empty()) listen = "127.0.0.1:" + std::to_string(home->port + port_of(options.roles));
  const std::size_t colon = listen.rfind(':');
  const long port = colon == std::string::npos ? -1 : std::strtol(listen.c_str() + colon + 1, nullptr, 10);
  if (port < 0 || port > 65535 || listen.find_first_not_of("0123456789", colon + 1) != std::string::npos || colon + 1 == listen.size())
    return Error{"--listen: expected ADDRESS:PORT, found " + listen};
  options.server.address = listen.substr(0, colon);
  options.server.port = static_cast<unsigned short>(port);
  return options;
}

int body(const cli::Arguments& arguments) {
  auto options = options_of(arguments);
  if (!options) return cli::usage_error(kCommand, options.error().message);
  sigset_t stop;
  sigemptyset(&stop);
  sigaddset(&stop, SIGTERM);
  sigaddset(&stop, SIGINT);
  pthread_sigmask(SIG_BLOCK, &stop, nullptr);  // before any thread starts: only sigwait sees them
  std::signal(SIGPIPE, SIG_IGN);
  auto catalog = catalog::Catalog::start(*options);
  if (!catalog) return cli::failure(kCommand, catalog.error().message);
  api::log("info", "listens on " + options->server.address + ":" + std::to_string((*catalog)->port()));
  int signal = 0;
  sigwait(&stop, &signal);
  (*catalog)->stop();
  api::log("info", "stopped");
  return cli::kDone;
}

}  // namespace

int main(int argc, char** argv) { return cli::run(kCommand, argc, argv, body); }
