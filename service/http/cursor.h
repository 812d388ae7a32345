// SPDX-License-Identifier: Apache-2.0
// Where a page ended, as a text that a client hands back and cannot make: the keys of the last row, sealed with a key of the service.
//   cursor = base64url( mac:16 field* )        field = length:u32 bytes
// `purpose` goes into the seal: a cursor of one list says nothing to another.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "media/result.h"
#include "service/http/key_file.h"

namespace segue::service::http {

class CursorSeal {
 public:
  // The key lives in `path`, made when it is missing (mode 0600). Error: names the file.
  static Result<CursorSeal> load(const std::string& path);

  [[nodiscard]] std::string seal(std::string_view purpose, const std::vector<std::string>& fields) const;
  // nullopt: not ours, or of another purpose.
  [[nodiscard]] std::optional<std::vector<std::string>> open(std::string_view purpose, std::string_view cursor) const;

 private:
  static constexpr std::size_t kMacBytes = 16;
  using Mac = std::array<unsigned char, kMacBytes>;
  [[nodiscard]] Mac mac(std::string_view purpose, std::string_view payload) const;
  Key key_{};
};

}  // namespace segue::service::http
