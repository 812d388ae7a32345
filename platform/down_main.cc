// SPDX-License-Identifier: Apache-2.0
// `segue down`: stops everything of one home. Safe to repeat.
#include <cstdio>
#include <string>

#include "cli/command.h"
#include "platform/stop.h"

namespace {

using namespace segue;

const cli::Command kCommand = {
    .name = "down",
    .summary = "stop the whole platform on this machine",
    .operands = "",
    .description =
        "Stops gateway, edge, catalog, origin, the ingest worker and redis of $SEGUE_HOME, in this order, and returns when all are gone. "
        "What is being ingested is taken up again at the next start. Nothing runs: it says so, exit code 0.",
    .options = {{.name = "json", .value = "", .fallback = "", .help = "print one JSON object: {\"stopped\":[…]}"}},
    .examples = {{"segue down", "Stops what `segue up` started."}},
};

int run(const cli::Arguments& arguments) {
  const auto home = service::Home::find({}, {}, {});
  if (!home) return cli::usage_error(kCommand, home.error().message);
  const auto stopped = platform::stop(*home);
  if (!stopped) return cli::failure(kCommand, stopped.error().message);
  std::string names;
  for (const std::string& name : *stopped) names += (names.empty() ? "" : arguments.has("json") ? "\",\"" : ", ") + name;
  if (arguments.has("json")) {
    std::printf("{\"stopped\":[%s]}\n", names.empty() ? "" : ('"' + names + '"').c_str());
  } else if (names.empty()) {
    std::printf("nothing runs in %s\n", home->root.c_str());
  } else {
    std::printf("stopped %s\n", names.c_str());
  }
  return cli::kDone;
}

}  // namespace

int main(int argc, char** argv) { return cli::run(kCommand, argc, argv, run); }
