// SPDX-License-Identifier: Apache-2.0
// `segue token`: makes and checks media tokens and Common Access Tokens, and keeps the key file that edges read.
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <nlohmann/json.hpp>

#include "access/api_token.h"
#include "access/duration.h"
#include "access/gate.h"
#include "access/key_file.h"
#include "access/key_store.h"
#include "access/media_token.h"
#include "cli/command.h"
#include "cli/text.h"

namespace {

using namespace segue;
using access::Algorithm;

const cli::Command kCommand{
    "token",
    "make and check the tokens that edges ask for",
    "",
    "Prints an address that plays until it expires. The token stands at the start of the path, so that everything a playlist names "
    "carries it on; --in query puts it into the query instead (a browser then carries it on by a cookie).\n\n"
    "A path that names a manifest or ends in / covers its whole folder. Keys are read from the key file, the first one that can sign "
    "is used; edges read the same file again when it changes.",
    {
        {"path", 'p', "PATH", "", "what the token opens: /v/ASSET/master.m3u8, /v/ASSET/", 0, 0},
        {"exact", 0, "", "", "only that path, not its folder", 0, 0},
        {"expires", 'e', "DURATION", "1h", "how long: 90s, 15m, 1h, 7d", 0, 0},
        {"ip", 0, "NETWORK", "", "only from this address or network", 0, 0},
        {"referrer", 0, "HOST", "", "only from pages of this host and its subdomains (not with --cat)", 0, 0},
        {"cat", 0, "", "", "a Common Access Token (CTA-5007) instead of Segue's own form", 0, 0},
        {"algorithm", 'a', "NAME", "", "HS256 or ES256 with --cat (HS256 unless told); with --new-key also EdDSA", 0, 0},
        {"issuer", 0, "NAME", "", "CAT: iss", 0, 0},
        {"subject", 0, "NAME", "", "CAT: sub, stands in the edge's log", 0, 0},
        {"method", 0, "NAME", "", "CAT: catm, may be given several times", 0, 0},
        {"renew", 0, "DURATION", "", "CAT: catr, the edge hands out a token that lives so long before this one expires", 0, 0},
        {"api", 0, "SCOPE", "", "a token of the API instead: edge:read, edge:purge; may be given several times; for --subject", 0, 0},
        {"in", 0, "PLACE", "path", "path, query, or token (the token alone)", 0, 0},
        {"base", 0, "URL", "", "start of the printed address (SEGUE_PUBLIC_URL, else the gateway of this machine)", 0, 0},
        {"check", 0, "TOKEN|URL", "", "says what a token allows for --path, --ip and --method; exit status 1 when it is refused", 0, 0},
        {"new-key", 0, "ID", "", "puts a new key in front of the key file", 0, 0},
        {"drop-key", 0, "ID", "", "takes a key out: its tokens are refused from then on", 0, 0},
        {"public-keys", 0, "", "", "prints the public halves, for an edge that must not sign", 0, 0},
        {"key", 'k', "FILE", "", "the key file ($SEGUE_HOME/access/keys)", 0, 0},
        {"json", 0, "", "", "one JSON object", 0, 0},
    },
    {
        {"segue token --new-key k1", "A first key."},
        {"segue token --path /v/kindred-3f/master.m3u8 --expires 1h", "An address that plays for an hour."},
        {"segue token --api edge:purge --subject deploy --expires 30d", "A token that may purge through the operator's API."},
        {"segue token --path /v/kindred-3f/ --cat --ip 203.0.113.7 --renew 10m", "A Common Access Token for one listener."},
    },
};

std::string environment(const char* name, std::string fallback) {
  const char* value = std::getenv(name);
  return value && *value ? value : std::move(fallback);
}

std::string key_path(const cli::Arguments& arguments) {
  return arguments.has("key") ? arguments.text("key") : environment("SEGUE_HOME", "./var") + "/access/keys";
}

std::string base_of(const cli::Arguments& arguments) {
  if (arguments.has("base")) return arguments.text("base");
  return environment("SEGUE_PUBLIC_URL", "http://127.0.0.1:" + environment("SEGUE_PORT", "8080"));
}

std::string covered(const cli::Arguments& arguments) {
  const std::string path = arguments.text("path");
  const bool manifest = path.ends_with(".m3u8") || path.ends_with(".mpd");
  return manifest && !arguments.has("exact") ? path.substr(0, path.rfind('/') + 1) : path;
}

Result<std::string> make_cat(const cli::Arguments& arguments, const access::Key& key, std::int64_t now, std::int64_t expires) {
  access::CatClaims claims;
  claims.issuer = arguments.text("issuer");
  claims.subject = arguments.text("subject");
  claims.issued_at = now;
  claims.expires = expires;
  claims.methods = arguments.all("method");
  const std::string path = covered(arguments);
  if (!access::is_plain_path(path)) return Error{"path: expected a plain absolute path"};
  using Condition = access::UriCondition;
  claims.uri.push_back({Condition::Part::path, path.ends_with('/') ? Condition::Match::prefix : Condition::Match::exact, path});
  if (arguments.has("ip")) {
    const auto network = access::network_of(arguments.text("ip"));
    if (!network) return Error{"ip: expected an IP address or a network (203.0.113.0/24), found " + cli::printable(arguments.text("ip"))};
    claims.networks.push_back(*network);
  }
  if (arguments.has("renew")) {
    const auto adds = access::parse_duration(arguments.text("renew"));
    if (!adds) return adds.error();
    claims.renewal.emplace();
    claims.renewal->adds = adds->count();
  }
  return access::issue(claims, key);
}

Result<std::string> make_token(const cli::Arguments& arguments, std::int64_t now, std::int64_t expires) {
  const auto ring = access::load_keys(key_path(arguments));
  if (!ring) return Error{ring.error().message + " (segue token --new-key ID makes a first key)"};
  const auto algorithm = access::algorithm_of(arguments.has("algorithm") ? arguments.text("algorithm") : "HS256");
  if (!algorithm) return algorithm.error();
  const access::Key* key = ring->signer(*algorithm);
  if (!key) return Error{key_path(arguments) + ": no key that signs with " + std::string(access::name_of(*algorithm))};
  if (arguments.has("cat")) return make_cat(arguments, *key, now, expires);
  return access::issue({expires, covered(arguments), arguments.text("ip"), arguments.text("referrer")}, *key);
}

int issue_api_token(const cli::Arguments& arguments) {
  const auto lifetime = access::parse_duration(arguments.text("expires"));
  if (!lifetime) return cli::usage_error(kCommand, "--expires: " + lifetime.error().message);
  if (arguments.text("subject").empty()) return cli::usage_error(kCommand, "--api wants --subject: whose token it is");
  const auto ring = access::load_keys(key_path(arguments));
  if (!ring) return cli::failure(kCommand, ring.error().message + " (segue token --new-key ID --algorithm EdDSA makes a first key)");
  const access::Key* key = ring->signer(Algorithm::eddsa);
  if (!key)
    return cli::failure(kCommand, key_path(arguments) + ": no key that signs with EdDSA (segue token --new-key ID --algorithm EdDSA)");
  const std::int64_t now = std::time(nullptr), expires = now + lifetime->count();
  const auto token = access::issue({arguments.text("subject"), now, expires, "", arguments.all("api")}, *key);
  if (!token) return cli::usage_error(kCommand, token.error().message);
  if (!arguments.has("json")) return std::printf("%s\n", token->c_str()) > 0 ? cli::kDone : cli::kFailed;
  const nlohmann::ordered_json answer{{"token", *token}, {"scopes", arguments.all("api")}, {"expires", expires}};
  std::printf("%s\n", answer.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
  return cli::kDone;
}

int issue(const cli::Arguments& arguments) {
  const std::string place = arguments.text("in");
  if (place != "path" && place != "query" && place != "token") return cli::usage_error(kCommand, "--in: expected path, query or token");
  if (!arguments.has("cat") && (arguments.has("renew") || arguments.has("issuer") || arguments.has("subject") || arguments.has("method")))
    return cli::usage_error(kCommand, "--issuer, --subject, --method and --renew want --cat");
  if (arguments.has("cat") && arguments.has("referrer")) return cli::usage_error(kCommand, "--referrer: not with --cat");
  const auto lifetime = access::parse_duration(arguments.text("expires"));
  if (!lifetime) return cli::usage_error(kCommand, "--expires: " + lifetime.error().message);
  const std::int64_t now = std::time(nullptr), expires = now + lifetime->count();
  const auto token = make_token(arguments, now, expires);
  if (!token) return cli::failure(kCommand, token.error().message);
  const std::string path = arguments.text("path");
  const std::string url = base_of(arguments) + (place == "path" ? std::string(access::kTokenPath) + *token + path
                                                                : path + (arguments.has("cat") ? "?CAT=" : "?token=") + *token);
  if (arguments.has("json")) {
    const nlohmann::ordered_json answer{{"url", url}, {"token", *token}, {"path", covered(arguments)}, {"expires", expires}};
    std::printf("%s\n", answer.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
  } else {
    std::printf("%s\n", place == "token" ? token->c_str() : url.c_str());
  }
  return cli::kDone;
}

// What is printed is an address with a token in it; either may be asked about.
std::string token_in(const std::string& text) {
  for (const std::string_view before : {std::string_view(access::kTokenPath), std::string_view("token="), std::string_view("CAT=")}) {
    const std::size_t at = text.find(before);
    if (at == std::string::npos) continue;
    const std::size_t begin = at + before.size();
    return text.substr(begin, text.find_first_of("/&", begin) - begin);
  }
  return text;
}

int check(const cli::Arguments& arguments) {
  auto ring = access::load_keys(key_path(arguments));
  if (!ring) return cli::failure(kCommand, ring.error().message);
  const std::string path = arguments.text("path"), address = arguments.text("ip"), referrer = arguments.text("referrer");
  access::Carried carried;
  carried.by = access::Carried::By::field;
  carried.token = token_in(arguments.text("check"));
  access::Asker asker{"GET", "https", "", "", path, "", address, "", std::time(nullptr)};
  const std::string from = "https://" + referrer + "/";
  if (!referrer.empty()) asker.referrer = from;
  const std::string method = arguments.text("method");
  if (!method.empty()) asker.method = method;
  const access::Verdict verdict = access::Gate(*std::move(ring)).check(carried, asker);
  const std::string word = verdict.refusal == access::Refusal::none ? "allowed" : "refused: " + std::string(name_of(verdict.refusal));
  if (arguments.has("json")) {
    const nlohmann::ordered_json answer{{"allowed", verdict.refusal == access::Refusal::none},
                                        {"reason", name_of(verdict.refusal)},
                                        {"key", verdict.key_id},
                                        {"expires", verdict.expires}};
    std::printf("%s\n", answer.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
  } else {
    std::printf("%s\n", word.c_str());
  }
  return verdict.refusal == access::Refusal::none ? cli::kDone : cli::kFailed;
}

int change_keys(const cli::Arguments& arguments) {
  const std::string path = key_path(arguments);
  Result<void> changed;
  if (arguments.has("new-key")) {
    const auto algorithm = access::algorithm_of(arguments.has("algorithm") ? arguments.text("algorithm") : "HS256");
    if (!algorithm) return cli::usage_error(kCommand, "--algorithm: " + algorithm.error().message);
    changed = access::add_key(path, arguments.text("new-key"), *algorithm);
  } else {
    changed = access::drop_key(path, arguments.text("drop-key"));
  }
  if (!changed) return cli::failure(kCommand, changed.error().message);
  std::printf("%s\n", path.c_str());
  return cli::kDone;
}

int print_public(const cli::Arguments& arguments) {
  const auto ring = access::load_keys(key_path(arguments));
  if (!ring) return cli::failure(kCommand, ring.error().message);
  for (const access::Key& key : ring->keys())
    if (key.algorithm() != Algorithm::hs256) std::fputs(access::public_line(key).c_str(), stdout);
  return cli::kDone;
}

int run(const cli::Arguments& arguments) {
  if (arguments.has("new-key") || arguments.has("drop-key")) return change_keys(arguments);
  if (arguments.has("public-keys")) return print_public(arguments);
  if (arguments.has("api")) return issue_api_token(arguments);
  if (!arguments.has("path")) return cli::usage_error(kCommand, "--path is missing");
  return arguments.has("check") ? check(arguments) : issue(arguments);
}

}  // namespace

int main(int argc, char** argv) { return cli::run(kCommand, argc, argv, run); }
