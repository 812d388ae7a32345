// SPDX-License-Identifier: Apache-2.0
// segue user: accounts from the command line, beside the running service or without it.
#include <algorithm>
#include <filesystem>
#include <iostream>

#include "catalog-api/accounts/user_command.h"
#include "cli/command.h"
#include "service/home.h"

namespace {

using namespace segue;

const cli::Command kCommand{
    .name = "user",
    .summary = "add, list and disable users; app passwords and API keys",
    .operands = "add|list|disable|enable|role|password|app-password|api-key|invitation|guests|setup [NAME]",
    .description =
        "add NAME: a new user; the first one is the administrator. Without --password-stdin a password is made and printed once.\n\n"
        "disable, enable, role, password NAME: change one; disabling and a new password end all sessions at once.\n\n"
        "app-password NAME --create: a password for an OpenSubsonic client, printed once; without --create the list; --revoke --id ID "
        "takes one "
        "back. api-key: the same for programs that use /api/v1.\n\n"
        "invitation --create: a link with which one stranger makes an account of --role, within a week; without --create those that are "
        "open; --revoke --id ID withdraws one.\n\n"
        "guests loopback|all|none: who may look at the library without an account; loopback unless changed: whoever reaches the gateway "
        "from this "
        "machine.\n\n"
        "setup: a one-time link that makes the first administrator in the browser.\n\n"
        "Exit status: 0 done, 1 not done, 2 wrong usage.",
    .options = {{"user", 'u', "NAME", "", "whose; the same as NAME"},
                {"role", 0, "ROLE", "listener", "admin or listener"},
                {"admin", 0, "", "", "the same as --role admin"},
                {"password-stdin", 0, "", "", "read the password from the first line of standard input"},
                {"create", 0, "", "", "make an app password, API key or invitation"},
                {"revoke", 0, "", "", "take one back"},
                {"id", 0, "ID", "", "which one to take back"},
                {"label", 0, "TEXT", "", "what it is for (\"phone\")"},
                {"scope", 0, "SCOPE", "write", "of an API key: read, write or admin"},
                {"home", 0, "FOLDER", "", "Segue's folder; SEGUE_HOME or ./var unless told"},
                {"database", 0, "ADDRESS", "", "the catalog's; SEGUE_DATABASE, or what the home's catalog was started with, unless told"},
                {"json", 0, "", "", "one JSON line for each thing"}},
    .examples = {{"segue user add ada", "A user; prints a password."},
                 {"segue user app-password --create --user ada --label phone --json", "For a Subsonic client."}},
};

int body(const cli::Arguments& arguments) {
  const auto& operands = arguments.operands();
  if (operands.empty() || operands.size() > 2) return cli::usage_error(kCommand, "expected an action and at most one name");
  static const std::vector<std::string> kActions{"add",          "list",    "disable",    "enable", "role", "password",
                                                 "app-password", "api-key", "invitation", "guests", "setup"};
  if (std::find(kActions.begin(), kActions.end(), operands[0]) == kActions.end())
    return cli::usage_error(kCommand, "unknown action: " + operands[0]);
  accounts::UserRequest request;
  request.action = operands[0];
  request.name = operands.size() > 1 ? operands[1] : arguments.text("user");
  request.role = arguments.has("admin") ? "admin" : arguments.text("role");
  request.label = arguments.text("label");
  request.scope = arguments.text("scope");
  request.id = arguments.text("id");
  request.create = arguments.has("create");
  request.revoke = arguments.has("revoke");
  request.json = arguments.has("json");
  if (arguments.has("password-stdin") && (!std::getline(std::cin, request.password) || request.password.empty()))
    return cli::failure(kCommand, "standard input: expected a password, found nothing");
  auto home = service::Home::find(arguments.text("home"), "", "");
  if (!home) return cli::usage_error(kCommand, home.error().message);
  request.public_url = home->public_url;
  std::error_code failed;
  std::filesystem::create_directories(home->path("catalog"), failed);
  if (failed) return cli::failure(kCommand, home->path("catalog") + ": " + failed.message());
  auto place = service::DatabasePlace::find(home->path("catalog"), arguments.text("database"));
  if (!place) return cli::usage_error(kCommand, place.error().message);
  auto opened = accounts::Accounts::open(*place);
  if (!opened) return cli::failure(kCommand, opened.error().message);
  auto text = accounts::run_user_command(*opened, request);
  if (!text) return cli::failure(kCommand, text.error().message);
  std::cout << *text;
  return cli::kDone;
}

}  // namespace

int main(int argc, char** argv) { return cli::run(kCommand, argc, argv, body); }
