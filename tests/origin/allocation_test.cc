// SPDX-License-Identifier: Apache-2.0
// What a warm request takes from the heap is the same for a minute and for ten hours. A program of its own, for it replaces operator new.
#include <cstdlib>
#include <new>
#include <string>
#include <vector>

#include "origin/origin.h"
#include "origin/posix_storage.h"
#include "tests/catch.h"
#include "tests/origin/store_fixture.h"

using namespace segue;
using namespace segue::origin;
using namespace segue::test;

namespace {

struct Taken {
  std::size_t times = 0, bytes = 0;
  friend bool operator==(const Taken&, const Taken&) = default;
};
Taken taken;  // by the whole program, which has one thread

void* take(std::size_t bytes) {
  ++taken.times;
  taken.bytes += bytes;
  void* memory = std::malloc(bytes == 0 ? 1 : bytes);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

}  // namespace

void* operator new(std::size_t bytes) { return take(bytes); }
void* operator new[](std::size_t bytes) { return take(bytes); }
void* operator new(std::size_t bytes, const std::nothrow_t&) noexcept { return ++taken.times, taken.bytes += bytes, std::malloc(bytes); }
void* operator new[](std::size_t bytes, const std::nothrow_t& tag) noexcept { return operator new(bytes, tag); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }

namespace {

// A published asset, and an origin that has read it.
class Served {
 public:
  explicit Served(int frames) {
    publish(folder_.path(), {.id = kId, .renditions = {{.frames = frames, .frame_bytes = 4}}});
    for (segments_ = 0; status(segment(segments_ + 1)) == 200;) ++segments_;
  }
  [[nodiscard]] int segments() const { return segments_; }
  [[nodiscard]] static std::string segment(int number) { return "/g1/aac-128/" + std::to_string(number) + ".m4s"; }

  // Of the second time that it is asked for.
  [[nodiscard]] Taken taken_by(const std::string& below) {
    CHECK(status(below) == 200);
    const std::string path = "/v/" + kId + below;
    const Taken before = taken;
    plan(path);
    return {taken.times - before.times, taken.bytes - before.bytes};
  }

 private:
  int status(const std::string& below) { return plan("/v/" + kId + below); }

  int plan(const std::string& path) {
    const origin_request request = {
        .method = {"GET", 3}, .path = {path.data(), path.size()}, .query = {}, .accept_encoding = {}, .now_ms = 0};
    origin_plan plan;
    PlanWriter writer(plan);
    decider_.plan(request, writer);
    origin_release(&plan);
    return plan.status;
  }

  const std::string kId = std::string(26, 'a');
  TemporaryFolder folder_;
  Origin decider_{{.store = folder_.path()}, make_posix_storage()};
  int segments_ = 0;
};

}  // namespace

TEST_CASE("a warm request takes as much memory for ten hours as for a minute") {
  constexpr int kFramesOfAMinute = 2584;
  Served minute(kFramesOfAMinute), hours(600 * kFramesOfAMinute);
  REQUIRE(minute.segments() > 14);
  REQUIRE(hours.segments() > 600 * 14);
  for (const char* below : {"/g1/aac-128/init.mp4", "/g1/aac-128.m3u8", "/master.m3u8", "/manifest.mpd"}) {
    const Taken of_minute = minute.taken_by(below), of_hours = hours.taken_by(below);
    INFO(below << ": " << of_minute.times << " times, " << of_minute.bytes << " bytes; of ten hours " << of_hours.times << ", "
               << of_hours.bytes);
    CHECK(of_minute == of_hours);
  }
  // The last one's number has more digits in a long asset: as far in as there are digits alike.
  const Taken first = minute.taken_by(Served::segment(2));
  for (const Taken& other : {minute.taken_by(Served::segment(9)), hours.taken_by(Served::segment(2)), hours.taken_by(Served::segment(9)),
                             hours.taken_by(Served::segment(hours.segments()))}) {
    INFO(first.times << " times, " << first.bytes << " bytes; " << other.times << ", " << other.bytes);
    CHECK(first == other);
  }
  CHECK(taken.times > 0);  // it does count
}
