// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/explanation_text.h"

#include <array>
#include <cstdint>
#include <nlohmann/json.hpp>

namespace segue::edge {
namespace {

using Json = nlohmann::json;

struct Sentence {
  std::string_view would, because, text;  // empty `because`: whatever it is
};
constexpr std::array<Sentence, 13> kSentences = {{
    {"hit", "", "a hit: answered from the cache"},
    {"stale-while-revalidate", "", "a hit: answered stale from the cache, and asked again behind the client's back"},
    {"revalidate", "request", "asks the origin: the client's Cache-Control wants it fresher"},
    {"revalidate", "", "asks the origin whether it still holds: it is stale"},
    {"miss", "vary-miss", "a miss: what is stored is for other values of the fields that it varies by"},
    {"miss", "", "a miss: not stored"},
    {"fetch-alone", "", "a miss that nobody joins: the request carries Authorization"},
    {"pass", "miss", "passed through: the last answer could not be stored"},
    {"pass", "request", "passed through: the client's Cache-Control says no-store"},
    {"pass", "method", "passed through: only GET and HEAD are answered from a cache"},
    {"pass", "", "passed through"},
    {"gateway-timeout", "", "504: the client wants it from the cache only"},
    {"", "", "unknown"},
}};

std::string_view sentence(const std::string& would, const std::string& because) {
  for (const Sentence& row : kSentences) {
    if (row.would.empty() || (row.would == would && (row.because.empty() || row.because == because))) return row.text;
  }
  return kSentences.back().text;
}

// The two largest units: "364 d 23 h".
std::string seconds(std::int64_t count) {
  struct Unit {
    std::int64_t seconds;
    const char* name;
  };
  constexpr std::array<Unit, 4> kUnits = {{{86400, "d"}, {3600, "h"}, {60, "min"}, {1, "s"}}};
  for (std::size_t i = 0; i + 1 < kUnits.size(); ++i) {
    if (count < kUnits[i].seconds) continue;
    const std::int64_t rest = count % kUnits[i].seconds / kUnits[i + 1].seconds;
    const std::string text = std::to_string(count / kUnits[i].seconds) + ' ' + kUnits[i].name;
    return rest == 0 ? text : text + ' ' + std::to_string(rest) + ' ' + kUnits[i + 1].name;
  }
  return std::to_string(count) + " s";
}

// "accept-encoding:gzip\n" for each field; one that the request does not have stands alone.
std::string variant(const std::string& values) {
  std::string text;
  for (std::size_t start = 0, end; (end = values.find('\n', start)) != std::string::npos; start = end + 1) {
    const std::size_t colon = std::min(values.find(':', start), end);
    const std::string value = colon + 1 < end ? values.substr(colon + 1, end - colon - 1) : "none";
    text += (text.empty() ? "" : "; ") + values.substr(start, colon - start) + ": " + value;
  }
  return text;
}

std::string bytes(std::uint64_t count) {
  std::array<char, 32> text;
  constexpr std::array<const char*, 4> kUnits = {"kB", "MB", "GB", "TB"};
  if (count < 1000) return std::to_string(count) + " B";
  double value = static_cast<double>(count) / 1000;
  std::size_t unit = 0;
  for (; value >= 999.95 && unit + 1 < kUnits.size(); ++unit) value /= 1000;
  std::snprintf(text.data(), text.size(), "%.1f %s", value, kUnits[unit]);
  return text.data();
}

std::string row(std::string_view name, const std::string& text) {
  std::string line = "  " + std::string(name);
  line.resize(17, ' ');
  for (const char c : text) line += c >= 0 && c < ' ' ? '?' : c;  // some of it comes from origins, and a terminal obeys
  return line + '\n';
}

std::string time_text(const Json& stored, const std::string& state) {
  const std::int64_t ttl = stored.at("ttl"), age = stored.at("age"), lifetime = stored.at("lifetime");
  const std::string from = stored.at("lifetime_from");
  std::string text = state;
  text += ttl >= 0 ? ", " + seconds(ttl) + " left" : ", " + seconds(-ttl) + " over";
  text += "; lives " + seconds(lifetime) + (from.empty() ? ", which nothing says" : " (" + from + ")") + ", age " + seconds(age);
  if (stored.at("no_cache").get<bool>()) text += "; no-cache: never used without asking";
  return text;
}

std::string stale_text(const Json& stored) {
  if (stored.at("must_revalidate").get<bool>()) return "never used stale (must-revalidate)";
  const std::int64_t behind = stored.at("stale_while_revalidate"), error = stored.at("stale_if_error");
  std::string text = behind > 0 ? "used for " + seconds(behind) + " while it is asked again" : "asked again at once";
  return text + (error > 0 ? "; for " + seconds(error) + " when the origin fails" : "; not used when the origin fails");
}

std::string place_text(const Json& stored) {
  const std::uint64_t disk = stored.at("disk_bytes"), memory = stored.at("memory_bytes");
  std::string text =
      stored.at("file").get<std::string>() + ", " + bytes(disk) + " on disk, " + (memory >= disk ? "all" : bytes(memory)) + " in memory; ";
  text += stored.at("queue") == "main" ? "among those that stay" : "on probation";
  const int uses = stored.at("uses");
  return text + ", " + (uses >= 3 ? "3 uses or more" : std::to_string(uses) + (uses == 1 ? " use" : " uses")) + " since";
}

std::string stored_text(const Json& stored, const std::string& state) {
  std::string tags;
  for (const Json& tag : stored.at("tags")) tags += (tags.empty() ? "" : ", ") + tag.get<std::string>();
  return row("time", time_text(stored, state)) + row("when stale", stale_text(stored)) +
         row("stored", "status " + std::to_string(stored.at("status").get<int>()) + ", " + bytes(stored.at("bytes"))) +
         row("where", place_text(stored)) + row("tags", tags.empty() ? "none" : tags);
}

std::string text_of(const Json& json) {
  const std::string state = json.at("state"), purged = json.at("purged"), vary = json.at("vary"), values = json.at("vary_values");
  std::string text =
      json.at("url").get<std::string>() + '\n' + row("would be", std::string(sentence(json.at("would"), json.at("because"))));
  if (!json.at("stored").is_null()) text += stored_text(json.at("stored"), state);
  if (purged != "no")
    text += row("purged", purged == "hard"       ? "hard: what is stored is never used again"
                          : purged == "doubtful" ? "perhaps: orders were lost; it counts as stale, and stands in when the origin fails"
                                                 : "soft: counts as stale");
  if (state == "uncacheable") text += row("uncacheable", "for " + seconds(json.at("uncacheable_for")) + ", then one request tries for all");
  if (json.at("remembered").get<bool>())
    text += row("known", "kept out by the admission, or evicted, not long ago: let in when it comes again");
  if (const Json& fetch = json.at("fetch"); !fetch.is_null()) {
    const std::int64_t total = fetch.at("bytes");
    text += row("under way", bytes(fetch.at("arrived")) + (total < 0 ? "" : " of " + bytes(static_cast<std::uint64_t>(total))) +
                                 " have come; a request joins");
  }
  if (!vary.empty()) text += row("varies by", vary + "; of this request " + variant(values));
  return text + row("key", json.at("key"));
}

}  // namespace

Result<std::string> explanation_text(const std::string& json) {
  try {
    const Json parsed = Json::parse(json);
    return text_of(parsed);
  } catch (const Json::exception& wrong) {
    return Error{std::string("not an explanation: ") + wrong.what()};
  }
}

}  // namespace segue::edge
