// SPDX-License-Identifier: Apache-2.0
// `segue purge`: writes orders into the log of purges and says how many edges have applied them.
#include <csignal>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "edge-cache/purge/carry_out.h"
#include "edge-cache/purge/own_address.h"
#include "service/home.h"

namespace {

using namespace segue;

const cli::Command kCommand{
    "purge",
    "take objects out of every edge's cache",
    "[URL…]",
    "Each edge applies purges in their order and acknowledges; an edge that was away applies what it missed when it is back. After the "
    "acknowledgement no edge answers with what was purged.\n\n"
    "A path, or an address as listeners have it, means what this platform's edges keep under it; an address of any other host is taken "
    "as it is, for edges that keep several.\n\n"
    "A soft purge keeps the bytes: they count as stale and are asked for again, which costs a 304 when they did not change.",
    {
        {"tag", 't', "TAG", "", "what carries this tag (Surrogate-Key, Cache-Tag); may be given several times", 0, 0},
        {"prefix", 'p', "URL", "", "every address that starts so; may be given several times", 0, 0},
        {"all", 0, "", "", "everything", 0, 0},
        {"soft", 's', "", "", "stale instead of gone", 0, 0},
        {"wait", 'w', "", "", "wait until every edge has acknowledged, which is the default", 0, 0},
        {"no-wait", 0, "", "", "only write into the log", 0, 0},
        {"timeout", 0, "SECONDS", "5", "how long to wait at most", 1, 3600},
        {"redis", 0, "SOCKET", "", "Redis' unix socket ($SEGUE_HOME/run/redis.sock)", 0, 0},
        {"json", 0, "", "", "one JSON object", 0, 0},
    },
    {
        {"segue purge http://127.0.0.1:8080/v/kindred-3f/master.m3u8", "One address; /v/kindred-3f/master.m3u8 is the same."},
        {"segue purge --tag kindred-3f --soft", "Everything of an asset is asked for again."},
        {"segue purge --all", "Everything."},
    },
};

std::vector<purge::Order> orders_of(const cli::Arguments& arguments) {
  const bool hard = !arguments.has("soft");
  std::vector<purge::Order> orders;
  for (const std::string& url : arguments.operands()) orders.push_back({purge::Kind::url, url, hard});
  for (const std::string& tag : arguments.all("tag")) orders.push_back({purge::Kind::tag, tag, hard});
  for (const std::string& prefix : arguments.all("prefix")) orders.push_back({purge::Kind::prefix, prefix, hard});
  if (arguments.has("all")) orders.push_back({purge::Kind::all, "", hard});
  return orders;
}

void print_json(const purge::Outcome& outcome, std::size_t orders, bool waited) {
  if (waited) {
    std::printf("%s\n", purge::to_json(outcome, orders).c_str());
    return;
  }
  const nlohmann::ordered_json answer{{"id", purge::text_of(outcome.position)}, {"orders", orders}, {"edges", outcome.acks.edges()}};
  std::printf("%s\n", answer.dump().c_str());
}

int run(const cli::Arguments& arguments) {
  std::vector<purge::Order> orders = orders_of(arguments);
  if (orders.empty()) return cli::usage_error(kCommand, "expected a URL, --tag, --prefix or --all");
  const auto home = service::Home::find("", "", "");
  if (!home) return cli::failure(kCommand, home.error().message);
  for (purge::Order& order : orders) {
    order = purge::for_edges_of(*home, std::move(order));
    if (auto good = purge::check(order); !good) return cli::usage_error(kCommand, good.error().message);
  }
  purge::Log log(arguments.has("redis") ? arguments.text("redis") : home->redis_socket());
  const bool waits = !arguments.has("no-wait");
  const auto outcome = purge::carry_out(log, orders, waits ? std::chrono::seconds(arguments.number("timeout")) : std::chrono::seconds(0));
  if (!outcome) return cli::failure(kCommand, outcome.error().message);
  const purge::Acks& acks = outcome->acks;
  const bool nobody = waits && acks.edges() == 0;
  if (arguments.has("json")) {
    print_json(*outcome, orders.size(), waits);
  } else if (!waits) {
    std::printf("accepted as %s, %zu edges\n", purge::text_of(outcome->position).c_str(), acks.edges());
  } else if (!nobody) {
    std::printf("applied on %zu of %zu edges in %.1f ms\n", acks.applied(), acks.edges(), outcome->milliseconds);
    for (const std::string& edge : acks.missing()) std::fprintf(stderr, "segue purge: no word from %s\n", edge.c_str());
  }
  if (nobody) {
    return cli::failure(kCommand, "accepted as " + purge::text_of(outcome->position) +
                                      ", but no edge is there to apply it: none was heard of for " +
                                      std::to_string(purge::kAliveFor.count()) + " s; it holds for those that come back");
  }
  return waits && !acks.complete() ? cli::kFailed : cli::kDone;
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  return cli::run(kCommand, argc, argv, run);
}
