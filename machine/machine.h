// SPDX-License-Identifier: Apache-2.0
// What of the machine this process may use: cores by its affinity mask and the quotas of its control groups, memory by what is free and by
// what is left of their limits. In a container both are far below what the machine has, and neither nproc nor hardware_concurrency() sees a
// quota. Source: Linux, Documentation/admin-guide/cgroup-v2.rst, cpu.max, memory.max, memory.current and memory.stat.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

namespace segue::machine {

// At least 1; a quota of two and a half cores is three, which all have something to do.
int usable_cores();

// The system's numbers of the cores that the affinity mask allows; empty where the system does not tell.
std::vector<int> allowed_cores();

// Bytes that can be had without swapping; nothing where the system does not tell.
std::optional<std::uint64_t> usable_memory();

// cpu.max: "200000 100000" is 2 cores, "max 100000" none in particular. Nothing for anything else.
std::optional<double> cores_of_quota(std::string_view cpu_max);

// A group is limited by those around it too: the smallest quota from `group` ("/a/b", the third field of /proc/self/cgroup) up to `root`.
std::optional<double> quota_of(const std::filesystem::path& root, std::string_view group);

// Likewise the least that is left: memory.max without what is used (memory.current), of which the page cache that is not in use
// (inactive_file) can be had. 0: all is used. Nothing: no limit.
std::optional<std::uint64_t> memory_left_of(const std::filesystem::path& root, std::string_view group);

}  // namespace segue::machine
