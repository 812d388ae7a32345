// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/accounts/accounts.h"

#include "catalog-api/accounts/throttle.h"
#include "tests/catalog-api/library/asset_text.h"
#include "tests/catch.h"
#include "tests/service/place.h"

using namespace segue;
using namespace segue::accounts;

namespace {

struct Fixture {
  tests::Folder folder;
  Accounts accounts = std::move(*Accounts::open(tests::place_in(folder.path().string())));

  template <class T>
  static T value(Result<Outcome<T>> outcome) {
    if (!outcome) FAIL(outcome.error().message);
    if (!outcome->value) FAIL(outcome->denied.detail);
    return std::move(*outcome->value);
  }
  template <class T>
  static Denial denial(Result<Outcome<T>> outcome) {
    REQUIRE(outcome);
    REQUIRE_FALSE(outcome->value);
    return outcome->denied.why;
  }
};

}  // namespace

TEST_CASE("the first user is the administrator, whatever was asked for") {
  Fixture f;
  CHECK(Fixture::value(f.accounts.add("ada", "password1", "listener")).role == "admin");
  CHECK(Fixture::value(f.accounts.add("bob", "password1", "listener")).role == "listener");
  CHECK(Fixture::denial(f.accounts.add("ADA", "password1", "listener")) == Denial::taken);
  CHECK(Fixture::denial(f.accounts.set_disabled("ada", true)) == Denial::last_admin);
  CHECK(Fixture::denial(f.accounts.set_role("ada", "listener")) == Denial::last_admin);
  Fixture::value(f.accounts.set_role("bob", "admin"));
  Fixture::value(f.accounts.set_disabled("ada", true));
}

TEST_CASE("names and passwords that may not be") {
  Fixture f;
  for (const char* name : {"", "-x", "a b", "a/b", "a\n", "ä", "x'--"})
    CHECK(Fixture::denial(f.accounts.add(name, "password1", "admin")) == Denial::invalid);
  CHECK(Fixture::denial(f.accounts.add(std::string(65, 'a'), "password1", "admin")) == Denial::invalid);
  CHECK(Fixture::denial(f.accounts.add("ada", "seven77", "admin")) == Denial::invalid);
  CHECK(Fixture::denial(f.accounts.add("ada", std::string(201, 'x'), "admin")) == Denial::invalid);
  CHECK(Fixture::denial(f.accounts.add("ada", "password1", "king")) == Denial::invalid);
}

TEST_CASE("a one-time code makes the first administrator, once") {
  Fixture f;
  const std::string code = *f.accounts.make_setup_code();
  CHECK(Fixture::denial(f.accounts.set_up("wrong", "ada", "password1")) == Denial::wrong);
  CHECK(Fixture::value(f.accounts.set_up(code, "ada", "password1")).role == "admin");
  CHECK(Fixture::denial(f.accounts.set_up(code, "eve", "password1")) == Denial::wrong);
  CHECK(f.accounts.make_setup_code()->empty());
}

TEST_CASE("a session: tokens, refresh, and what ends it") {
  Fixture f;
  Fixture::value(f.accounts.add("ada", "password1", "admin"));
  Fixture::value(f.accounts.add("bob", "password2", "listener"));
  CHECK(Fixture::denial(f.accounts.log_in("bob", "password1", "a")) == Denial::wrong);
  CHECK(Fixture::denial(f.accounts.log_in("eve", "password1", "a")) == Denial::wrong);
  const Session first = Fixture::value(f.accounts.log_in("bob", "password2", "a"));
  auto identity = f.accounts.identify(first.access_token);
  REQUIRE(identity);
  REQUIRE(identity->has_value());
  CHECK(((*identity)->user.name == "bob" && (*identity)->scope == Scope::write));

  std::string forged = first.access_token;
  forged[forged.size() / 2] = forged[forged.size() / 2] == 'A' ? 'B' : 'A';
  for (const std::string& wrong : {std::string(), std::string("x.y.z"), forged, first.access_token + "A", first.refresh_token,
                                   std::string("eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZGEifQ.")})
    CHECK_FALSE(f.accounts.identify(wrong)->has_value());

  const Session second = Fixture::value(f.accounts.refresh(first.refresh_token));
  CHECK(f.accounts.identify(second.access_token)->has_value());
  SECTION("a refresh token that is shown twice was stolen: the session ends") {
    CHECK(Fixture::denial(f.accounts.refresh(first.refresh_token)) == Denial::wrong);
    CHECK_FALSE(f.accounts.identify(second.access_token)->has_value());
    CHECK(Fixture::denial(f.accounts.refresh(second.refresh_token)) == Denial::wrong);
  }
  SECTION("logging out") {
    REQUIRE(f.accounts.log_out((*identity)->session));
    CHECK_FALSE(f.accounts.identify(second.access_token)->has_value());
  }
  SECTION("a disabled user") {
    Fixture::value(f.accounts.set_disabled("bob", true));
    CHECK_FALSE(f.accounts.identify(second.access_token)->has_value());
    CHECK(Fixture::denial(f.accounts.log_in("bob", "password2", "a")) == Denial::wrong);
    Fixture::value(f.accounts.set_disabled("bob", false));
    CHECK_FALSE(f.accounts.identify(second.access_token)->has_value());
  }
  SECTION("a new password") {
    Fixture::value(f.accounts.set_password("bob", "password3"));
    CHECK_FALSE(f.accounts.identify(second.access_token)->has_value());
    Fixture::value(f.accounts.log_in("bob", "password3", "a"));
  }
}

TEST_CASE("guessing gets slow") {
  const std::tuple<std::int64_t, std::int64_t, std::int64_t> table[] = {{-1, 0, 0},     {0, 0, 1},        {0, 1, 0},     {3, 0, 8},
                                                                        {3, 5, 3},      {30, 0, 900},     {30, 3599, 0}, {1000, 10, 890},
                                                                        {30, -10, 900}, {30, -3600, 900}, {30, -3601, 0}};
  for (const auto& [beyond, since, wait] : table) CHECK(wait_for(beyond, since) == wait);
  Fixture f;
  Fixture::value(f.accounts.add("ada", "password1", "admin"));
  for (int i = 0; i < 5; ++i) CHECK(Fixture::denial(f.accounts.log_in("ada", "wrong", "a")) == Denial::wrong);
  CHECK(Fixture::denial(f.accounts.log_in("ada", "password1", "a")) == Denial::throttled);
}

TEST_CASE("the audit log keeps the newest, and forgets what it has no room for") {
  Fixture f;
  for (int i = 0; i < 3; ++i) REQUIRE(f.accounts.note("ada", "change " + std::to_string(i), "", "", 2));
  const auto kept = f.accounts.audit(10);
  REQUIRE(kept);
  REQUIRE(kept->size() == 2);
  CHECK((kept->front().what == "change 2" && kept->back().what == "change 1"));
}

TEST_CASE("app passwords and API keys") {
  Fixture f;
  Fixture::value(f.accounts.add("ada", "password1", "admin"));
  const auto app = Fixture::value(f.accounts.add_credential("ada", CredentialKind::app_password, "phone", "write"));
  const auto is = [&](const std::string& clear) { return clear == app.secret; };
  CHECK(Fixture::value(f.accounts.check_app_password("ada", is)).name == "ada");
  CHECK(Fixture::denial(f.accounts.check_app_password("bob", is)) == Denial::wrong);
  CHECK(Fixture::denial(f.accounts.check_app_password("ada", [](const std::string& clear) { return clear == "password1"; })) ==
        Denial::wrong);
  CHECK_FALSE(f.accounts.identify(app.secret)->has_value());  // of no use for /api/v1
  CHECK(f.accounts.check_api_key(app.secret)->has_value());

  const auto key = Fixture::value(f.accounts.add_credential("ada", CredentialKind::api_key, "script", "read"));
  CHECK((*f.accounts.identify(key.secret))->scope == Scope::read);
  CHECK_FALSE(f.accounts.check_api_key(key.secret)->has_value());  // scrobbles and stars are writes
  for (const auto& [scope, role] : {std::pair("write", "listener"), {"admin", "admin"}}) {
    const auto made = Fixture::value(f.accounts.add_credential("ada", CredentialKind::api_key, "app", scope));
    CHECK((*f.accounts.check_api_key(made.secret))->role == role);
  }
  CHECK(Fixture::denial(f.accounts.add_credential("ada", CredentialKind::app_password, "tv", "read")) == Denial::invalid);
  CHECK(f.accounts.credentials("ada", CredentialKind::app_password)->size() == 1);
  CHECK(Fixture::denial(f.accounts.revoke_credential("ada", CredentialKind::api_key, app.credential.id)) == Denial::unknown);
  Fixture::value(f.accounts.revoke_credential("ada", CredentialKind::app_password, app.credential.id));
  CHECK(Fixture::denial(f.accounts.check_app_password("ada", is)) == Denial::wrong);
}

TEST_CASE("secrets: boxes, tokens and MD5") {
  tests::Folder folder;
  const Keys keys = *Keys::load(folder / "k"), same = *Keys::load(folder / "k"), other = *Keys::load(folder / "l");
  CHECK(same.open(keys.seal("clear")) == "clear");
  CHECK_FALSE(other.open(keys.seal("clear")));
  CHECK_FALSE(keys.open("short"));
  CHECK(same.open_token(keys.sign_token("{}")) == "{}");
  CHECK_FALSE(other.open_token(keys.sign_token("{}")));
  CHECK(md5_hex("sesamec19b2d") == "26719a1196d2a940705a59634eb18eab");  // the example of the protocol's page
  CHECK((std::filesystem::status(folder / "k").permissions() & std::filesystem::perms::group_read) == std::filesystem::perms::none);
}
