// SPDX-License-Identifier: Apache-2.0
#include "ingest/download.h"

#include <curl/curl.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <limits>
#include <memory>
#include <mutex>

#include "ingest/files.h"
#include "manifests/percent.h"

namespace segue::ingest {
namespace {

constexpr long kConnectSeconds = 15, kSilenceSeconds = 15, kRedirects = 5;
constexpr std::uint64_t kLookEach = std::uint64_t{16} << 20;  // bytes, between looks at what is free

struct FreeCurl {
  void operator()(CURL* handle) const noexcept { curl_easy_cleanup(handle); }
};
struct CloseFile {
  void operator()(std::FILE* file) const noexcept { std::fclose(file); }
};

using Clock = std::chrono::steady_clock;

// What came in one stretch of the floor's time after the other.
struct Pace {
  Floor floor;
  Clock::time_point since = Clock::now();
  curl_off_t before = 0;  // bytes that had come then
  bool too_slow = false;
  curl_off_t found = 0;  // bytes a second in the stretch that was too slow

  void look(curl_off_t now_bytes) {
    if (Clock::now() - since < floor.over) return;
    found = (now_bytes - before) / floor.over.count();
    too_slow = found < floor.bytes_a_second;
    since = Clock::now();
    before = now_bytes;
  }
};

// Others fill the disk as well: what a source has taken may not exceed what it has left.
struct Room {
  std::string folder;  // empty: the bound was told, so nothing is looked at
  std::uint64_t next = kLookEach;
  bool too_little = false;
  std::uint64_t left = 0;  // bytes, when there was too little

  void look(std::uint64_t came) {
    if (folder.empty() || came < next) return;
    next = came + kLookEach;
    std::error_code unknown;
    left = std::filesystem::space(folder, unknown).available;
    too_little = !unknown && came > left;
  }
};

struct Fetch {
  std::FILE* file;
  const std::atomic<bool>* cancelled;
  Pace pace;
  Room room;
  std::uint64_t most;  // bytes
  std::uint64_t came = 0;
  int write_error = 0;
};

std::size_t on_bytes(char* bytes, std::size_t size, std::size_t count, void* self) {
  auto* fetch = static_cast<Fetch*>(self);
  fetch->came += size * count;
  if (fetch->came > fetch->most) return 0;
  fetch->room.look(fetch->came);
  if (fetch->room.too_little) return 0;
  const std::size_t written = std::fwrite(bytes, size, count, fetch->file);
  if (written != count) fetch->write_error = errno;
  return written * size;
}

int on_tick(void* self, curl_off_t, curl_off_t bytes, curl_off_t, curl_off_t) {
  auto* fetch = static_cast<Fetch*>(self);
  fetch->pace.look(bytes);
  if (fetch->pace.too_slow) return 1;
  return fetch->cancelled != nullptr && fetch->cancelled->load(std::memory_order_relaxed) ? 1 : 0;
}

void set_options(CURL* curl, const std::string& url, Fetch& fetch, char* reason) {
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
#if LIBCURL_VERSION_NUM >= 0x075500
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
#endif
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
  curl_easy_setopt(curl, CURLOPT_MAXREDIRS, kRedirects);
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, kConnectSeconds);
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, kSilenceSeconds);
  curl_easy_setopt(curl, CURLOPT_FAILONERROR, 1L);
  curl_easy_setopt(curl, CURLOPT_MAXFILESIZE_LARGE, static_cast<curl_off_t>(fetch.most));
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, reason);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_bytes);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &fetch);
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_tick);
  curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &fetch);
}

Error failure(const std::string& url, CURLcode code, const Fetch& fetch, const char* reason) {
  if (fetch.write_error != 0) return {url + ": write: " + std::strerror(fetch.write_error)};
  if (fetch.pace.too_slow) {
    const Floor& floor = fetch.pace.floor;
    return {url + ": expected " + std::to_string(floor.bytes_a_second) + " bytes a second, found " + std::to_string(fetch.pace.found) +
            " for " + std::to_string(floor.over.count()) + " s"};
  }
  if (fetch.room.too_little)
    return {url + ": expected at most half of what is free, or SEGUE_LARGEST_SOURCE; found " + std::to_string(fetch.came) +
            " bytes, with " + std::to_string(fetch.room.left) + " left"};
  if (fetch.came > fetch.most || code == CURLE_FILESIZE_EXCEEDED)
    return {url + ": expected at most " + std::to_string(fetch.most) +
            " bytes (SEGUE_LARGEST_SOURCE, or half of what is free), found more"};
  if (code == CURLE_ABORTED_BY_CALLBACK) return {url + ": cancelled"};
  if (code == CURLE_OPERATION_TIMEDOUT) return {url + ": expected data, found none for " + std::to_string(kSilenceSeconds) + " s"};
  return {url + ": " + (*reason != '\0' ? reason : curl_easy_strerror(code))};
}

// Bytes. A body without an end, or two at once, must leave room for everybody else's work.
Result<std::uint64_t> largest_source(const std::string& folder) {
  constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<curl_off_t>::max());
  if (const char* told = std::getenv("SEGUE_LARGEST_SOURCE"); told != nullptr) {
    const std::string_view text = told;
    std::uint64_t bytes = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), bytes);
    if (failed == std::errc() && end == text.data() + text.size() && bytes > 0 && bytes <= kMost) return bytes;
    return Error{"SEGUE_LARGEST_SOURCE: expected bytes, found '" + std::string(text) + "'"};
  }
  std::error_code unknown;
  const auto space = std::filesystem::space(folder, unknown);
  return unknown ? kMost : std::max<std::uint64_t>(space.available / 2, 1);
}

}  // namespace

std::string name_in_url(std::string_view url) {
  url = url.substr(0, url.find_first_of("?#"));
  const std::size_t host = url.find("://");
  const std::size_t path = url.find('/', host == std::string_view::npos ? 0 : host + 3);
  if (path == std::string_view::npos) return "source";
  std::string name = manifests::percent_decoded(url.substr(url.rfind('/') + 1));
  for (char& c : name) c = c == '/' || static_cast<unsigned char>(c) < 0x20 ? '_' : c;
  while (name.starts_with('.')) name.erase(0, 1);
  if (name.size() > 200) name.erase(0, name.size() - 200);  // the extension stays
  return name.empty() ? "source" : name;
}

Result<Floor> read_floor(std::string_view text) {
  const Error wrong{"expected BYTES/SECONDS (seconds 1 to 3600), found '" + std::string(text) + "'"};
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return wrong;
  const char *middle = text.data() + slash, *end = text.data() + text.size();
  Floor floor;
  int seconds = 0;
  const auto bytes = std::from_chars(text.data(), middle, floor.bytes_a_second);
  const auto over = std::from_chars(middle + 1, end, seconds);
  const bool whole = bytes.ec == std::errc() && bytes.ptr == middle && over.ec == std::errc() && over.ptr == end;
  if (!whole || floor.bytes_a_second < 0 || seconds < 1 || seconds > 3600) return wrong;
  floor.over = std::chrono::seconds(seconds);
  return floor;
}

Result<std::string> download(const std::string& url, const std::string& folder, const std::atomic<bool>* cancelled) {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  const char* told = std::getenv("SEGUE_SLOW_SOURCE");
  const auto floor = told != nullptr ? read_floor(told) : Result<Floor>(Floor{});
  if (!floor) return Error{"SEGUE_SLOW_SOURCE: " + floor.error().message};
  if (auto made = make_folders(folder); !made) return std::move(made).error();
  const auto most = largest_source(folder);
  if (!most) return most.error();
  const std::string path = folder + '/' + name_in_url(url);
  const std::unique_ptr<CURL, FreeCurl> curl(curl_easy_init());
  std::unique_ptr<std::FILE, CloseFile> file(std::fopen(path.c_str(), "wbe"));
  if (!file) return Error{path + ": create: " + std::strerror(errno)};
  if (!curl) return Error{url + ": out of memory"};
  char reason[CURL_ERROR_SIZE] = "";
  const bool told_most = std::getenv("SEGUE_LARGEST_SOURCE") != nullptr;
  Fetch fetch{file.get(), cancelled, {*floor}, {told_most ? std::string() : folder}, *most};
  set_options(curl.get(), url, fetch, reason);
  CURLcode code = curl_easy_perform(curl.get());
  if (code == CURLE_OK && std::fflush(file.get()) != 0) {
    fetch.write_error = errno;
    code = CURLE_WRITE_ERROR;
  }
  if (code != CURLE_OK) return failure(url, code, fetch, reason);
  return path;
}

}  // namespace segue::ingest
