// SPDX-License-Identifier: Apache-2.0
// An album's one timeline through nginx: segments behind the first track are their track's bytes with sequence number and tfdt moved.
#include <cmath>
#include <filesystem>

#include "tests/catch.h"
#include "tests/origin/served.h"

using namespace segue;
using namespace segue::test;

namespace {

const std::string kAlbum = "albumalbumalbumalbumalbuma";

struct ServedAlbum : Served {
  std::vector<media::Asset> tracks = {
      publish(store, {.id = "taaaaaaaaaaaaaaaaaaaaaaaaa", .renditions = {{.frames = 700}}}),
      publish(store, {.id = "tbbbbbbbbbbbbbbbbbbbbbbbbb", .renditions = {{.frames = 900, .preroll_frames = 2}}}),
      publish(store, {.id = "tcccccccccccccccccccccccca", .renditions = {{.frames = 500, .preroll_frames = 2}}})};
  media::Asset album = publish_album(store, kAlbum, tracks);

  Response part(const std::string& below, const std::vector<std::string>& lines = {}) const {
    return http_get(nginx.port(), "/v/" + kAlbum + below, lines);
  }
};

std::uint64_t big_endian(const std::string& bytes, std::size_t at, int width) {
  std::uint64_t value = 0;
  for (int i = 0; i < width; ++i) value = value << 8 | static_cast<unsigned char>(bytes.at(at + i));
  return value;
}

// tfdt of version 1, mfhd's sequence number, and the samples' default duration times their count.
struct Head {
  std::uint64_t sequence, time;
};
Head head_of(const std::string& segment) {
  const std::size_t mfhd = segment.find("mfhd"), tfdt = segment.find("tfdt");
  REQUIRE(mfhd < tfdt);
  REQUIRE(tfdt < 200);
  REQUIRE(segment[tfdt + 4] == 1);
  return {big_endian(segment, mfhd + 8, 4), big_endian(segment, tfdt + 8, 8)};
}

}  // namespace

TEST_CASE("an album's segments follow one another on one timeline, numbered through") {
  const ServedAlbum served;
  const std::string playlist = served.part("/g1/aac-128.m3u8").body;
  CHECK(playlist.find("#EXT-X-DISCONTINUITY") == std::string::npos);
  std::uint64_t number = 0, time = 0;
  std::size_t joined = 0;
  for (std::size_t at = 0; (at = playlist.find("#EXTINF:", at)) != std::string::npos; ++at) {
    const std::string name = std::to_string(++number) + ".m4s";
    INFO(name);
    CHECK(playlist.find("aac-128/" + name) != std::string::npos);
    const Response answer = served.part("/g1/aac-128/" + name);
    REQUIRE(answer.status == 200);
    const Head head = head_of(answer.body);
    CHECK(head.sequence == number);
    CHECK(head.time == time);
    time += static_cast<std::uint64_t>(std::lround(std::stod(playlist.substr(at + 8)) * 44100));
    // One moof only: the pre-roll, a fragment of its own, is left out.
    CHECK(answer.body.find("moof", answer.body.find("moof") + 4) == std::string::npos);
    if (number > 1) ++joined;
  }
  CHECK(joined > 8);
  CHECK(time == (700u + 898u + 498u) * 1024u);
  CHECK(served.part("/g1/aac-128/" + std::to_string(number + 1) + ".m4s").status == 404);
}

TEST_CASE("a moved segment answers ranges over the patched head and the file") {
  const ServedAlbum served;
  const std::string address = "/g1/aac-128/8.m4s";
  const Response whole = served.part(address);
  REQUIRE(whole.status == 200);
  REQUIRE(head_of(whole.body).time > 700u * 1024u);
  for (const auto& [first, last] : std::vector<std::pair<std::size_t, std::size_t>>{{0, 9}, {0, 400}, {60, 300}, {300, 310}}) {
    INFO(first << "-" << last);
    const Response part = served.part(address, {"Range: bytes=" + std::to_string(first) + "-" + std::to_string(last)});
    CHECK(part.status == 206);
    CHECK(part.body == whole.body.substr(first, last - first + 1));
  }
  const Response tail = served.part(address, {"Range: bytes=-20"});
  CHECK(tail.body == whole.body.substr(whole.body.size() - 20));
  const Response several = served.part(address, {"Range: bytes=0-3,300-303"});
  CHECK(several.status == 200);
  CHECK(several.body == whole.body);
  CHECK(served.part(address, {"If-None-Match: " + whole.field("etag")}).status == 304);
}

TEST_CASE("an album whose track is gone says which") {
  const ServedAlbum served;
  std::filesystem::remove_all(served.store + "/tbbbbbbbbbbbbbbbbbbbbbbbbb");
  const Response answer = served.part("/master.m3u8");
  CHECK(answer.status == 404);
  CHECK(answer.body.find("tbbbbbbbbbbbbbbbbbbbbbbbbb") != std::string::npos);
}
