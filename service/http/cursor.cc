// SPDX-License-Identifier: Apache-2.0
#include "service/http/cursor.h"

#include <sodium.h>

#include <cstdint>

namespace segue::service::http {
namespace {

constexpr std::size_t kMaxCursorBytes = 2048;  // keys are names of at most some hundred bytes

}  // namespace

Result<CursorSeal> CursorSeal::load(const std::string& path) {
  auto key = load_key(path);
  if (!key) return std::move(key).error();
  CursorSeal seal;
  seal.key_ = *key;
  return seal;
}

CursorSeal::Mac CursorSeal::mac(std::string_view purpose, std::string_view payload) const {
  Mac out{};
  crypto_generichash_state state;
  crypto_generichash_init(&state, key_.data(), key_.size(), out.size());
  const auto add = [&](std::string_view text) {
    crypto_generichash_update(&state, reinterpret_cast<const unsigned char*>(text.data()), text.size());
  };
  add(purpose);
  add(std::string_view("\0", 1));
  add(payload);
  crypto_generichash_final(&state, out.data(), out.size());
  return out;
}

std::string CursorSeal::seal(std::string_view purpose, const std::vector<std::string>& fields) const {
  std::string payload;
  for (const std::string& field : fields) {
    const auto size = static_cast<std::uint32_t>(field.size());
    for (int shift = 0; shift < 32; shift += 8) payload += static_cast<char>(size >> shift & 0xFF);
    payload += field;
  }
  const Mac tag = mac(purpose, payload);
  const std::string bytes = std::string(tag.begin(), tag.end()) + payload;
  std::string text(sodium_base64_encoded_len(bytes.size(), sodium_base64_VARIANT_URLSAFE_NO_PADDING), '\0');
  sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  text.pop_back();  // its NUL
  return text;
}

std::optional<std::vector<std::string>> CursorSeal::open(std::string_view purpose, std::string_view cursor) const {
  if (cursor.size() > kMaxCursorBytes) return std::nullopt;
  std::string bytes(cursor.size(), '\0');
  std::size_t length = 0;
  if (sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), cursor.data(), cursor.size(), nullptr, &length,
                        nullptr, sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0 ||
      length < kMacBytes)
    return std::nullopt;
  bytes.resize(length);
  std::string_view rest = std::string_view(bytes).substr(kMacBytes);
  const Mac tag = mac(purpose, rest);
  if (sodium_memcmp(tag.data(), bytes.data(), tag.size()) != 0) return std::nullopt;
  std::vector<std::string> fields;
  while (rest.size() >= 4) {
    std::uint32_t size = 0;
    for (std::size_t i = 0; i < 4; ++i) size |= static_cast<std::uint32_t>(static_cast<unsigned char>(rest[i])) << (8 * i);
    rest.remove_prefix(4);
    if (size > rest.size()) return std::nullopt;
    fields.emplace_back(rest.substr(0, size));
    rest.remove_prefix(size);
  }
  return fields;
}

}  // namespace segue::service::http
