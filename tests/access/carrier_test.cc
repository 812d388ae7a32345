// SPDX-License-Identifier: Apache-2.0
#include "access/carrier.h"

#include "tests/catch.h"

using namespace segue::access;
using By = Carried::By;

TEST_CASE("a token is found where it stands and leaves nothing behind") {
  struct Row {
    CarrierFields fields;
    By by;
    const char *token, *path, *query;
  };
  const Row rows[] = {
      {{"/v/a/m.m3u8", "", "", ""}, By::none, "", "/v/a/m.m3u8", ""},
      {{"/t/TOK/v/a/m.m3u8", "codecs=flac", "", ""}, By::path, "TOK", "/v/a/m.m3u8", "codecs=flac"},
      {{"/t/TOK", "", "", ""}, By::none, "", "/t/TOK", ""},
      {{"/t//v/a", "", "", ""}, By::path, "", "/v/a", ""},
      {{"/v/a", "token=T", "", ""}, By::query, "T", "/v/a", ""},
      {{"/v/a", "a=1&token=T&b=2", "", ""}, By::query, "T", "/v/a", "a=1&b=2"},
      {{"/v/a", "CAT=T&a=1", "", ""}, By::query, "T", "/v/a", "a=1"},
      {{"/v/a", "a=1&cat=T", "", ""}, By::query, "T", "/v/a", "a=1"},
      {{"/v/a", "tokens=T", "", ""}, By::none, "", "/v/a", "tokens=T"},
      {{"/v/a", "token=T&token=U", "", ""}, By::query, "T", "/v/a", ""},
      {{"/t/P/v/a", "token=T&a=1", "F", "segue-token=C"}, By::path, "P", "/v/a", "a=1"},
      {{"/v/a", "", " F; Secure", "segue-token=C"}, By::field, "F", "/v/a", ""},
      {{"/v/a", "", "", "x=1; segue-token=C; y=2"}, By::cookie, "C", "/v/a", ""},
      {{"/v/a", "", "", "CTA-Common-Access-Token=C"}, By::cookie, "C", "/v/a", ""},
      {{"/v/a", "", "", "xsegue-token=C"}, By::none, "", "/v/a", ""},
      {{"/v/a", "&&a", "", ""}, By::none, "", "/v/a", "&&a"},
  };
  for (const Row& row : rows) {
    INFO(row.fields.path << "?" << row.fields.query);
    const Carried carried = find_token(row.fields);
    CHECK(carried.by == row.by);
    CHECK(carried.token == row.token);
    CHECK(carried.path == row.path);
    CHECK(carried.query == row.query);
  }
}
