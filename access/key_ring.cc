// SPDX-License-Identifier: Apache-2.0
#include "access/key_ring.h"

#include <openssl/rand.h>

#include <algorithm>

#include "access/base64url.h"

namespace segue::access {
namespace {

std::vector<std::string_view> words_of(std::string_view line) {
  line = line.substr(0, line.find('#'));
  std::vector<std::string_view> words;
  constexpr std::string_view kBlank = " \t\r";
  for (std::size_t at = 0; (at = line.find_first_not_of(kBlank, at)) != std::string_view::npos && words.size() < 5;) {
    const std::size_t end = std::min(line.find_first_of(kBlank, at), line.size());
    words.push_back(line.substr(at, end - at));
    at = end;
  }
  return words;
}

Result<Key> key_of(const std::vector<std::string_view>& words) {
  if (words.size() != 4)
    return Error{"expected ID ALGORITHM secret|private|public BASE64URL, found " + std::to_string(words.size()) + " words"};
  if (!Key::is_id(words[0])) return Error{"an id has 1 to 64 letters, digits, '-' and '_'"};
  const auto algorithm = algorithm_of(words[1]);
  if (!algorithm) return algorithm.error();
  const auto bytes = from_base64url(words[3]);
  if (!bytes) return Error{"the key's bytes are not base64url"};
  std::string id(words[0]);
  if (words[2] == "private") return Key::private_key(std::move(id), *algorithm, *bytes);
  if (words[2] == "public") return Key::public_key(std::move(id), *algorithm, *bytes);
  if (words[2] == "secret" && *algorithm == Algorithm::hs256) return Key::secret(std::move(id), *bytes);
  return Error{"expected secret (HS256), private or public (ES256, EdDSA)"};
}

}  // namespace

Result<KeyRing> KeyRing::parse(std::string_view text) {
  if (text.size() > kMostRingBytes) return Error{"keys: " + std::to_string(text.size()) + " bytes, at most 65536"};
  KeyRing ring;
  int number = 1;
  for (std::size_t at = 0; at < text.size(); ++number) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const auto words = words_of(text.substr(at, end - at));
    at = end + 1;
    if (words.empty()) continue;
    const std::string where = "keys line " + std::to_string(number) + ": ";
    auto key = key_of(words);
    if (!key) return Error{where + key.error().message};
    if (ring.find(key->id())) return Error{where + "a second key " + key->id()};
    if (ring.keys_.size() == kMostKeys) return Error{where + "more than 64 keys"};
    ring.keys_.push_back(*std::move(key));
  }
  return ring;
}

const Key* KeyRing::find(std::string_view id) const noexcept {
  const auto found = std::ranges::find(keys_, id, &Key::id);
  return found == keys_.end() ? nullptr : &*found;
}

const Key* KeyRing::signer(Algorithm algorithm) const noexcept {
  const auto found = std::ranges::find_if(keys_, [&](const Key& key) { return key.algorithm() == algorithm && key.can_sign(); });
  return found == keys_.end() ? nullptr : &*found;
}

Result<std::string> new_key_line(std::string_view id, Algorithm algorithm) {
  if (!Key::is_id(id)) return Error{"a key's id has 1 to 64 letters, digits, '-' and '_'"};
  std::string bytes(32, '\0');
  const char* kind = algorithm == Algorithm::hs256 ? " secret " : " private ";
  do {  // a scalar beyond P-256's order comes once in 2^32
    if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), 32) != 1) return Error{"the system gave no randomness"};
  } while (algorithm != Algorithm::hs256 && !Key::private_key(std::string(id), algorithm, bytes));
  return std::string(id) + ' ' + std::string(name_of(algorithm)) + kind + base64url(bytes) + '\n';
}

std::string public_line(const Key& key) {
  return key.id() + ' ' + std::string(name_of(key.algorithm())) + " public " + base64url(key.public_bytes()) + '\n';
}

}  // namespace segue::access
