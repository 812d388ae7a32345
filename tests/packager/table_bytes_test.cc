// SPDX-License-Identifier: Apache-2.0
// Tables of many rows are in a file without a name, and are read as those in memory are; what a file does not hold any more is not made up.
#include <unistd.h>

#include <filesystem>

#include "packager/mp4_copy.h"
#include "packager/source_file.h"
#include "packager/table_bytes.h"
#include "tests/catch.h"
#include "tests/origin/store_fixture.h"

using namespace segue;
using namespace segue::packager;

TEST_CASE("rows are read as they were put, however many") {
  for (const std::uint32_t count : {1U, 5461U, 5462U, 5463U, 100'000U}) {  // 64 KiB are 5,461 rows and a third
    INFO(count << " rows");
    TableRows rows;
    for (std::uint32_t i = 0; i < count; ++i) {
      rows.put(i, 4);
      rows.put(std::uint64_t{i} << 33, 8);
    }
    CHECK(rows.size() == 12ull * count);
    CHECK(rows.last(8, 4) == count - 1);
    rows.drop_last(12);
    rows.put(7, 4);
    rows.put(9, 8);
    REQUIRE(rows.end());
    TableWindow window(rows.bytes());
    std::uint32_t wrong = 0;
    for (std::uint32_t i = 0; i + 1 < count; ++i)
      wrong += window.value(12ull * i, 4) != i || window.value(12ull * i + 4, 8) != std::uint64_t{i} << 33;
    CHECK(wrong == 0);
    CHECK(window.value(12ull * (count - 1), 4) == 7);
    CHECK(window.value(12ull * (count - 1) + 4, 8) == 9);
    CHECK(window.value(0, 4) == (count == 1 ? 7 : 0));  // back to the beginning
    CHECK(window.ok());
    CHECK(window.value(12ull * count - 3, 4) == 0);
    CHECK_FALSE(window.ok());
  }
}

TEST_CASE("a movie whose long tables are cut off under us is an error, not a shorter song") {
  const test::TemporaryFolder folder;
  const std::string path = folder.path() + "/a.m4a";
  // The moov stands at the end; 20 minutes of AAC have 56,250 sizes of 4 bytes.
  const std::string command = "ffmpeg -nostdin -loglevel error -f lavfi -i anoisesrc=a=0.1:r=48000:d=1200 -c:a aac -b:a 32k " + path;
  REQUIRE(std::system(command.c_str()) == 0);
  auto source = SourceFile::open(path);
  REQUIRE(source);
  REQUIRE(plan_copy(source->movie().tracks.at(0)));
  std::filesystem::resize_file(path, std::filesystem::file_size(path) - 100'000);
  const auto plan = plan_copy(source->movie().tracks.at(0));
  REQUIRE_FALSE(plan);
  CHECK(plan.error().message.find("the tables do not tell where it stands") != std::string::npos);
}
