// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/decision/key.h"

#include <algorithm>
#include <bit>
#include <cstdio>
#include <cstring>

#include "edge-cache/message/text.h"

namespace segue::edge {
namespace {

struct Sip {
  std::uint64_t v0, v1, v2, v3;
  void round() noexcept {
    v0 += v1, v2 += v3, v1 = std::rotl(v1, 13), v3 = std::rotl(v3, 16), v1 ^= v0, v3 ^= v2, v0 = std::rotl(v0, 32);
    v2 += v1, v0 += v3, v1 = std::rotl(v1, 17), v3 = std::rotl(v3, 21), v1 ^= v2, v3 ^= v0, v2 = std::rotl(v2, 32);
  }
  void word(std::uint64_t m) noexcept {
    v3 ^= m;
    round();
    round();
    v0 ^= m;
  }
  std::uint64_t finish() noexcept {
    for (int i = 0; i < 4; ++i) round();
    return v0 ^ v1 ^ v2 ^ v3;
  }
};

std::string_view parameter_name(std::string_view parameter) noexcept { return parameter.substr(0, parameter.find('=')); }

bool names(const std::vector<std::string>& list, std::string_view parameter) noexcept {
  return std::any_of(list.begin(), list.end(), [&](const std::string& name) { return same(name, parameter_name(parameter)); });
}

bool ignored(const Policy& policy, std::string_view parameter) noexcept {
  return names(policy.ignored_query, parameter) || (!policy.kept_query.empty() && !names(policy.kept_query, parameter));
}

void add_host(std::string_view host, std::string& url) {
  if (host.ends_with(":80")) host.remove_suffix(3);
  for (const char c : host) url += lower(c);
}

void add_target(const Policy& policy, std::string_view target, std::string& url) {
  target = target.substr(0, target.find('#'));
  const std::size_t mark = target.find('?');
  url += target.substr(0, mark);
  if (mark == std::string_view::npos) return;
  std::vector<std::string_view> parameters;
  for (std::string_view rest = target.substr(mark + 1); !rest.empty();) {
    const std::size_t end = std::min(rest.find('&'), rest.size());
    const std::string_view parameter = rest.substr(0, end);
    rest.remove_prefix(std::min(rest.size(), end + 1));
    if (!parameter.empty() && !ignored(policy, parameter)) parameters.push_back(parameter);
  }
  // Whose names are known do not depend on each other's order; of equal ones the first may count.
  if (!policy.kept_query.empty())
    std::stable_sort(parameters.begin(), parameters.end(),
                     [](std::string_view a, std::string_view b) { return parameter_name(a) < parameter_name(b); });
  char separator = '?';
  for (const std::string_view parameter : parameters) {
    url += separator;
    url += parameter;
    separator = '&';
  }
}

}  // namespace

Key hash(const HashSecret& secret, std::string_view bytes) noexcept {  // SipHash paper, appendix A, with the 128-bit constants
  Sip sip{secret[0] ^ 0x736f6d6570736575, secret[1] ^ 0x646f72616e646f6d ^ 0xee, secret[0] ^ 0x6c7967656e657261,
          secret[1] ^ 0x7465646279746573};
  std::uint64_t last = static_cast<std::uint64_t>(bytes.size()) << 56;
  std::size_t at = 0;
  for (; at + 8 <= bytes.size(); at += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + at, 8);
    sip.word(word);
  }
  for (std::size_t i = 0; at + i < bytes.size(); ++i)
    last |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[at + i])) << (8 * i);
  sip.word(last);
  sip.v2 ^= 0xee;
  const std::uint64_t first = sip.finish();
  sip.v1 ^= 0xdd;
  return {first, sip.finish()};
}

std::string hexadecimal(const Key& key) {
  std::array<char, 33> digits;
  std::snprintf(digits.data(), digits.size(), "%016llx%016llx", static_cast<unsigned long long>(key[0]),
                static_cast<unsigned long long>(key[1]));
  return digits.data();
}

std::string normal_target(const Policy& policy, std::string_view target) {
  std::string result;
  add_target(policy, target, result);
  return result;
}

std::string url_of(const Policy& policy, const Request& request) {
  std::string url;
  url.reserve(request.host.size() + request.target.size());
  add_host(request.host, url);
  add_target(policy, request.target, url);
  return url;
}

std::string url_of(std::string_view written) {
  const std::size_t scheme = written.find("://");
  if (scheme != std::string_view::npos) written.remove_prefix(scheme + 3);
  written = written.substr(0, written.find('#'));
  const std::size_t path = std::min(written.find('/'), written.size());
  const std::string_view rest = written.substr(path);
  std::string url;
  add_host(written.substr(0, path), url);
  url += rest.empty() ? std::string_view("/") : rest;
  return url;
}

std::string url_of(const Policy& policy, std::string_view written) {
  const std::string whole = url_of(written);
  const std::size_t path = whole.find('/');
  return whole.substr(0, path) + normal_target(policy, std::string_view(whole).substr(path));
}

}  // namespace segue::edge
