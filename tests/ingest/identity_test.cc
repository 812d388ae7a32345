// SPDX-License-Identifier: Apache-2.0
#include "ingest/identity.h"

#include "ingest/digest.h"
#include "media/hex.h"
#include "media/store.h"
#include "tests/catch.h"

using namespace segue;
using namespace segue::ingest;

TEST_CASE("SHA-256 of FIPS 180-2's examples") {
  CHECK(media::hex(sha256("abc")) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(media::hex(sha256("")) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST_CASE("an asset's id is base32 of 128 bits of SHA-256") {
  // printf abc | sha256sum | cut -c1-32 | xxd -r -p | base32, in lower case
  CHECK(asset_id("abc") == "xj4bnp4pahh6uqkbidpf3lrcem");
  CHECK(media::is_asset_id(asset_id("")));
}

TEST_CASE("the same recording twice on an album is two assets, the first of them the one it is alone") {
  const auto ids = track_ids({"one", "two", "one", "one"});
  REQUIRE(ids.size() == 4);
  CHECK(ids[0] == asset_id("one"));
  CHECK(ids[1] == asset_id("two"));
  CHECK(ids[2] != ids[0]);
  CHECK(ids[3] != ids[2]);
}

TEST_CASE("what stands in the store serves again") {
  media::Asset current;
  current.source.file_hash = "file";
  current.ladder_hash = "ladder";
  CHECK(is_same(current, {"file", "ladder", ""}));
  CHECK_FALSE(is_same(current, {"retagged", "ladder", ""}));
  CHECK_FALSE(is_same(current, {"file", "other", ""}));
  CHECK_FALSE(is_same(current, {"file", "ladder", "album"}));
  current.album = "album";
  CHECK(is_same(current, {"file", "ladder", "album"}));
  CHECK(is_same(current, {"file", "ladder", ""}));
  CHECK_FALSE(is_same(current, {"file", "ladder", "another"}));
  CHECK_FALSE(is_same(current, {"file", "ladder", "", "Kids"}));
  current.tags["library"] = {"Kids"};
  CHECK(is_same(current, {"file", "ladder", "", "Kids"}));
  CHECK(is_same(current, {"file", "ladder", ""}));
  CHECK_FALSE(is_same(current, {"file", "ladder", "", "kids"}));  // the catalog would find it the same; the file says what was said
}
