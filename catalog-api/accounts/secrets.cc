// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/accounts/secrets.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <sodium.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace segue::accounts {
namespace {

constexpr std::string_view kTokenHead = R"({"alg":"EdDSA","typ":"JWT"})";
constexpr std::size_t kMaxTokenBytes = 2048;
constexpr int kBase64 = sodium_base64_VARIANT_URLSAFE_NO_PADDING;

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* bytes_of(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

std::string to_base64(std::string_view bytes) {
  std::string text(sodium_base64_encoded_len(bytes.size(), kBase64), '\0');
  sodium_bin2base64(text.data(), text.size(), bytes_of(bytes), bytes.size(), kBase64);
  text.pop_back();  // its NUL
  return text;
}

std::optional<std::string> from_base64(std::string_view text) {
  std::string bytes(text.size(), '\0');
  std::size_t length = 0;
  if (sodium_base642bin(bytes_of(bytes), bytes.size(), text.data(), text.size(), nullptr, &length, nullptr, kBase64) != 0)
    return std::nullopt;
  bytes.resize(length);
  return bytes;
}

// Made beside and linked into place: two programs that start at once read the same keys.
Result<void> make_file(const std::string& path, std::string_view content) {
  const std::string beside = path + "." + std::to_string(::getpid());
  const int file = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) return Error{beside + ": " + std::strerror(errno)};
  const bool whole = ::write(file, content.data(), content.size()) == static_cast<ssize_t>(content.size()) && ::fsync(file) == 0;
  ::close(file);
  const bool placed = whole && (::link(beside.c_str(), path.c_str()) == 0 || errno == EEXIST);
  const int why = errno;
  ::unlink(beside.c_str());
  if (!placed) return Error{path + ": " + std::strerror(why)};
  return {};
}

}  // namespace

Result<std::string> hash_password(std::string_view password) {
  char hash[crypto_pwhash_STRBYTES];
  if (crypto_pwhash_str_alg(hash, password.data(), password.size(), crypto_pwhash_OPSLIMIT_INTERACTIVE, crypto_pwhash_MEMLIMIT_INTERACTIVE,
                            crypto_pwhash_ALG_ARGON2ID13) != 0)
    return Error{"password: no 64 MiB of memory to hash it"};
  return std::string(hash);
}

bool verify_password(std::string_view hash, std::string_view password) noexcept {
  char text[crypto_pwhash_STRBYTES] = {};
  if (hash.size() >= sizeof text) return false;
  std::copy(hash.begin(), hash.end(), text);
  return crypto_pwhash_str_verify(text, password.data(), password.size()) == 0;
}

std::string random_secret(std::string_view prefix) {
  static constexpr char kLetters[] = "abcdefghijklmnopqrstuvwxyz234567";
  unsigned char random[32];
  randombytes_buf(random, sizeof random);
  std::string secret(prefix);
  for (const unsigned char byte : random) secret += kLetters[byte & 31];
  return secret;
}

std::string hash_secret(std::string_view secret) {
  unsigned char hash[32];
  crypto_generichash(hash, sizeof hash, bytes_of(secret), secret.size(), nullptr, 0);
  char hex[2 * sizeof hash + 1];
  return sodium_bin2hex(hex, sizeof hex, hash, sizeof hash);
}

bool equal_secrets(std::string_view a, std::string_view b) noexcept {
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string md5_hex(std::string_view text) {
  unsigned char hash[EVP_MAX_MD_SIZE];
  unsigned length = 0;
  if (EVP_Digest(text.data(), text.size(), hash, &length, EVP_md5(), nullptr) != 1)
    return {};  // forbidden by a FIPS policy: nobody matches
  char hex[2 * EVP_MAX_MD_SIZE + 1];
  return sodium_bin2hex(hex, sizeof hex, hash, length);
}

Result<Keys> Keys::load(const std::string& path) {
  if (sodium_init() < 0) return Error{path + ": libsodium does not start"};
  constexpr std::size_t kBytes = crypto_secretbox_KEYBYTES + crypto_sign_SEEDBYTES;
  std::string content(kBytes, '\0');
  if (::access(path.c_str(), F_OK) != 0) {
    randombytes_buf(content.data(), content.size());
    if (auto made = make_file(path, content); !made) return std::move(made).error();
  }
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return Error{path + ": " + std::strerror(errno)};
  const auto read = ::read(file, content.data(), content.size());
  ::close(file);
  if (read != static_cast<ssize_t>(kBytes)) return Error{path + ": keys have 64 bytes, found " + std::to_string(read)};
  Keys keys;
  std::memcpy(keys.box_key_.data(), content.data(), keys.box_key_.size());
  crypto_sign_seed_keypair(keys.sign_public_.data(), keys.sign_secret_.data(), bytes_of(content) + keys.box_key_.size());
  return keys;
}

std::string Keys::seal(std::string_view clear) const {
  std::string sealed(crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES + clear.size(), '\0');
  randombytes_buf(sealed.data(), crypto_secretbox_NONCEBYTES);
  crypto_secretbox_easy(bytes_of(sealed) + crypto_secretbox_NONCEBYTES, bytes_of(clear), clear.size(), bytes_of(sealed), box_key_.data());
  return to_base64(sealed);
}

std::optional<std::string> Keys::open(std::string_view sealed) const {
  const auto bytes = from_base64(sealed);
  constexpr std::size_t kOverhead = crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES;
  if (!bytes || bytes->size() < kOverhead) return std::nullopt;
  std::string clear(bytes->size() - kOverhead, '\0');
  const auto* all = bytes_of(std::string_view(*bytes));
  if (crypto_secretbox_open_easy(bytes_of(clear), all + crypto_secretbox_NONCEBYTES, bytes->size() - crypto_secretbox_NONCEBYTES, all,
                                 box_key_.data()) != 0)
    return std::nullopt;
  return clear;
}

// Told apart by their first word: a digest must not be the key of a box.
Keys Keys::with(std::string_view secret) const {
  const std::string text = "box " + std::string(secret);
  Keys keys = *this;
  crypto_generichash(keys.box_key_.data(), keys.box_key_.size(), bytes_of(text), text.size(), box_key_.data(), box_key_.size());
  return keys;
}

std::string Keys::digest(std::string_view of) const {
  const std::string text = "digest " + std::string(of);
  unsigned char hash[32];
  crypto_generichash(hash, sizeof hash, bytes_of(text), text.size(), box_key_.data(), box_key_.size());
  char hex[2 * sizeof hash + 1];
  return sodium_bin2hex(hex, sizeof hex, hash, sizeof hash);
}

std::string Keys::sign_token(std::string_view claims) const {
  const std::string text = to_base64(kTokenHead) + '.' + to_base64(claims);
  std::string signature(crypto_sign_BYTES, '\0');
  crypto_sign_detached(bytes_of(signature), nullptr, bytes_of(std::string_view(text)), text.size(), sign_secret_.data());
  return text + '.' + to_base64(signature);
}

std::optional<std::string> Keys::open_token(std::string_view token) const {
  const std::size_t last = token.rfind('.');
  if (token.size() > kMaxTokenBytes || last == std::string_view::npos) return std::nullopt;
  const std::string_view text = token.substr(0, last);
  const auto signature = from_base64(token.substr(last + 1));
  // Only our own head is ever accepted: no other algorithm can be asked for.
  const std::string head = to_base64(kTokenHead) + '.';
  if (!signature || signature->size() != crypto_sign_BYTES || !text.starts_with(head)) return std::nullopt;
  if (crypto_sign_verify_detached(bytes_of(std::string_view(*signature)), bytes_of(text), text.size(), sign_public_.data()) != 0)
    return std::nullopt;
  return from_base64(text.substr(head.size()));
}

}  // namespace segue::accounts
