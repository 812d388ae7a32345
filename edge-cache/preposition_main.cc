// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/preposition_main.h"

#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "access/protection.h"
#include "cli/command.h"
#include "edge-cache/bring.h"
#include "edge-cache/everywhere.h"
#include "edge-cache/preposition.h"
#include "edge-cache/purge/own_address.h"
#include "service/home.h"

namespace segue::edge {
namespace {

const cli::Command kCommand = {
    .name = "edge preposition",
    .summary = "bring objects onto an edge before anybody asks for them",
    .operands = "[URL…]",
    .description =
        "Asks a running edge for the last byte of each object: the edge fetches all of it, as for a listener, together with whoever asks "
        "meanwhile. Of an HLS playlist, what it names is brought as well: for a master playlist its renditions, and their segments.\n\n"
        "A URL without scheme and host is a path of the edge. The edge is on this machine; with --everywhere every edge does the same, by "
        "a log beside that of purges: after the purges ordered before, also who was away meanwhile.",
    .options =
        {{.name = "list", .letter = 'l', .value = "FILE", .fallback = "", .help = "a URL a line, # starts a comment; - is standard input"},
         {.name = "port",
          .letter = 'p',
          .value = "PORT",
          .fallback = "0",
          .help = "of the edge on this machine (the platform's edge)",
          .least = 0,
          .most = 65535},
         {.name = "everywhere", .letter = 'e', .value = "", .fallback = "", .help = "on every edge"},
         {.name = "redis", .value = "SOCKET", .fallback = "", .help = "with --everywhere: Redis' unix socket ($SEGUE_HOME/run/redis.sock)"},
         {.name = "json", .value = "", .fallback = "", .help = "one JSON object"},
         {.name = "jobs", .letter = 'j', .value = "N", .fallback = "4", .help = "objects at a time", .least = 1, .most = 64},
         {.name = "timeout",
          .value = "SECONDS",
          .fallback = "60",
          .help = "for one object; with --everywhere for all",
          .least = 1,
          .most = 3600}},
    .examples = {{"segue edge preposition /v/kindred-3f/master.m3u8", "A whole title, in all its renditions."},
                 {"segue edge preposition -p 8090 --list tonight.txt", "What a list names, on another edge."},
                 {"segue edge preposition --everywhere /v/kindred-3f/master.m3u8", "On every edge."}},
};

// What is written on the command line and in the list. Error: the list cannot be read.
Result<std::vector<std::string>> written_in(const cli::Arguments& arguments) {
  std::vector<std::string> lines = arguments.operands();
  if (!arguments.has("list")) return lines;
  const std::string path = arguments.text("list");
  std::ifstream file(path);
  if (path != "-" && !file) return Error{path + ": cannot be read"};
  std::istream& list = path == "-" ? std::cin : file;
  const std::string text(std::istreambuf_iterator<char>(list), {});
  std::vector<std::string> more = lines_of(text);
  lines.insert(lines.end(), more.begin(), more.end());
  return lines;
}

int print_everywhere(const cli::Arguments& arguments, std::vector<std::string> lines) {
  const auto home = service::Home::find("", "", "");
  if (!home) return cli::failure(kCommand, home.error().message);
  for (std::string& line : lines) line = purge::for_edges_of(*home, {purge::Kind::fetch, std::move(line), true}).what;
  const std::string socket = arguments.has("redis") ? arguments.text("redis") : home->redis_socket();
  const auto done = preposition_everywhere(socket, lines, std::chrono::seconds(arguments.number("timeout")), arguments.has("json"));
  if (!done) return cli::failure(kCommand, done.error().message);
  std::printf("%s\n", done->text.c_str());
  return done->complete ? cli::kDone : cli::kFailed;
}

int print_here(const cli::Arguments& arguments, const std::vector<std::string>& lines) {
  int port = static_cast<int>(arguments.number("port"));
  if (port == 0) {
    const auto home = service::Home::find("", "", "");
    if (!home) return cli::failure(kCommand, home.error().message);
    const auto life = access::protection_of(home->path("access"));
    if (!life) return cli::failure(kCommand, life.error().message);
    port = home->port + (*life ? service::kOwnEdgePort : service::kEdgePort);
  }
  Bringing bringing(port, std::chrono::seconds(arguments.number("timeout")),
                    [](const std::string& what) { std::fprintf(stderr, "segue edge preposition: %s\n", what.c_str()); });
  for (const std::string& line : lines) bringing.add(*wanted_of(line));
  const std::atomic<bool> never{false};
  const Brought brought = bringing.carry_out(static_cast<std::size_t>(arguments.number("jobs")), never);
  const std::size_t fetched = brought.objects - brought.there - brought.failed;
  if (arguments.has("json")) {
    const nlohmann::ordered_json answer{
        {"objects", brought.objects}, {"brought", fetched}, {"there", brought.there}, {"failed", brought.failed}};
    std::printf("%s\n", answer.dump().c_str());
  } else {
    std::printf("%zu objects: %zu brought, %zu were there, %zu failed\n", brought.objects, fetched, brought.there, brought.failed);
  }
  return brought.failed == 0 ? cli::kDone : cli::kFailed;
}

int run(const cli::Arguments& arguments) {
  if (arguments.operands().empty() && !arguments.has("list")) return cli::usage_error(kCommand, "expected a URL, or --list FILE");
  const auto lines = written_in(arguments);
  if (!lines) return cli::failure(kCommand, lines.error().message);
  if (arguments.has("everywhere")) return print_everywhere(arguments, *lines);
  for (const std::string& line : *lines) {
    const std::string error = line + ": expected http://host/path or /path";
    if (!wanted_of(line)) return arguments.has("list") ? cli::failure(kCommand, error) : cli::usage_error(kCommand, error);
  }
  return print_here(arguments, *lines);
}

}  // namespace

int preposition_main(int argc, char** argv) { return cli::run(kCommand, argc, argv, run); }

}  // namespace segue::edge
