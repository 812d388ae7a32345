// SPDX-License-Identifier: Apache-2.0
// Bodies that are stored but not in the system's memory: a thread brings them there, stretch by stretch, and they come whole, in every way
// in which they are sent; a client who goes meanwhile takes nothing with him.
#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <map>

#include "tests/catch.h"
#include "tests/edge-cache/served.h"

namespace fs = std::filesystem;
using namespace segue::test;

namespace {

constexpr std::size_t kLarge = (5 << 20) + 12345;

std::string body_of(const std::string& path) {
  std::string body(kLarge, '\0');
  for (std::size_t i = 0; i < body.size(); ++i) body[i] = static_cast<char>((i * 2654435761U >> 13) ^ path.back());
  return body;
}

void cool(const std::string& folder) {
  for (const auto& item : fs::recursive_directory_iterator(folder)) {
    if (!item.is_regular_file() || item.file_size() < kLarge) continue;
    const int file = ::open(item.path().c_str(), O_RDONLY | O_CLOEXEC);
    REQUIRE(file >= 0);
    ::fdatasync(file);
    ::posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED);
    ::close(file);
  }
}

}  // namespace

TEST_CASE("a body that is not in memory comes whole") {
  Served served([](const OriginServer::Exchange& asked) {
    const std::string length = std::to_string(kLarge);
    asked.send("HTTP/1.1 200 OK\r\nCache-Control: max-age=600\r\nContent-Length: " + length + "\r\n\r\n" + body_of(asked.path()));
    return true;
  });
  const std::string a = body_of("/a"), range = "Range: bytes=1048000-3145999";
  // So large a body is kept from its second request on.
  const auto store = [&](const std::string& path) {
    for (int i = 0; i < 3; ++i) CHECK(served.ask(path).body == body_of(path));
    return served.origin.requests(path);
  };
  std::map<std::string, int> asked;
  for (const char* path : {"/a", "/b", "/c", "/d", "/e"}) asked[path] = store(path);
  // From the file first, from a mapping from then on; a range over the edges of stretches; several.
  for (int ask = 0; ask < 3; ++ask) {
    cool(served.folder.path);
    const Response answer = served.ask("/a");
    CHECK(answer.body == a);
    CHECK(answer.field("cache-status").find("; hit") != std::string::npos);
    cool(served.folder.path);
    CHECK(served.ask("/a", {range}).body == a.substr(1048000, 2098000));
  }
  cool(served.folder.path);
  const std::string parts = served.ask("/a", {"Range: bytes=4000000-4000099,10-19"}).body;
  CHECK(parts.find(a.substr(4000000, 100)) < parts.find("\r\n\r\n" + a.substr(10, 10)));
  // Who goes in the middle; who comes afterwards.
  for (int i = 0; i < 20; ++i) {
    const std::string path = "/" + std::string(1, static_cast<char>('b' + i % 4));
    cool(served.folder.path);
    Client client(served.edge->port(), "GET " + path + " HTTP/1.1\r\nHost: test\r\n\r\n");
    client.read_until("\r\n\r\n");
  }
  for (const char* path : {"/b", "/c", "/d", "/e"}) CHECK(served.ask(path).body == body_of(path));
  for (const auto& [path, before] : asked) CHECK(served.origin.requests(path) == before);
}
