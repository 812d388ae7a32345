// SPDX-License-Identifier: Apache-2.0
// `segue edge`: one edge in front of any HTTP origin, open, in the foreground: writes nginx's configuration and becomes nginx.
#include <pwd.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>

#include "cli/command.h"
#include "edge-cache/explain_main.h"
#include "edge-cache/kernel_tls.h"
#include "edge-cache/open_edge.h"
#include "edge-cache/open_edge_conf.h"
#include "edge-cache/preposition_main.h"
#include "edge-cache/store/shared.h"
#include "machine/machine.h"

namespace {

namespace fs = std::filesystem;
using segue::cli::Arguments;
using segue::cli::Command;

const Command kCommand = {
    .name = "edge",
    .summary = "run an edge cache in front of any HTTP origin",
    .operands = "",
    .description =
        "Answers from what it keeps below the home folder and asks the origins for the rest, by the rules of RFC 9111, 5861, 8246, 9211 "
        "and 9213. Any number of clients that ask for one missing object cause one request to the origin and read the answer while it "
        "arrives.\n\n"
        "It is open: no tokens, no limits. It runs in the foreground until SIGTERM or SIGQUIT (which lets transfers end). What it keeps "
        "survives a restart, and being killed.",
    .options =
        {{.name = "listen", .letter = 'l', .value = "ADDR", .fallback = "127.0.0.1:8090", .help = "address and port, or port"},
         {.name = "origin",
          .letter = 'o',
          .value = "URL",
          .fallback = "",
          .help = "http[s]://host[:port]; of several each address has its own, and the others stand in"},
         {.name = "shield",
          .letter = 's',
          .value = "URL",
          .fallback = "",
          .help = "another edge that is asked before the origins; these when all shields are out"},
         {.name = "name", .value = "NAME", .fallback = "segue-edge", .help = "what it is called in Cache-Status"},
         {.name = "home",
          .letter = 'H',
          .value = "DIR",
          .fallback = "var/edge",
          .help = "folder for the cache, logs and the configuration"},
         {.name = "certificate", .value = "FILE", .fallback = "", .help = "speak TLS and HTTP/2: the certificate and its issuers', PEM"},
         {.name = "key", .value = "FILE", .fallback = "", .help = "the certificate's key, PEM"},
         {.name = "ocsp", .value = "", .fallback = "", .help = "staple what the issuer says of the certificate (OCSP)"},
         {.name = "host",
          .value = "NAME",
          .fallback = "",
          .help = "Host that origins are asked for; unless given, the client's (https: the origin's)"},
         {.name = "size", .value = "SIZE", .fallback = "10g", .help = "bound of what is kept: 512m, 10g"},
         {.name = "objects",
          .value = "N",
          .fallback = "1000000",
          .help = "bound of how many objects are kept (100 bytes each)",
          .least = 16,
          .most = 100000000},
         {.name = "timeout", .value = "SECONDS", .fallback = "15", .help = "how long an origin may say nothing", .least = 1, .most = 3600},
         {.name = "least-rate",
          .value = "SIZE",
          .fallback = "1k",
          .help = "bytes a second that a body must bring, over four times --timeout, or the rest is asked of the next origin; 0: any"},
         {.name = "prefetch",
          .value = "SIZE",
          .fallback = "0",
          .help = "bytes a second that may be fetched before they are asked for, by CMCD's nor and Link: rel=next: 8m"},
         {.name = "workers",
          .letter = 'w',
          .value = "N",
          .fallback = "0",
          .help = "worker processes; 0: one for each core that may be used",
          .least = 0,
          .most = 64},
         {.name = "status",
          .value = "ADDR",
          .fallback = "",
          .help = "address of /metrics and /explain, which answer this machine only; unless given, there is none"},
         {.name = "ignore-query",
          .value = "NAMES",
          .fallback = "CMCD",
          .help = "parameters of a query that make no other object, with commas between; origins do not see them"},
         {.name = "keep-query",
          .value = "NAMES",
          .fallback = "",
          .help = "only these make another object, whatever their order; all others are ignored"},
         {.name = "redis",
          .value = "SOCKET",
          .fallback = "",
          .help = "a Redis' unix socket: takes the purges that `segue purge --redis SOCKET` writes there, with all edges that do"},
         {.name = "print", .value = "", .fallback = "", .help = "print nginx's configuration and stop"}},
    .examples = {{"segue edge --listen 127.0.0.1:8090 --origin http://127.0.0.1:8081 --home /tmp/edge",
                  "An edge in front of a running origin."},
                 {"segue edge --name edge-7 --shield http://10.0.0.5:8090 --origin http://10.0.0.1:8081",
                  "Asks a shield, and the origin when the shield is out."},
                 {"segue edge --listen 443 --certificate fullchain.pem --key privkey.pem --origin http://10.0.0.1:8081",
                  "HTTPS, HTTP/2 where the client speaks it."},
                 {"segue edge --listen 8090 --origin http://10.0.0.1:8081 --redis /run/redis/redis.sock",
                  "Then segue purge --redis /run/redis/redis.sock http://cdn.example:8090/a, or --tag, --prefix, --all."},
                 {"segue edge explain http://127.0.0.1:8080/v/kindred-3f/master.m3u8",
                  "Why that address is a hit or a miss: segue edge explain --help."},
                 {"segue edge preposition /v/kindred-3f/master.m3u8", "A title onto the edge before anybody asks for it."}},
};

std::string modules_folder() {
  const fs::path program = fs::read_symlink("/proc/self/exe");
  for (const char* candidate : {"../modules", "../lib/segue/modules"}) {
    const fs::path folder = program.parent_path() / candidate;
    if (fs::exists(folder / "ngx_http_segue_edge_module.so")) return fs::canonical(folder).string();
  }
  return {};
}

std::string user_name() {
  const passwd* user = ::getpwuid(::geteuid());
  return user != nullptr ? user->pw_name : "nobody";
}

// As many as nobody forbids, up to what is enough.
long long file_limit() {
  rlimit limit{};
  constexpr rlim_t kEnough = 65536;
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 1024;
  return static_cast<long long>(std::min(limit.rlim_max, kEnough));
}

std::string full_path(const std::string& path) { return path.empty() ? path : fs::absolute(path).lexically_normal().string(); }

// Only returns when it failed.
int become_nginx(const std::string& configuration, const std::string& home) {
  const std::string log = home + "/log/edge-start.log";
  for (const char* nginx : {"nginx", "/usr/sbin/nginx", "/usr/local/sbin/nginx"}) {
    ::execlp(nginx, "nginx", "-c", configuration.c_str(), "-p", home.c_str(), "-e", log.c_str(), nullptr);
  }
  return segue::cli::failure(kCommand, std::string("nginx: cannot be started: ") + std::strerror(errno));
}

int run(const Arguments& arguments) {
  if (!arguments.has("origin")) return segue::cli::usage_error(kCommand, "expected --origin URL");
  const std::string home = fs::absolute(arguments.text("home")).lexically_normal().string();
  segue::edge::OpenEdge edge = {.modules = modules_folder(),
                                .home = home.ends_with('/') ? home.substr(0, home.size() - 1) : home,
                                .user = user_name(),
                                .listen = arguments.text("listen"),
                                .status = arguments.text("status"),
                                .certificate = full_path(arguments.text("certificate")),
                                .key = full_path(arguments.text("key")),
                                .staples = arguments.has("ocsp"),
                                .redis = full_path(arguments.text("redis")),
                                .ignored_query = arguments.text("ignore-query"),
                                .kept_query = arguments.text("keep-query"),
                                .nginx_version = kNginxVersion,
                                .host = arguments.text("host"),
                                .origins = arguments.all("origin"),
                                .shields = arguments.all("shield"),
                                .name = arguments.text("name"),
                                .size = arguments.text("size"),
                                .prefetch = arguments.text("prefetch"),
                                .least_rate = arguments.text("least-rate"),
                                .timeout = arguments.number("timeout"),
                                .objects = arguments.number("objects"),
                                .workers = static_cast<int>(arguments.number("workers")),
                                .files = file_limit()};
  if (edge.modules.empty())
    return segue::cli::failure(kCommand,
                               "ngx_http_segue_edge_module.so: not beside this program; was nginx-dev installed when it was built?");
  for (const std::string& file : {edge.certificate, edge.key})
    if (!file.empty() && ::access(file.c_str(), R_OK) != 0)
      return segue::cli::failure(kCommand, file + ": cannot be read: " + std::strerror(errno));
  if (edge.workers == 0) edge.workers = segue::machine::usable_cores();
  if (!edge.redis.empty() && ::access(edge.redis.c_str(), F_OK) != 0)
    std::fprintf(stderr, "segue edge: %s: is not there; purges are taken from when it is\n", edge.redis.c_str());
  std::string error;
  const std::string text = segue::edge::print_configuration(kOpenEdgeConf, edge, error);
  if (text.empty()) return segue::cli::usage_error(kCommand, error);
  if (arguments.has("print")) {
    std::fputs(text.c_str(), stdout);
    return segue::cli::kDone;
  }
  if (segue::edge::Shared::in_use(edge.home + "/cache"))
    return segue::cli::failure(kCommand, edge.home + ": another edge is running in it; give this one a --home of its own");
  std::error_code failed;
  for (const char* folder : {"/run/tmp", "/log", "/cache"}) {
    const std::string made = edge.home + folder;
    fs::create_directories(made, failed);
    if (failed || !fs::is_directory(made))
      return segue::cli::failure(kCommand, made + ": cannot be made: " + std::strerror(failed ? failed.value() : EEXIST));
  }
  const std::string path = edge.home + "/run/edge.conf";
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text;
  file.close();
  if (!file) return segue::cli::failure(kCommand, path + ": cannot be written");
  std::fprintf(stderr, "segue edge: %s in front of %s; what it says is in %s/log\n", edge.listen.c_str(), edge.origins.front().c_str(),
               edge.home.c_str());
  if (!edge.certificate.empty())
    std::fprintf(stderr, "segue edge: TLS is encrypted by %s\n",
                 segue::edge::kernel_encrypts() ? "the kernel" : "the workers: the kernel has no tls module (modprobe tls)");
  return become_nginx(path, edge.home);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1 && std::string_view(argv[1]) == "explain") return segue::edge::explain_main(argc - 1, argv + 1);
  if (argc > 1 && std::string_view(argv[1]) == "preposition") return segue::edge::preposition_main(argc - 1, argv + 1);
  return segue::cli::run(kCommand, argc, argv, run);
}
