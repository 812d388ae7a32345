// SPDX-License-Identifier: Apache-2.0
// How soon a new track is found: on an idle platform, from the event that tells of it (as a worker sends it), and from the end of a
// `segue ingest` of one short file, to the first answer of the gateway's search that has it, asked over and over.
//   bench_found_latency [PUBLISHES]     of each kind, 100 unless told
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "service/event_bus.h"
#include "service/home.h"
#include "tests/catalog-api/library/asset_text.h"
#include "tests/origin/http_client.h"
#include "tests/platform/platform_fixture.h"

using namespace segue;

namespace {

using Clock = std::chrono::steady_clock;

[[noreturn]] void fail(const std::string& what) {
  std::fprintf(stderr, "bench_found_latency: %s\n", what.c_str());
  std::exit(1);
}

// A word of letters that no other number has.
std::string name_of(const char* kind, int number) {
  std::string name = kind;
  for (const char digit : std::to_string(number)) name += static_cast<char>('k' + (digit - '0'));
  return name;
}

class Searcher {
 public:
  explicit Searcher(int port) : connection_(port) {}
  // Milliseconds from `start` until a track of that name is found.
  double until_found(const std::string& name, Clock::time_point start) {
    for (;;) {
      const auto answer = connection_.get("/api/v1/search?kind=track&q=" + name);
      if (answer.status != 200) fail("search: status " + std::to_string(answer.status));
      // By its whole name: one letter off, others are found as well.
      if (answer.body.find("\"name\":\"" + name + '"') != std::string::npos)
        return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
      if (Clock::now() - start > std::chrono::seconds(30)) fail(name + ": not found after 30 s: " + answer.body.substr(0, 200));
    }
  }

 private:
  test::HttpConnection connection_;
};

void print(const char* what, std::vector<double> took) {
  std::sort(took.begin(), took.end());
  std::printf("%-24s %zu tracks: found after p50 %.1f, p99 %.1f, worst %.1f ms\n", what, took.size(), took[took.size() / 2],
              took[(took.size() * 99 + 99) / 100 - 1], took.back());
  std::fflush(stdout);
}

void put(std::string& bytes, std::uint32_t value, int count) {
  for (int i = 0; i < count; ++i) bytes += static_cast<char>(value >> (8 * i));
}

// A second of a tone of its own: 16-bit mono at 8 kHz.
void write_tone(const std::string& path, int number) {
  constexpr std::uint32_t kRate = 8000, kBytes = 2 * kRate;
  std::string wav = "RIFF";
  put(wav, 36 + kBytes, 4);
  wav += "WAVEfmt ";
  put(wav, 16, 4), put(wav, 1, 2), put(wav, 1, 2), put(wav, kRate, 4), put(wav, 2 * kRate, 4), put(wav, 2, 2), put(wav, 16, 2);
  wav += "data";
  put(wav, kBytes, 4);
  for (std::uint32_t i = 0; i < kRate; ++i)
    put(wav, static_cast<std::uint16_t>(static_cast<std::int16_t>(8000 * std::sin(0.001 * i * (200 + number)))), 2);
  test::write_file(path, wav);
}

}  // namespace

int main(int argc, char** argv) {
  const int publishes = argc > 1 ? std::max(1, std::atoi(argv[1])) : 100;
  const test::Platform platform;
  if (const test::Ran up = platform.segue("up"); up.code != 0) fail(up.text);
  Searcher searcher(platform.port() + service::kGatewayPort);
  service::EventBus bus(platform.home() + "/run/redis.sock");
  std::vector<double> told, ingested;
  for (int i = 1; i <= publishes; ++i) {
    const auto asset = tests::make_asset(i, {{"title", {name_of("told", i)}}, {"artist", {"Somebody"}}});
    tests::publish(platform.home() + "/store", asset);
    const auto start = Clock::now();
    if (!bus.publish({asset.id, "asset.published", R"({"asset":")" + asset.id + "\"}"})) fail("no event stream");
    told.push_back(searcher.until_found(name_of("told", i), start));
  }
  print("from the event", told);
  for (int i = 1; i <= publishes; ++i) {
    const std::string file = platform.folder() + '/' + name_of("tone", i) + ".wav";
    write_tone(file, i);
    if (const test::Ran ran = platform.segue("ingest " + file); ran.code != 0) fail(ran.text);
    ingested.push_back(searcher.until_found(name_of("tone", i), Clock::now()));
  }
  print("from the end of ingest", ingested);
  return 0;
}
