// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/open_edge.h"
#include "tests/catch.h"

using namespace segue::edge;

namespace {

constexpr char kTemplate[] = "@LISTEN@|@SCHEME@|@SIZE@|@OBJECTS@|@WORKERS@|@HOME@\n@SERVERS@\n@HOST@\n@STATUS@\n";

OpenEdge edge_of(std::vector<std::string> origins) {
  return {.modules = "/m",
          .home = "/h",
          .user = "me",
          .listen = "127.0.0.1:1",
          .host = {},
          .origins = std::move(origins),
          .size = "1g",
          .objects = 16};
}

}  // namespace

TEST_CASE("a configuration from a command line") {
  std::string error;
  CHECK(print_configuration(kTemplate, edge_of({"http://a/", "http://b:81"}), error) ==
        "127.0.0.1:1|http|1g|16|1|/h\n    segue_edge_balance;\n    server a:80;\n    server b:81;\n");
  CHECK(print_configuration(kTemplate, edge_of({"https://a"}), error) ==
        "127.0.0.1:1|https|1g|16|1|/h\n    server a:443 max_fails=0;\n  segue_edge_host \"a\";\n");
  OpenEdge shielded = edge_of({"http://a"});
  shielded.shields = {"http://s:1", "http://t"};
  shielded.name = "edge-7";
  CHECK(print_configuration("@NAME@\n@SERVERS@\n", shielded, error) ==
        "edge-7\n    segue_edge_balance;\n    server s:1;\n    server t:80;\n    server a:80 backup;\n");
  OpenEdge watched = edge_of({"http://a"});
  watched.status = "127.0.0.1:2";
  const std::string status = print_configuration("@STATUS@\n", watched, error);
  CHECK(status.starts_with("  server {\n    listen 127.0.0.1:2;\n    access_log off;\n"));
  CHECK(status.find("\n    location = /metrics { segue_edge_metrics; }\n    location = /explain { segue_edge_explain; }\n") !=
        std::string::npos);
  CHECK(status.ends_with("\n  }\n"));
}

TEST_CASE("TLS, with HTTP/2 as this nginx spells it") {
  std::string error;
  OpenEdge edge = edge_of({"http://a"});
  edge.certificate = "/c.pem";
  edge.key = "/k.pem";
  const char* const rest =
      "    ssl_certificate \"/c.pem\";\n    ssl_certificate_key \"/k.pem\";\n    ssl_protocols TLSv1.2 TLSv1.3;\n"
      "    ssl_session_cache shared:segue_edge_tls:10m;\n    ssl_session_timeout 1h;\n    ssl_session_tickets off;\n"
      "    ssl_conf_command Options KTLS;\n";
  CHECK(print_configuration("@LISTEN@\n@TLS@\n", edge, error) == "127.0.0.1:1 ssl http2\n" + std::string(rest));
  edge.nginx_version = 1026003;
  edge.staples = true;
  CHECK(print_configuration("@LISTEN@\n@TLS@\n", edge, error) ==
        "127.0.0.1:1 ssl\n    http2 on;\n" + std::string(rest) + "    ssl_stapling on;\n");
  edge.key = "";
  CHECK(print_configuration("@TLS@\n", edge, error).empty());
  CHECK(error == "TLS: expected --certificate and --key, or neither");
}

TEST_CASE("nothing from outside reaches nginx's configuration as configuration") {
  for (const char* origin : {"ftp://a", "http://", "http://a;b", "http://a/path", "http://a\"", "http://a b"}) {
    std::string error;
    CAPTURE(origin);
    CHECK(print_configuration(kTemplate, edge_of({origin}), error).empty());
    CHECK(error.find("expected http://host") != std::string::npos);
  }
  OpenEdge listen = edge_of({"http://a"}), home = listen, size = listen, status = listen, name = listen,
           mixed = edge_of({"http://a", "https://b"});
  listen.listen = "1; }";
  home.home = "/a\" $b";
  size.size = "1;";
  status.status = "1; }";
  name.name = "a;";
  for (const OpenEdge& edge : {listen, home, size, status, name, mixed}) {
    std::string error;
    CHECK(print_configuration(kTemplate, edge, error).empty());
    CHECK_FALSE(error.empty());
  }
}

TEST_CASE("purges come by a Redis, and what is to be fetched where this machine can ask") {
  struct Row {
    const char *listen, *certificate, *lines;
  };
  const Row rows[] = {{"8090", "", "  segue_edge_purges \"/r.sock\";\n  segue_edge_preposition 8090;\n"},
                      {"127.0.0.1:81", "", "  segue_edge_purges \"/r.sock\";\n  segue_edge_preposition 81;\n"},
                      {"10.0.0.1:81", "", "  segue_edge_purges \"/r.sock\";\n"},
                      {"443", "/c.pem", "  segue_edge_purges \"/r.sock\";\n"}};
  for (const Row& row : rows) {
    CAPTURE(row.listen);
    OpenEdge edge = edge_of({"http://a"});
    edge.listen = row.listen;
    edge.certificate = edge.key = row.certificate;
    edge.redis = "/r.sock";
    std::string error;
    CHECK(print_configuration("@PURGES@\n", edge, error) == row.lines);
  }
  OpenEdge edge = edge_of({"http://a"});
  edge.redis = "/r\";";
  std::string error;
  CHECK(print_configuration("@PURGES@\n", edge, error).empty());
  CHECK(error.starts_with("redis /r"));
  OpenEdge slow = edge_of({"http://a"});
  error.clear();
  CHECK(print_configuration("@LEAST_RATE@\n", slow, error) == "1k\n");
  slow.least_rate = "fast";
  CHECK(print_configuration("@LEAST_RATE@\n", slow, error).empty());
  CHECK(error == "least-rate fast: expected a number with k or m");
}

TEST_CASE("addresses and sizes are told by us, not by nginx") {
  struct Row {
    const char *listen, *size, *wrong;
  };
  const Row rows[] = {
      {"8090", "10g", ""},
      {"[::1]:8090", "512M", ""},
      {"*:65535", "100000000", ""},
      {"banana", "10g", "listen banana: expected host:port or port"},
      {"127.0.0.1", "10g", "listen 127.0.0.1: expected host:port or port"},
      {"127.0.0.1:0", "10g", "listen 127.0.0.1:0: expected host:port or port"},
      {"65536", "10g", "listen 65536: expected host:port or port"},
      {"8090", "banana", "size banana: expected a number with k, m or g"},
      {"8090", "g", "size g: expected a number with k, m or g"},
      {"8090", "", "size : expected a number with k, m or g"},
      {"8090", "1048575", "size 1048575: expected at least 1m"},
      {"8090", "1023k", "size 1023k: expected at least 1m"},
      {"8090", "1024K", ""},
      {"8090", "107374182400", ""},
      {"8090", "17179869184g", "size 17179869184g: expected a number with k, m or g"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.listen, row.size);
    OpenEdge edge = edge_of({"http://a"});
    edge.listen = row.listen;
    edge.size = row.size;
    std::string error;
    CHECK(print_configuration(kTemplate, edge, error).empty() == (*row.wrong != 0));
    CHECK(error == row.wrong);
  }
}
