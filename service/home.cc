// SPDX-License-Identifier: Apache-2.0
#include "service/home.h"

#include <charconv>
#include <cstdlib>
#include <filesystem>

namespace segue::service {
namespace {

std::string given_or(std::string_view given, const char* variable, std::string fallback) {
  if (!given.empty()) return std::string(given);
  const char* value = std::getenv(variable);
  return value != nullptr && *value != '\0' ? std::string(value) : std::move(fallback);
}

}  // namespace

Result<Home> Home::find(std::string_view root, std::string_view port, std::string_view public_url) {
  Home home;
  std::error_code error;
  const std::string folder = given_or(root, "SEGUE_HOME", "var");
  home.root = std::filesystem::absolute(folder, error).lexically_normal().string();
  if (error) return Error{folder + ": " + error.message()};
  while (home.root.size() > 1 && home.root.back() == '/') home.root.pop_back();

  const std::string number = given_or(port, "SEGUE_PORT", "8080");
  const auto [end, wrong] = std::from_chars(number.data(), number.data() + number.size(), home.port);
  if (wrong != std::errc() || end != number.data() + number.size() || home.port < 1 || home.port + kLastPort > 65535) {
    return Error{"port: expected a number from 1 to " + std::to_string(65535 - kLastPort) + ", found " + number};
  }
  home.public_url = given_or(public_url, "SEGUE_PUBLIC_URL", home.url(kGatewayPort));
  while (!home.public_url.empty() && home.public_url.back() == '/') home.public_url.pop_back();
  if (home.public_url.rfind("http://", 0) != 0 && home.public_url.rfind("https://", 0) != 0) {
    return Error{"public address: expected http://… or https://…, found " + home.public_url};
  }
  return home;
}

}  // namespace segue::service
