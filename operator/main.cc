// SPDX-License-Identifier: Apache-2.0
// `segue operator`: the operator's API, until SIGTERM.
#include <csignal>
#include <ctime>

#include "cli/command.h"
#include "operator/routes.h"
#include "service/http/server.h"

namespace {

using namespace segue;

const cli::Command kCommand{
    .name = "operator",
    .summary = "serve the operator's API: purges, metrics, status, top assets, explanations",
    .operands = "",
    .description =
        "Serves /api/v1/operator/ on this machine; the gateway passes it on. Purges need an API token with the scope edge:purge, looking "
        "needs edge:read, but not for who sits at this machine. Without a key in the key file there are no tokens, and nobody from outside "
        "gets anything. `segue up` starts it.\n\n"
        "Exit status: 0 when it was stopped, 1 when it cannot start, 2 on wrong usage.",
    .options = {{"port", 'p', "PORT", "0", "on 127.0.0.1; SEGUE_PORT + 4 unless told", 0, 65535},
                {"keys", 'k', "FILE", "", "whose tokens are good ($SEGUE_HOME/access/keys)", 0, 0}},
    .examples = {{"segue token --new-key ops --algorithm EdDSA", "A key for API tokens."},
                 {"segue token --api edge:purge --subject deploy --expires 30d", "A token that may purge."},
                 {"curl -H \"Authorization: Bearer $TOKEN\" -d '{\"tag\":\"kindred-3f\"}' http://127.0.0.1:8080/api/v1/operator/purges",
                  "Purges an asset on every edge."}},
};

// SIGTERM or SIGINT within a second?
bool told_to_stop(const sigset_t& signals) {
  const timespec second{1, 0};
  return ::sigtimedwait(&signals, nullptr, &second) > 0;
}

int body(const cli::Arguments& arguments) {
  const auto home = service::Home::find("", "", "");
  if (!home) return cli::usage_error(kCommand, home.error().message);
  sigset_t stop;
  sigemptyset(&stop);
  sigaddset(&stop, SIGTERM);
  sigaddset(&stop, SIGINT);
  pthread_sigmask(SIG_BLOCK, &stop, nullptr);  // before any thread starts: only sigtimedwait sees them
  std::signal(SIGPIPE, SIG_IGN);
  oper::Api api(*home, arguments.has("keys") ? arguments.text("keys") : home->path("access/keys"));
  service::http::Router router;
  api.add_routes(router);
  service::http::Metrics metrics(router);
  service::http::ServerOptions options;
  const auto port = static_cast<unsigned short>(arguments.number("port"));
  options.port = port != 0 ? port : static_cast<unsigned short>(home->port + service::kOperatorPort);
  options.max_body_bytes = 256 * 1024;
  options.pool_threads = 4;  // a purge waits for edges
  service::http::Server server(router, metrics, options);
  if (auto started = server.start(); !started) return cli::failure(kCommand, started.error().message);
  while (!told_to_stop(stop)) api.follow_log();
  server.stop();
  return cli::kDone;
}

}  // namespace

int main(int argc, char** argv) { return cli::run(kCommand, argc, argv, body); }
