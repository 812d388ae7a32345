// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/decision/stored_response.h"

#include <algorithm>
#include <cstring>

#include "edge-cache/message/response_head.h"
#include "edge-cache/message/text.h"

namespace segue::edge {
namespace {

class Writer {
 public:
  template <class T>
  void number(T value) {
    bytes_.append(reinterpret_cast<const char*>(&value), sizeof(value));
  }
  void text(std::string_view value) {
    number(static_cast<std::uint32_t>(value.size()));
    bytes_ += value;
  }
  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

class Reader {
 public:
  explicit Reader(std::string_view bytes) noexcept : rest_(bytes) {}
  template <class T>
  T number() noexcept {
    T value{};
    good_ = good_ && rest_.size() >= sizeof(T);
    if (!good_) return value;
    std::memcpy(&value, rest_.data(), sizeof(T));
    rest_.remove_prefix(sizeof(T));
    return value;
  }
  std::string_view text() noexcept {
    const auto size = number<std::uint32_t>();
    good_ = good_ && rest_.size() >= size;
    if (!good_) return {};
    const std::string_view value = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return value;
  }
  [[nodiscard]] bool good() const noexcept { return good_; }

 private:
  std::string_view rest_;
  bool good_ = true;
};

}  // namespace

std::string StoredHead::print(const StoredResponse& response) {
  Writer writer;
  writer.number(static_cast<std::int32_t>(response.status));
  for (const std::int64_t time : {response.answered, response.initial_age, response.lifetime, response.stale_while_revalidate,
                                  response.stale_if_error, response.date}) {
    writer.number(time);
  }
  writer.number(static_cast<std::uint8_t>(response.no_cache));
  writer.number(static_cast<std::uint8_t>(response.must_revalidate));
  writer.text(response.url);
  writer.text(response.vary);
  writer.number(static_cast<std::uint32_t>(response.fields.size()));
  for (const Field& field : response.fields) {
    writer.text(field.name);
    writer.text(field.value);
  }
  writer.number(static_cast<std::uint32_t>(response.tags.size()));
  for (const std::uint64_t tag : response.tags) writer.number(tag);
  return writer.take();
}

std::unique_ptr<StoredHead> StoredHead::parse(std::string bytes) {
  std::unique_ptr<StoredHead> head(new StoredHead(std::move(bytes)));
  Reader reader(head->bytes_);
  StoredResponse& response = head->response_;
  response.status = reader.number<std::int32_t>();
  for (std::int64_t* time : {&response.answered, &response.initial_age, &response.lifetime, &response.stale_while_revalidate,
                             &response.stale_if_error, &response.date}) {
    *time = reader.number<std::int64_t>();
  }
  response.no_cache = reader.number<std::uint8_t>() != 0;
  response.must_revalidate = reader.number<std::uint8_t>() != 0;
  response.url = reader.text();
  response.vary = reader.text();
  const auto field_count = reader.number<std::uint32_t>();
  if (field_count > kMostFields + 2) return nullptr;
  for (std::uint32_t i = 0; i < field_count; ++i) {
    const std::string_view name = reader.text();
    response.fields.add(name, reader.text());
  }
  const auto tag_count = reader.number<std::uint32_t>();
  if (tag_count > kMostTags) return nullptr;
  for (std::uint32_t i = 0; i < tag_count; ++i) response.tags.push_back(reader.number<std::uint64_t>());
  if (!reader.good() || response.status < 200 || response.status > 999) return nullptr;
  return head;
}

std::uint64_t tag_hash(std::string_view tag) noexcept { return hash({0x7365677565746167, 0}, tag)[0]; }

std::vector<std::string_view> tag_names(const Fields& response) {
  std::vector<std::string_view> names;
  const auto add = [&](std::string_view tag) {
    if (names.size() <= kMostTags && std::find(names.begin(), names.end(), tag) == names.end()) names.push_back(tag);
  };
  for (const Field& field : response) {
    if (same(field.name, "Cache-Tag")) {
      ListReader list(field.value);
      for (std::string_view tag; list.next(tag);) add(tag);
    } else if (same(field.name, "Surrogate-Key")) {
      for (std::string_view rest = field.value; !rest.empty();) {
        const std::size_t end = std::min(rest.find(' '), rest.size());
        if (end > 0) add(rest.substr(0, end));
        rest.remove_prefix(std::min(rest.size(), end + 1));
      }
    }
  }
  return names;
}

std::vector<std::uint64_t> tags_of(const Fields& response) {
  std::vector<std::uint64_t> tags;
  for (const std::string_view name : tag_names(response)) tags.push_back(tag_hash(name));
  return tags;
}

}  // namespace segue::edge
