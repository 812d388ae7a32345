// SPDX-License-Identifier: Apache-2.0
// `segue up`: everything on this machine, started and watched. Safe to repeat.
#include <arpa/inet.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <thread>

#include "cli/command.h"
#include "cli/text.h"
#include "platform/folders.h"
#include "platform/protection.h"
#include "platform/settings.h"
#include "platform/start.h"
#include "platform/status.h"
#include "platform/stop.h"
#include "service/database_place.h"

namespace {

using namespace segue;
using namespace segue::platform;

const cli::Command kCommand = {
    .name = "up",
    .summary = "start the whole platform on this machine, and watch it",
    .operands = "",
    .description =
        "Starts redis, the ingest worker, origin, catalog, edge, operator's API and gateway, waits until all are healthy and prints where "
        "they are. A "
        "supervisor stays in the background: it starts what ends again, and stops everything when it is told to (segue down). Where "
        "everything runs already, it says so; where the configuration changed, nginx reloads it; where programs were built anew, they are "
        "started anew. What runs keeps the settings that are not said again; a variable that is set to nothing takes one back.\n\n"
        "SEGUE_DATABASE=postgresql://… puts the catalog's databases on a server, which several catalogs may share; the home remembers "
        "it.\n\n"
        "SEGUE_TOKEN_LIFE=12h says how long tokens live at least that a protected platform hands out (at most twice as long); the home "
        "remembers "
        "it as well.\n\n"
        "Exit code 1: something is not healthy, or a port is taken.",
    .options =
        {{.name = "listen",
          .letter = 'l',
          .value = "ADDRESS",
          .fallback = "",
          .help = "IPv4 address on which the gateway is reached, 0.0.0.0 for every one (SEGUE_LISTEN when not given, else 127.0.0.1)"},
         {.name = "cache-size", .value = "SIZE", .fallback = "20g", .help = "most that the edge's cache takes of the disk: 500m, 20g"},
         {.name = "protected",
          .value = "",
          .fallback = "",
          .help = "media plays only with a token, which the API, the page and segue ingest hand out; the home remembers it"},
         {.name = "open", .value = "", .fallback = "", .help = "media plays for whoever has its address: takes --protected back"},
         {.name = "split",
          .value = "",
          .fallback = "",
          .help = "a process for each role of the catalog (accounts, library, search) in place of one for all (SEGUE_SPLIT=1)"},
         {.name = "foreground", .letter = 'f', .value = "", .fallback = "", .help = "stay, and log to standard error (for systemd)"},
         {.name = "json", .value = "", .fallback = "", .help = "print what `segue status --json` prints"}},
    .examples = {{"segue up", "On http://127.0.0.1:8080, everything below ./var."},
                 {"SEGUE_HOME=~/music SEGUE_PORT=9000 segue up", "A second one beside it."}},
};

bool is_size(const std::string& text) {
  return text.size() > 1 && text.size() < 8 && text[0] != '0' && (text.back() == 'm' || text.back() == 'g') &&
         std::all_of(text.begin(), text.end() - 1, [](char c) { return c >= '0' && c <= '9'; });
}

Doors doors_of(const cli::Arguments& arguments) {
  return arguments.has("protected") ? Doors::shut : arguments.has("open") ? Doors::open : Doors::as_before;
}

bool is_ipv4(const std::string& text) {
  in_addr address{};
  return ::inet_pton(AF_INET, text.c_str(), &address) == 1;
}

std::string listen_address(const cli::Arguments& arguments, const std::optional<Record>& running) {
  const char* variable = std::getenv("SEGUE_LISTEN");
  if (arguments.has("listen")) return arguments.text("listen");
  if (variable == nullptr && running) return running->listen;
  return variable != nullptr && *variable != '\0' ? variable : "127.0.0.1";
}

int show(const service::Home& home, const Installation& installation, bool json) {
  const Status status = ask_status(home, installation);
  if (json) {
    std::fputs(to_json(status).c_str(), stdout);
  } else {
    std::fputs(to_text(status, ::isatty(STDOUT_FILENO) == 1).c_str(), stdout);
    std::printf("\n  listen at  %s\n  state in   %s\n", status.public_url.c_str(), status.home.c_str());
  }
  return status.healthy() ? cli::kDone : cli::kFailed;
}

int fail(const Error& error) { return cli::failure(kCommand, error.message); }

constexpr int kLooks = 300;
constexpr std::chrono::milliseconds kBetweenLooks{200};  // a minute in all

// Another `segue up` may be between its lock and its record; a killed supervisor's lock is free when it has ended. The lock, or nothing:
// a record is there, or a minute has gone by.
Result<std::optional<service::FileLock>> lock_or_record(const service::Home& home) {
  for (int look = 0;; ++look) {
    auto lock = service::FileLock::try_acquire(lock_path(home));
    if (!lock || lock->has_value() || living_record(home) || look == kLooks) return lock;
    std::this_thread::sleep_for(kBetweenLooks);
  }
}

void await_healthy(const service::Home& home, const Installation& installation) {
  for (int look = 0; look < kLooks && !ask_status(home, installation).healthy(); ++look) std::this_thread::sleep_for(kBetweenLooks);
}

// A password that changed, say, which no record tells.
bool database_is_remembered(const service::Home& home) {
  const auto place = service::DatabasePlace::find(home.path("catalog"), "");
  return !place || place->is_remembered();
}

// Runs already. Nothing: it was stopped here, because its programs are not those of today.
std::optional<int> found_running(const service::Home& home, const Installation& installation, const Settings& settings, bool json) {
  const auto record = living_record(home);
  if (!record) return fail({home.root + ": another `segue up` or `segue down` is at work here"});
  if (record->port != home.port) {
    return fail({home.root + " runs on port " + std::to_string(record->port) +
                 "; segue down first, then up with SEGUE_PORT=" + std::to_string(home.port)});
  }
  if (record->build != build_of(installation) || record->listen != settings.listen || record->cache_size != settings.cache_size ||
      record->environment != settings.environment || !database_is_remembered(home)) {
    if (!json) std::puts("programs or settings changed: everything is started anew");
    for (const std::string& line : changes_between(record->environment, settings.environment)) {
      if (!json) std::printf("  %s\n", cli::printable(line).c_str());
    }
    if (const auto stopped = stop(home); !stopped) return fail(stopped.error());
    return std::nullopt;
  }
  ::kill(record->supervisor.pid, SIGHUP);
  if (!json) std::puts("runs already");
  await_healthy(home, installation);
  return show(home, installation, json);
}

// The lock is held, and nothing runs here. `tokens`: choose_protection().
Result<void> prepare(const service::Home& home, const Installation& installation, const Settings& settings, const std::string& tokens) {
  if (const std::size_t orphans = end_orphans(home); orphans > 0) {
    std::fprintf(stderr, "segue up: ended %zu processes that a killed supervisor had left behind\n", orphans);
  }
  if (auto free = check_ports(home, services_of(home, installation, settings), settings.listen); !free) return free;
  if (auto set = set_protection(home, tokens, settings.user); !set) return set;
  if (const auto written = write_configurations(home, installation, settings); !written) return written.error();
  return {};
}

int run(const cli::Arguments& arguments) {
  if (!is_size(arguments.text("cache-size"))) return cli::usage_error(kCommand, "--cache-size: expected a size as 500m or 20g");
  if (arguments.has("protected") && arguments.has("open"))
    return cli::usage_error(kCommand, "--protected and --open: expected one of them");
  auto home = service::Home::find({}, {}, {});
  if (!home) return cli::usage_error(kCommand, home.error().message);
  if (arguments.has("split")) ::setenv(kSplit, "1", 1);
  const std::optional<Record> running = living_record(*home);
  const std::string listen = listen_address(arguments, running);
  if (!is_ipv4(listen)) return cli::usage_error(kCommand, "--listen: expected an IPv4 address, found " + cli::printable(listen));
  if (running) {
    keep_environment(running->environment);
    home = service::Home::find({}, {}, {});
    if (!home) return cli::usage_error(kCommand, home.error().message);
  }
  if (const auto place = service::DatabasePlace::find(home->path("catalog"), ""); !place)
    return cli::usage_error(kCommand, "SEGUE_DATABASE: " + place.error().message);
  const char* named = std::getenv("SEGUE_PROXIES");
  const auto proxies = proxy_lines(named != nullptr ? named : "");
  if (!proxies) return cli::usage_error(kCommand, "SEGUE_PROXIES: " + proxies.error().message);
  const auto installation = Installation::find();
  if (!installation) return fail(installation.error());
  if (const auto made = make_folders(*home); !made) return fail(made.error());
  Settings settings = settings_here(*home, *installation);
  const char* life = std::getenv("SEGUE_TOKEN_LIFE");
  const auto tokens = choose_protection(*home, doors_of(arguments), life != nullptr ? life : "");
  if (!tokens) return fail(tokens.error());
  settings.is_protected = !tokens->empty();
  if (settings.is_protected) settings.environment["SEGUE_PROTECTED"] = *tokens;
  settings.listen = listen;
  settings.proxies = *proxies;
  settings.cache_size = running && !arguments.has("cache-size") ? running->cache_size : arguments.text("cache-size");
  const bool json = arguments.has("json");

  auto lock = lock_or_record(*home);
  if (!lock) return fail(lock.error());
  if (!lock->has_value()) {
    if (const auto answer = found_running(*home, *installation, settings, json)) return *answer;
    lock = service::FileLock::try_acquire(lock_path(*home));
    if (!lock || !lock->has_value()) return fail({home->root + ": another `segue up` is at work here"});
  }
  if (const auto prepared = prepare(*home, *installation, settings, *tokens); !prepared) return fail(prepared.error());
  if (arguments.has("foreground")) {
    const auto ended = supervise(*home, *installation, settings, [] {});
    return ended ? cli::kDone : fail(ended.error());
  }
  if (const auto up = supervise_in_background(*home, *installation, settings, std::move(**lock)); !up) return fail(up.error());
  return show(*home, *installation, json);
}

}  // namespace

int main(int argc, char** argv) { return cli::run(kCommand, argc, argv, run); }
