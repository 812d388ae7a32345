// SPDX-License-Identifier: Apache-2.0
#include "access/media_token.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <optional>

#include "access/base64url.h"
#include "access/network.h"

namespace segue::access {
namespace {

constexpr std::size_t kMostPath = 1024, kMostHost = 253;

bool is_host(std::string_view host) {
  return !host.empty() && host.size() <= kMostHost && host[0] != '.' &&
         std::ranges::all_of(host, [](unsigned char c) { return std::islower(c) || std::isdigit(c) || c == '-' || c == '.'; });
}

std::string payload_of(const MediaGrant& grant) {
  std::string text = "e" + std::to_string(grant.expires) + "\np" + grant.path;
  if (!grant.network.empty()) text += "\ni" + grant.network;
  if (!grant.referrer.empty()) text += "\nr" + grant.referrer;
  return text;
}

// One field of the payload; false: an unknown letter, a field twice or out of order, a value that is none.
bool take_field(std::string_view field, char letter, MediaGrant& grant) {
  const std::string_view value = field.substr(1);
  switch (letter) {
    case 'e': {
      const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), grant.expires);
      return error == std::errc() && end == value.data() + value.size() && grant.expires >= 0;
    }
    case 'p': grant.path = value; return value.size() <= kMostPath && is_plain_path(value);
    case 'i': grant.network = value; return network_of(value).has_value();
    default: grant.referrer = value; return is_host(value);
  }
}

std::optional<MediaGrant> grant_of(std::string_view payload) {
  MediaGrant grant;
  std::string_view order = "epir";
  for (std::size_t at = 0; at <= payload.size();) {
    const std::size_t end = std::min(payload.find('\n', at), payload.size());
    const std::string_view field = payload.substr(at, end - at);
    at = end + 1;
    const std::size_t place = field.empty() ? std::string_view::npos : order.find(field[0]);
    if (place == std::string_view::npos || !take_field(field, field[0], grant)) return std::nullopt;
    order.remove_prefix(place + 1);
  }
  // What we print is what we read: a payload with another spelling ("e+5", "e005") is none.
  if (grant.path.empty() || payload_of(grant) != payload) return std::nullopt;
  return grant;
}

bool covers(std::string_view granted, std::string_view path) {
  return granted.ends_with('/') ? path.starts_with(granted) : path == granted;
}

std::string host_of(std::string_view referrer) {
  const std::size_t scheme = referrer.find("://");
  if (scheme == std::string_view::npos) return {};
  referrer.remove_prefix(scheme + 3);
  referrer = referrer.substr(0, referrer.find_first_of("/?#"));
  if (const std::size_t user = referrer.rfind('@'); user != std::string_view::npos) referrer.remove_prefix(user + 1);
  std::string host(referrer.substr(0, referrer.find(':')));
  std::ranges::transform(host, host.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return host;
}

bool comes_from(std::string_view referrer, std::string_view host) {
  const std::string from = host_of(referrer);
  return from == host || from.ends_with("." + std::string(host));
}

Refusal held_against(const MediaGrant& grant, const Asker& asker) {
  if (asker.now >= grant.expires) return Refusal::expired;
  if (!is_plain_path(asker.path) || !covers(grant.path, asker.path)) return Refusal::path;
  if (!grant.network.empty()) {
    const auto granted = network_of(grant.network);
    const auto client = network_of(asker.address);
    if (!granted || !client || !granted->holds(*client)) return Refusal::address;
  }
  if (!grant.referrer.empty() && !comes_from(asker.referrer, grant.referrer)) return Refusal::referrer;
  return Refusal::none;
}

}  // namespace

Result<std::string> issue(const MediaGrant& grant, const Key& key) {
  if (key.algorithm() != Algorithm::hs256)
    return Error{"a media token wants an HS256 key, " + key.id() + " is " + std::string(name_of(key.algorithm()))};
  if (!grant_of(payload_of(grant))) {
    if (grant.path.size() > kMostPath || !is_plain_path(grant.path))
      return Error{"path: expected a plain absolute path of up to 1024 characters"};
    if (!grant.network.empty() && !network_of(grant.network))
      return Error{"address: expected an IP address or a network (203.0.113.0/24), found " + grant.network};
    return Error{grant.expires < 0 ? "expiry: before 1970" : "referrer: expected a host in lower case, found " + grant.referrer};
  }
  std::string token = std::string(kMediaTokenStart) + key.id() + '.' + base64url(payload_of(grant));
  const auto signature = key.sign(token);
  if (!signature) return signature.error();
  return token + '.' + base64url(*signature);
}

MediaVerdict check_media_token(std::string_view token, const KeyRing& ring, const Asker& asker, KnownMediaTokens* known) {
  MediaVerdict verdict;
  const auto refuse = [&](Refusal why) { return verdict.refusal = why, std::move(verdict); };
  if (token.size() > kMostTokenBytes || !token.starts_with(kMediaTokenStart)) return refuse(Refusal::malformed);
  const std::size_t id_end = token.find('.', kMediaTokenStart.size());
  const std::size_t end = token.rfind('.');
  if (id_end == std::string_view::npos || end <= id_end) return refuse(Refusal::malformed);
  verdict.key_id = token.substr(kMediaTokenStart.size(), id_end - kMediaTokenStart.size());
  if (const MediaGrant* grant = known == nullptr ? nullptr : known->find(token)) {
    verdict.grant = *grant;
    return refuse(held_against(verdict.grant, asker));
  }
  const auto payload = from_base64url(token.substr(id_end + 1, end - id_end - 1)), signature = from_base64url(token.substr(end + 1));
  if (!payload || !signature) return refuse(Refusal::malformed);
  const Key* key = ring.find(verdict.key_id);
  if (!key || key->algorithm() != Algorithm::hs256) return refuse(Refusal::unknown_key);
  if (!key->verify(token.substr(0, end), *signature)) return refuse(Refusal::bad_signature);
  auto grant = grant_of(*payload);
  if (!grant) return refuse(Refusal::malformed);
  verdict.grant = *std::move(grant);
  if (known != nullptr) known->add(token, verdict.grant);
  return refuse(held_against(verdict.grant, asker));
}

}  // namespace segue::access
