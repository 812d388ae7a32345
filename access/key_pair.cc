// SPDX-License-Identifier: Apache-2.0
#include "access/key_pair.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

namespace segue::access::pair {
namespace {

constexpr int kHalf = 32;  // bytes of r, of s, of a coordinate
constexpr std::size_t kPoint = 65;

template <auto Free>
struct Freed {
  void operator()(auto* thing) const noexcept { Free(thing); }
};
using Number = std::unique_ptr<BIGNUM, Freed<BN_clear_free>>;
using Group = std::unique_ptr<EC_GROUP, Freed<EC_GROUP_free>>;
using Point = std::unique_ptr<EC_POINT, Freed<EC_POINT_free>>;
using Builder = std::unique_ptr<OSSL_PARAM_BLD, Freed<OSSL_PARAM_BLD_free>>;
using Params = std::unique_ptr<OSSL_PARAM, Freed<OSSL_PARAM_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Freed<EVP_PKEY_CTX_free>>;
using Digest = std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>>;
using Signature = std::unique_ptr<ECDSA_SIG, Freed<ECDSA_SIG_free>>;

const unsigned char* bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }
Pair owned(EVP_PKEY* key) {
  return {key, [](EVP_PKEY* it) { EVP_PKEY_free(it); }};
}

// OpenSSL itself refuses a point that is not on the curve.
Pair p256(std::string_view point, const BIGNUM* scalar) {
  const Builder builder(OSSL_PARAM_BLD_new());
  OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0);
  OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size());
  if (scalar) OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_PRIV_KEY, scalar);
  const Params params(OSSL_PARAM_BLD_to_param(builder.get()));
  const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
  EVP_PKEY* key = nullptr;
  const int selection = scalar ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY;
  if (!params || !context || EVP_PKEY_fromdata_init(context.get()) <= 0) return nullptr;
  if (EVP_PKEY_fromdata(context.get(), &key, selection, params.get()) <= 0) return nullptr;
  return owned(key);
}

std::string point_of(const BIGNUM* scalar) {
  const Group group(EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1));
  const Point point(EC_POINT_new(group.get()));
  std::string out(kPoint, '\0');
  if (!EC_POINT_mul(group.get(), point.get(), scalar, nullptr, nullptr, nullptr)) return {};
  if (EC_POINT_point2oct(group.get(), point.get(), POINT_CONVERSION_UNCOMPRESSED, bytes(out), kPoint, nullptr) != kPoint) return {};
  return out;
}

// r and s of 32 bytes each to and from the DER that OpenSSL speaks.
std::string der_of(std::string_view signature) {
  const Signature parts(ECDSA_SIG_new());
  BIGNUM* r = BN_bin2bn(bytes(signature), kHalf, nullptr);
  BIGNUM* s = BN_bin2bn(bytes(signature) + kHalf, kHalf, nullptr);
  ECDSA_SIG_set0(parts.get(), r, s);
  unsigned char* der = nullptr;
  const int size = i2d_ECDSA_SIG(parts.get(), &der);
  if (size <= 0) return {};
  std::string out(reinterpret_cast<const char*>(der), static_cast<std::size_t>(size));
  OPENSSL_free(der);
  return out;
}

std::string halves_of(std::string_view der) {
  const unsigned char* at = bytes(der);
  const Signature parts(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())));
  if (!parts) return {};
  std::string out(2 * kHalf, '\0');
  BN_bn2binpad(ECDSA_SIG_get0_r(parts.get()), bytes(out), kHalf);
  BN_bn2binpad(ECDSA_SIG_get0_s(parts.get()), bytes(out) + kHalf, kHalf);
  return out;
}

std::string signed_with(const Pair& pair, const EVP_MD* digest, std::string_view message) {
  const Digest context(EVP_MD_CTX_new());
  std::size_t size = 0;
  if (EVP_DigestSignInit(context.get(), nullptr, digest, nullptr, pair.get()) <= 0) return {};
  if (EVP_DigestSign(context.get(), nullptr, &size, bytes(message), message.size()) <= 0) return {};
  std::string out(size, '\0');
  if (EVP_DigestSign(context.get(), bytes(out), &size, bytes(message), message.size()) <= 0) return {};
  out.resize(size);
  return out;
}

bool verified_with(const Pair& pair, const EVP_MD* digest, std::string_view message, std::string_view signature) {
  const Digest context(EVP_MD_CTX_new());
  return EVP_DigestVerifyInit(context.get(), nullptr, digest, nullptr, pair.get()) > 0 &&
         EVP_DigestVerify(context.get(), bytes(signature), signature.size(), bytes(message), message.size()) == 1;
}

}  // namespace

Pair p256_of_scalar(std::string_view scalar) {
  const Group group(EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1));
  const Number number(BN_bin2bn(bytes(scalar), static_cast<int>(scalar.size()), nullptr));
  if (!number || BN_is_zero(number.get()) || BN_cmp(number.get(), EC_GROUP_get0_order(group.get())) >= 0) return nullptr;
  const std::string point = point_of(number.get());
  return point.empty() ? nullptr : p256(point, number.get());
}

Pair p256_of_point(std::string_view point) { return point.size() == kPoint && point[0] == 4 ? p256(point, nullptr) : nullptr; }

Pair ed25519_of_seed(std::string_view seed) {
  return owned(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, bytes(seed), seed.size()));
}

Pair ed25519_of_public(std::string_view key) {
  return owned(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes(key), key.size()));
}

std::string p256_point(const Pair& pair) {
  std::string out(kPoint, '\0');
  std::size_t size = 0;
  EVP_PKEY_get_octet_string_param(pair.get(), OSSL_PKEY_PARAM_PUB_KEY, bytes(out), out.size(), &size);
  return size == kPoint ? out : std::string();
}

std::string ed25519_public(const Pair& pair) {
  std::string out(kHalf, '\0');
  std::size_t size = out.size();
  return EVP_PKEY_get_raw_public_key(pair.get(), bytes(out), &size) > 0 ? out : std::string();
}

std::string p256_sign(const Pair& pair, std::string_view message) { return halves_of(signed_with(pair, EVP_sha256(), message)); }

bool p256_verify(const Pair& pair, std::string_view message, std::string_view signature) {
  return signature.size() == 2 * kHalf && verified_with(pair, EVP_sha256(), message, der_of(signature));
}

std::string ed25519_sign(const Pair& pair, std::string_view message) { return signed_with(pair, nullptr, message); }

bool ed25519_verify(const Pair& pair, std::string_view message, std::string_view signature) {
  return verified_with(pair, nullptr, message, signature);
}

}  // namespace segue::access::pair
