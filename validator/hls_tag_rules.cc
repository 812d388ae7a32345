// SPDX-License-Identifier: Apache-2.0
#include "validator/hls_tag_rules.h"

#include <algorithm>
#include <set>
#include <utility>

namespace segue::validator {
namespace {

namespace hls = manifests::hls;

// RFC 8216bis 4.4.6.1: AUTOSELECT may be left out; where it stands beside DEFAULT=YES it says YES.
void judge_default(const hls::AttributeList& media, const std::string& at, Findings& findings) {
  if (!media.yes("DEFAULT") || media.find("AUTOSELECT") == nullptr || media.yes("AUTOSELECT")) return;
  findings.add(rules::hls_group_default, at, "expected AUTOSELECT=YES beside DEFAULT=YES, found " + std::string(media.text("AUTOSELECT")));
}

void judge_i_frame_stream(const hls::AttributeList& stream, const std::string& at, Findings& findings) {
  for (const std::string_view name : {"FRAME-RATE", "AUDIO"}) {
    if (stream.find(name) != nullptr) findings.add(rules::hls_i_frame_stream, at, "found " + std::string(name));
  }
}

using SessionData = std::set<std::pair<std::string_view, std::string_view>>;  // DATA-ID and LANGUAGE; borrows the playlist

void judge_session_data(const hls::AttributeList& data, SessionData& before, const std::string& at, Findings& findings) {
  const bool value = data.find("VALUE") != nullptr, uri = data.find("URI") != nullptr;
  const std::string_view id = data.text("DATA-ID"), language = data.text("LANGUAGE");
  if (value == uri) findings.add(rules::hls_session_data, at, std::string("found ") + (value ? "both" : "neither"));
  if (!before.insert({id, language}).second) {
    findings.add(rules::hls_session_data, at, "DATA-ID " + std::string(id) + " comes twice in language \"" + std::string(language) + '"');
  }
}

void judge_session_key(const hls::AttributeList& key, const std::string& at, Findings& findings) {
  const std::string_view method = key.text("METHOD");
  if (!method.empty() && method != "NONE") return;
  findings.add(rules::hls_session_key, at, method.empty() ? "no METHOD" : "METHOD=NONE");
}

}  // namespace

bool has_tag(const std::vector<hls::Line>& lines, std::string_view tag) {
  return std::any_of(lines.begin(), lines.end(), [&](const hls::Line& line) { return line.tag == tag; });
}

void judge_tags(const std::vector<hls::Line>& lines, const std::string& where, Findings& findings) {
  SessionData session_data;
  for (const hls::Line& line : lines) {
    const bool media = line.tag == "#EXT-X-MEDIA", pictures = line.tag == "#EXT-X-I-FRAME-STREAM-INF";
    const bool data = line.tag == "#EXT-X-SESSION-DATA", key = line.tag == "#EXT-X-SESSION-KEY";
    if (!media && !pictures && !data && !key) continue;
    const std::string at = where + ": line " + std::to_string(line.number);
    const auto attributes = hls::AttributeList::parse(line.value);
    if (!attributes) {
      if (data || key) findings.add(rules::hls_syntax, at, attributes.error().message);  // of the others the parser tells
      continue;
    }
    if (media) judge_default(*attributes, at, findings);
    if (pictures) judge_i_frame_stream(*attributes, at, findings);
    if (key) judge_session_key(*attributes, at, findings);
    if (data) judge_session_data(*attributes, session_data, at, findings);
  }
  if (has_tag(lines, "#EXT-X-DATERANGE") && !has_tag(lines, "#EXT-X-PROGRAM-DATE-TIME")) {
    findings.add(rules::hls_undated, where, "no EXT-X-PROGRAM-DATE-TIME");
  }
}

}  // namespace segue::validator
