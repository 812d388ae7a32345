// SPDX-License-Identifier: Apache-2.0
#include "platform/services.h"

#include <cstdlib>
#include <filesystem>

#include "platform/folders.h"
#include "platform/settings.h"
#include "tests/catch.h"
#include "tests/machine/one_core.h"
#include "tests/origin/store_fixture.h"

using namespace segue;
using namespace segue::platform;

namespace {

const service::Home kHome{.root = "/srv/segue", .port = 9000, .public_url = "http://127.0.0.1:9000"};

}  // namespace

TEST_CASE("parts are found around a program, built or installed") {
  const Installation built = Installation::around("/src/build/bin/segue-up");
  CHECK(built.programs == "/src/build/bin");
  CHECK(built.modules == "/src/build/lib/segue/modules");
  CHECK(built.templates == "/src/build/share/segue/conf");
  const Installation installed = Installation::around("/usr/local/libexec/segue/segue-up");
  CHECK(installed.programs == "/usr/local/libexec/segue");
  CHECK(installed.modules == "/usr/local/lib/segue/modules");
  CHECK(installed.web == "/usr/local/share/segue/web");
}

TEST_CASE("what services read from the environment is part of the settings") {
  const test::TemporaryFolder folder;
  const service::Home home{.root = folder.path(), .port = 9000, .public_url = "http://127.0.0.1:9000"};
  service::Home elsewhere = home;
  elsewhere.public_url = "https://music.example";
  const Installation built = Installation::around("/src/build/bin/segue-up");
  const auto environment = [&](const service::Home& of) { return settings_here(of, built).environment; };
  const Environment before = environment(home);
  CHECK(before.empty());
  CHECK(environment(elsewhere) == Environment{{"SEGUE_PUBLIC_URL", "https://music.example"}});
  for (const auto& [name, value] : {std::pair{"SEGUE_DATABASE", "postgresql://db/segue"}, std::pair{"SEGUE_SLOW_SOURCE", "0/1"},
                                    std::pair{"SEGUE_PROXIES", "10.0.0.1"}}) {
    ::setenv(name, value, 1);
    INFO(name);
    CHECK(environment(home) == Environment{{name, value}});
    ::unsetenv(name);
  }
  ::setenv("SEGUE_DATABASE", "sqlite", 1);
  CHECK(environment(home) == before);
  ::unsetenv("SEGUE_DATABASE");
}

TEST_CASE("no password is in the settings that are told") {
  const std::pair<const char*, const char*> rows[] = {
      {"postgresql://segue:secret@db.example/segue", "postgresql://segue@db.example/segue"},
      {"postgresql://segue:s%40cr:et@db:5432,other/segue#mine", "postgresql://segue@db:5432,other/segue#mine"},
      {"postgres://segue@db/segue?password=secret&sslmode=require", "postgres://segue@db/segue?sslmode=require"},
      {"postgresql:///segue?host=/run&sslpassword=secret#mine", "postgresql:///segue?host=/run#mine"},
      {"postgresql://db?password=secret", "postgresql://db"},
      {"postgresql://db/segue", "postgresql://db/segue"},
      {"postgresql://:secret@", "postgresql://@"},
      {"", ""}};
  for (const auto& [address, told] : rows) CHECK(without_password(address) == told);
}

TEST_CASE("what runs keeps what is not said again, and what changes is told") {
  for (const char* name : {"SEGUE_PROXIES", "SEGUE_SLOW_SOURCE", "SEGUE_LARGEST_SOURCE"}) ::unsetenv(name);
  ::setenv("SEGUE_SLOW_SOURCE", "0/1", 1);
  ::setenv("SEGUE_LARGEST_SOURCE", "", 1);
  keep_environment({{"SEGUE_PROXIES", "10.0.0.1"}, {"SEGUE_SLOW_SOURCE", "9/9"}, {"SEGUE_LARGEST_SOURCE", "7"}});
  CHECK(std::string(::getenv("SEGUE_PROXIES")) == "10.0.0.1");
  CHECK(std::string(::getenv("SEGUE_SLOW_SOURCE")) == "0/1");
  CHECK(std::string(::getenv("SEGUE_LARGEST_SOURCE")).empty());
  for (const char* name : {"SEGUE_PROXIES", "SEGUE_SLOW_SOURCE", "SEGUE_LARGEST_SOURCE"}) ::unsetenv(name);
  CHECK(changes_between({{"A", "1"}, {"B", "2"}, {"C", "3"}}, {{"A", "1"}, {"B", "4"}, {"D", "5"}}) ==
        std::vector<std::string>{"B: was 2, is 4", "C: was 3, is not set", "D: was not set, is 5"});
}

TEST_CASE("an nginx has as many workers as this process may use cores, not as the machine has") {
  const test::OneCore pinned;
  const test::TemporaryFolder folder;
  const service::Home home{.root = folder.path(), .port = 9000, .public_url = "http://127.0.0.1:9000"};
  CHECK(settings_here(home, Installation::around("/src/build/bin/segue-up")).workers == 1);
}

TEST_CASE("proxies whose word is taken") {
  CHECK(proxy_lines("").value().empty());
  CHECK(proxy_lines("172.18.0.2").value() == "172.18.0.2 1; ");
  CHECK(proxy_lines("10.0.0.0/8,fd00::/8").value() == "10.0.0.0/8 1; fd00::/8 1; ");
  for (const char* wrong :
       {",", "10.0.0.0/33", "10.0.0.0/", "proxy", "10.0.0.1 ", "10.0.0.1;", "::1/129", "10.0.0.1,,::1", "10.0.0.0/-1"}) {
    INFO(wrong);
    CHECK_FALSE(proxy_lines(wrong));
  }
}

TEST_CASE("the services, in their order") {
  const Settings settings{.nginx = "/usr/sbin/nginx", .redis = "/usr/bin/redis-server", .user = "me", .workers = 2};
  std::string order;
  for (const Service& service : services_of(kHome, Installation::around("/nowhere/bin/segue-up"), settings)) {
    order += service.name + (service.is_started() ? " " + std::to_string(service.port) : ": " + service.left_out) + '\n';
  }
  CHECK(order ==
        "redis 0\n"
        "ingest: segue-ingest is not built\n"
        "origin 9001\n"
        "catalog: segue-catalog is not built\n"
        "edge 9002\n"
        "operator: segue-operator is not built\n"
        "gateway 9000\n");
}

TEST_CASE("a divided catalog: whoever is asked stands before who asks, each told where the others are") {
  const test::TemporaryFolder folder;
  std::filesystem::create_directories(folder.path() + "/bin");
  test::write_file(folder.path() + "/bin/segue-catalog", "");
  std::filesystem::permissions(folder.path() + "/bin/segue-catalog", std::filesystem::perms::owner_all);
  Settings split;
  split.is_split = true;
  std::string lines;
  for (const Service& service : services_of(kHome, Installation::around(folder.path() + "/bin/segue-up"), split)) {
    if (!service.is_started()) continue;
    lines += service.name + ' ' + service.url;
    for (std::size_t i = 1; i < service.command.size(); ++i) lines += ' ' + service.command[i];
    lines += '\n';
  }
  CHECK(lines ==
        "accounts http://127.0.0.1:9006 --listen 127.0.0.1:9006 --roles accounts\n"
        "playlists http://127.0.0.1:9008 --listen 127.0.0.1:9008 --roles playlists --accounts http://127.0.0.1:9006 "
        "--library http://127.0.0.1:9003\n"
        "catalog http://127.0.0.1:9003 --listen 127.0.0.1:9003 --roles library --accounts http://127.0.0.1:9006 "
        "--playlists http://127.0.0.1:9008 --search http://127.0.0.1:9007\n"
        "search http://127.0.0.1:9007 --listen 127.0.0.1:9007 --roles search --accounts http://127.0.0.1:9006 "
        "--library http://127.0.0.1:9003\n");
}

TEST_CASE("what is not installed is left out and said") {
  for (const Service& service : services_of(kHome, Installation::around("/nowhere/bin/segue-up"), {})) {
    CHECK(!service.is_started());
    CHECK(!service.left_out.empty());
  }
}

TEST_CASE("the templates of this tree have a value for every name") {
  const Settings settings{.nginx = "/usr/sbin/nginx", .redis = "/usr/bin/redis-server", .user = "me", .workers = 2};
  const Values values = template_values(kHome, Installation::around("/opt/bin/segue-up"), settings);
  for (const char* name : {"origin/conf/origin.conf.in", "edge-cache/conf/edge.conf.in", "gateway/conf/gateway.conf.in"}) {
    const auto text = read_file(std::string("../") + name);  // tests run in tests/
    REQUIRE(text);
    const auto filled = fill_template(name, *text, values);
    if (!filled) FAIL(filled.error().message);
    CHECK(filled->find("/srv/segue/run") != std::string::npos);
  }
}

TEST_CASE("the last line of a log") {
  const test::TemporaryFolder folder;
  const std::string path = folder.path() + "/a.log";
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", "nothing"}, {"\n\n", "nothing"}, {"one", "one"}, {"one\ntwo\n", "two"}, {"one\ntwo\n\n", "two"}};
  for (const auto& [text, expected] : cases) {
    test::write_file(path, text);
    CHECK(last_line(path) == expected);
  }
}
