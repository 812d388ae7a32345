// SPDX-License-Identifier: Apache-2.0
// `segue restore`: a backup put back into a home.
#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "cli/command.h"
#include "cli/text.h"
#include "platform/restore.h"

namespace {

using namespace segue;

const cli::Command kCommand = {
    .name = "restore",
    .summary = "put a backup back into $SEGUE_HOME",
    .operands = "FOLDER",
    .description =
        "Checks the whole backup first (lengths, digests, each database by SQLite), then puts databases and keys into $SEGUE_HOME. What is "
        "there already is set aside in before-restore-TIME, never deleted. Segue must not run (segue down), on no node when the databases "
        "are on a PostgreSQL server; its pg_restore must be installed. At the next start the catalog "
        "looks through the store and the search index is made anew. Tells which assets of the backup's list the store does not hold.\n\n"
        "Exit status: 0 when all was put back and the store holds every asset, 1 when something failed or assets are missing, 2 on wrong "
        "usage.",
    .options = {{.name = "json",
                 .value = "",
                 .fallback = "",
                 .help = "print one JSON object: {\"files\",\"set_aside\",\"assets\",\"missing\":[ID…]}"}},
    .examples = {{"segue down; segue restore /mnt/backup/2026-11-25; segue up", "A home as it was that day."}},
};

void print_json(const platform::Restored& restored) {
  nlohmann::ordered_json json{
      {"files", restored.backup.files.size()}, {"set_aside", nullptr}, {"assets", restored.backup.assets}, {"missing", restored.missing}};
  if (!restored.set_aside.empty()) json["set_aside"] = restored.set_aside;
  std::printf("%s\n", json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace).c_str());
}

void print_text(const platform::Restored& restored) {
  std::printf("%zu files put back", restored.backup.files.size());
  if (!restored.set_aside.empty()) std::printf("; what was there is in %s", cli::printable(restored.set_aside).c_str());
  std::printf("\n");
  if (restored.missing.empty()) return;
  std::printf("the store lacks %zu of %llu assets, the first is %s: copy them back into $SEGUE_HOME/store, or ingest them again\n",
              restored.missing.size(), static_cast<unsigned long long>(restored.backup.assets), restored.missing.front().c_str());
}

int run(const cli::Arguments& arguments) {
  if (arguments.operands().size() != 1) return cli::usage_error(kCommand, "expected one FOLDER");
  const auto home = service::Home::find({}, {}, {});
  if (!home) return cli::usage_error(kCommand, home.error().message);
  const auto restored = platform::restore(*home, std::filesystem::absolute(arguments.operands().front()).string());
  if (!restored) return cli::failure(kCommand, restored.error().message);
  if (arguments.has("json")) {
    print_json(*restored);
  } else {
    print_text(*restored);
  }
  return restored->missing.empty() ? cli::kDone : cli::kFailed;
}

}  // namespace

int main(int argc, char** argv) { return cli::run(kCommand, argc, argv, run); }
