// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/open_edge.h"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "edge-cache/message/text.h"

namespace segue::edge {
namespace {

struct Origin {
  bool tls = false;
  std::string authority;  // host or host:port
};

bool all_of(std::string_view text, std::string_view extra) noexcept {
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z') || extra.find(c) != std::string_view::npos;
  });
}

bool parse_origin(std::string_view url, Origin& origin) {
  origin.tls = url.starts_with("https://");
  if (!origin.tls && !url.starts_with("http://")) return false;
  url.remove_prefix(origin.tls ? 8 : 7);
  if (url.ends_with('/')) url.remove_suffix(1);
  origin.authority = url;
  return all_of(url, ".-_:[]");
}

// In a quoted text of nginx's configuration these mean something.
bool is_plain_path(std::string_view path) noexcept {
  return path.starts_with('/') && std::none_of(path.begin(), path.end(), [](char c) {
           return (c >= 0 && c < ' ') || c == '"' || c == '\\' || c == '$' || c == ';' || c == '{' || c == '}';
         });
}

void replace_all(std::string& text, std::string_view mark, std::string_view value) {
  for (std::size_t at = 0; (at = text.find(mark, at)) != std::string::npos; at += value.size()) text.replace(at, mark.size(), value);
}

std::string server_line(const Origin& origin, std::string_view parameters) {
  const bool has_port = origin.authority.rfind(':') != std::string::npos && !origin.authority.ends_with(']');
  return "    server " + origin.authority + (has_port ? "" : origin.tls ? ":443" : ":80") + std::string(parameters) + ";\n";
}

// Who is alone is never out: nobody could stand in. Several are balanced; behind shields origins are asked when all of these are out.
struct Servers {
  std::string lines, host;
  bool tls = false;

  bool add(const std::string& url, std::string_view parameters, std::string& error) {
    Origin origin;
    if (!parse_origin(url, origin)) {
      error = "origin " + url + ": expected http://host[:port] or https://host[:port]";
      return false;
    }
    if (!lines.empty() && origin.tls != tls) {
      error = "origins: expected all http or all https";
      return false;
    }
    tls = origin.tls;
    if (tls && host.empty()) host = origin.authority;
    lines += server_line(origin, parameters);
    return true;
  }
};

bool fill_origins(const OpenEdge& edge, std::string& text, std::string& error) {
  Servers servers{.lines = {}, .host = edge.host};
  const bool alone = edge.origins.size() + edge.shields.size() == 1;
  for (const std::string& url : edge.shields) {
    if (!servers.add(url, "", error)) return false;
  }
  for (const std::string& url : edge.origins) {
    if (!servers.add(url, alone ? " max_fails=0" : edge.shields.empty() ? "" : " backup", error)) return false;
  }
  if (!servers.host.empty() && !all_of(servers.host, ".-_:[]")) {
    error = "host " + servers.host + ": expected a host name";
    return false;
  }
  replace_all(text, "@SERVERS@\n", (alone ? "" : "    segue_edge_balance;\n") + servers.lines);
  replace_all(text, "@SCHEME@", servers.tls ? "https" : "http");
  replace_all(text, "@HOST@\n", servers.host.empty() ? std::string() : "  segue_edge_host \"" + servers.host + "\";\n");
  return true;
}

bool is_number(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// "8090", "127.0.0.1:8090", "[::1]:8090"; a host alone would be nginx's port 80.
bool is_listening(const std::string& address) {
  const std::size_t colon = address.rfind(':');
  const std::string port = colon == std::string::npos ? address : address.substr(colon + 1);
  return all_of(address, ".:[]*") && is_number(port) && port.size() <= 5 && std::stoi(port) >= 1 && std::stoi(port) <= 65535;
}

// "512m", "10g", "0" in bytes.
std::optional<std::uint64_t> bytes_of(std::string_view text) {
  constexpr std::string_view kUnits = "kmg";
  const std::size_t unit = text.empty() ? std::string_view::npos : kUnits.find(lower(text.back()));
  if (unit != std::string_view::npos) text.remove_suffix(1);
  if (!is_number(text) || text.size() > 15) return std::nullopt;
  const std::uint64_t number = std::stoull(std::string(text));
  const std::size_t shift = unit == std::string_view::npos ? 0 : 10 * (unit + 1);
  return number <= UINT64_MAX >> shift ? std::optional(number << shift) : std::nullopt;
}

void check_sizes(const OpenEdge& edge, std::string& error) {
  constexpr std::uint64_t kLeast = 1 << 20;  // as the module has it
  const auto size = bytes_of(edge.size);
  if (!size) error = "size " + edge.size + ": expected a number with k, m or g";
  if (size && *size < kLeast) error = "size " + edge.size + ": expected at least 1m";
  if (!bytes_of(edge.least_rate)) error = "least-rate " + edge.least_rate + ": expected a number with k or m";
  if (!bytes_of(edge.prefetch)) error = "prefetch " + edge.prefetch + ": expected a number with k or m";
}

constexpr std::string_view kStatusServer = R"(    access_log off;
    default_type text/plain;
    location = /metrics { segue_edge_metrics; }
    location = /explain { segue_edge_explain; }
    location / { return 404 "expected /metrics or /explain?url=\n"; }
    error_page 400 494 =400 /refused/400;
    error_page 403 /refused/403;
    error_page 405 /refused/405;
    error_page 413 /refused/413;
    error_page 414 /refused/414;
    error_page 500 /refused/500;
    error_page 501 /refused/501;
    error_page 505 /refused/505;
    location = /refused/400 { return 400 "expected an address that the edge keeps: /explain?url=http://HOST/PATH\n"; }
    location = /refused/403 { return 403 "for this machine only\n"; }
    location = /refused/405 { return 405 "expected GET or HEAD\n"; }
    location = /refused/413 { return 413 "a request here has no body\n"; }
    location = /refused/414 { return 414 "address too long\n"; }
    location = /refused/500 { return 500 "the edge cannot answer; its log says why\n"; }
    location = /refused/501 { return 501 "expected a transfer coding that HTTP/1.1 has\n"; }
    location = /refused/505 { return 505 "expected HTTP/1.0 or HTTP/1.1\n"; }
)";

bool has_http2_directive(const OpenEdge& edge) { return edge.nginx_version >= 1025001; }

// HTTP/2 beside HTTP/1.1. Bodies go by sendfile where the kernel encrypts (kTLS). A session is taken up again by its number: tickets would
// need keys that change.
std::string tls_lines(const OpenEdge& edge) {
  if (edge.certificate.empty()) return {};
  return std::string(has_http2_directive(edge) ? "    http2 on;\n" : "") + "    ssl_certificate \"" + edge.certificate +
         "\";\n    ssl_certificate_key \"" + edge.key +
         "\";\n    ssl_protocols TLSv1.2 TLSv1.3;\n    ssl_session_cache shared:segue_edge_tls:10m;\n    ssl_session_timeout 1h;\n"
         "    ssl_session_tickets off;\n    ssl_conf_command Options KTLS;\n" +
         (edge.staples ? "    ssl_stapling on;\n" : "");
}

std::string listen_words(const OpenEdge& edge) {
  return edge.listen + (edge.certificate.empty() ? "" : has_http2_directive(edge) ? " ssl" : " ssl http2");
}

std::string query_lines(const OpenEdge& edge) {
  std::string lines;
  if (!edge.ignored_query.empty()) lines += "  segue_edge_ignored_query " + edge.ignored_query + ";\n";
  if (!edge.kept_query.empty()) lines += "  segue_edge_kept_query " + edge.kept_query + ";\n";
  return lines;
}

// What is to be fetched is asked for on this machine, in the clear.
std::string purge_lines(const OpenEdge& edge) {
  if (edge.redis.empty()) return {};
  const std::size_t colon = edge.listen.rfind(':');
  const std::string host = colon == std::string::npos ? "*" : edge.listen.substr(0, colon), port = edge.listen.substr(colon + 1);
  const bool is_near = edge.certificate.empty() && (host == "*" || host == "0.0.0.0" || host == "127.0.0.1");
  return "  segue_edge_purges \"" + edge.redis + "\";\n" + (is_near ? "  segue_edge_preposition " + port + ";\n" : "");
}

std::string status_server(const OpenEdge& edge) {
  if (edge.status.empty()) return {};
  return "  server {\n    listen " + edge.status + ";\n" + std::string(kStatusServer) + "  }\n";
}

}  // namespace

std::string print_configuration(std::string_view configuration_template, const OpenEdge& edge, std::string& error) {
  // Without the lines that tell what is filled in where: in what was filled in they make no sense.
  const std::size_t begin = configuration_template.find("\nload_module");
  std::string text(begin == std::string_view::npos ? configuration_template : configuration_template.substr(begin + 1));
  if (edge.origins.empty()) error = "expected at least one --origin";
  if (!is_listening(edge.listen)) error = "listen " + edge.listen + ": expected host:port or port";
  if (!edge.status.empty() && !is_listening(edge.status)) error = "status " + edge.status + ": expected host:port or port";
  if (!edge.name.empty() && !all_of(edge.name, "-_")) error = "name " + edge.name + ": expected letters, digits, - and _";
  if (!is_plain_path(edge.home) || !is_plain_path(edge.modules))
    error = "home " + edge.home + ": expected an absolute path without quotes or $";
  if (edge.certificate.empty() != edge.key.empty()) error = "TLS: expected --certificate and --key, or neither";
  if (edge.staples && edge.certificate.empty()) error = "ocsp: expected --certificate";
  for (const std::string& file : {edge.certificate, edge.key})
    if (!file.empty() && !is_plain_path(file)) error = "TLS " + file + ": expected an absolute path without quotes or $";
  if (!all_of(edge.user, "_-")) error = "user " + edge.user + ": expected letters, digits, - and _";
  if (!edge.redis.empty() && !is_plain_path(edge.redis)) error = "redis " + edge.redis + ": expected an absolute path without quotes or $";
  for (const std::string& names : {edge.ignored_query, edge.kept_query})
    if (!names.empty() && !all_of(names, "_-.,~[]%")) error = "query " + names + ": expected names of parameters, with commas between";
  check_sizes(edge, error);
  if (!error.empty() || !fill_origins(edge, text, error)) return {};
  replace_all(text, "@MODULES@", edge.modules);
  replace_all(text, "@HOME@", edge.home);
  replace_all(text, "@USER@", edge.user);
  replace_all(text, "@WORKERS@", std::to_string(edge.workers));
  replace_all(text, "@LISTEN@", listen_words(edge));
  replace_all(text, "@TLS@\n", tls_lines(edge));
  replace_all(text, "@NAME@", edge.name.empty() ? "segue-edge" : edge.name);
  replace_all(text, "@QUERY@\n", query_lines(edge));
  replace_all(text, "@PURGES@\n", purge_lines(edge));
  replace_all(text, "@STATUS@\n", status_server(edge));
  replace_all(text, "@FILES@", std::to_string(edge.files));
  replace_all(text, "@CONNECTIONS@", std::to_string(edge.files / 2));
  replace_all(text, "@OBJECTS@", std::to_string(edge.objects));
  replace_all(text, "@SIZE@", edge.size);
  replace_all(text, "@PREFETCH@", edge.prefetch);
  replace_all(text, "@LEAST_RATE@", edge.least_rate);
  replace_all(text, "@TIMEOUT@", std::to_string(edge.timeout));
  return text;
}

}  // namespace segue::edge
