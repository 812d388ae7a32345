// SPDX-License-Identifier: Apache-2.0
#include "access/cose.h"

#include <optional>

#include "access/cbor.h"

namespace segue::access {
namespace {

using Kind = CborItem::Kind;

constexpr std::uint64_t kTagCwt = 61, kTagMac0 = 17, kTagSign1 = 18;
constexpr std::int64_t kLabelAlgorithm = 1, kLabelContentType = 3, kLabelKeyId = 4;
constexpr std::int64_t kHs256 = 5, kEs256 = -7;  // RFC 9053 tables 3 and 1
constexpr std::uint64_t kMostHeaders = 8;

struct Headers {
  std::optional<std::int64_t> algorithm;
  std::optional<std::string> key_id;
};

// The entries of one header map, whose start is read already, added to `headers`. false: not taken.
bool read_headers(CborReader& reader, std::uint64_t entries, Headers& headers) {
  if (entries > kMostHeaders) return false;
  for (std::uint64_t i = 0; i < entries; ++i) {
    const auto label = reader.next();
    const auto value = reader.next();
    if (!label || !value) return false;
    const auto number = label->integer();
    if (number == kLabelAlgorithm && !headers.algorithm && value->integer()) {
      headers.algorithm = value->integer();
    } else if (number == kLabelKeyId && !headers.key_id && (value->kind == Kind::bytes || value->kind == Kind::text)) {
      headers.key_id = std::string(value->bytes);
    } else if (number != kLabelContentType) {
      return false;
    }
  }
  return true;
}

bool read_protected(std::string_view bytes, Headers& headers) {
  if (bytes.empty()) return true;  // RFC 9052 3: an empty map is an empty string
  CborReader reader(bytes);
  const auto map = reader.next(Kind::map);
  return map && read_headers(reader, map->value, headers) && reader.at_end();
}

// RFC 9052 4.4 and 6.3: what is signed or authenticated.
std::string authenticated(Algorithm algorithm, std::string_view protected_header, std::string_view payload) {
  CborWriter writer;
  writer.array(4).text(algorithm == Algorithm::hs256 ? "MAC0" : "Signature1").bytes(protected_header).bytes("").bytes(payload);
  return writer.out();
}

std::optional<std::uint64_t> read_tags(CborReader& reader) {
  auto tag = reader.next(Kind::tag);
  if (tag && tag->value == kTagCwt) tag = reader.next(Kind::tag);
  if (!tag || (tag->value != kTagMac0 && tag->value != kTagSign1)) return std::nullopt;
  return tag->value;
}

}  // namespace

Result<CoseMessage> parse_cose(std::string_view bytes) {
  CborReader reader(bytes);
  const auto tag = read_tags(reader);
  if (!tag) return Error{"COSE: expected tag 17 (Mac0) or 18 (Sign1)"};
  const auto array = reader.next(Kind::array);
  if (!array || array->value != 4) return Error{"COSE: expected an array of 4"};
  Headers trusted, open;
  const auto head = reader.next(Kind::bytes);
  if (!head || !read_protected(head->bytes, trusted)) return Error{"COSE: the protected header is not taken"};
  const auto map = reader.next(Kind::map);
  if (!map || !read_headers(reader, map->value, open) || open.algorithm) return Error{"COSE: the unprotected header is not taken"};
  const auto payload = reader.next(Kind::bytes);
  const auto signature = reader.next(Kind::bytes);
  if (!payload || !signature || !reader.at_end()) return Error{"COSE: expected payload and signature, then the end"};
  if (trusted.algorithm != (*tag == kTagMac0 ? kHs256 : kEs256)) return Error{"COSE: expected HS256 in a Mac0, ES256 in a Sign1"};
  CoseMessage message;
  message.algorithm = *tag == kTagMac0 ? Algorithm::hs256 : Algorithm::es256;
  message.key_id = trusted.key_id ? *trusted.key_id : open.key_id.value_or("");
  message.protected_header = head->bytes;
  message.payload = payload->bytes;
  message.signature = signature->bytes;
  return message;
}

bool verify(const CoseMessage& message, const Key& key) {
  return key.algorithm() == message.algorithm &&
         key.verify(authenticated(message.algorithm, message.protected_header, message.payload), message.signature);
}

Result<std::string> write_cose(std::string_view payload, const Key& key) {
  if (key.algorithm() == Algorithm::eddsa) return Error{"a Common Access Token wants HS256 or ES256, key " + key.id() + " is EdDSA"};
  const bool mac = key.algorithm() == Algorithm::hs256;
  CborWriter head;
  head.map(1).integer(kLabelAlgorithm).integer(mac ? kHs256 : kEs256);
  const auto signature = key.sign(authenticated(key.algorithm(), head.out(), payload));
  if (!signature) return signature.error();
  CborWriter writer;
  writer.tag(kTagCwt).tag(mac ? kTagMac0 : kTagSign1).array(4).bytes(head.out());
  writer.map(1).integer(kLabelKeyId).bytes(key.id()).bytes(payload).bytes(*signature);
  return writer.out();
}

}  // namespace segue::access
