// SPDX-License-Identifier: Apache-2.0
// Rules over a real library: what each operator finds, what is refused and where, and that nothing of a value is ever read as SQL.
#include <set>

#include "catalog-api/library/library.h"
#include "catalog-api/smart/compile.h"
#include "catalog-api/smart/fields.h"
#include "tests/catalog-api/library/asset_text.h"
#include "tests/catch.h"
#include "tests/service/place.h"

using namespace segue;

namespace {

media::Asset song(int number, const char* title, const char* artist, const char* album, const char* year, const char* genre) {
  auto asset =
      tests::make_asset(number, {{"title", {title}}, {"artist", {artist}}, {"album", {album}}, {"date", {year}}, {"genre", {genre}}});
  asset.duration = {60 * number, 1};
  return asset;
}

struct Shelf {
  tests::Folder folder;
  library::Library library = std::move(*library::Library::open(tests::place_in(folder.path().string()).database("library")));

  Shelf() {
    auto batch = library::Batch::begin(library);
    for (const media::Asset& asset :
         {song(1, "Jóga", "Björk", "Homogenic", "1997", "Electronic"), song(2, "The Rain", "Oran \"Juice\" Jones", "Juice", "1986", "Soul"),
          song(3, "100% Pure_Love", "Crystal Waters", "Storyteller", "1994", "House"),
          song(4, "Hunter", "Björk feat. Mark Bell", "Homogenic", "1997", "Electronic"),
          song(5, "'; DROP TABLE asset; --", "Bobby Tables", "X", "0", "Rock")})
      REQUIRE(batch->put(asset, "s"));
    REQUIRE(batch->commit());
    auto marks = library.database().script(
        "CREATE TEMP TABLE mark (id TEXT PRIMARY KEY, starred INTEGER, rating INTEGER, plays INTEGER, last_played INTEGER)");
    REQUIRE(marks);
    mark(1, 100, 5, 9, 1'699'990'000);
    mark(3, 0, 2, 4, 1'600'000'000);
  }
  void mark(int number, int starred, int rating, int plays, std::int64_t last) {
    REQUIRE(library.database().run("INSERT INTO mark VALUES (?, ?, ?, ?, ?)", tests::asset_id(number), starred, rating, plays, last));
  }
  std::string found(const std::string& json) {
    const auto rules = smart::parse(json);
    if (!rules) return rules.error().message;
    const auto statement = smart::compile(*rules, 1'700'000'000);
    std::vector<service::Value> values;
    for (const auto& value : statement.values) std::visit([&](const auto& one) { values.emplace_back(one); }, value);
    auto rows = library.database().query_list("SELECT a.id FROM asset a LEFT JOIN album b ON b.row = a.album " + statement.sql, values);
    if (!rows) return rows.error().message;
    std::string letters;
    for (const auto& row : *rows) letters += static_cast<char>('0' + (row[0].text().back() - 'a'));
    return letters;
  }
  // Of one rule, in the order of length.
  std::string by(const std::string& field, const std::string& op, const std::string& value) {
    return found(R"({"match":"all","rules":[{"field":")" + field + R"(","op":")" + op + R"(","value":)" + value +
                 R"(}],"sort":[{"by":"seconds"}]})");
  }
};

}  // namespace

TEST_CASE("what each rule finds") {
  Shelf shelf;
  const std::tuple<const char*, const char*, const char*, const char*> table[] = {
      {"title", "is", "\"joga\"", "1"},
      {"title", "is", "\"Rain\"", "2"},
      {"title", "is_not", "\"JÓGA\"", "2345"},
      {"title", "contains", "\"%\"", "3"},
      {"title", "contains", "\"_l\"", "3"},
      {"title", "contains", "\"homogenic\"", ""},  // the album is not the title
      {"title", "starts_with", "\"hun\"", "4"},
      {"title", "ends_with", "\"--\"", "5"},
      {"title", "not_contains", "\"a\"", "34"},
      {"title", "is", "\"'; DROP TABLE asset; --\"", "5"},
      {"title", "is", "\"x' OR '1'='1\"", ""},
      {"artist", "is", "\"bjork\"", "14"},
      {"artist", "is", "\"Mark Bell\"", "4"},
      {"artist", "is_not", "\"Björk\"", "235"},
      {"artist", "contains", "\"juice\"", "2"},
      {"album", "is", "\"HOMOGENIC\"", "14"},
      {"album_artist", "is", "\"Björk\"", "14"},
      {"genre", "is", "\"soul\"", "2"},
      {"genre", "is_not", "\"Electronic\"", "235"},
      {"year", "between", "[1990,1999]", "134"},
      {"year", "less", "1990", "25"},
      {"seconds", "at_least", "240", "45"},
      {"loudness", "less", "0", ""},  // unknown: in no such list
      {"added", "in_last", "1", "12345"},
      {"plays", "greater", "4", "1"},
      {"plays", "is", "0", "245"},
      {"rating", "at_least", "2", "13"},
      {"starred", "is", "true", "1"},
      {"starred", "is_not", "true", "2345"},
      {"last_played", "in_last", "7", "1"},
      {"last_played", "not_in_last", "7", "2345"},
      {"lossless", "is", "true", ""},
      {"codec", "is", "\"AAC\"", "12345"},
  };
  for (const auto& [field, op, value, expected] : table) {
    CAPTURE(field, op, value);
    CHECK(shelf.by(field, op, value) == expected);
  }
  CHECK(
      shelf.found(
          R"({"match":"any","rules":[{"field":"title","op":"is","value":"hunter"},{"match":"all","rules":[{"field":"year","op":"less","value":1995},
      {"field":"genre","op":"is_not","value":"Rock"}]}],"sort":[{"by":"year","order":"desc"}],"limit":2})") == "43");
  const std::string all = R"({"match":"all","rules":[{"field":"seconds","op":"greater","value":0}],"sort":[{"by":"random"}],"seed":)";
  CHECK(shelf.found(all + "1}") == shelf.found(all + "1}"));
  CHECK(shelf.found(all + "1}").size() == 5);
  std::set<std::string> orders;
  for (int seed = 1; seed <= 20; ++seed) orders.insert(shelf.found(all + std::to_string(seed) + "}"));
  CHECK(orders.size() > 5);
}

TEST_CASE("what is unknown is the least, on either engine") {
  Shelf shelf;
  REQUIRE(shelf.library.database().run("UPDATE asset SET lufs = -10 WHERE id = ?", tests::asset_id(2)));
  REQUIRE(shelf.library.database().run("UPDATE asset SET lufs = -20 WHERE id = ?", tests::asset_id(4)));
  const std::string all = R"({"match":"all","rules":[{"field":"seconds","op":"greater","value":0}],"sort":[{"by":"loudness","order":")";
  const std::string up = shelf.found(all + R"(asc"}]})"), down = shelf.found(all + R"(desc"}]})");
  CHECK(up.substr(3) == "42");
  CHECK(down.substr(0, 2) == "24");
  CHECK(up.substr(0, 3) == down.substr(2));
}

TEST_CASE("every field with every operator that takes it is SQL that runs") {
  Shelf shelf;
  for (const auto& field : smart::fields())
    for (const auto& op : smart::operators()) {
      const bool fits = field.type == smart::Type::text     ? op.text
                        : field.type == smart::Type::number ? op.number
                        : field.type == smart::Type::time   ? op.time
                                                            : op.truth;
      const std::string value = field.type == smart::Type::text    ? "\"a'b\\\"%\""
                                : field.type == smart::Type::truth ? "true"
                                : op.op == smart::Op::between      ? "[1,2]"
                                                                   : "1";
      CAPTURE(std::string(field.name), std::string(op.name));
      const std::string answer = shelf.by(std::string(field.name), std::string(op.name), value);
      CHECK((answer.find_first_not_of("012345") == std::string::npos) == fits);
    }
}

TEST_CASE("what is refused, and where") {
  Shelf shelf;
  std::string deep = R"({"field":"year","op":"is","value":1})";
  for (int i = 0; i < 6; ++i) deep = R"({"match":"all","rules":[)" + deep + "]}";
  std::string many;
  for (int i = 0; i < 65; ++i) many += std::string(many.empty() ? "" : ",") + R"({"field":"year","op":"is","value":1})";
  const std::pair<std::string, const char*> table[] = {
      {"", ": expected an object"},
      {"[]", ": expected an object"},
      {"{}", "/match: expected a text, found nothing"},
      {R"({"match":"some","rules":[]})", "/match: expected all or any, found some"},
      {R"({"match":"all","rules":[]})", "/rules: expected an array of at least one rule"},
      {R"({"match":"all","rules":[7]})", "/rules/0: expected an object, found 7"},
      {R"({"match":"all","rules":[{"field":"a.id) OR (1=1","op":"is","value":"x"}]})", "/rules/0/field: no such field: a.id) OR (1=1"},
      {R"({"match":"all","rules":[{"field":"year","op":"contains","value":1}]})",
       "/rules/0/op: expected is, is_not, less, greater, at_least, at_most, between, found contains"},
      {R"({"match":"all","rules":[{"field":"year","op":"is","value":"1"}]})", "/rules/0/value: expected a number, found \"1\""},
      {R"({"match":"all","rules":[{"field":"year","op":"is"}]})", "/rules/0/value: expected a value, found nothing"},
      {R"({"match":"all","rules":[{"field":"year","op":"between","value":[1]}]})", "/rules/0/value: expected an array of two, found [1]"},
      {R"({"match":"all","rules":[{"field":"year","op":"is","value":1,"x":2}]})", "/rules/0/x: unknown member"},
      {R"({"match":"all","rules":[{"field":"year","op":"is","value":1}],"sort":[{"by":"genre"}]})",
       "/sort/0/by: not a field to sort by: genre"},
      {R"({"match":"all","rules":[{"field":"year","op":"is","value":1}],"sort":[{"by":"year","order":"; DROP"}]})",
       "/sort/0/order: expected asc or desc, found ; DROP"},
      {R"({"match":"all","rules":[{"field":"year","op":"is","value":1}],"limit":0})",
       "/limit: expected a whole number from 1 to 10000, found 0"},
      {R"({"match":"all","rules":[{"field":"year","op":"is","value":1}],"limit":1e99})",
       "/limit: expected a whole number from 1 to 10000, found 1e+99"},
      {deep, ": nested deeper than 5"},
      {std::string(5000, '['), ": nested deeper than 5"},
      {R"({"match":"all","rules":[)" + many + "]}", "/rules/64: more than 64 rules"},
      {std::string(17000, ' '), ": rules of 17000 bytes, at most 16384"},
  };
  for (const auto& [json, error] : table) CHECK(shelf.found(json) == error);
}
