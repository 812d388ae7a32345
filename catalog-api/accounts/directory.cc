// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/accounts/directory.h"

#include <fstream>
#include <iterator>

#include "catalog-api/accounts/secrets.h"

namespace segue::accounts {

Result<std::vector<User>> Directory::users() {
  constexpr std::uint32_t kPage = 1000;
  std::vector<User> all;
  for (;;) {
    auto page = users_after(all.empty() ? std::string() : all.back().name, kPage);
    if (!page) return std::move(page).error();
    std::move(page->begin(), page->end(), std::back_inserter(all));
    if (page->size() < kPage) return all;
  }
}

// Kept is a digest, under the file's name; who comes with another key could not open what this one sealed.
Result<bool> Directory::is_shared(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string key((std::istreambuf_iterator<char>(file)), {});
  return keeps_digest("digest of " + path.substr(path.rfind('/') + 1), hash_secret(key));
}

Error Directory::not_shared(const std::string& path) {
  return Error{path + ": not the key of the other nodes on this database; copy theirs here"};
}

Result<void> Directory::check_key(const std::string& path) {
  auto is_theirs = is_shared(path);
  if (!is_theirs) return std::move(is_theirs).error();
  return *is_theirs ? Result<void>() : not_shared(path);
}

}  // namespace segue::accounts
