// SPDX-License-Identifier: Apache-2.0
// The server over real sockets, with clients that behave and clients that do not.
#include "service/http/server.h"

#include <future>
#include <thread>

#include "service/http/problem.h"
#include "tests/catch.h"
#include "tests/service/http/client.h"

namespace segue::service::http {
namespace {

using tests::Client;

struct Running {
  explicit Running(ServerOptions options = {}) {
    router.add(Method::get, "/hello/{name}", Runs::here,
               [](const Request& request) { return Response::json("{\"hello\":\"" + std::string(request.parameter("name")) + "\"}"); });
    router.add(Method::post, "/echo", Runs::on_pool, [](const Request& request) { return Response::json(request.body, 201); });
    router.add(Method::get, "/throws", Runs::on_pool, [](const Request&) -> Response { throw std::runtime_error("no"); });
    router.add(Method::get, "/split", Runs::here, [](const Request&) {
      Response response = Response::json("{}");
      response.headers.emplace_back("X-Bad", "a\r\nSet-Cookie: b");
      return response;
    });
    router.add(Method::get, "/wait", Runs::on_pool, [this](const Request&) {
      entered.set_value();
      release.get_future().wait();
      return Response::json("{\"waited\":true}");
    });
    metrics.emplace(router);
    server.emplace(router, *metrics, options);
    const auto started = server->start();
    REQUIRE(started);
  }
  std::promise<void> entered, release;
  Router router;
  std::optional<Metrics> metrics;
  std::optional<Server> server;
};

TEST_CASE("a request, its answer, and the same connection again") {
  Running running;
  Client client(running.server->port());
  const auto first = client.get("/hello/w%C3%B6rld", "X-Request-Id: abc-1\r\n");
  CHECK(first.status == 200);
  CHECK(first.body == "{\"hello\":\"wörld\"}");
  CHECK(first.fields.at("content-type") == "application/json");
  CHECK(first.fields.at("x-request-id") == "abc-1");
  CHECK(first.fields.contains("date"));
  const auto same = client.get("/hello/w%C3%B6rld", "If-None-Match: \"x\", W/" + first.fields.at("etag") + "\r\n");
  CHECK(same.status == 304);
  CHECK_FALSE(same.fields.contains("content-length"));
  client.send("HEAD /hello/x HTTP/1.1\r\nHost: t\r\n\r\n");
  CHECK(client.receive(true).fields.at("content-length") == "13");
  client.send("POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 3\r\n\r\n{ }");
  CHECK(client.receive().body == "{ }");
}

TEST_CASE("pipelined requests are answered in order, on every loop") {
  ServerOptions options;
  options.threads = 3;
  Running running(options);
  for (int round = 0; round < 6; ++round) {
    Client client(running.server->port());
    std::string requests;
    for (int i = 0; i < 50; ++i) requests += "GET /hello/" + std::to_string(i) + " HTTP/1.1\r\nHost: t\r\n\r\n";
    client.send(requests);
    for (int i = 0; i < 50; ++i) REQUIRE(client.receive().body == "{\"hello\":\"" + std::to_string(i) + "\"}");
  }
}

TEST_CASE("what is not served is a problem") {
  Running running;
  Client client(running.server->port());
  struct Row {
    const char* request;
    int status;
  };
  const Row rows[] = {{"GET /nothing HTTP/1.1\r\nHost: t\r\n\r\n", 404},
                      {"DELETE /hello/x HTTP/1.1\r\nHost: t\r\n\r\n", 405},
                      {"BREW /hello/x HTTP/1.1\r\nHost: t\r\n\r\n", 501},
                      {"GET /hello/%zz HTTP/1.1\r\nHost: t\r\n\r\n", 400},
                      {"GET /hello/%FF HTTP/1.1\r\nHost: t\r\n\r\n", 400},
                      {"GET /hello/%00 HTTP/1.1\r\nHost: t\r\n\r\n", 400},
                      {"GET /hello/..%2F..%2Fetc HTTP/1.1\r\nHost: t\r\n\r\n", 400},
                      {"GET /hello//x HTTP/1.1\r\nHost: t\r\n\r\n", 400},
                      {"GET /throws HTTP/1.1\r\nHost: t\r\n\r\n", 500}};
  for (const Row& row : rows) {
    client.send(row.request);
    const auto answer = client.receive();
    INFO(row.request);
    CHECK(answer.status == row.status);
    CHECK(answer.fields.at("content-type") == "application/problem+json");
  }
  client.send("DELETE /hello/x HTTP/1.1\r\nHost: t\r\n\r\n");
  CHECK(client.receive().fields.at("allow") == "GET, HEAD");
  CHECK_FALSE(client.get("/split").fields.contains("set-cookie"));
}

TEST_CASE("what is no HTTP, or too much of it, is refused and the connection closed") {
  Running running;
  struct Row {
    std::string bytes;
    int status;
  };
  const Row rows[] = {{"hello there\r\n\r\n", 400},
                      {"GET / HTTP/1.1\r\nX: " + std::string(20000, 'a') + "\r\n\r\n", 431},
                      {"POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 99999999\r\n\r\n", 413},
                      {"POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400}};
  for (const Row& row : rows) {
    Client client(running.server->port());
    client.send(row.bytes);
    INFO(row.bytes.substr(0, 40));
    CHECK(client.receive().status == row.status);
    CHECK(client.at_end());
  }
  Client one(running.server->port());
  one.send("GET /hello/x HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n");
  CHECK(one.receive().status == 200);
  CHECK(one.at_end());
}

TEST_CASE("a client that is too slow loses its connection, the others do not notice") {
  ServerOptions options;
  options.header_patience = std::chrono::seconds(1);
  Running running(options);
  Client slow(running.server->port()), good(running.server->port());
  slow.send("GET /hello/x HT");
  CHECK(good.get("/hello/x").status == 200);
  CHECK(slow.at_end());
  CHECK(good.get("/hello/x").status == 200);
}

TEST_CASE("stop: what runs is answered, what stands idle is closed, nobody new comes in") {
  Running running;
  const auto port = running.server->port();
  Client busy(port), idle(port);
  CHECK(idle.get("/hello/x").status == 200);
  busy.send("GET /wait HTTP/1.1\r\nHost: t\r\n\r\n");
  running.entered.get_future().wait();
  std::thread stopper([&] { running.server->stop(std::chrono::seconds(30)); });
  CHECK(idle.at_end());
  running.release.set_value();
  const auto last = busy.receive();
  CHECK(last.body == "{\"waited\":true}");
  CHECK(last.fields.at("connection") == "close");
  stopper.join();
  CHECK_FALSE(Client(port).connected());
}

TEST_CASE("two servers on one port: the second is told") {
  Running running;
  ServerOptions options;
  options.port = running.server->port();
  Server second(running.router, *running.metrics, options);
  const auto started = second.start();
  REQUIRE_FALSE(started);
  CHECK(started.error().message.find(std::to_string(options.port)) != std::string::npos);
}

TEST_CASE("metrics count by route and class") {
  Running running;
  {
    Client client(running.server->port());
    client.get("/hello/x");
    client.get("/nothing");
    client.get("/hello/y");
  }
  running.server->stop();
  const std::string text = running.metrics->text();
  CHECK(text.find("segue_http_requests_total{method=\"GET\",route=\"/hello/{name}\",code=\"2xx\"} 2\n") != std::string::npos);
  CHECK(text.find("segue_http_requests_total{method=\"\",route=\"\",code=\"4xx\"} 1\n") != std::string::npos);
}

}  // namespace
}  // namespace segue::service::http
