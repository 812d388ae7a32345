// SPDX-License-Identifier: Apache-2.0
#include "machine/machine.h"

#include <unistd.h>

#include <fstream>
#include <string>

#include "tests/catch.h"
#include "tests/machine/one_core.h"

using namespace segue::machine;

namespace {

// A tree of control groups: /sys/fs/cgroup with "service" and, in it, "worker".
class Groups {
 public:
  Groups() { std::filesystem::create_directories(root / "service" / "worker"); }
  ~Groups() { std::filesystem::remove_all(root); }
  Groups(const Groups&) = delete;
  Groups& operator=(const Groups&) = delete;
  void set(const char* file, const char* text) const { std::ofstream(root / file) << text << '\n'; }
  const std::filesystem::path root = std::filesystem::temp_directory_path() / ("segue-machine-" + std::to_string(getpid()));
};

}  // namespace

TEST_CASE("cpu.max tells cores") {
  struct Row {
    const char* text;
    std::optional<double> cores;
  };
  const auto row = GENERATE(Row{"200000 100000", 2.0}, Row{"50000 100000", 0.5}, Row{"250000 100000", 2.5}, Row{"max 100000", std::nullopt},
                            Row{"", std::nullopt}, Row{"100000", std::nullopt}, Row{"1 0", std::nullopt}, Row{"-1 100000", std::nullopt},
                            Row{"99999999999999999999 1", std::nullopt}, Row{"2 x", std::nullopt});
  INFO(row.text);
  CHECK(cores_of_quota(row.text) == row.cores);
}

TEST_CASE("the smallest limit of a group and of those around it counts") {
  const Groups groups;
  CHECK_FALSE(quota_of(groups.root, "/service/worker"));
  CHECK_FALSE(memory_left_of(groups.root, "/service/worker"));
  groups.set("service/cpu.max", "150000 100000");
  groups.set("service/memory.max", "1073741824");
  groups.set("service/worker/cpu.max", "max 100000");
  groups.set("service/worker/memory.max", "max");
  CHECK(quota_of(groups.root, "/service/worker") == 1.5);
  CHECK(memory_left_of(groups.root, "/service/worker") == 1073741824U);
  CHECK_FALSE(quota_of(groups.root, "/"));
  groups.set("service/worker/cpu.max", "100000 100000");
  groups.set("cpu.max", "300000 100000");  // as a container sees its own
  CHECK(quota_of(groups.root, "/service/worker") == 1.0);
  CHECK(quota_of(groups.root, "/") == 3.0);
  CHECK(quota_of(groups.root, "/no/such/group") == 3.0);
}

TEST_CASE("of a group's memory only what is not in use is left") {
  const Groups groups;
  const auto left = [&] { return memory_left_of(groups.root, "/service/worker"); };
  groups.set("service/memory.max", "1000000");
  groups.set("service/memory.current", "900000");
  CHECK(left() == 100000U);
  groups.set("service/memory.stat", "anon 500000\nfile 400000\ninactive_file 300000\nactive_file 100000");
  CHECK(left() == 400000U);
  groups.set("service/worker/memory.max", "600000");
  CHECK(left() == 400000U);
  groups.set("service/worker/memory.current", "250000");
  CHECK(left() == 350000U);
  groups.set("service/worker/memory.current", "700000");  // the limit was lowered
  CHECK(left() == 0U);
  groups.set("service/worker/memory.stat", "inactive_file 800000");  // the two are not read at one moment
  CHECK(left() == 400000U);
}

TEST_CASE("the affinity mask bounds the cores, the machine's memory what is usable of it") {
  const auto all = allowed_cores();
  REQUIRE_FALSE(all.empty());
  {
    const segue::test::OneCore pinned;
    CHECK(allowed_cores() == std::vector<int>{all.front()});
    CHECK(usable_cores() == 1);
  }
  CHECK(allowed_cores() == all);
  CHECK(usable_cores() <= static_cast<int>(all.size()));

  const auto memory = usable_memory();
  REQUIRE(memory);
  CHECK(*memory > 1U << 26);  // in KiB taken for bytes it would be less
  CHECK(*memory < static_cast<std::uint64_t>(sysconf(_SC_PHYS_PAGES)) * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE)));
}
