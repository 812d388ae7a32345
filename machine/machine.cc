// SPDX-License-Identifier: Apache-2.0
#include "machine/machine.h"

#include <sched.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>
#include <string>
#include <thread>

namespace segue::machine {
namespace {

constexpr const char* kGroups = "/sys/fs/cgroup";

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string first_line(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

// Version 2 has one line, "0::/the/group"; a process outside its namespace's root is told "/../…".
std::string own_group() {
  std::ifstream file("/proc/self/cgroup");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("0::") && line.find("..") == std::string::npos) return line.substr(3);
  }
  return "/";
}

template <typename Value, typename Read>
std::optional<Value> smallest(const std::filesystem::path& root, std::string_view group, Read read) {
  std::optional<Value> least;
  for (std::filesystem::path at = std::filesystem::path(group).relative_path();; at = at.parent_path()) {
    const std::optional<Value> value = read(root / at);
    if (value && (!least || *value < *least)) least = value;
    if (at.empty()) return least;
  }
}

// memory.stat: "inactive_file 123456", the part of the page cache that is dropped first.
std::uint64_t inactive_file(const std::filesystem::path& group) {
  std::ifstream file(group / "memory.stat");
  std::string name;
  for (std::uint64_t bytes = 0; file >> name >> bytes;) {
    if (name == "inactive_file") return bytes;
  }
  return 0;
}

std::optional<std::uint64_t> left_in(const std::filesystem::path& group) {
  const auto most = number(first_line(group / "memory.max"));
  if (!most) return std::nullopt;
  const std::uint64_t current = number(first_line(group / "memory.current")).value_or(0);
  const std::uint64_t used = current - std::min(current, inactive_file(group));
  return *most - std::min(*most, used);
}

// /proc/meminfo: "MemAvailable:   23456789 kB".
std::optional<std::uint64_t> available_memory() {
  std::ifstream file("/proc/meminfo");
  std::string name;
  for (std::uint64_t kib = 0; file >> name >> kib; file.ignore(256, '\n')) {
    if (name == "MemAvailable:") return kib * 1024;
  }
  return std::nullopt;
}

}  // namespace

std::vector<int> allowed_cores() {
  cpu_set_t set;
  std::vector<int> cores;
  if (sched_getaffinity(0, sizeof set, &set) != 0) return cores;
  for (int core = 0; core < CPU_SETSIZE; ++core) {
    if (CPU_ISSET(core, &set)) cores.push_back(core);
  }
  return cores;
}

int usable_cores() {
  int cores = static_cast<int>(std::max<std::size_t>(allowed_cores().size(), 1));
  if (const auto quota = quota_of(kGroups, own_group())) cores = std::min(cores, static_cast<int>(std::ceil(*quota)));
  return std::max(cores, 1);
}

std::optional<std::uint64_t> usable_memory() {
  const auto available = available_memory();
  const auto left = memory_left_of(kGroups, own_group());
  return available && left ? std::min(*available, *left) : available ? available : left;
}

std::optional<double> cores_of_quota(std::string_view cpu_max) {
  const std::size_t space = cpu_max.find(' ');
  if (space == std::string_view::npos) return std::nullopt;
  const auto quota = number(cpu_max.substr(0, space)), period = number(cpu_max.substr(space + 1));
  if (!quota || !period || *period == 0) return std::nullopt;
  return static_cast<double>(*quota) / static_cast<double>(*period);
}

std::optional<double> quota_of(const std::filesystem::path& root, std::string_view group) {
  return smallest<double>(root, group, [](const std::filesystem::path& at) { return cores_of_quota(first_line(at / "cpu.max")); });
}

std::optional<std::uint64_t> memory_left_of(const std::filesystem::path& root, std::string_view group) {
  return smallest<std::uint64_t>(root, group, left_in);
}

}  // namespace segue::machine
