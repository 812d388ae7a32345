// SPDX-License-Identifier: Apache-2.0
// A store of many assets (without their media) scanned into an empty library, then once more with nothing changed.
//   bench_scan ASSETS FOLDER     a store that FOLDER has from before is scanned as it is
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>

#include "bench/search/memory.h"
#include "bench/search/names.h"
#include "catalog-api/library/scan.h"
#include "service/database_place.h"
#include "tests/catalog-api/library/asset_text.h"

namespace {

using namespace segue;
using Clock = std::chrono::steady_clock;

void make_store(const std::string& store, std::size_t assets) {
  int number = 0;
  bench::make_library(assets, 42, [&](const search::Document& document) {
    if (document.kind != search::Kind::track) return;
    media::Tags tags = {{"title", {document.name}}, {"artist", {document.by}}, {"album", {document.in}}, {"genre", {document.genre}}};
    tests::publish(store, tests::make_asset(++number, std::move(tags)));
  });
}

bool scan(library::Library& library, const std::string& store, const char* what) {
  const auto start = Clock::now();
  const auto before = std::clock();
  auto report = library::Scanner(library, store).scan([] { return true; });
  if (!report) {
    std::fprintf(stderr, "bench_scan: %s\n", report.error().message.c_str());
    return false;
  }
  const double took = std::chrono::duration<double>(Clock::now() - start).count();
  std::printf("%s: %zu assets, %zu changed, %zu not read: %.2f s, of it %.2f s processor time; %.1f us each\n", what, report->seen,
              report->changed, report->errors.size(), took, static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC,
              took * 1e6 / static_cast<double>(report->seen));
  bench::print_memory(what);
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: bench_scan ASSETS FOLDER\n");
    return 2;
  }
  const std::string folder = argv[2], store = folder + "/store";
  if (!std::filesystem::exists(store)) make_store(store, std::strtoull(argv[1], nullptr, 10));
  auto place = service::DatabasePlace::find(folder, {});
  auto library = place ? library::Library::open(place->database("scanned")) : Result<library::Library>(place.error());
  if (!library) {
    std::fprintf(stderr, "bench_scan: %s\n", library.error().message.c_str());
    return 1;
  }
  return scan(*library, store, "scanned") && scan(*library, store, "scanned again") ? 0 : 1;
}
