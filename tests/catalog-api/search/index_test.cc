// SPDX-License-Identifier: Apache-2.0
// The live index against a plain map: after any writes, what is found is what lives.
#include "catalog-api/search/index.h"

#include <atomic>
#include <map>
#include <random>
#include <thread>

#include "tests/catch.h"

namespace segue::search {
namespace {

Document song(int id, int version) {
  Document out;
  out.kind = Kind::track;
  out.id = std::to_string(id);
  out.name = "name" + std::to_string(version) + " common";
  out.popularity = static_cast<std::uint32_t>(version);
  return out;
}

std::size_t found(const Index& index, const std::string& query) { return index.search({query, {Kind::track}, {}, 1}).groups[0].found; }

TEST_CASE("writes are seen by the next search") {
  Index index;
  index.put({song(1, 1)});
  CHECK(found(index, "name1 ") == 1);
  index.put({song(1, 2222)});
  CHECK(index.find(Kind::track, "1")->popularity == 2222);
  CHECK(index.size(Kind::track) == 1);
  CHECK(found(index, "common") == 1);
  index.remove(Kind::track, std::vector<std::string>{"1", "no such"});
  CHECK(found(index, "common") == 0);
  CHECK_FALSE(index.find(Kind::track, "1"));
}

TEST_CASE("the same id twice in one batch: the last wins") {
  Index index;
  index.put({song(1, 1), song(1, 7)});
  CHECK(index.find(Kind::track, "1")->popularity == 7);
  CHECK(index.size(Kind::track) == 1);
}

TEST_CASE("any sequence of writes leaves what a map would hold") {
  std::mt19937 random(5);
  Index index;
  std::map<int, int> model;
  for (int step = 0; step < 400; ++step) {
    const int id = static_cast<int>(random() % 60), version = static_cast<int>(1 + random() % 900);
    switch (random() % 8) {
      case 0:
        index.remove(Kind::track, std::vector{std::to_string(id)});
        model.erase(id);
        break;
      case 1: index.compact(random() % 2 == 0); break;
      case 2: {
        std::vector<Document> batch;
        for (int i = 0; i < 20; ++i) {
          batch.push_back(song((id + i) % 60, version));
          model[(id + i) % 60] = version;
        }
        index.put(std::move(batch));
        break;
      }
      default: index.put({song(id, version)}); model[id] = version;
    }
    REQUIRE(index.size(Kind::track) == model.size());
  }
  CHECK(found(index, "common") == model.size());
  for (const auto& [id, version] : model) CHECK(index.find(Kind::track, std::to_string(id)) == song(id, version));
}

TEST_CASE("searching, writing and compacting at once: every search sees one whole state") {
  Index index;
  std::vector<Document> all;
  for (int i = 0; i < 500; ++i) all.push_back(song(i, 1));
  index.put(all);
  std::atomic<bool> done = false;
  std::thread writer([&] {
    for (int round = 2; round < 40; ++round) {
      std::vector<Document> batch;
      for (int i = 0; i < 500; i += round) batch.push_back(song(i, round));
      index.put(std::move(batch));
    }
    done = true;
  });
  std::thread compactor([&] {
    while (!done) index.compact(true);
  });
  std::size_t wrong = 0;
  while (!done) wrong += found(index, "common") == 500 ? 0 : 1;
  writer.join();
  compactor.join();
  CHECK(wrong == 0);
  CHECK(index.size(Kind::track) == 500);
}

}  // namespace
}  // namespace segue::search
