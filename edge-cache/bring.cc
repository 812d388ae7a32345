// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/bring.h"

#include <thread>

namespace segue::edge {

void Bringing::add(const Wanted& wanted) {
  if (seen_.insert(wanted.host + wanted.target).second) all_.push_back(wanted);
}

Brought Bringing::carry_out(std::size_t jobs, const std::atomic<bool>& stop) {
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < jobs; ++i) threads.emplace_back([&] { run(stop); });
  for (std::thread& thread : threads) thread.join();
  brought_.objects = all_.size();
  return brought_;
}

bool Bringing::take(Wanted& wanted, const std::atomic<bool>& stop) {
  for (;;) {
    {
      const std::lock_guard locked(mutex_);
      if (stop) return false;
      if (next_ < all_.size()) {
        wanted = all_[next_++];
        ++busy_;
        return true;
      }
      if (busy_ == 0) return false;
    }
    // Somebody reads a playlist that may name more.
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

void Bringing::done(const Wanted& wanted, const Result<service::HttpAnswer>& answer) {
  const std::lock_guard locked(mutex_);
  --busy_;
  const bool good = answer && (answer->status == 200 || answer->status == 206 || answer->status == 416);  // 416: an object of no bytes
  if (!good) {
    ++brought_.failed;
    complain_(wanted.target + ": " + (answer ? "answers " + std::to_string(answer->status) : answer.error().message));
    return;
  }
  brought_.there += answer->head.find("; hit") != std::string::npos;
  if (!is_playlist(wanted.target)) return;
  for (const std::string& target : named_by(answer->body, wanted.target)) add({wanted.host, target});
}

void Bringing::run(const std::atomic<bool>& stop) {
  for (Wanted wanted; take(wanted, stop);) {
    std::vector<std::string> lines;
    if (!wanted.host.empty()) lines.push_back("Host: " + wanted.host);
    if (!is_playlist(wanted.target)) lines.emplace_back("Range: bytes=-1");
    done(wanted, service::http_get(port_, wanted.target, lines, patience_, &stop));
  }
}

Brought bring_one(int port, const std::string& url, const std::atomic<bool>& stop) {
  constexpr std::size_t kJobs = 4;
  constexpr std::chrono::seconds kPatience{60};
  const auto wanted = wanted_of(url.find("://") == std::string::npos ? "http://" + url : url);
  if (!wanted) return {1, 0, 1};
  Bringing bringing(port, kPatience, [](const std::string&) {});
  bringing.add(*wanted);
  return bringing.carry_out(kJobs, stop);
}

}  // namespace segue::edge
