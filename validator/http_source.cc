// SPDX-License-Identifier: Apache-2.0
#include "validator/http_source.h"

#include <curl/curl.h>

#include <algorithm>

namespace segue::validator {
namespace {

struct FreeHandle {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};

struct Answer {
  Resource resource;
  bool too_large = false;
};

std::size_t take_body(char* data, std::size_t, std::size_t size, void* user) {
  auto& answer = *static_cast<Answer*>(user);
  answer.too_large = answer.resource.bytes.size() + size > kMaxResourceBytes;
  if (answer.too_large) return 0;  // curl stops
  answer.resource.bytes.insert(answer.resource.bytes.end(), data, data + size);
  return size;
}

std::size_t take_header(char* data, std::size_t, std::size_t size, void* user) {
  std::string line(data, size);
  std::transform(line.begin(), line.end(), line.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  auto& resource = static_cast<Answer*>(user)->resource;
  if (line.starts_with("http/")) resource.gzip = false;  // a further response, after a redirect
  if (line.starts_with("content-encoding:") && line.find("gzip") != std::string::npos) resource.gzip = true;
  return size;
}

class HttpSource : public Source {
 public:
  explicit HttpSource(long timeout_seconds) : handle_(curl_easy_init()), timeout_(timeout_seconds) {}

  Result<Resource> read(const std::string& url, const std::optional<Range>& range) override {
    if (!handle_) return Error{url + ": libcurl cannot start"};
    Answer answer;
    prepare(url, range, answer);
    const CURLcode code = curl_easy_perform(handle_.get());
    if (answer.too_large) return Error{url + ": more than " + std::to_string(kMaxResourceBytes) + " bytes"};
    if (code != CURLE_OK) return Error{url + ": " + curl_easy_strerror(code)};
    return judged(url, range, std::move(answer.resource));
  }
  bool seekable(const std::string&) const override { return false; }

 private:
  void prepare(const std::string& url, const std::optional<Range>& range, Answer& answer) {
    CURL* handle = handle_.get();
    curl_easy_reset(handle);  // options only; the connection stays
    curl_easy_setopt(handle, CURLOPT_URL, url.c_str());
#if LIBCURL_VERSION_NUM >= 0x075500
    curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(handle, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
#endif
    curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 1L);
    curl_easy_setopt(handle, CURLOPT_MAXREDIRS, 10L);
    curl_easy_setopt(handle, CURLOPT_TIMEOUT, timeout_);
    curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle, CURLOPT_USERAGENT, "segue-validate");
    curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(handle, CURLOPT_WRITEDATA, &answer);
    curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, take_header);
    curl_easy_setopt(handle, CURLOPT_HEADERDATA, &answer);
    if (range) {
      const std::string text = std::to_string(range->offset) + '-' + std::to_string(range->offset + range->length - 1);
      curl_easy_setopt(handle, CURLOPT_RANGE, text.c_str());
    } else {
      curl_easy_setopt(handle, CURLOPT_ACCEPT_ENCODING, "gzip");
    }
  }

  Result<Resource> judged(const std::string& url, const std::optional<Range>& range, Resource resource) {
    long status = 0;
    curl_easy_getinfo(handle_.get(), CURLINFO_RESPONSE_CODE, &status);
    if (status != (range ? 206 : 200)) {
      return Error{url + ": status " + std::to_string(status) + ", expected " + (range ? "206" : "200")};
    }
    if (range && resource.bytes.size() != range->length) {
      return Error{url + ": " + std::to_string(resource.bytes.size()) + " bytes, " + std::to_string(range->length) + " wanted"};
    }
    const char* type = nullptr;
    curl_easy_getinfo(handle_.get(), CURLINFO_CONTENT_TYPE, &type);
    resource.content_type = type == nullptr ? "" : type;
    resource.content_type.resize(std::min(resource.content_type.find(';'), resource.content_type.size()));
    resource.is_http = true;
    return resource;
  }

  std::unique_ptr<CURL, FreeHandle> handle_;
  long timeout_;
};

}  // namespace

std::unique_ptr<Source> make_http_source(long timeout_seconds) { return std::make_unique<HttpSource>(timeout_seconds); }

}  // namespace segue::validator
