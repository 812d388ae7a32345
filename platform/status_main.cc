// SPDX-License-Identifier: Apache-2.0
// `segue status`: how everything is, and how far ingest has come.
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>
#include <nlohmann/json.hpp>
#include <string>

#include "cli/command.h"
#include "cli/progress_text.h"
#include "cli/text.h"
#include "platform/output.h"
#include "platform/status.h"

namespace {

using namespace segue;
using nlohmann::json;

const cli::Command kCommand = {
    .name = "status",
    .summary = "tell whether everything runs, where, and how far ingest has come",
    .operands = "",
    .description =
        "Asks every service now. Exit code 0: the platform runs and every service is healthy; 1: it does not, or one is not.\n\n"
        "As JSON: {\"gateway\":URL,\"edge\":URL,\"origin\":URL,\"services\":[{\"name\":…,\"url\":…,\"healthy\":true,…}],…,"
        "\"ingest\":{\"queued\":…,\"running\":[…],\"published\":…,\"unchanged\":…,\"failed\":…,\"errors\":[…]}}.",
    .options = {{.name = "json", .value = "", .fallback = "", .help = "one JSON object on one line"}},
    .examples = {{"segue status", "A table for people."}, {"segue status --json | jq .healthy", "For scripts."}},
};

std::size_t columns() {
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col < 40) return 100;
  return std::min<std::size_t>(size.ws_col, 120);
}

void print_running(const json& file) {
  const double speed = file.value("speed", 0.0), done = file.value("seconds_done", 0.0);
  const std::string path = file.value("file", std::string()), name = path.substr(path.find_last_of('/') + 1);
  const cli::Work work{.done = done, .total = file.value("seconds_total", 0.0), .elapsed = speed > 0 ? done / speed : 0};
  std::printf("    %s\n", cli::bar_line(cli::printable(name), work, columns() - 4).c_str());
}

void print_ingest(const std::string& text) {
  const json ingest = json::parse(text, nullptr, false);
  if (!ingest.is_object()) return;
  try {
    const long queued = ingest.value("queued", 0L), published = ingest.value("published", 0L), unchanged = ingest.value("unchanged", 0L);
    const long failed = ingest.value("failed", 0L);
    const json running = ingest.value("running", json::array());
    std::printf("\n  ingest: %ld published, %ld unchanged, %ld failed, %zu at work, %ld waiting\n", published, unchanged, failed,
                running.size(), queued);
    for (const json& file : running) print_running(file);
    for (const json& error : ingest.value("errors", json::array())) {
      const std::string line = error.is_object() ? error.value("error", std::string()) : error.dump();
      std::printf("    %s\n", cli::fit(cli::printable(line), columns() - 4).c_str());
    }
  } catch (const json::exception& error) {
    std::printf("\n  ingest: its answer is not as expected: %s\n", error.what());
  }
}

int run(const cli::Arguments& arguments) {
  const auto home = service::Home::find({}, {}, {});
  if (!home) return cli::usage_error(kCommand, home.error().message);
  const auto installation = platform::Installation::find();
  if (!installation) return cli::failure(kCommand, installation.error().message);
  platform::Status status = platform::ask_status(*home, *installation);
  if (const std::string program = installation->program("segue-ingest"); !program.empty()) {
    status.ingest = platform::output_of({program, "--list", "--json"}, std::chrono::seconds(5));
  }
  if (arguments.has("json")) {
    std::fputs(to_json(status).c_str(), stdout);
  } else {
    if (!status.running) std::printf("does not run (segue up starts it); state in %s\n", status.home.c_str());
    std::fputs(to_text(status, ::isatty(STDOUT_FILENO) == 1).c_str(), stdout);
    print_ingest(status.ingest);
  }
  return status.healthy() ? cli::kDone : cli::kFailed;
}

}  // namespace

int main(int argc, char** argv) { return cli::run(kCommand, argc, argv, run); }
