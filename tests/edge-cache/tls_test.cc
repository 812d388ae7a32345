// SPDX-License-Identifier: Apache-2.0
// TLS, HTTP/2 and OCSP towards clients, asked by curl and by OpenSSL's own client.
#include <sys/types.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <initializer_list>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "edge-cache/kernel_tls.h"
#include "tests/catch.h"
#include "tests/edge-cache/printed.h"
#include "tests/edge-cache/served.h"
#include "tests/origin/nginx_server.h"

using namespace segue::test;

namespace {

std::string output_of(const std::string& command) { return printed_by(command).text; }

// (Appending in one expression makes GCC 12 warn of what is not there.)
std::string joined(std::initializer_list<std::string_view> parts) {
  std::string text;
  for (const std::string_view part : parts) text += part;
  return text;
}

void must(const std::string& command) {
  CAPTURE(command);
  REQUIRE(std::system(command.c_str()) == 0);
}

constexpr std::size_t kBytes = 300000;

std::string body() {
  std::string text(kBytes, ' ');
  for (std::size_t i = 0; i < kBytes; ++i) text[i] = static_cast<char>('a' + i * i % 26);
  return text;
}

bool send_body(const OriginServer::Exchange& exchange) {
  exchange.send("HTTP/1.1 200 OK\r\nContent-Length: 300000\r\nCache-Control: max-age=60\r\nETag: \"e\"\r\n\r\n");
  exchange.send(body());
  return true;
}

// An authority, whose OCSP responder would be at that port, and a certificate of it for 127.0.0.1.
struct Authority {
  Authority(const std::string& path, int responder) : folder(path + '/') {
    const std::string here = joined({"cd ", folder, " && openssl "});
    must(here +
         "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=authority -keyout ca.key -out ca.pem 2>/dev/null");
    must(here + "req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=edge -keyout edge.key -out edge.csr 2>/dev/null");
    std::ofstream(folder + "ca.conf") << "[ca]\ndefault_ca=a\n[a]\ndatabase=index\nserial=serial\nnew_certs_dir=.\ndefault_md=sha256\n"
                                         "policy=p\nx509_extensions=e\n[p]\ncommonName=supplied\n[e]\nsubjectAltName=IP:127.0.0.1\n"
                                         "authorityInfoAccess=OCSP;URI:http://127.0.0.1:"
                                      << responder << "\n";
    std::ofstream(folder + "index") << "";
    std::ofstream(folder + "serial") << "01\n";
    must(here + "ca -batch -config ca.conf -cert ca.pem -keyfile ca.key -days 2 -in edge.csr -out edge.pem 2>/dev/null");
    must(joined({"cd ", folder, " && cat edge.pem ca.pem > chain.pem"}));
  }
  [[nodiscard]] std::vector<std::string> options() const { return {"--certificate", folder + "chain.pem", "--key", folder + "edge.key"}; }
  std::string folder;
};

// Of `segue edge` that speaks TLS; its fixture waits for the port alone.
struct Secured {
  explicit Secured(const std::vector<std::string>& more = {})
      : responder_port(free_port()), authority(files.path, responder_port), served(send_body, with(authority.options(), more)) {}
  static std::vector<std::string> with(std::vector<std::string> options, const std::vector<std::string>& more) {
    options.insert(options.end(), more.begin(), more.end());
    return options;
  }
  [[nodiscard]] std::string port() const { return std::to_string(served.edge->port()); }
  [[nodiscard]] std::string curl(const std::string& options, const std::string& path = "/v/1") const {
    return output_of(
        joined({"curl -s --max-time 20 --cacert ", authority.folder, "ca.pem ", options, " https://127.0.0.1:", port(), path}));
  }
  EdgeFolder files;
  int responder_port;
  Authority authority;
  Served served;
};

}  // namespace

TEST_CASE("hits over TLS, by HTTP/1.1 and HTTP/2: whole, ranges, several ranges, HEAD, conditions") {
  Secured edge;
  const std::string all = body();
  REQUIRE(edge.curl("--http2") == all);
  struct Row {
    const char *options, *has;
    std::string ends;
  };
  const Row rows[] = {
      {"--http2 -i", "HTTP/2 200", all},
      {"--http1.1 -i", "HTTP/1.1 200", all},
      {"--tls-max 1.2 --http2 -i", "HTTP/2 200", all},
      {"--tls-max 1.2 --http1.1 -i", "cache-status: segue-edge; hit", all},
      {"--http2 -i -r 100-199", "content-range: bytes 100-199/300000", all.substr(100, 100)},
      {"--http2 -i -r 200000-", "HTTP/2 206", all.substr(200000)},
      {"--http2 -i -r 5-9,299990-", "multipart/byteranges", "--\r\n"},
      {"--http2 -I", "content-length: 300000", "\r\n\r\n"},
      {"--http2 -i -H 'If-None-Match: \"e\"'", "HTTP/2 304", "\r\n\r\n"},
      {"--http2 -i -r 300000-", "HTTP/2 416", ""},
      {"--http2 -i -X TRACE", "HTTP/2 405", "this method is not forwarded\n"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.options);
    std::string answer = edge.curl(row.options);
    CHECK(ends_with(answer, row.ends));
    std::string head = answer.substr(0, answer.find("\r\n\r\n"));
    if (std::string_view(row.has).starts_with("cache-status"))
      for (char& c : head) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    CAPTURE(head);
    CHECK(head.find(row.has) != std::string::npos);
  }
  CHECK(edge.served.origin.requests("/v/1") == 1);
}

TEST_CASE("many of one HTTP/2 connection at once: each its own bytes, one request for each object") {
  Secured edge;
  // Twenty objects, each asked for twice, and the first again by ranges; curl checks nothing, so lengths and bytes are compared here.
  const std::string target = edge.files.path + "/got";
  const std::string list = edge.curl(joined({"--http2 --parallel --parallel-max 40 --parallel-immediate --no-progress-meter -w ",
                                             "'%{http_version} %{http_code} %{size_download}\\n' -o ", target, "'#1-#2'"}),
                                     "/v/'[1-20]?again=[1-2]'");
  std::size_t good = 0;
  for (std::size_t at = 0; (at = list.find("2 200 300000\n", at)) != std::string::npos; ++at) ++good;
  CHECK(good == 40);
  std::ifstream file(target + "7-2", std::ios::binary);
  CHECK(std::string(std::istreambuf_iterator<char>(file), {}) == body());
}

TEST_CASE("answers are encrypted by the kernel where it can, by the workers where not, and the figures tell which") {
  const Secured edge;
  const auto count = [&](const char* by) {
    const std::string line = joined({"segue_edge_tls_responses_total{by=\"", by, "\"} "});
    const std::string metrics = http_get(edge.served.edge->status_port(), "/metrics").body;
    const std::size_t at = metrics.find(line);
    return at == std::string::npos ? -1 : std::atoi(metrics.c_str() + at + line.size());
  };
  const char *is = segue::edge::kernel_encrypts() ? "kernel" : "worker", *is_not = segue::edge::kernel_encrypts() ? "worker" : "kernel";
  for (int i = 1; i <= 3; ++i) CHECK(edge.curl(i == 3 ? "--http2" : "--http1.1").size() == kBytes);
  // Counted when the answer is through, which its client may know before.
  for (int i = 0; i < 10000 && count(is) < 3; ++i) std::this_thread::yield();
  CHECK(count(is) == 3);
  CHECK(count(is_not) == 0);
  const EdgeFolder other;
  const std::string said = output_of(
      joined({EDGE, " --home ", other.path, " --listen ", std::to_string(free_port()), " --origin http://127.0.0.1:1 --certificate ",
              edge.authority.folder, "edge.key --key ", edge.authority.folder, "edge.key 2>&1"}));  // which nginx does not take
  CHECK(said.find(joined({"TLS is encrypted by the ", is})) != std::string::npos);
}

TEST_CASE("old TLS and plain HTTP are refused") {
  Secured edge;
  CHECK(edge.curl("--tls-max 1.1 --ciphers DEFAULT@SECLEVEL=0 -w '%{http_code}'") == "000");
  const Response plain = edge.served.ask("/v/1");
  CHECK(plain.status == 400);
  CHECK(plain.body == "not an HTTP request that can be answered\n");
}

TEST_CASE("a connection that comes again takes up its session") {
  Secured edge;
  for (const char* version : {"-tls1_2", "-tls1_3"}) {
    CAPTURE(version);
    const std::string session = edge.files.path + "/session" + version;
    // The session of TLS 1.3 comes after the handshake: an answer is read before.
    const auto connect = [&](const std::string& what) {
      return output_of(joined({"printf 'HEAD /v/1 HTTP/1.1\\r\\nHost: h\\r\\nConnection: close\\r\\n\\r\\n' | openssl s_client -ign_eof ",
                               version, " -connect 127.0.0.1:", edge.port(), " ", what, " ", session, " 2>&1"}));
    };
    CHECK(connect("-sess_out").find("\nNew, ") != std::string::npos);
    CHECK(connect("-sess_in").find("\nReused, ") != std::string::npos);
  }
}

TEST_CASE("the certificate's state is stapled (OCSP)") {
  Secured edge({"--ocsp"});
  const std::string pid =
      output_of(joined({"cd ", edge.files.path, " && { openssl ocsp -index index -CA ca.pem -rsigner ca.pem -rkey ca.key -nrequest 20 ",
                        "-port ", std::to_string(edge.responder_port), " >ocsp.log 2>&1 & echo $!; }"}));
  const std::string ask = joined({"openssl s_client -status -connect 127.0.0.1:", edge.port(), " </dev/null 2>/dev/null"});
  // nginx asks the responder after the first handshake that wanted it.
  bool good = false;
  for (int i = 0; i < 600 && !good; ++i) good = output_of(ask).find("Cert Status: good") != std::string::npos;
  CHECK(good);
  must("kill " + pid);
}

TEST_CASE("a certificate that is not there is one line") {
  const EdgeFolder folder;
  const std::string said =
      output_of(joined({EDGE, " --home ", folder.path, " --listen ", std::to_string(free_port()),
                        " --origin http://127.0.0.1:1 --certificate /nowhere/c.pem --key /nowhere/k.pem 2>&1; echo $?"}));
  CHECK(said == "segue edge: /nowhere/c.pem: cannot be read: No such file or directory\n1\n");
}
