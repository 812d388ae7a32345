// SPDX-License-Identifier: Apache-2.0
#include <charconv>
#include <cstdio>
#include <string_view>
#include <system_error>

#include "cli/command.h"
#include "edge-cache/explain_main.h"
#include "edge-cache/explanation_text.h"
#include "service/home.h"
#include "service/http/url.h"
#include "service/probe.h"

namespace segue::edge {
namespace {

const cli::Command kCommand = {
    .name = "edge explain",
    .summary = "why an address is a hit or a miss on an edge",
    .operands = "URL…",
    .description =
        "Asks a running edge what it holds for the address and what a request for it would get: its normalised key, fresh, stale or "
        "absent, how long still and which header says so, tags, size, file and memory, and on which fields it varies. Only looks: the edge "
        "asks no origin and counts no use.\n\n"
        "The edge answers on this machine only.",
    .options = {{.name = "status",
                 .letter = 's',
                 .value = "ADDR",
                 .fallback = "",
                 .help = "what the edge was started with as --status: address and port, or port (the platform's edge)"},
                {.name = "port",
                 .letter = 'p',
                 .value = "PORT",
                 .fallback = "0",
                 .help = "the same, as it was called before",
                 .least = 0,
                 .most = 65535},
                {.name = "header",
                 .letter = 'H',
                 .value = "FIELD",
                 .fallback = "",
                 .help = "a field of the request that is asked about, \"Accept-Encoding: gzip\"; may be given several times"},
                {.name = "json", .value = "", .fallback = "", .help = "one JSON object a line"}},
    .examples = {{"segue edge explain http://127.0.0.1:8080/v/kindred-3f/master.m3u8", "Of the running platform."},
                 {"segue edge explain --status 9100 -H 'Accept-Encoding: gzip' https://media.example/a.m3u8",
                  "Of an edge started with --status 9100."}},
};

bool is_field(const std::string& line) {
  const std::size_t colon = line.find(':');
  return colon != std::string::npos && colon > 0 && line.find_first_of("\r\n") == std::string::npos;
}

// Of "9100", "127.0.0.1:9100", "localhost:9100"; 0: of no address that answers here. An edge tells its own machine alone.
int port_of(std::string_view address) {
  for (const std::string_view host : {"127.0.0.1:", "localhost:", "0.0.0.0:", "*:"})
    if (address.starts_with(host)) address.remove_prefix(host.size());
  int port = 0;
  const auto [end, wrong] = std::from_chars(address.data(), address.data() + address.size(), port);
  return wrong == std::errc() && end == address.data() + address.size() && port >= 1 && port <= 65535 ? port : 0;
}

int explain_one(int port, const std::string& url, const cli::Arguments& arguments) {
  const auto answer =
      service::http_get(port, "/explain?url=" + service::http::percent_encode(url), arguments.all("header"), std::chrono::seconds(5));
  const std::string where = "edge at 127.0.0.1:" + std::to_string(port) + ": ";
  if (!answer) return cli::failure(kCommand, where + answer.error().message);
  if (answer->status == 400) return cli::failure(kCommand, where + "knows no such address: " + url);
  if (answer->status != 200)
    return cli::failure(kCommand, where + "expected 200, found " + std::to_string(answer->status) + " (no segue_edge_explain there?)");
  if (arguments.has("json")) return std::fputs(answer->body.c_str(), stdout) < 0 ? cli::kFailed : cli::kDone;
  const auto text = explanation_text(answer->body);
  if (!text) return cli::failure(kCommand, where + text.error().message);
  return std::fputs(text->c_str(), stdout) < 0 ? cli::kFailed : cli::kDone;
}

int run(const cli::Arguments& arguments) {
  if (arguments.operands().empty()) return cli::usage_error(kCommand, "expected a URL");
  for (const std::string& line : arguments.all("header")) {
    if (!is_field(line)) return cli::usage_error(kCommand, "--header: expected NAME: VALUE");
  }
  int port = static_cast<int>(arguments.number("port"));
  if (arguments.has("status") && arguments.has("port")) return cli::usage_error(kCommand, "--port is --status: expected one of them");
  if (arguments.has("status") && (port = port_of(arguments.text("status"))) == 0)
    return cli::usage_error(kCommand, "--status " + arguments.text("status") + ": expected a port of this machine, or 127.0.0.1:port");
  if (port == 0) {
    const auto home = service::Home::find("", "", "");
    if (!home) return cli::failure(kCommand, home.error().message);
    port = home->port + service::kEdgePort;
  }
  int code = cli::kDone;
  for (const std::string& url : arguments.operands()) code = std::max(code, explain_one(port, url, arguments));
  return code;
}

}  // namespace

int explain_main(int argc, char** argv) { return cli::run(kCommand, argc, argv, run); }

}  // namespace segue::edge
