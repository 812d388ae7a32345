// SPDX-License-Identifier: Apache-2.0
// `segue VERB …` becomes the program segue-VERB, as git does it. With --help it lists the verbs, alone as well, as wrong usage.
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

std::string list_of(const std::vector<cli::Verb>& verbs) {
  std::string out =
      "segue: music and video as adaptive streams that every standard player plays\n\nUsage: segue VERB [OPTION…]\n\nVerbs:\n";
  for (const cli::Verb& verb : verbs) {
    std::string name = "  " + verb.name;
    if (name.size() < 14) name.resize(14, ' ');
    out += name + ' ' + cli::summary_of(verb.path) + '\n';
  }
  return out +
         "\nsegue VERB --help shows how a verb is used, with examples.\n\n"
         "Environment:\n"
         "  SEGUE_HOME   where everything is kept (./var when not set)\n"
         "  SEGUE_PORT   the first port: gateway, then origin and edge (8080 when not set)\n\n"
         "Exit status: 0 done, 1 the work failed, 2 wrong usage.\n";
}

int list_verbs(const std::vector<cli::Verb>& verbs) { return std::fputs(list_of(verbs).c_str(), stdout) < 0 ? cli::kFailed : cli::kDone; }

// Alone it was given nothing to do: the same list, but for a person, not for a pipe.
int no_verb(const std::vector<cli::Verb>& verbs) {
  std::fputs(list_of(verbs).c_str(), stderr);
  return cli::kUsage;
}

std::string manual(const std::vector<cli::Verb>& verbs) {
  cli::Command segue;
  segue.summary = "music and video as adaptive streams that every standard player plays";
  segue.description =
      "A self-hosted platform that delivers music and video the way the large services do: every file is prepared once in several bit "
      "rates, and any standard HLS or DASH player streams it adaptively, without a gap, through an edge cache.\n\n"
      "Each verb is a program with a page of its own:";
  for (const cli::Verb& verb : verbs) segue.description += " segue-" + verb.name + "(1)";
  segue.description +=
      "\n\nSEGUE_HOME is where everything is kept (./var when not set), SEGUE_PORT the first port: gateway, then origin and edge (8080 "
      "when "
      "not set).";
  segue.examples = {{"segue up", "Starts the platform on this machine."}, {"segue ingest song.flac", "Makes a file into a stream."}};
  return cli::man_page(segue);
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
  if (argc < 2) return no_verb(verbs);
  std::string verb = argv[1];
  if (verb == "--help" || verb == "-h" || (verb == "help" && argc == 2)) return list_verbs(verbs);
  if (verb == "--man") return std::fputs(manual(verbs).c_str(), stdout) < 0 ? cli::kFailed : cli::kDone;
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
