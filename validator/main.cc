// SPDX-License-Identifier: Apache-2.0
// segue validate FOLDER|URL
#include <cstdio>

#include "cli/command.h"
#include "validator/report_text.h"

namespace {

using namespace segue;

const cli::Command kCommand{
    .name = "validate",
    .summary = "check a stream against the rules of HLS, DASH and CMAF",
    .operands = "FOLDER|FILE|URL…",
    .description =
        "Checks assets against the rules of HLS, DASH and CMAF, ours or anybody's: a folder, a playlist, an MPD or one track file, local "
        "or by http(s). "
        "Playlists are followed, init segments and segments read, and what is declared is held against what is there. Every "
        "violated rule is named with its clause.\n\n"
        "Exit status: 0 when no rule of level must is violated, 1 when one is, 2 on wrong usage.",
    .options = {{"json", 0, "", "", "one JSON line for each target (with --list-rules: for each rule)"},
                {"list-rules", 0, "", "", "print the table of rules and stop"},
                {"heads", 0, "", "", "of local files read only the boxes, not the media bytes: faster, finds all but unreadable bytes"},
                {"strict", 0, "", "", "rules of level should count as violated too"},
                {"timeout", 0, "SECONDS", "20", "of one HTTP request", 1, 3600}},
    .examples = {{"segue validate var/store/abcdefghijklmnopqrstuvwxyz", "A published asset."},
                 {"segue validate https://example.org/stream/master.m3u8 --json", "Anybody's stream, for a program."}},
};

int body(const cli::Arguments& arguments) {
  const bool json = arguments.has("json");
  if (arguments.has("list-rules")) {
    std::fputs((json ? validator::rules_json() : validator::rules_text()).c_str(), stdout);
    return cli::kDone;
  }
  if (arguments.operands().empty()) return cli::usage_error(kCommand, "nothing to validate: expected a folder, a file or a URL");
  validator::Options options;
  options.read_media = !arguments.has("heads");
  options.timeout_seconds = static_cast<long>(arguments.number("timeout"));
  bool good = true;
  for (const std::string& target : arguments.operands()) {
    const validator::Report report = validator::validate(target, options);
    good &= !report.findings.violated() && !(arguments.has("strict") && !report.findings.all().empty());
    const std::string text = json ? validator::report_json(target, report) + '\n' : validator::report_text(target, report);
    std::fputs(text.c_str(), stdout);
  }
  return good ? cli::kDone : cli::kFailed;
}

}  // namespace

int main(int argc, char** argv) { return cli::run(kCommand, argc, argv, body); }
