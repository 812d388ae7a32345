// SPDX-License-Identifier: Apache-2.0
#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "operator/log_tail.h"
#include "operator/top_assets.h"
#include "tests/catch.h"

namespace fs = std::filesystem;
using namespace segue::oper;

namespace {

std::string line(const std::string& uri, int bytes, const std::string& cache) {
  return R"({"time":"t","uri":")" + uri + R"(","status":200,"bytes":)" + std::to_string(bytes) + R"(,"cache":")" + cache + "\"}";
}

struct Folder {
  Folder() { path = ::mkdtemp(name); }
  ~Folder() { fs::remove_all(path); }
  char name[40] = "/tmp/segue-operator-XXXXXX";
  std::string path;
};

}  // namespace

TEST_CASE("the most asked for of the last minutes") {
  TopAssets top;
  for (int i = 0; i < 3; ++i) top.take(line("/v/a/g1/x/1.m4s", 100, "segue-edge; hit; ttl=5"), 1000);
  top.take(line("/v/a/master.m3u8", 10, "shield; hit; ttl=1, segue-edge; fwd=uri-miss; stored"), 1000);
  top.take(line("/v/b/1.m4s", 7, "segue-edge; fwd=uri-miss"), 1100);
  for (const char* other : {"", "{}", "[1]", "nonsense", R"({"uri":1,"bytes":1})", R"({"uri":"/health","bytes":3})",
                            R"({"uri":"/v/a","bytes":3})", R"({"uri":"/v/a/x","bytes":-3})"})
    top.take(other, 1100);
  const auto rows = top.top(10, 1100);
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].asset == "a");
  CHECK(rows[0].requests == 4);
  CHECK(rows[0].hits == 3);
  CHECK(rows[0].bytes == 310);
  CHECK(rows[0].hit_bytes == 300);
  CHECK(rows[1].asset == "b");
  CHECK(top.top(1, 1100).size() == 1);
  const auto later = top.top(10, 1310);  // a is more than five minutes ago
  REQUIRE(later.size() == 1);
  CHECK(later[0].asset == "b");
}

TEST_CASE("lines as they are appended, over a new file of the same name") {
  const Folder folder;
  const std::string path = folder.path + "/log";
  LogTail tail(path);
  std::vector<std::string> lines;
  const auto read = [&] {
    lines.clear();
    tail.read([&](std::string_view one) { lines.emplace_back(one); });
    return lines;
  };
  const auto append = [&](const std::string& text) { std::ofstream(path, std::ios::app) << text; };
  using Lines = std::vector<std::string>;
  CHECK(read().empty());
  append("one\ntwo\nthr");
  CHECK(read() == Lines{"one", "two"});
  CHECK(read().empty());
  LogTail late(path);
  late.read([](std::string_view) { FAIL("old lines are not news"); });
  append("ee\n");
  CHECK(read() == Lines{"three"});
  late.read([&](std::string_view one) { CHECK(one == "ee"); });
  fs::rename(path, path + ".1");
  append("four\n");
  CHECK(read() == Lines{"four"});
  std::ofstream(path, std::ios::trunc) << "5\n";
  CHECK(read() == Lines{"5"});
  append(std::string(LogTail::kMostAtOnce, 'x'));  // too far behind: the newest counts
  append("\nlast\n");
  CHECK(read() == Lines{"last"});
  append(std::string(LogTail::kLongestLine + 1, 'x'));
  CHECK(read().empty());
  append("\nafter\n");
  CHECK(read() == Lines{"", "after"});
}
