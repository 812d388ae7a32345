// SPDX-License-Identifier: Apache-2.0
#include "bench/search/over_http.h"

#include <algorithm>
#include <chrono>
#include <cstdio>

#include "service/http/url.h"

namespace segue::bench {
namespace {

void print_times(const std::string& name, std::vector<double>& times) {
  std::sort(times.begin(), times.end());
  const auto at = [&](double share) { return times[static_cast<std::size_t>(static_cast<double>(times.size() - 1) * share)]; };
  std::printf("search over HTTP, %-20s p50 %7.3f  p95 %7.3f  p99 %7.3f  worst %7.3f ms", name.c_str(), at(0.5), at(0.95), at(0.99), at(1));
}

}  // namespace

bool ask_over_http(tests::Client& client, const std::string& fields, const std::vector<QuestionKind>& kinds) {
  using Clock = std::chrono::steady_clock;
  bool is_answered = true;
  std::vector<double> all;
  for (const auto& [name, questions] : kinds) {
    std::vector<double> times;
    std::size_t wanted = 0, hit = 0;
    for (const Question& one : questions) {
      const std::string target = "/api/v1/search?q=" + service::http::percent_encode(one.query);
      const auto start = Clock::now();
      const auto answer = client.get(target, fields);
      times.push_back(std::chrono::duration<double, std::milli>(Clock::now() - start).count());
      wanted += !one.wanted.empty();
      hit += !one.wanted.empty() && answer.body.find("\"kind\":\"track\",\"id\":\"" + one.wanted + '"') != std::string::npos;
      is_answered = is_answered && answer.status == 200;
      if (answer.status != 200) std::printf("%s: status %d\n", target.c_str(), answer.status);
    }
    if (times.empty()) continue;
    print_times(name, times);
    if (wanted > 0) std::printf("  recall@10 %.3f", static_cast<double>(hit) / static_cast<double>(wanted));
    std::printf("\n");
    all.insert(all.end(), times.begin(), times.end());
  }
  if (all.empty()) return is_answered;
  print_times("all of these", all);
  std::printf("\n");
  return is_answered;
}

}  // namespace segue::bench
