// SPDX-License-Identifier: Apache-2.0
#include "bench/origin/load.h"

#include <array>
#include <cstdio>
#include <cstdlib>

namespace segue::bench {

Load run_load(int port, const Requests& requests, int seconds) {
  const std::string command = "taskset -c 1 wrk -t1 -c32 -d" + std::to_string(seconds) +
                              "s -s " SOURCE "/bench/origin/load.lua http://127.0.0.1:" + std::to_string(port) + " -- '" + requests.path +
                              "' " + std::to_string(requests.assets) + ' ' + std::to_string(requests.first) + ' ' +
                              std::to_string(requests.last) + (requests.zipf ? " zipf" : " uniform");
  std::FILE* output = ::popen(command.c_str(), "r");
  std::array<char, 256> line;
  unsigned long long count = 0, microseconds = 0, errors = 1;
  Load load;
  while (output != nullptr && std::fgets(line.data(), line.size(), output) != nullptr) {
    if (std::sscanf(line.data(), "result %llu %llu %lf %lf %llu", &count, &microseconds, &load.p50_ms, &load.p99_ms, &errors) != 5)
      continue;
    load.requests_per_second = static_cast<double>(count) * 1e6 / static_cast<double>(microseconds);
    load.p50_ms /= 1000;
    load.p99_ms /= 1000;
  }
  if (output == nullptr || ::pclose(output) != 0 || errors != 0) {
    std::fprintf(stderr, "%s: failed, or %llu requests did\n", command.c_str(), errors);
    std::exit(1);
  }
  return load;
}

}  // namespace segue::bench
