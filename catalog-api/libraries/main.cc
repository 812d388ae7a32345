// SPDX-License-Identifier: Apache-2.0
// segue library: the catalog's libraries from the command line, beside the running service or without it.
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <iostream>

#include "catalog-api/libraries/library_command.h"
#include "catalog-api/library/in_use.h"
#include "catalog-api/library/library.h"
#include "cli/command.h"
#include "cli/text.h"
#include "service/event_bus.h"
#include "service/home.h"

namespace {

using namespace segue;

const cli::Command kCommand{
    .name = "library",
    .summary = "libraries of the catalog: what is in which, and who sees it",
    .operands = "list|add|change|remove|give|take [NAME [USER]]",
    .description =
        "A library is a part of what is published, which only some users see: the children's, the audiobooks. What is in it is told by "
        "`segue ingest --library NAME`, by the files' own tag `library`, or by rules on other tags; the library Music has what no other "
        "claims.\n\n"
        "add NAME: a new one, closed unless --open. change NAME: another --name, other rules, open or closed. remove NAME: what was in it "
        "goes where the others' rules say: mostly into Music, which is open. The same holds for a file that names a library that there is "
        "not.\n\n"
        "give NAME USER: the user sees it; take NAME USER: no more. Administrators see all, an open one is seen by all.\n\n"
        "A running catalog sorts its store anew at once, or, where --database names the one of another machine, within a second or two; "
        "close a library before you fill it.\n\n"
        "Exit status: 0 done, 1 not done, 2 wrong usage.",
    .options = {{"open", 0, "", "", "every user and guest sees it"},
                {"closed", 0, "", "", "only those to whom it is given"},
                {"rule", 0, "TAG=VALUE", "", "what has this tag belongs to it; several may be given, in place of those it had"},
                {"no-rules", 0, "", "", "only what names it belongs to it"},
                {"name", 0, "NAME", "", "its new name"},
                {"home", 0, "FOLDER", "", "Segue's folder; SEGUE_HOME or ./var unless told"},
                {"database", 0, "ADDRESS", "", "the catalog's; SEGUE_DATABASE, or what the home's catalog was started with, unless told"},
                {"json", 0, "", "", "one JSON line for each library"}},
    .examples = {{"segue library add Books --open --rule genre=Audiobook", "Audiobooks are no longer among the music."},
                 {"segue library add Kids", "One that nobody sees yet but administrators."},
                 {"segue library give Kids ada", "Ada sees it."},
                 {"segue ingest --library Kids ~/Music/Stories", "Something to see."}}};

// How many operands each action takes, itself included.
std::size_t operands_of(const std::string& action) {
  if (action == "list") return 1;
  if (action == "add" || action == "change" || action == "remove") return 2;
  return action == "give" || action == "take" ? 3 : 0;
}

// Empty: nothing is wrong.
std::string wrong_with(const cli::Arguments& arguments) {
  const auto& operands = arguments.operands();
  if (operands.empty()) return "expected an action: " + kCommand.operands;
  const std::size_t expected = operands_of(operands[0]);
  if (expected == 0) return "unknown action: " + cli::printable(operands[0]);
  if (operands.size() != expected)
    return operands[0] + ": expected " +
           (expected == 1   ? "nothing behind it"
            : expected == 2 ? "a library's name"
                            : "a library's name and a user's");
  const bool sets = arguments.has("open") || arguments.has("closed") || arguments.has("rule") || arguments.has("no-rules");
  if (sets && operands[0] != "add" && operands[0] != "change") return operands[0] + ": takes no --open, --closed, --rule, --no-rules";
  if (arguments.has("name") && operands[0] != "change") return "--name: only with change";
  if (!sets && !arguments.has("name") && operands[0] == "change") return "change: expected what to change: --name, --open, …";
  if (arguments.has("open") && arguments.has("closed")) return "--open and --closed exclude each other";
  if (arguments.has("rule") && arguments.has("no-rules")) return "--rule and --no-rules exclude each other";
  for (const std::string& rule : arguments.all("rule"))
    if (!libraries::rule_of(rule)) return "--rule: expected TAG=VALUE, found " + cli::printable(rule);
  return {};
}

libraries::Request request_of(const cli::Arguments& arguments) {
  const auto& operands = arguments.operands();
  libraries::Request request;
  request.action = operands[0];
  if (operands.size() > 1) request.name = operands[1];
  if (operands.size() > 2) request.user = operands[2];
  request.new_name = arguments.text("name");
  if (arguments.has("open") || arguments.has("closed")) request.is_open = arguments.has("open");
  if (arguments.has("rule") || arguments.has("no-rules")) request.rules.emplace();
  for (const std::string& rule : arguments.all("rule")) request.rules->push_back(*libraries::rule_of(rule));
  request.json = arguments.has("json");
  return request;
}

Result<std::uint32_t> in_use(const service::DatabasePlace& place) {
  auto opened = library::Library::open(place.database("library"));  // makes its tables where there are none yet
  if (!opened) return std::move(opened).error();
  return library::libraries_in_use(opened->database());
}

// The catalog of this home hears of it at once; others, and those whose Redis is away, look by themselves.
void tell_catalog(const service::Home& home) {
  const auto now = std::chrono::system_clock::now().time_since_epoch().count();
  static_cast<void>(service::EventBus(home.redis_socket()).publish({"libraries-" + std::to_string(now), "libraries.changed", "{}"}));
}

int body(const cli::Arguments& arguments) {
  if (const std::string wrong = wrong_with(arguments); !wrong.empty()) return cli::usage_error(kCommand, wrong);
  libraries::Request request = request_of(arguments);
  auto home = service::Home::find(arguments.text("home"), "", "");
  if (!home) return cli::usage_error(kCommand, home.error().message);
  std::error_code failed;
  std::filesystem::create_directories(home->path("catalog"), failed);
  if (failed) return cli::failure(kCommand, home->path("catalog") + ": " + failed.message());
  auto place = service::DatabasePlace::find(home->path("catalog"), arguments.text("database"));
  if (!place) return cli::usage_error(kCommand, place.error().message);
  auto accounts = accounts::Accounts::open(*place);
  if (!accounts) return cli::failure(kCommand, accounts.error().message);
  if (request.action == "add") {
    auto used = in_use(*place);
    if (!used) return cli::failure(kCommand, used.error().message);
    request.in_use = *used;
  }
  auto text = libraries::run(*accounts, request);
  if (request.action != "list") tell_catalog(*home);  // also after an error: the change may be made, and only its note failed
  if (!text) return cli::failure(kCommand, text.error().message);
  std::cout << *text;
  return cli::kDone;
}

}  // namespace

int main(int argc, char** argv) { return cli::run(kCommand, argc, argv, body); }
