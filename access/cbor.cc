// SPDX-License-Identifier: Apache-2.0
#include "access/cbor.h"

#include <cbor.h>

#include <limits>

namespace segue::access {
namespace {

using Kind = CborItem::Kind;

struct Seen {
  CborItem item;
  bool taken = false;  // stays false for what is not taken
};

void set(void* context, Kind kind, std::uint64_t value) {
  auto& seen = *static_cast<Seen*>(context);
  seen.item.kind = kind;
  seen.item.value = value;
  seen.taken = true;
}
void set_bytes(void* context, Kind kind, cbor_data data, std::size_t size) {
  set(context, kind, size);
  static_cast<Seen*>(context)->item.bytes = {reinterpret_cast<const char*>(data), size};
}
void set_number(void* context, double number) {
  set(context, Kind::number, 0);
  static_cast<Seen*>(context)->item.number = number;
}

template <class T>
void on_uint(void* c, T value) {
  set(c, Kind::uint, value);
}
template <class T>
void on_negint(void* c, T value) {
  set(c, Kind::negint, value);
}

// Every callback that is not named keeps libcbor's empty one: `taken` stays false.
cbor_callbacks make_callbacks() {
  cbor_callbacks to = cbor_empty_callbacks;
  to.uint8 = on_uint<std::uint8_t>;
  to.uint16 = on_uint<std::uint16_t>;
  to.uint32 = on_uint<std::uint32_t>;
  to.uint64 = on_uint<std::uint64_t>;
  to.negint8 = on_negint<std::uint8_t>;
  to.negint16 = on_negint<std::uint16_t>;
  to.negint32 = on_negint<std::uint32_t>;
  to.negint64 = on_negint<std::uint64_t>;
  to.tag = [](void* c, std::uint64_t number) { set(c, Kind::tag, number); };
  to.byte_string = [](void* c, cbor_data data, std::size_t size) { set_bytes(c, Kind::bytes, data, size); };
  to.string = [](void* c, cbor_data data, std::size_t size) { set_bytes(c, Kind::text, data, size); };
  to.array_start = [](void* c, auto entries) { set(c, Kind::array, entries); };
  to.map_start = [](void* c, auto entries) { set(c, Kind::map, entries); };
  to.boolean = [](void* c, bool truth) { set(c, Kind::boolean, truth ? 1 : 0); };
  to.null = [](void* c) { set(c, Kind::null, 0); };
  to.float2 = [](void* c, float number) { set_number(c, static_cast<double>(number)); };
  to.float4 = [](void* c, float number) { set_number(c, static_cast<double>(number)); };
  to.float8 = [](void* c, double number) { set_number(c, number); };
  return to;
}

template <auto Encode, class... Values>
void append(std::string& out, Values... values) {
  unsigned char buffer[16];
  out.append(reinterpret_cast<const char*>(buffer), Encode(values..., buffer, sizeof buffer));
}

}  // namespace

std::optional<std::int64_t> CborItem::integer() const noexcept {
  if (kind != Kind::uint && kind != Kind::negint) return std::nullopt;
  if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) return std::nullopt;
  const auto magnitude = static_cast<std::int64_t>(value);
  return kind == Kind::uint ? magnitude : -1 - magnitude;
}

std::optional<CborItem> CborReader::next() {
  static const cbor_callbacks kCallbacks = make_callbacks();
  if (rest_.empty()) return std::nullopt;
  // libcbor up to 0.10 refuses the one-byte tags 6 to 20 as unassigned, COSE's 17 and 18 among them.
  if (const auto first = static_cast<unsigned char>(rest_[0]); first >= 0xC0 && first <= 0xD7) {
    rest_.remove_prefix(1);
    return CborItem{Kind::tag, first & 0x1FU, 0, {}};
  }
  Seen seen;
  const auto result = cbor_stream_decode(reinterpret_cast<cbor_data>(rest_.data()), rest_.size(), &kCallbacks, &seen);
  if (result.status != CBOR_DECODER_FINISHED || !seen.taken || result.read > rest_.size()) return std::nullopt;
  rest_.remove_prefix(result.read);
  const bool counts = seen.item.kind == Kind::array || seen.item.kind == Kind::map;
  if (counts && seen.item.value > rest_.size()) return std::nullopt;
  return seen.item;
}

std::optional<CborItem> CborReader::next(CborItem::Kind kind) {
  auto item = next();
  return item && item->kind == kind ? item : std::nullopt;
}

CborWriter& CborWriter::integer(std::int64_t value) {
  if (value < 0)
    append<cbor_encode_negint>(out_, static_cast<std::uint64_t>(-1 - value));
  else
    append<cbor_encode_uint>(out_, static_cast<std::uint64_t>(value));
  return *this;
}
CborWriter& CborWriter::bytes(std::string_view value) {
  append<cbor_encode_bytestring_start>(out_, value.size());
  out_ += value;
  return *this;
}
CborWriter& CborWriter::text(std::string_view value) {
  append<cbor_encode_string_start>(out_, value.size());
  out_ += value;
  return *this;
}
CborWriter& CborWriter::array(std::size_t entries) { return append<cbor_encode_array_start>(out_, entries), *this; }
CborWriter& CborWriter::map(std::size_t entries) { return append<cbor_encode_map_start>(out_, entries), *this; }
CborWriter& CborWriter::tag(std::uint64_t number) { return append<cbor_encode_tag>(out_, number), *this; }

}  // namespace segue::access
