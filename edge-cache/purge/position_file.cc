// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/purge/position_file.h"

#include <cstdio>
#include <fstream>

namespace segue::purge {
namespace {

std::string boot_id() {
  std::string id;
  std::ifstream("/proc/sys/kernel/random/boot_id") >> id;
  return id;
}

}  // namespace

std::optional<Position> read_position(const std::string& path, Boot boot) {
  std::string position, of;
  std::ifstream(path) >> position >> of;
  if (boot == Boot::this_one && of != boot_id()) return std::nullopt;
  return position_of(position);
}

bool keep_position(const std::string& path, Position position) {
  const std::string beside = path + ".new";
  std::ofstream(beside, std::ios::trunc) << text_of(position) << ' ' << boot_id() << '\n';
  return std::rename(beside.c_str(), path.c_str()) == 0;
}

}  // namespace segue::purge
