// SPDX-License-Identifier: Apache-2.0
// `segue backup`: what must outlive a disk beside the music, while everything runs.
#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "cli/command.h"
#include "cli/text.h"
#include "platform/backup.h"

namespace {

using namespace segue;

const cli::Command kCommand = {
    .name = "backup",
    .summary = "copy databases and keys while they are in use",
    .operands = "FOLDER",
    .description =
        "Copies every database of $SEGUE_HOME (library, accounts, playlists, listening, shares, ingest's queue) as it is at one moment, "
        "the "
        "keys, and a list of what the store holds into a new FOLDER, closed to other users. Nothing is stopped; writers go on. Databases "
        "on a PostgreSQL server are written by its pg_dump, which must be installed. The music "
        "itself, $SEGUE_HOME/store, is safe to copy at any moment with any tool: generations never change.\n\n"
        "Exit status: 0 when all of it is on disk, 1 when not (then nothing is left), 2 on wrong usage.",
    .options =
        {{.name = "json", .value = "", .fallback = "", .help = "print one JSON object: {\"folder\",\"files\",\"bytes\",\"assets\"}"}},
    .examples = {{"segue backup /mnt/backup/$(date +%F)", "A backup of today."},
                 {"rsync -a $SEGUE_HOME/store/ /mnt/backup/store/", "The music beside it."}},
};

int run(const cli::Arguments& arguments) {
  if (arguments.operands().size() != 1) return cli::usage_error(kCommand, "expected one FOLDER");
  const auto home = service::Home::find({}, {}, {});
  if (!home) return cli::usage_error(kCommand, home.error().message);
  const std::string folder = std::filesystem::absolute(arguments.operands().front()).string();
  const auto backup = platform::back_up(*home, folder);
  if (!backup) return cli::failure(kCommand, backup.error().message);
  std::uint64_t bytes = 0;
  for (const auto& file : backup->files) bytes += file.bytes;
  if (arguments.has("json")) {
    const nlohmann::ordered_json json{{"folder", folder}, {"files", backup->files.size()}, {"bytes", bytes}, {"assets", backup->assets}};
    std::printf("%s\n", json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace).c_str());
  } else {
    std::printf("%s: %zu files, %.1f MB; the store's list has %llu assets\n", cli::printable(folder).c_str(), backup->files.size(),
                static_cast<double>(bytes) / 1e6, static_cast<unsigned long long>(backup->assets));
  }
  return cli::kDone;
}

}  // namespace

int main(int argc, char** argv) { return cli::run(kCommand, argc, argv, run); }
