// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/playlists/revision.h"

#include <sodium.h>

#include <charconv>

namespace segue::playlists {

std::string random_uid() {
  static constexpr char kLetters[] = "abcdefghijklmnopqrstuvwxyz234567";
  unsigned char random[10];
  randombytes_buf(random, sizeof random);
  std::string uid;
  for (const unsigned char byte : random) uid += kLetters[byte & 31];
  return uid;
}

std::string next_hash(std::string_view hash, std::string_view operation) {
  const std::string text = std::string(hash) + '\n' + std::string(operation);
  unsigned char digest[16];
  crypto_generichash(digest, sizeof digest, reinterpret_cast<const unsigned char*>(text.data()), text.size(), nullptr, 0);
  char hex[17];
  return sodium_bin2hex(hex, sizeof hex, digest, 8);
}

Result<std::optional<std::int64_t>> number_of(service::Database& database, const std::string& playlist, std::string_view revision) {
  std::int64_t number = 0;
  const auto [end, wrong] = std::from_chars(revision.data(), revision.data() + revision.size(), number);
  const auto read = static_cast<std::size_t>(end - revision.data());
  if (wrong != std::errc() || read >= revision.size() || revision[read] != '-') return std::optional<std::int64_t>();
  auto rows =
      database.query("SELECT 1 FROM operation WHERE playlist = ? AND number = ? AND hash = ?", playlist, number, revision.substr(read + 1));
  if (!rows) return std::move(rows).error();
  return rows->empty() ? std::optional<std::int64_t>() : std::optional(number);
}

}  // namespace segue::playlists
