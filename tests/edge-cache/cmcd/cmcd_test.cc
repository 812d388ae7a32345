// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/cmcd/cmcd.h"

#include "edge-cache/cmcd/cmsd.h"
#include "tests/catch.h"

using namespace segue::edge;

TEST_CASE("CMCD becomes JSON of known keys with values of their types") {
  struct Row {
    const char *field, *json;
  };
  const Row rows[] = {
      {"", "{}"},
      {"br=3200,bs,d=4004,mtp=25400,ot=v,rtp=15000,sid=\"6e2fb550\",tb=6000",
       R"({"br":3200,"bs":true,"d":4004,"mtp":25400,"ot":"v","rtp":15000,"sid":"6e2fb550","tb":6000})"},
      {"bl=21300, dl=18600 ,su", R"({"bl":21300,"dl":18600,"su":true})"},
      {"pr=1.08,sf=h,st=v,v=1", R"({"pr":1.08,"sf":"h","st":"v","v":1})"},
      {R"(cid="a,b=\"c\"\\",br=1)", R"({"cid":"a,b=\"c\"\\","br":1})"},
      {"su=true,bs=false", R"({"su":true,"bs":false})"},
      {"br=1,br=2", R"({"br":1})"},
      {"br=-1,d=1.5,mtp=x,bl=,tb=99999999999999999999,dl=1000000000001", "{}"},
      {"ot=vv,sf=\"h\",st=", "{}"},
      {"sid=abc,cid=\"\",nrr=\"", "{}"},
      {"sid=\"\x01\"", "{}"},
      {"sid=\"\xc3\xa9\"", "{}"},
      {"com.example-x=1,unknown,=,,,\"", "{}"},
      {"bs=1,pr=nan,pr=-1", "{}"},
  };
  for (const Row& row : rows) {
    INFO(row.field);
    Cmcd cmcd;
    cmcd.add(row.field);
    CHECK(cmcd.json() == row.json);
    CHECK(cmcd.empty() == (cmcd.json() == "{}"));
  }
}

TEST_CASE("strings are bounded by what the specification allows") {
  Cmcd cmcd;
  const std::string most(64, 'a');
  cmcd.add("sid=\"a" + most + "\",cid=\"" + most + '"');
  CHECK(cmcd.text("sid").empty());
  CHECK(cmcd.text("cid").size() == 64);
  Cmcd late;
  std::string commas(kMostCmcdBytes, ',');
  late.add(commas.append("br=1"));
  CHECK(late.empty());
}

TEST_CASE("CMCD of four header fields is one") {
  Cmcd cmcd;
  cmcd.add("br=3200,ot=a");
  cmcd.add("bl=100");
  cmcd.add("sid=\"s\"");
  cmcd.add("bs");
  CHECK(cmcd.json() == R"({"br":3200,"ot":"a","bl":100,"sid":"s","bs":true})");
  CHECK(cmcd.number("br") == 3200);
  CHECK_FALSE(cmcd.number("ot"));
  CHECK(cmcd.text("ot") == "a");
}

TEST_CASE("CMCD of a query") {
  struct Row {
    const char *query, *value;
  };
  for (const Row& row : {Row{"CMCD=br%3D3200%2Cbs%2Csid%3D%22a%22", "br=3200,bs,sid=\"a\""}, Row{"a=1&CMCD=bs&b=2", "bs"},
                         Row{"XCMCD=bs", ""}, Row{"", ""}, Row{"CMCD=a%2", "a%2"}, Row{"CMCD=%zz", "%zz"}})
    CHECK(cmcd_of_query(row.query) == row.value);
}

TEST_CASE("each node adds itself to CMSD-Dynamic") {
  CHECK(cmsd_dynamic("", "edge-1", {5120, 12}) == "\"edge-1\";etp=5120;rtt=12");
  CHECK(cmsd_dynamic("\"shield\";etp=9", "edge-1", {std::nullopt, 12}) == "\"shield\";etp=9, \"edge-1\";rtt=12");
  CHECK(cmsd_dynamic("\"shield\";etp=9", "edge-1", {}) == "\"shield\";etp=9");
  CHECK(cmsd_dynamic("", "edge-1", {}).empty());
}
