// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/balance/members_agent.h"

#include <netdb.h>
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iterator>

namespace segue::balance {
namespace {

using namespace std::chrono_literals;

std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

Result<Resolved> resolved(const Origin& origin) {
  addrinfo wanted{}, *found = nullptr;
  wanted.ai_socktype = SOCK_STREAM;
  wanted.ai_flags = AI_NUMERICSERV;
  const bool bracketed = origin.host.front() == '[';
  const std::string host = bracketed ? origin.host.substr(1, origin.host.size() - 2) : origin.host;
  if (const int wrong = ::getaddrinfo(host.c_str(), origin.port.c_str(), &wanted, &found); wrong != 0) {
    return Error{"origin " + address_of(origin) + ": " + ::gai_strerror(wrong)};
  }
  Resolved result{origin, std::string(reinterpret_cast<const char*>(found->ai_addr), found->ai_addrlen)};
  ::freeaddrinfo(found);
  return result;
}

}  // namespace

MembersAgent::MembersAgent(MembersOptions options) : options_(std::move(options)), redis_(options_.redis_socket) {
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);  // a new thread has its maker's mask
  thread_ = std::thread([this] { run(); });
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

MembersAgent::~MembersAgent() {
  {
    const std::lock_guard locked(mutex_);
    stop_ = true;
  }
  stopped_.notify_all();
  redis_.interrupt();
  thread_.join();
}

void MembersAgent::run() {
  if (const auto kept = parse_origins(content_of(options_.file)); kept && !kept->empty()) (void)take(*kept);
  for (std::unique_lock locked(mutex_); !stop_;) {
    locked.unlock();
    const auto told = ask();
    if (!told) {
      fault(told.error().message);
    } else if (!told->empty() && *told != known_) {
      const auto taken = take(*told);
      if (taken) keep(*told);
      if (!taken) fault(taken.error().message);
    } else {
      last_fault_.clear();
    }
    locked.lock();
    stopped_.wait_for(locked, 1s, [this] { return stop_; });
  }
}

// An empty hash is one that nobody has written, or that was lost: no reason to ask nobody any more.
Result<Origins> MembersAgent::ask() {
  const auto reply = redis_.command({"HGETALL", options_.key});
  if (!reply) return reply.error();
  std::string lines;
  for (std::size_t i = 0; i + 1 < reply->items.size(); i += 2) lines += reply->items[i].text + ' ' + reply->items[i + 1].text + '\n';
  return parse_origins(lines);
}

Result<void> MembersAgent::take(const Origins& origins) {
  std::vector<Resolved> all;
  for (const Origin& origin : origins) {
    auto one = resolved(origin);
    if (!one) return one.error();
    all.push_back(std::move(*one));
  }
  if (!options_.set(all)) return Error{options_.key + ": more origins than an upstream may have"};
  known_ = origins;
  return {};
}

void MembersAgent::fault(const std::string& message) {
  if (message == last_fault_) return;
  last_fault_ = message;
  options_.complain(message);
}

void MembersAgent::keep(const Origins& origins) {
  last_fault_.clear();
  const std::string beside = options_.file + ".new";
  std::ofstream(beside, std::ios::trunc | std::ios::binary) << print_origins(origins);
  if (std::rename(beside.c_str(), options_.file.c_str()) != 0) fault(options_.file + ": cannot be written");
}

}  // namespace segue::balance
