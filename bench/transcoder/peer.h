// SPDX-License-Identifier: Apache-2.0
// What the transcoder's benchmarks share: a peer's command line and our own call, timed in turn in one run, each in a process of its own so
// that peak memory is each one's own. Only ratios count: the machine is noisy.
#pragma once

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

namespace segue::bench {

struct Cost {
  double wall_seconds = 0, cpu_seconds = 0, peak_mib = 0;
};

// Runs `work` in a child process. Ends the program when it fails.
inline Cost measured(const std::function<int()>& work) {
  const auto start = std::chrono::steady_clock::now();
  std::fflush(nullptr);
  const pid_t child = fork();
  if (child == 0) _exit(work());
  int status = 0;
  rusage usage{};
  if (child < 0 || wait4(child, &status, 0, &usage) != child || !WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    std::fprintf(stderr, "a measured command failed\n");
    std::exit(1);
  }
  const auto seconds = [](const timeval& time) { return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6; };
  return {std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(),
          seconds(usage.ru_utime) + seconds(usage.ru_stime), static_cast<double>(usage.ru_maxrss) / 1024};
}

inline Cost measured_shell(const std::string& command) {
  return measured([&] { return execl("/bin/sh", "sh", "-c", ("exec " + command).c_str(), nullptr); });
}

inline double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

// Alternates peer and ours `rounds` times and prints each round and the median ratios.
inline void compare(const char* name, int rounds, const std::function<Cost()>& peer, const std::function<Cost()>& ours) {
  std::vector<double> wall, cpu, memory;
  for (int round = 0; round < rounds; ++round) {
    const Cost theirs = peer(), own = ours();
    std::printf("%s %d: ffmpeg %.2f s (cpu %.2f, %.0f MiB), segue %.2f s (cpu %.2f, %.0f MiB)\n", name, round + 1, theirs.wall_seconds,
                theirs.cpu_seconds, theirs.peak_mib, own.wall_seconds, own.cpu_seconds, own.peak_mib);
    std::fflush(stdout);
    wall.push_back(own.wall_seconds / theirs.wall_seconds);
    cpu.push_back(own.cpu_seconds / theirs.cpu_seconds);
    memory.push_back(own.peak_mib / theirs.peak_mib);
  }
  std::printf("%s: median ratio to ffmpeg: wall %.3f, cpu %.3f, peak memory %.2f\n", name, median(wall), median(cpu), median(memory));
}

}  // namespace segue::bench
