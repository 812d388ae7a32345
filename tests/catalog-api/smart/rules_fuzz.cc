// SPDX-License-Identifier: Apache-2.0
// Law: any bytes are refused or compiled, and whatever is compiled is SQL that SQLite takes, with exactly its parameters: nothing that a
// client sends is ever a part of the statement.
#include <cstdint>
#include <cstdlib>

#include "catalog-api/library/schema.h"
#include "catalog-api/smart/compile.h"
#include "service/database.h"

using namespace segue;

namespace {

service::Database& database() {
  static service::Database opened = [] {
    auto made = service::Database::open(":memory:");
    if (!made || !made->script(library::kSchema) ||
        !made->script("CREATE TEMP TABLE mark (id TEXT PRIMARY KEY, starred INTEGER, rating INTEGER, plays INTEGER, last_played INTEGER)"))
      std::abort();
    return std::move(*made);
  }();
  return opened;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto rules = smart::parse({reinterpret_cast<const char*>(data), size});
  if (!rules) return 0;
  const smart::Statement statement = smart::compile(*rules, 1'700'000'000);
  std::vector<service::Value> values;
  for (const auto& value : statement.values) std::visit([&](const auto& one) { values.emplace_back(one); }, value);
  std::size_t places = 0;
  for (const char c : statement.sql) places += c == '?';
  if (places != values.size()) std::abort();
  if (!database().query_list("SELECT a.row FROM asset a LEFT JOIN album b ON b.row = a.album " + statement.sql, values)) std::abort();
  return 0;
}
