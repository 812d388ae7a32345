// SPDX-License-Identifier: Apache-2.0
// Accounts in the same process and in another one: the same questions, the same answers; and what is taken of another's answers.
#include "catalog-api/accounts/directory.h"

#include <sys/socket.h>

#include "catalog-api/accounts/directory_wire.h"
#include "service/outcome.h"
#include "tests/catalog-api/accounts/served.h"
#include "tests/service/http/client.h"

using namespace segue;
using namespace segue::accounts;
using nlohmann::json;
using tests::TwoForms;

namespace {

// What a question is answered, as text; without what no two runs have in common.
template <class T>
std::string text_of(const Result<T>& result) {
  if (!result) return "error: " + result.error().message;
  json value = wire::Form<T>::write(*result);
  const auto forget = [](auto& self, json& one) -> void {
    if (one.is_object())
      for (const char* name : {"row", "created"}) one.erase(name);
    for (auto& member : one)
      if (member.is_structured()) self(self, member);
  };
  if (value.is_structured()) forget(forget, value);
  return value.dump();
}
std::string text_of(const Result<void>& result) { return result ? "done" : "error: " + result.error().message; }

struct Secrets {
  std::string session, reading_key, writing_key, app_password;
};
struct Row {
  const char* what;
  std::function<std::string(Directory&, const Secrets&)> ask;
  std::string answer;
};

const std::string kBob = R"({"is_disabled":false,"libraries":4294967295,"name":"bob","role":"listener"})";
const std::string kAda = R"({"is_disabled":false,"libraries":4294967295,"name":"ada","role":"admin"})";
const std::string kSeesNoJazz = R"({"is_disabled":false,"libraries":1,"name":"bob","role":"listener"})";
const std::string kWrong = R"({"denied":{"detail":"Wrong username or password","retry_after":0,"why":"wrong"}})";
std::string denied(const std::string& why, const std::string& detail) {
  return R"({"denied":{"detail":")" + detail + R"(","retry_after":0,"why":")" + why + "\"}}";
}
std::string let_in(const std::string& scope) { return R"({"scope":")" + scope + R"(","session":"","user":)" + kBob + "}"; }

using Kind = AppPasswordProof::Kind;
const MusicLibrary kJazz{0, "Jazz", false, {{"Genre", "Jazz \"é\\"}}, {}};

// In this order.
const Row kRows[] = {
    {"a key for reading", [](Directory& d, const Secrets& s) { return text_of(d.identify(s.reading_key)); }, let_in("read")},
    {"a key for writing", [](Directory& d, const Secrets& s) { return text_of(d.identify(s.writing_key)); }, let_in("write")},
    {"an app password is no token", [](Directory& d, const Secrets& s) { return text_of(d.identify(s.app_password)); }, "null"},
    {"no token", [](Directory& d, const Secrets&) { return text_of(d.identify("")); }, "null"},
    {"no text", [](Directory& d, const Secrets&) { return text_of(d.identify("\xff\"\\\n")); }, "null"},
    {"clear",
     [](Directory& d, const Secrets& s) {
       return text_of(d.check_app_password("bob", {Kind::clear, s.app_password, {}}));
     },
     R"({"value":)" + kBob + "}"},
    {"token and salt",
     [](Directory& d, const Secrets& s) {
       return text_of(d.check_app_password("BOB", {Kind::token, md5_hex(s.app_password + "é"), "é"}));
     },
     R"({"value":)" + kBob + "}"},
    {"a token in capitals",
     [](Directory& d, const Secrets& s) {
       std::string token = md5_hex(s.app_password + "s");
       for (char& c : token) c = static_cast<char>(std::toupper(c));
       return text_of(d.check_app_password("bob", {Kind::token, token, "s"}));
     },
     R"({"value":)" + kBob + "}"},
    {"another's",
     [](Directory& d, const Secrets& s) {
       return text_of(d.check_app_password("ada", {Kind::clear, s.app_password, {}}));
     },
     kWrong},
    {"another salt",
     [](Directory& d, const Secrets& s) {
       return text_of(d.check_app_password("bob", {Kind::token, md5_hex(s.app_password + "a"), "b"}));
     },
     kWrong},
    {"nothing shown", [](Directory& d, const Secrets&) { return text_of(d.check_app_password("bob", {})); }, kWrong},
    {"by the app password alone", [](Directory& d, const Secrets& s) { return text_of(d.check_api_key(s.app_password)); }, kBob},
    {"by a key for writing", [](Directory& d, const Secrets& s) { return text_of(d.check_api_key(s.writing_key)); }, kBob},
    {"by a key for reading", [](Directory& d, const Secrets& s) { return text_of(d.check_api_key(s.reading_key)); }, "null"},
    {"guests", [](Directory& d, const Secrets&) { return text_of(d.guests()); }, R"({"libraries":4294967295,"who":"loopback"})"},
    {"somebody", [](Directory& d, const Secrets&) { return text_of(d.find("Bob")); }, kBob},
    {"nobody", [](Directory& d, const Secrets&) { return text_of(d.find("b'ob")); }, "null"},
    {"all users", [](Directory& d, const Secrets&) { return text_of(d.users()); }, "[" + kAda + "," + kBob + "]"},
    {"one user", [](Directory& d, const Secrets&) { return text_of(d.users_after("", 1)); }, "[" + kAda + "]"},
    {"the next", [](Directory& d, const Secrets&) { return text_of(d.users_after("ADA", 1)); }, "[" + kBob + "]"},
    {"none after", [](Directory& d, const Secrets&) { return text_of(d.users_after("bob", 1)); }, "[]"},
    {"add a library", [](Directory& d, const Secrets&) { return text_of(d.add_library(kJazz, 0b111)); },
     R"({"value":{"is_open":false,"name":"Jazz","number":3,"rules":[{"tag":"genre","value":"Jazz \"é\\"}],"users":[]}})"},
    {"twice", [](Directory& d, const Secrets&) { return text_of(d.add_library(kJazz, 0)); },
     denied("taken", "name: another library has it")},
    {"not open", [](Directory& d, const Secrets&) { return text_of(d.find("bob")); }, kSeesNoJazz},
    {"nor to guests", [](Directory& d, const Secrets&) { return text_of(d.guests()); }, R"({"libraries":1,"who":"loopback"})"},
    {"give it", [](Directory& d, const Secrets&) { return text_of(d.give_library(3, "bob", true)); }, R"({"value":true})"},
    {"given", [](Directory& d, const Secrets&) { return text_of(d.find("bob")); }, kBob},
    {"to nobody", [](Directory& d, const Secrets&) { return text_of(d.give_library(3, "eve", true)); }, denied("unknown", "user: no eve")},
    {"change it",
     [](Directory& d, const Secrets&) {
       return text_of(d.change_library({3, "Jazz", true, {}, {}}));
     },
     R"({"value":true})"},
    {"libraries", [](Directory& d, const Secrets&) { return text_of(d.libraries()); },
     R"([{"is_open":true,"name":"Music","number":0,"rules":[],"users":[]},{"is_open":true,"name":"Jazz","number":3,"rules":[],"users":["bob"]}])"},
    {"remove it", [](Directory& d, const Secrets&) { return text_of(d.remove_library(3)); }, R"({"value":true})"},
    {"remove the first", [](Directory& d, const Secrets&) { return text_of(d.remove_library(0)); },
     denied("invalid", "library: the one for what no other claims stays")},
    {"note", [](Directory& d, const Secrets&) { return text_of(d.note("bob", "\"what\"", "about\n", "192.0.2.1")); }, "done"},
    {"a digest", [](Directory& d, const Secrets&) { return text_of(d.keeps_digest("of k", "1")); }, "true"},
    {"another digest", [](Directory& d, const Secrets&) { return text_of(d.keeps_digest("of k", "2")); }, "false"},
};

}  // namespace

TEST_CASE("what accounts answer here they answer from another process") {
  for (const bool is_remote : {false, true}) {
    TwoForms two;
    const Secrets secrets{{},
                          two.credential(CredentialKind::api_key, "read").secret,
                          two.credential(CredentialKind::api_key, "write").secret,
                          two.credential(CredentialKind::app_password, "write").secret};
    Directory& directory = is_remote ? static_cast<Directory&>(two.remote) : two.accounts;
    for (const Row& row : kRows) {
      CAPTURE(is_remote, row.what);
      CHECK(row.ask(directory, secrets) == row.answer);
    }
    const auto noted = two.accounts.audit(1);
    CHECK((noted->front().what == "\"what\"" && noted->front().about == "about\n" && noted->front().address == "192.0.2.1"));
  }
}

TEST_CASE("more users than one answer has") {
  TwoForms two;
  auto database = service::Database::open(two.place.database("accounts"));
  REQUIRE(database);
  REQUIRE(database->script("BEGIN"));
  for (int i = 0; i < 2000; ++i)
    REQUIRE(database->run("INSERT INTO user (name, role, password, created) VALUES (?, 'listener', '', 0)", "user" + std::to_string(i)));
  REQUIRE(database->script("COMMIT"));
  for (Directory* form : {static_cast<Directory*>(&two.accounts), static_cast<Directory*>(&two.remote)}) {
    const auto all = form->users();
    REQUIRE(all);
    CHECK(all->size() == 2002);
    CHECK(std::is_sorted(all->begin(), all->end(), [](const User& a, const User& b) { return a.name < b.name; }));
  }
}

TEST_CASE("what is revoked is refused by the next question, from another process too") {
  TwoForms two;
  const auto key = two.credential(CredentialKind::api_key, "write"), app = two.credential(CredentialKind::app_password, "write");
  const Session session = std::move(*two.accounts.log_in("bob", "password2", "a")->value);
  const auto is_known = [&](const std::string& bearer) { return two.remote.identify(bearer)->has_value(); };
  const auto may_play = [&] { return two.remote.check_app_password("bob", {Kind::clear, app.secret, {}})->value.has_value(); };
  REQUIRE((is_known(key.secret) && is_known(session.access_token) && may_play()));
  SECTION("a key") {
    REQUIRE(two.accounts.revoke_credential("bob", CredentialKind::api_key, key.credential.id));
    CHECK((!is_known(key.secret) && is_known(session.access_token) && may_play()));
  }
  SECTION("an app password") {
    REQUIRE(two.accounts.revoke_credential("bob", CredentialKind::app_password, app.credential.id));
    CHECK((is_known(key.secret) && is_known(session.access_token) && !may_play()));
  }
  SECTION("a session") {
    REQUIRE(two.accounts.log_out((*two.remote.identify(session.access_token))->session));
    CHECK((is_known(key.secret) && !is_known(session.access_token) && may_play()));
  }
  SECTION("the user") {
    REQUIRE(two.accounts.set_disabled("bob", true));
    CHECK((!is_known(key.secret) && !is_known(session.access_token) && !may_play()));
  }
}

TEST_CASE("accounts that are gone let nobody in, and have done nothing") {
  TwoForms two;
  const std::string secret = two.credential(CredentialKind::api_key, "write").secret;
  REQUIRE(two.remote.identify(secret)->has_value());
  two.served.stop();
  const auto identity = two.remote.identify(secret);
  REQUIRE_FALSE(identity);
  CHECK_FALSE(service::is_outcome_unknown(identity.error()));
  CHECK_FALSE(two.remote.guests());
  CHECK_FALSE(two.remote.users());
  const auto removed = two.remote.remove_library(3);
  REQUIRE_FALSE(removed);
  CHECK_FALSE(service::is_outcome_unknown(removed.error()));  // nothing was sent: the next time may be tried without a thought
}

TEST_CASE("a node that starts before the accounts hears of its key when they are there, and lets nobody in before") {
  tests::Folder folder;
  std::string told;
  int checks = 0;
  tests::Served served([&](service::http::Router& router) {
    router.add(service::http::Method::post, "/internal/v1/accounts/{question}", service::http::Runs::here,
               [&](const service::http::Request& request) {
                 const bool is_check = request.parameter("question") == "keeps-digest";
                 checks += is_check;
                 if (told.empty()) return service::http::Response::json(R"({"error":"accounts.db: database is locked"})", 503);
                 return service::http::Response::json(R"({"answer":)" + (is_check ? told : std::string("null")) + "}");
               });
  });
  const auto key = tests::key_in(folder / "cursor.key");
  RemoteDirectory same({"127.0.0.1", served.port()}, key), other({"127.0.0.1", served.port()}, key);
  for (RemoteDirectory* early : {&same, &other}) {
    CHECK(early->check_key(folder / "cursor.key"));
    CHECK(early->identify("sgk_any").error().message == "accounts.db: database is locked");
  }
  CHECK(checks == 4);
  told = "true";
  for (int i = 0; i < 3; ++i) CHECK(same.identify("sgk_any"));
  CHECK(checks == 5);
  told = "false";
  for (int i = 0; i < 2; ++i)
    CHECK(other.identify("sgk_any").error().message ==
          folder / "cursor.key" + ": not the key of the other nodes on this database; copy theirs here");
  CHECK_FALSE(same.check_key(folder / "cursor.key"));  // who starts later does not
}

TEST_CASE("accounts that accept and say nothing are given up") {
  tests::Folder folder;
  const int silent = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  REQUIRE(::bind(silent, reinterpret_cast<sockaddr*>(&address), size) == 0);
  REQUIRE(::listen(silent, 16) == 0);
  REQUIRE(::getsockname(silent, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  RemoteDirectory remote({"127.0.0.1", ntohs(address.sin_port)}, tests::key_in(folder / "k"));
  const auto identity = remote.identify("sgk_any");
  REQUIRE_FALSE(identity);
  CHECK(identity.error().message.find("no answer within 2000 ms") != std::string::npos);
  ::close(silent);
}

TEST_CASE("of what is no answer of accounts nothing is taken") {
  tests::Folder folder;
  const auto key = tests::key_in(folder / "k");
  const std::string user = R"({"row":1,"name":"ada","role":"admin","is_disabled":false,"created":1,"libraries":1})";
  const auto identity = [&](const std::string& of) { return R"({"answer":{"user":)" + of + R"(,"scope":"admin","session":""}})"; };
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string other = user;
    return identity(other.replace(other.find(from), from.size(), to));
  };
  const std::tuple<unsigned, std::string, const char*> table[] = {
      {200, identity(user), ""},
      {200, with(R"("libraries":1)", R"("libraries":1,"later":[{}])"), ""},  // of a newer version
      {200, R"({"answer":null})", "null"},
      {200, "", "error"},
      {200, "null", "error"},
      {200, "{}", "error"},
      {200, "[]", "error"},
      {200, "<html>", "error"},
      {200, "\xff\xfe", "error"},
      {200, std::string(200'000, '['), "error"},
      {200, identity(user).substr(0, 90), "error"},
      {200, R"({"answer":true})", "error"},
      {200, R"({"answer":{}})", "error"},
      {200, R"({"answer":"ada"})", "error"},
      {200, R"({"answer":[)" + user + "]}", "error"},
      {200, R"({"answer":{"user":)" + user + R"(,"scope":"king","session":""}})", "error"},
      {200, R"({"answer":{"user":)" + user + R"(,"scope":2,"session":""}})", "error"},
      {200, R"({"answer":{"user":)" + user + R"(,"scope":"admin"}})", "error"},
      {200, with(R"("libraries":1)", R"("libraries":4294967297)"), "error"},
      {200, with(R"("libraries":1)", R"("libraries":-1)"), "error"},
      {200, with(R"("libraries":1)", R"("libraries":1.5)"), "error"},
      {200, with(R"("is_disabled":false)", R"("is_disabled":0)"), "error"},
      {200, with(R"("row":1)", R"("row":true)"), "error"},
      {200, with(R"("row":1)", R"("row":9223372036854775808)"), "error"},
      {200, with(R"("name":"ada")", R"("name":null)"), "error"},
      {204, identity(user), "error"},
      {302, identity(user), "error"},
      {404, identity(user), "error"},
      {500, identity(user), "error"},
      {503, identity(user), "error"},
      {503, R"({"error":7})", "error"},
      {200, R"({"answer":")" + std::string(17 * 1024 * 1024, 'x') + "\"}", "error"},
  };
  for (const auto& [status, body, is] : table) {
    CAPTURE(status, body.substr(0, 200));
    tests::Served served = tests::answering(status, body);
    RemoteDirectory remote({"127.0.0.1", served.port()}, key);
    const auto found = remote.identify("sgk_any");
    CHECK((!found ? std::string("error") : *found ? std::string() : std::string("null")) == is);
    if (std::string(is) == "error") CHECK_FALSE(remote.guests());
    if (std::string(is) == "error") CHECK_FALSE(remote.check_app_password("ada", {}));
    // It was asked, and may have been done; not where it was refused.
    if (std::string(is) == "error") CHECK(service::is_outcome_unknown(remote.remove_library(3).error()) == (status != 404));
  }
}

TEST_CASE("what accounts say went wrong is known here as it is there") {
  tests::Folder folder;
  const auto key = tests::key_in(folder / "k");
  const auto told = [&](const std::string& error) {
    tests::Served served = tests::answering(503, json{{"error", error}}.dump());
    return RemoteDirectory({"127.0.0.1", served.port()}, key).find("ada").error();
  };
  CHECK(told("accounts.db: database is locked").message == "accounts.db: database is locked");
  CHECK(service::is_damaged(told(std::string(service::kDamaged) + "x")));
  CHECK(service::is_outcome_unknown(told("accounts: " + std::string(service::kUnknownOutcome))));
}

TEST_CASE("only who has the key of the home is answered, and only what was asked rightly") {
  TwoForms two;
  tests::Client client(two.served.port());
  const auto post = [&](const std::string& question, const std::string& body, const std::string& fields) {
    client.send("POST /internal/v1/accounts/" + question + " HTTP/1.1\r\nHost: t\r\nContent-Length: " + std::to_string(body.size()) +
                "\r\n" + fields + "\r\n" + body);
    return client.receive();
  };
  const auto field = [](const std::string& key) { return "Segue-Internal-Key: " + key + "\r\n"; };
  std::string forged = two.key.text();
  forged.back() = forged.back() == '0' ? '1' : '0';
  const std::string questions[] = {"identify",    "check-app-password", "check-api-key",  "guests",         "find",         "users-after",
                                   "libraries",   "add-library",        "change-library", "remove-library", "give-library", "note",
                                   "keeps-digest"};
  const std::string fields[] = {"",
                                field(""),
                                field(forged),
                                field(two.key.text().substr(1)),
                                field(two.key.text() + "0"),
                                "Authorization: Bearer " + two.key.text() + "\r\n"};
  for (const std::string& question : questions)
    for (const std::string& shown : fields) {
      CAPTURE(question, shown);
      CHECK(post(question, R"(["bob","x","y","z"])", shown).status == 403);
    }
  CHECK(two.accounts.audit(10)->empty());
  RemoteDirectory stranger({"127.0.0.1", two.served.port()}, tests::key_in(two.folder / "other.key"));
  CHECK(stranger.find("bob").error().message.ends_with("find: refuses our internal key"));

  const std::string right = field(two.key.text());
  const std::pair<std::string, std::string> wrong[] = {{"find", ""},
                                                       {"find", "{"},
                                                       {"find", "{}"},
                                                       {"find", "[]"},
                                                       {"find", "[1]"},
                                                       {"find", R"([null])"},
                                                       {"find", R"(["a",1])"},
                                                       {"find", "\"a\""},
                                                       {"guests", "{}"},
                                                       {"guests", "[1]"},
                                                       {"remove-library", "[-1]"},
                                                       {"remove-library", "[4294967296]"},
                                                       {"remove-library", "[\"3\"]"},
                                                       {"give-library", R"([3,"bob",1])"},
                                                       {"check-app-password", R"(["bob",{"kind":"any","shown":"","salt":""}])"},
                                                       {"find", std::string(100'000, '[')}};
  for (const auto& [question, body] : wrong) {
    CAPTURE(question, body.substr(0, 60));
    CHECK(post(question, body, right).status == 400);
  }
  CHECK(post("find", R"(["bob"])", right).status == 200);
  CHECK(post("nothing", "[]", right).status == 404);
}
