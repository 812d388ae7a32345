// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/purge/follow.h"

#include <exception>

#include "edge-cache/bring.h"
#include "edge-cache/purge/agent.h"

struct purge_agent {
  segue::purge::Agent agent;
};

static_assert(static_cast<int>(segue::purge::Kind::url) == PURGE_URL && static_cast<int>(segue::purge::Kind::all) == PURGE_ALL);

purge_agent* purge_agent_start(const purge_agent_options* options) {
  using namespace segue::purge;
  try {
    const purge_agent_options given = *options;
    AgentOptions made{given.redis_socket, given.edge, given.position_file, given.empty_cache != 0, {}, {}, {}, {}, {}};
    made.apply = [given](const Order& order) {
      given.apply(given.context, static_cast<int>(order.kind), order.what.data(), order.what.size(), order.hard ? 1 : 0);
    };
    made.doubt = [given] { given.doubt(given.context); };
    made.complain = [given](const std::string& message) { given.complain(given.context, message.c_str()); };
    made.is_empty = [given] { return given.is_empty(given.context) != 0; };
    if (given.port != 0) {
      made.bring = [port = given.port](const std::string& url, const std::atomic<bool>& stop) {
        const segue::edge::Brought brought = segue::edge::bring_one(port, url, stop);
        return Bringer::Brought{brought.objects, brought.failed};
      };
    }
    return new purge_agent{Agent(std::move(made))};
  } catch (const std::exception&) {
    return nullptr;
  }
}

void purge_agent_stop(purge_agent* agent) { delete agent; }

void purge_agent_read(const purge_agent* agent, purge_agent_figures* figures) {
  const segue::purge::AgentFigures& now = agent->agent.figures();
  *figures = {now.applied, now.lost, now.heard_ms};
}
