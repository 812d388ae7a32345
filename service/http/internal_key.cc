// SPDX-License-Identifier: Apache-2.0
#include "service/http/internal_key.h"

#include <sodium.h>

#include "service/http/key_file.h"
#include "service/http/problem.h"

namespace segue::service::http {

Result<InternalKey> InternalKey::load(const std::string& path) {
  auto key = load_key(path);
  if (!key) return std::move(key).error();
  std::string text(2 * key->size() + 1, '\0');
  sodium_bin2hex(text.data(), text.size(), key->data(), key->size());
  text.pop_back();  // its NUL
  return InternalKey(std::move(text));
}

bool InternalKey::is(std::string_view given) const noexcept {
  return given.size() == text_.size() && sodium_memcmp(given.data(), text_.data(), text_.size()) == 0;
}

Handler InternalKey::guards(Handler handler) const {
  return [key = *this, handler = std::move(handler)](const Request& request) -> Response {
    if (key.is(request.header("segue-internal-key").value_or(""))) return handler(request);
    return to_response({403, "forbidden", "only services of this home may ask here, with its key"});
  };
}

}  // namespace segue::service::http
