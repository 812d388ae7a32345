// SPDX-License-Identifier: Apache-2.0
// `segue VERB …` becomes the program segue-VERB, as git does it. Alone or with --help it lists the verbs.
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>

#include "cli/command.h"
#include "cli/text.h"
#include "cli/verbs.h"

namespace {

using namespace segue;

int list_verbs(const std::vector<cli::Verb>& verbs) {
  std::puts("segue: music and video as adaptive streams that every standard player plays\n\nUsage: segue VERB [OPTION…]\n\nVerbs:");
  for (const cli::Verb& verb : verbs) std::printf("  %-12s %s\n", verb.name.c_str(), cli::summary_of(verb.path).c_str());
  std::puts(
      "\nsegue VERB --help shows how a verb is used, with examples.\n\n"
      "Environment:\n"
      "  SEGUE_HOME   where everything is kept (./var when not set)\n"
      "  SEGUE_PORT   the first port: gateway, then origin and edge (8080 when not set)\n\n"
      "Exit status: 0 done, 1 the work failed, 2 wrong usage.");
  return cli::kDone;
}

int unknown_verb(const std::string& name, const std::vector<cli::Verb>& verbs) {
  std::vector<std::string> names;
  for (const cli::Verb& verb : verbs) names.push_back(verb.name);
  const std::string meant = cli::nearest(name, names);
  std::fprintf(stderr, "segue: no verb %s%s\nsegue --help lists the verbs.\n", cli::printable(name).c_str(),
               meant.empty() ? "" : ("; did you mean " + meant + "?").c_str());
  return cli::kUsage;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<cli::Verb> verbs = cli::verbs_in(cli::verb_folders());
  std::string verb = argc > 1 ? argv[1] : "--help";
  if (verb == "--help" || verb == "-h" || (verb == "help" && argc == 2)) return list_verbs(verbs);
  if (verb == "--version") return std::printf("segue %s\n", SEGUE_VERSION) > 0 ? cli::kDone : cli::kFailed;

  std::string help = "--help";
  if (verb == "help") {  // segue help ingest
    verb = argv[2];
    argv[2] = help.data();
  }
  for (const cli::Verb& known : verbs) {
    if (known.name != verb) continue;
    ::execv(known.path.c_str(), argv + 1);
    std::fprintf(stderr, "segue: cannot run %s: %s\n", known.path.c_str(), std::strerror(errno));
    return cli::kFailed;
  }
  return unknown_verb(verb, verbs);
}
