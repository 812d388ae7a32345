// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/balance/follow_members.h"

#include <exception>

#include "edge-cache/balance/members_agent.h"

using namespace segue::balance;

struct members_agent {
  MembersAgent agent;
};

namespace {

int tell(const members_options& given, const std::vector<Resolved>& origins) {
  std::vector<std::string> names;
  names.reserve(origins.size());
  std::vector<balance_member> members;
  for (const Resolved& one : origins) {
    names.push_back(address_of(one.origin));
    members.push_back(
        {names.back().data(), names.back().size(), one.address.data(), one.address.size(), one.origin.weight, one.origin.backup ? 1 : 0});
  }
  return given.set(given.context, members.data(), members.size());
}

}  // namespace

members_agent* members_start(const members_options* options) {
  try {
    const members_options given = *options;
    MembersOptions made{given.redis_socket, given.key, given.file, {}, {}};
    made.set = [given](const std::vector<Resolved>& origins) { return tell(given, origins) != 0; };
    made.complain = [given](const std::string& message) { given.complain(given.context, message.c_str()); };
    return new members_agent{MembersAgent(std::move(made))};
  } catch (const std::exception&) {
    return nullptr;
  }
}

void members_stop(members_agent* agent) { delete agent; }
