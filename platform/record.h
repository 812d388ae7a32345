// SPDX-License-Identifier: Apache-2.0
// What a supervisor writes down for others, $SEGUE_HOME/run/platform.json: who it is, where it listens, what each service is doing. Read
// by `status`, `down`, and by the `up` that comes after a supervisor that was killed. docs/operations.md shows one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "media/result.h"
#include "platform/process.h"
#include "platform/services.h"

namespace segue::platform {

struct ServiceRecord {
  std::string name;
  std::string state;  // name_of(State)
  std::string detail = {};
  int restarts = 0;
  Process process = {};  // pid 0: none
};

struct Record {
  Process supervisor;
  int port = 0;
  std::string listen, cache_size;
  std::string build;             // build_of() when it started
  Environment environment = {};  // of the settings; a record of an older supervisor, which had a number there, has none
  std::vector<ServiceRecord> services = {};
};

[[nodiscard]] std::string to_json(const Record& record);
// Error: what is not as expected.
[[nodiscard]] Result<Record> parse_record(std::string_view json);

}  // namespace segue::platform
