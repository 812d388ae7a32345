// SPDX-License-Identifier: Apache-2.0
#include "validator/report_text.h"

#include <nlohmann/json.hpp>

namespace segue::validator {
namespace {

using Json = nlohmann::ordered_json;

std::string_view level_name(const Rule& rule) { return rule.level == Level::must ? "must" : "should"; }

Json json_of(const Rule& rule) { return {{"id", rule.id}, {"level", level_name(rule)}, {"clause", rule.clause}, {"text", rule.text}}; }

// Rules that no clause stands behind have none.
std::string line_of(const Rule& rule) {
  const std::string clause = rule.clause.empty() ? "" : " (" + std::string(rule.clause) + ")";
  return std::string(level_name(rule)) + "  " + std::string(rule.id) + clause + ": " + std::string(rule.text) + '\n';
}

std::string dump(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

// Manifests may hold anything; a terminal obeys none of it.
std::string printable(std::string text) {
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = '?';
  }
  return text;
}

}  // namespace

std::string report_text(const std::string& target, const Report& report) {
  std::string out;
  for (const Rule* rule : all_rules()) {
    const std::size_t count = report.findings.count(*rule);
    if (count == 0) continue;
    out += line_of(*rule);
    std::size_t shown = 0;
    for (const Finding& finding : report.findings.all()) {
      if (finding.rule != rule) continue;
      out += "      " + printable(finding.where) + ": " + printable(finding.what) + '\n';
      ++shown;
    }
    if (count > shown) out += "      and " + std::to_string(count - shown) + " more\n";
  }
  out += printable(target) + ": " + std::to_string(report.manifests) + " manifests, " + std::to_string(report.renditions) +
         " renditions, " + std::to_string(report.segments) + " segments read, " + std::to_string(report.findings.all().size()) +
         " findings\n";
  return out;
}

std::string report_json(const std::string& target, const Report& report) {
  Json findings = Json::array();
  for (const Finding& finding : report.findings.all()) {
    Json one = json_of(*finding.rule);
    one["where"] = finding.where;
    one["what"] = finding.what;
    findings.push_back(std::move(one));
  }
  return dump({{"target", target},
               {"valid", !report.findings.violated()},
               {"manifests", report.manifests},
               {"renditions", report.renditions},
               {"segments", report.segments},
               {"media_bytes", report.media_bytes},
               {"findings", std::move(findings)}});
}

std::string rules_text() {
  std::string out;
  for (const Rule* rule : all_rules()) {
    out += line_of(*rule);
  }
  return out;
}

std::string rules_json() {
  std::string out;
  for (const Rule* rule : all_rules()) out += dump(json_of(*rule)) + '\n';
  return out;
}

}  // namespace segue::validator
