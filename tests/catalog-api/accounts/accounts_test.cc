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
  service::DatabasePlace place = tests::place_in(folder.path().string());
  Accounts accounts = std::move(*Accounts::open(place));

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

TEST_CASE("an invitation makes one account, of its role") {
  Fixture f;
  Fixture::value(f.accounts.add("ada", "password1", "admin"));
  const NewInvitation made = Fixture::value(f.accounts.invite("ada", "listener"));
  const NewInvitation other = Fixture::value(f.accounts.invite("ada", "admin"));
  CHECK(Fixture::denial(f.accounts.invite("ada", "king")) == Denial::invalid);
  CHECK(f.accounts.invitations()->size() == 2);
  CHECK(Fixture::denial(f.accounts.sign_up("wrong", "bob", "password1")) == Denial::wrong);
  CHECK(Fixture::denial(f.accounts.sign_up(made.invitation.id, "bob", "password1")) == Denial::wrong);
  CHECK(Fixture::denial(f.accounts.sign_up(made.code, "a b", "password1")) == Denial::invalid);
  CHECK(Fixture::denial(f.accounts.sign_up(made.code, "bob", "short")) == Denial::invalid);
  CHECK(Fixture::denial(f.accounts.sign_up(made.code, "ADA", "password1")) == Denial::taken);
  CHECK(Fixture::value(f.accounts.sign_up(made.code, "bob", "password1")).role == "listener");  // what was wrong spent nothing
  CHECK(Fixture::denial(f.accounts.sign_up(made.code, "eve", "password1")) == Denial::wrong);
  Fixture::value(f.accounts.log_in("bob", "password1", "a"));
  Fixture::value(f.accounts.withdraw_invitation(other.invitation.id));
  CHECK(Fixture::denial(f.accounts.withdraw_invitation(other.invitation.id)) == Denial::unknown);
  CHECK(Fixture::denial(f.accounts.sign_up(other.code, "eve", "password1")) == Denial::wrong);

  const NewInvitation old = Fixture::value(f.accounts.invite("ada", "listener"));
  auto database = service::Database::open(f.place.database("accounts"));
  REQUIRE(database);
  REQUIRE(database->run("UPDATE invitation SET expires = 1"));
  CHECK(Fixture::denial(f.accounts.sign_up(old.code, "eve", "password1")) == Denial::wrong);
  CHECK(f.accounts.invitations()->empty());
  CHECK(f.accounts.users()->size() == 2);
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
  CHECK(Fixture::denial(f.accounts.log_in("ADA", "password1", "a")) == Denial::throttled);
}

TEST_CASE("who guesses does not keep the owner out") {
  Fixture f;
  Fixture::value(f.accounts.add("ada", "password1", "admin"));
  const auto app = Fixture::value(f.accounts.add_credential("ada", CredentialKind::app_password, "phone", "write"));
  const Session home = Fixture::value(f.accounts.log_in("ada", "password1", "192.0.2.1"));
  const auto try_from = [&](const std::string& address) { return Fixture::denial(f.accounts.log_in("ada", "wrong", address)); };
  for (int i = 0; i < 5; ++i) CHECK(try_from("198.51.100.1") == Denial::wrong);
  CHECK(try_from("198.51.100.1") == Denial::throttled);
  CHECK(try_from("::ffff:198.51.100.1") == Denial::throttled);           // the same, by another socket
  Fixture::value(f.accounts.log_in("ada", "password1", "203.0.113.5"));  // from anywhere else
  for (int i = 0; i < 5; ++i) CHECK(try_from("2001:db8:1:2::" + std::to_string(i)) == Denial::wrong);
  CHECK(try_from("2001:db8:1:2:ffff::1") == Denial::throttled);  // of one /64
  CHECK(try_from("2001:db8:1:3::1") == Denial::wrong);

  // Many addresses together: the name waits, but for where ada has been.
  auto database = service::Database::open(f.place.database("accounts"));
  REQUIRE(database);
  REQUIRE(database->run("UPDATE throttle SET failures = 120 WHERE key = 'name ada'"));
  CHECK(Fixture::denial(f.accounts.log_in("ada", "password1", "203.0.113.77")) == Denial::throttled);
  Fixture::value(f.accounts.log_in("ada", "password1", "192.0.2.1"));
  CHECK(try_from("192.0.2.1") == Denial::wrong);  // there too a password is needed
  CHECK(f.accounts.identify(home.access_token)->has_value());
  Fixture::value(f.accounts.refresh(home.refresh_token));
  Fixture::value(f.accounts.check_app_password("ada", {.shown = app.secret, .salt = {}}));
}

TEST_CASE("an address and its neighbours") {
  const std::pair<const char*, const char*> table[] = {{"203.0.113.7", "203.0.113.7"},
                                                       {"::ffff:203.0.113.7", "203.0.113.7"},
                                                       {"2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"},
                                                       {"2001:db8::1", "2001:db8::/64"},
                                                       {"::1", "::/64"},
                                                       {"by-proxy", "by-proxy"},
                                                       {"", ""}};
  for (const auto& [address, neighbourhood] : table) CHECK(neighbourhood_of(address) == neighbourhood);
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
  const AppPasswordProof is{AppPasswordProof::Kind::clear, app.secret, {}};
  CHECK(Fixture::value(f.accounts.check_app_password("ada", is)).name == "ada");
  CHECK(Fixture::denial(f.accounts.check_app_password("bob", is)) == Denial::wrong);
  const std::tuple<AppPasswordProof::Kind, std::string, std::string, bool> proofs[] = {
      {AppPasswordProof::Kind::clear, app.secret, "salt", true},  // that nobody asked for
      {AppPasswordProof::Kind::clear, "password1", "", false},    // the one for logging in
      {AppPasswordProof::Kind::clear, "", "", false},
      {AppPasswordProof::Kind::clear, md5_hex(app.secret + "salt"), "salt", false},
      {AppPasswordProof::Kind::token, md5_hex(app.secret + "salt"), "salt", true},
      {AppPasswordProof::Kind::token, md5_hex(app.secret), "", true},
      {AppPasswordProof::Kind::token, md5_hex(app.secret + "salt"), "pepper", false},
      {AppPasswordProof::Kind::token, app.secret, "salt", false},
      {AppPasswordProof::Kind::token, "", "", false},
  };
  for (const auto& [kind, shown, salt, is_right] : proofs)
    CHECK(f.accounts.check_app_password("ada", {kind, shown, salt})->value.has_value() == is_right);
  CHECK_FALSE(f.accounts.identify(app.secret)->has_value());  // of no use for /api/v1
  CHECK(f.accounts.check_api_key(app.secret)->has_value());

  const auto key = Fixture::value(f.accounts.add_credential("ada", CredentialKind::api_key, "script", "read"));
  const auto last_used = [&] { return f.accounts.credentials("ada", CredentialKind::api_key)->front().last_used; };
  CHECK(last_used() == 0);
  CHECK((*f.accounts.identify(key.secret))->scope == Scope::read);
  CHECK(last_used() > 1'700'000'000);
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
