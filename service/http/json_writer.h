// SPDX-License-Identifier: Apache-2.0
// JSON written straight into a string: no tree. Commas and quotes are its business; the order of calls is the caller's. Whatever bytes a
// name has, what comes out is valid: bytes that are not UTF-8 become U+FFFD.
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace segue::service::http {

class JsonWriter {
 public:
  JsonWriter& begin_object() { return open('{'); }
  JsonWriter& end_object() { return close('}'); }
  JsonWriter& begin_array() { return open('['); }
  JsonWriter& end_array() { return close(']'); }
  JsonWriter& key(std::string_view name);

  JsonWriter& value(std::string_view text);
  JsonWriter& value(const char* text) { return value(std::string_view(text)); }
  JsonWriter& value(const std::string& text) { return value(std::string_view(text)); }
  JsonWriter& value(std::integral auto number) { return raw(std::to_string(number)); }
  JsonWriter& value(bool truth) { return raw(truth ? "true" : "false"); }
  JsonWriter& value(double number);  // not finite: null
  JsonWriter& null() { return raw("null"); }
  JsonWriter& raw(std::string_view json);  // a value that is JSON already

  JsonWriter& field(std::string_view name, const auto& of) { return key(name).value(of); }

  [[nodiscard]] std::string take() && { return std::move(out_); }
  [[nodiscard]] const std::string& text() const noexcept { return out_; }

 private:
  JsonWriter& open(char bracket);
  JsonWriter& close(char bracket);
  void comma();
  void quote(std::string_view text);

  std::string out_;
  bool first_ = true;  // nothing stands before in the object or array that is open
};

}  // namespace segue::service::http
