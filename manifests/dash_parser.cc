// SPDX-License-Identifier: Apache-2.0
#include "manifests/dash_parser.h"

#include <utility>

#include "manifests/hls_lines.h"
#include "manifests/limits.h"
#include "manifests/xml_reader.h"

namespace segue::manifests::dash {
namespace {

// Reads the attributes and children of one element after another into values; keeps the first error and reads on as if all were well.
class Reader {
 public:
  Mpd mpd(XmlNode node) {
    Mpd made;
    made.profiles = node.attribute("profiles");
    made.dynamic = node.attribute("type") == "dynamic";
    made.duration_us = duration(node, "mediaPresentationDuration");
    made.min_buffer_us = duration(node, "minBufferTime");
    made.title = node.child("ProgramInformation").child("Title").text();
    made.base_url = node.child("BaseURL").text();
    for (XmlNode child = node.child("Period"); child; child = child.next("Period")) {
      if (made.periods.size() == kMaxPeriods) return fail(child, "more than " + std::to_string(kMaxPeriods) + " periods"), made;
      made.periods.push_back(period(child));
    }
    return made;
  }
  [[nodiscard]] const std::string& error() const { return error_; }

 private:
  void fail(XmlNode node, std::string_view what) {
    if (error_.empty()) error_ = "line " + std::to_string(node.line()) + ": " + node.name() + std::string(what);
  }
  void fail(XmlNode node, const char* attribute, std::string_view expected) {
    fail(node, '@' + std::string(attribute) + ": expected " + std::string(expected) + ", found \"" +
                   node.attribute(attribute).substr(0, 40) + '"');
  }

  std::optional<std::uint64_t> number(XmlNode node, const char* name, std::uint64_t limit = UINT64_MAX) {
    const std::string text = node.attribute(name);
    if (text.empty()) return std::nullopt;
    const auto value = hls::parse_integer(text);
    if (!value || *value > limit) return fail(node, name, "a whole number"), std::nullopt;
    return value;
  }
  std::int64_t signed_number(XmlNode node, const char* name) {
    std::string text = node.attribute(name);
    if (text.empty()) return 0;
    const bool negative = text.front() == '-';
    const auto value = hls::parse_integer(negative ? text.substr(1) : text);
    if (!value || *value > INT64_MAX) return fail(node, name, "a whole number"), 0;
    return negative ? -static_cast<std::int64_t>(*value) : static_cast<std::int64_t>(*value);
  }
  std::uint32_t number32(XmlNode node, const char* name, std::uint32_t otherwise) {
    return static_cast<std::uint32_t>(number(node, name, UINT32_MAX).value_or(otherwise));
  }
  std::optional<std::int64_t> duration(XmlNode node, const char* name) {
    const std::string text = node.attribute(name);
    if (text.empty()) return std::nullopt;
    const auto value = parse_duration(text);
    if (!value) return fail(node, name, value.error().message), std::nullopt;
    return *value;
  }
  std::optional<ByteRange> range(XmlNode node, const char* name) {
    const std::string text = node.attribute(name);
    if (text.empty()) return std::nullopt;
    const std::size_t dash = text.find('-');
    const auto first = hls::parse_integer(std::string_view(text).substr(0, dash));
    const auto last = dash == std::string::npos ? std::nullopt : hls::parse_integer(std::string_view(text).substr(dash + 1));
    if (!first || !last || *last < *first) return fail(node, name, "first-last"), std::nullopt;
    return ByteRange{*first, *last};
  }
  static std::vector<Descriptor> descriptors(XmlNode parent, const char* name) {
    std::vector<Descriptor> made;
    for (XmlNode node = parent.child(name); node; node = node.next(name)) {
      made.push_back({node.attribute("schemeIdUri"), node.attribute("value")});
    }
    return made;
  }

  std::vector<TimelineEntry> timeline(XmlNode parent) {
    std::vector<TimelineEntry> made;
    for (XmlNode node = parent.child("SegmentTimeline").child("S"); node; node = node.next("S")) {
      TimelineEntry entry;
      entry.t = number(node, "t");
      const auto d = number(node, "d");
      if (!d) fail(node, "@d missing");
      entry.d = d.value_or(0);
      entry.r = node.attribute("r") == "-1" ? -1 : static_cast<std::int64_t>(number(node, "r", INT64_MAX).value_or(0));
      made.push_back(entry);
    }
    return made;
  }

  SegmentInfo segment_info(XmlNode node, SegmentInfo::Kind kind) {
    SegmentInfo made;
    made.kind = kind;
    made.has_timescale = !node.attribute("timescale").empty();
    made.timescale = number32(node, "timescale", 1);
    if (made.timescale == 0) fail(node, "timescale", "a number above 0");
    made.presentation_time_offset = number(node, "presentationTimeOffset").value_or(0);
    made.ept_delta = signed_number(node, "eptDelta");
    made.index_range = range(node, "indexRange");
    if (XmlNode initialization = node.child("Initialization")) {
      made.initialization = Initialization{initialization.attribute("sourceURL"), range(initialization, "range")};
    }
    if (kind == SegmentInfo::Kind::base) return made;
    made.start_number = number(node, "startNumber").value_or(1);
    made.duration = number(node, "duration");
    made.initialization_template = node.attribute("initialization");
    made.media_template = node.attribute("media");
    made.timeline = timeline(node);
    for (XmlNode url = node.child("SegmentURL"); url; url = url.next("SegmentURL")) {
      made.urls.push_back({url.attribute("media"), range(url, "mediaRange")});
    }
    return made;
  }
  std::optional<SegmentInfo> segments(XmlNode parent) {
    if (XmlNode node = parent.child("SegmentTemplate")) return segment_info(node, SegmentInfo::Kind::segment_template);
    if (XmlNode node = parent.child("SegmentList")) return segment_info(node, SegmentInfo::Kind::list);
    if (XmlNode node = parent.child("SegmentBase")) return segment_info(node, SegmentInfo::Kind::base);
    return std::nullopt;
  }

  Common common(XmlNode node) {
    Common made;
    made.mime_type = node.attribute("mimeType");
    made.codecs = node.attribute("codecs");
    made.sar = node.attribute("sar");
    made.frame_rate = node.attribute("frameRate");
    made.audio_sampling_rate = node.attribute("audioSamplingRate");
    made.width = number32(node, "width", 0);
    made.height = number32(node, "height", 0);
    if (const auto sap = number(node, "startWithSAP", 6)) made.start_with_sap = static_cast<std::uint32_t>(*sap);
    made.channel_configurations = descriptors(node, "AudioChannelConfiguration");
    made.essential = descriptors(node, "EssentialProperty");
    made.supplemental = descriptors(node, "SupplementalProperty");
    made.protected_content = static_cast<bool>(node.child("ContentProtection"));
    return made;
  }
  Representation representation(XmlNode node) {
    Representation made;
    made.id = node.attribute("id");
    made.bandwidth = number(node, "bandwidth").value_or(0);
    made.common = common(node);
    made.base_url = node.child("BaseURL").text();
    made.segments = segments(node);
    return made;
  }
  AdaptationSet adaptation_set(XmlNode node) {
    AdaptationSet made;
    made.id = node.attribute("id");
    made.content_type = node.attribute("contentType");
    made.lang = node.attribute("lang");
    made.label = node.child("Label").text();
    made.segment_alignment = node.attribute("segmentAlignment") == "true";
    made.subsegment_alignment = node.attribute("subsegmentAlignment") == "true";
    if (const auto sap = number(node, "subsegmentStartsWithSAP", 6)) made.subsegment_starts_with_sap = static_cast<std::uint32_t>(*sap);
    made.selection_priority = number32(node, "selectionPriority", 1);
    made.common = common(node);
    made.accessibility = descriptors(node, "Accessibility");
    made.roles = descriptors(node, "Role");
    made.base_url = node.child("BaseURL").text();
    made.segments = segments(node);
    for (XmlNode child = node.child("Representation"); child; child = child.next("Representation")) {
      if (++representations_ > kMaxRepresentations) {
        return fail(child, ": more than " + std::to_string(kMaxRepresentations) + " of it"), made;
      }
      made.representations.push_back(representation(child));
    }
    return made;
  }
  Period period(XmlNode node) {
    Period made;
    made.id = node.attribute("id");
    made.base_url = node.child("BaseURL").text();
    made.start_us = duration(node, "start");
    made.duration_us = duration(node, "duration");
    made.segments = segments(node);
    for (XmlNode child = node.child("AdaptationSet"); child; child = child.next("AdaptationSet"))
      made.sets.push_back(adaptation_set(child));
    return made;
  }

  std::string error_;
  std::size_t representations_ = 0;
};

// One "<number><unit>" off the head of `text`, as microseconds of a unit of `seconds`. false: not there.
bool take_unit(std::string_view& text, char unit, std::int64_t seconds, std::int64_t& micros) {
  const std::size_t end = text.find_first_not_of("0123456789.");
  if (end == std::string_view::npos || end == 0 || text[end] != unit) return false;
  const auto value = hls::parse_decimal(text.substr(0, end), 1'000'000);
  if (!value || *value > kMaxSeconds * 1'000'000 / seconds) return false;
  micros += *value * seconds;
  text.remove_prefix(end + 1);
  return true;
}

}  // namespace

Result<std::int64_t> parse_duration(std::string_view text) {
  const Error wrong{"a duration without years and months (PnDTnHnMnS)"};
  if (text.size() < 3 || text.front() != 'P') return wrong;
  text.remove_prefix(1);
  std::int64_t micros = 0;
  take_unit(text, 'D', 86400, micros);
  if (!text.empty()) {
    if (text.front() != 'T' || text.size() == 1) return wrong;
    text.remove_prefix(1);
    take_unit(text, 'H', 3600, micros);
    take_unit(text, 'M', 60, micros);
    take_unit(text, 'S', 1, micros);
  }
  if (!text.empty()) return wrong;
  return micros;
}

Result<Mpd> parse_mpd(std::string_view text) {
  const auto document = XmlDocument::parse(text);
  if (!document) return document.error();
  const XmlNode root = document->root();
  if (root.name() != "MPD") return Error{"expected the root element MPD, found " + root.name()};
  Reader reader;
  Mpd mpd = reader.mpd(root);
  if (!reader.error().empty()) return Error{reader.error()};
  return mpd;
}

}  // namespace segue::manifests::dash
