// SPDX-License-Identifier: Apache-2.0
// What services of one home show each other: a secret of the home, with every call under /internal/. The gateway passes nothing there; the
// key refuses who reaches the port another way. On several machines the file is the same on each.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "media/result.h"
#include "service/http/router.h"

namespace segue::service::http {

inline constexpr const char* kInternalKeyField = "Segue-Internal-Key";

class InternalKey {
 public:
  // As load_key takes it.
  static Result<InternalKey> load(const std::string& path);

  [[nodiscard]] const std::string& text() const noexcept { return text_; }  // 64 hexadecimal digits: the field's value
  // In a time that tells nothing of how much of it was right.
  [[nodiscard]] bool is(std::string_view given) const noexcept;
  // `handler` for who shows the key; everybody else: 403, whatever was asked.
  [[nodiscard]] Handler guards(Handler handler) const;

 private:
  explicit InternalKey(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

}  // namespace segue::service::http
