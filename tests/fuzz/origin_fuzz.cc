// SPDX-License-Identifier: Apache-2.0
// A request against a store of anybody's making: whatever stands there, the plan can be carried out, and the same request gets the same
// plan from the cache. Input, in lines: address, Accept-Encoding, target of `current`; then asset.json up to a NUL; then the track file.
#include <cstdlib>
#include <string>
#include <string_view>

#include "origin/origin.h"
#include "tests/origin/memory_storage.h"

namespace {

using namespace segue::origin;
using segue::test::MemoryStorage;

std::string_view cut(std::string_view& rest, char end) {
  const std::size_t at = rest.find(end);
  const std::string_view first = rest.substr(0, at);
  rest = at == std::string_view::npos ? std::string_view{} : rest.substr(at + 1);
  return first;
}

// Every name that is asked for leads to the same three contents: asset.json, the link, a track.
class OneOfAll final : public Storage {
 public:
  OneOfAll(std::string_view link, std::string_view asset, std::string_view track) {
    memory_.links["l"] = link;
    memory_.files["a"] = asset;
    memory_.files["t"] = track;
  }
  Opened open(const std::string& path) override { return memory_.open(name_of(path)); }
  int identify(const std::string& path, FileIdentity& identity) noexcept override { return memory_.identify(name_of(path), identity); }
  int read_link(const std::string&, std::string& target) override { return memory_.read_link("l", target); }

 private:
  static std::string name_of(const std::string& path) {
    if (path.find("..") != std::string::npos || !path.starts_with("/store/")) std::abort();  // left the store
    return path.ends_with("asset.json") ? "a" : "t";
  }
  MemoryStorage memory_;
};

struct Summary {
  int status;
  std::string head, body;
  std::uint64_t offset, length;
  friend bool operator==(const Summary&, const Summary&) = default;
};

std::string text_of(origin_text text) { return text.size == 0 ? std::string() : std::string(text.data, text.size); }

void check(const origin_plan& plan, std::uint64_t track_bytes, std::uint64_t asset_bytes) {
  if (plan.status < 200 || plan.status > 599 || plan.header_count > ORIGIN_MAX_HEADERS) std::abort();
  if (plan.length > 0 && (plan.file < 0 || plan.file_name.data[plan.file_name.size] != '\0')) std::abort();
  const std::uint64_t largest = std::max(track_bytes, asset_bytes);
  if (plan.length > largest || plan.offset > largest - plan.length) std::abort();
  if (plan.status >= 400 && (plan.body.size < 2 || plan.cacheable != 0 || plan.file >= 0)) std::abort();
  for (std::size_t i = 0; i < plan.header_count; ++i) {
    if (text_of(plan.headers[i].value).find_first_of("\r\n") != std::string::npos) std::abort();
  }
}

Summary plan_of(Origin& decider, const origin_request& request, std::uint64_t track_bytes, std::uint64_t asset_bytes) {
  origin_plan plan;
  PlanWriter writer(plan);
  decider.plan(request, writer);
  check(plan, track_bytes, asset_bytes);
  Summary summary{plan.status, text_of(plan.content_type) + text_of(plan.etag), text_of(plan.body), plan.offset, plan.length};
  for (std::size_t i = 0; i < plan.header_count; ++i) summary.head += text_of(plan.headers[i].name) + text_of(plan.headers[i].value);
  origin_release(&plan);
  return summary;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  const std::string_view address = cut(rest, '\n'), coding = cut(rest, '\n'), link = cut(rest, '\n'), asset = cut(rest, '\0');
  const std::size_t mark = std::min(address.find('?'), address.size());
  const std::string_view path = address.substr(0, mark), query = address.substr(std::min(mark + 1, address.size()));
  const origin_request request = {.method = {"GET", 3},
                                  .path = {path.data(), path.size()},
                                  .query = {query.data(), query.size()},
                                  .accept_encoding = {coding.data(), coding.size()},
                                  .now_ms = 1};
  Origin decider({.store = "/store", .cache_bytes = 1 << 20, .open_files = 2}, std::make_unique<OneOfAll>(link, asset, rest));
  const Summary first = plan_of(decider, request, rest.size(), asset.size());
  if (!(plan_of(decider, request, rest.size(), asset.size()) == first)) std::abort();
  return 0;
}
