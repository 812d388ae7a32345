// SPDX-License-Identifier: Apache-2.0
#include "manifests/dash_writer.h"

#include "manifests/text.h"
#include "manifests/xml_writer.h"

namespace segue::manifests::dash {
namespace {

void write_descriptors(XmlElement& parent, std::string_view name, const std::vector<Descriptor>& descriptors) {
  for (const Descriptor& descriptor : descriptors) {
    XmlElement element(parent, name);
    element.text_attribute("schemeIdUri", descriptor.scheme);
    element.text_attribute("value", descriptor.value);
  }
}

void write_text(XmlElement& parent, std::string_view name, std::string_view text) {
  if (!text.empty()) XmlElement(parent, name).content(text);
}

void write_run(XmlElement& timeline, const TimelineEntry& entry) {
  XmlElement s(timeline, "S");
  if (entry.t) s.number("t", *entry.t);
  s.number("d", entry.d);
  if (entry.r == -1) s.text_attribute("r", "-1");
  if (entry.r > 0) s.number("r", static_cast<std::uint64_t>(entry.r));
}

// Segments of one length in a row are one S.
void write_timeline(XmlElement& timeline, const media::SegmentIndex& index) {
  TimelineEntry entry{static_cast<std::uint64_t>(index.start()), 0, -1};
  for (auto segment = index.walk(); !segment.done(); segment.next()) {
    if (segment->duration != entry.d && entry.r >= 0) {
      write_run(timeline, entry);
      entry = {std::nullopt, 0, -1};
    }
    entry.d = segment->duration;
    ++entry.r;
  }
  if (entry.r >= 0) write_run(timeline, entry);
}

void write_initialization(XmlElement& parent, const Initialization& initialization) {
  XmlElement element(parent, "Initialization");
  element.text_attribute("sourceURL", initialization.url);
  if (initialization.range) element.range("range", initialization.range->first, initialization.range->last);
}

void write_url(XmlElement& parent, const SegmentUrl& url) {
  XmlElement element(parent, "SegmentURL");
  element.text_attribute("media", url.media);
  if (url.range) element.range("mediaRange", url.range->first, url.range->last);
}

std::string_view element_name(SegmentInfo::Kind kind) {
  switch (kind) {
    case SegmentInfo::Kind::base: return "SegmentBase";
    case SegmentInfo::Kind::list: return "SegmentList";
    case SegmentInfo::Kind::segment_template: return "SegmentTemplate";
  }
  return {};
}

void write_segments(XmlElement& parent, const std::optional<SegmentInfo>& segments) {
  if (!segments) return;
  XmlElement element(parent, element_name(segments->kind));
  if (segments->has_timescale) element.number("timescale", segments->timescale);
  if (segments->presentation_time_offset != 0) element.number("presentationTimeOffset", segments->presentation_time_offset);
  if (segments->ept_delta != 0) element.text_attribute("eptDelta", std::to_string(segments->ept_delta));
  if (segments->index_range) element.range("indexRange", segments->index_range->first, segments->index_range->last);
  if (segments->kind != SegmentInfo::Kind::base) {
    if (segments->duration) element.number("duration", *segments->duration);
    element.number("startNumber", segments->start_number);
  }
  element.text_attribute("initialization", segments->initialization_template);
  element.text_attribute("media", segments->media_template);
  if (segments->initialization) write_initialization(element, *segments->initialization);
  if (segments->index != nullptr) {
    XmlElement timeline(element, "SegmentTimeline");
    write_timeline(timeline, *segments->index);
  } else if (!segments->timeline.empty()) {
    XmlElement timeline(element, "SegmentTimeline");
    for (const TimelineEntry& entry : segments->timeline) write_run(timeline, entry);
  }
  for (const SegmentUrl& url : segments->urls) write_url(element, url);
}

void write_common_attributes(XmlElement& element, const Common& common) {
  element.text_attribute("mimeType", common.mime_type);
  element.text_attribute("codecs", common.codecs);
  if (common.width != 0) element.number("width", common.width);
  if (common.height != 0) element.number("height", common.height);
  element.text_attribute("sar", common.sar);
  element.text_attribute("frameRate", common.frame_rate);
  element.text_attribute("audioSamplingRate", common.audio_sampling_rate);
  if (common.start_with_sap) element.number("startWithSAP", *common.start_with_sap);
}

void write_common_elements(XmlElement& element, const Common& common) {
  write_descriptors(element, "AudioChannelConfiguration", common.channel_configurations);
  if (common.protected_content) XmlElement(element, "ContentProtection").text_attribute("schemeIdUri", "urn:mpeg:dash:mp4protection:2011");
  write_descriptors(element, "EssentialProperty", common.essential);
  write_descriptors(element, "SupplementalProperty", common.supplemental);
}

void write_representation(XmlElement& parent, const Representation& representation) {
  XmlElement element(parent, "Representation");
  element.text_attribute("id", representation.id);
  element.number("bandwidth", representation.bandwidth);
  write_common_attributes(element, representation.common);
  write_common_elements(element, representation.common);
  write_text(element, "BaseURL", representation.base_url);
  write_segments(element, representation.segments);
}

void write_set(XmlElement& parent, const AdaptationSet& set) {
  XmlElement element(parent, "AdaptationSet");
  element.text_attribute("id", set.id);
  element.text_attribute("contentType", set.content_type);
  element.text_attribute("lang", set.lang);
  if (set.segment_alignment) element.text_attribute("segmentAlignment", "true");
  if (set.subsegment_alignment) element.text_attribute("subsegmentAlignment", "true");
  if (set.subsegment_starts_with_sap) element.number("subsegmentStartsWithSAP", *set.subsegment_starts_with_sap);
  if (set.selection_priority != 1) element.number("selectionPriority", set.selection_priority);
  write_common_attributes(element, set.common);
  write_common_elements(element, set.common);
  write_text(element, "Label", set.label);
  write_descriptors(element, "Accessibility", set.accessibility);
  write_descriptors(element, "Role", set.roles);
  write_text(element, "BaseURL", set.base_url);
  write_segments(element, set.segments);
  for (const Representation& representation : set.representations) write_representation(element, representation);
}

void write_period(XmlElement& parent, const Period& period) {
  XmlElement element(parent, "Period");
  element.text_attribute("id", period.id);
  element.duration("start", period.start_us);
  element.duration("duration", period.duration_us);
  write_text(element, "BaseURL", period.base_url);
  write_segments(element, period.segments);
  for (const AdaptationSet& set : period.sets) write_set(element, set);
}

}  // namespace

void write(const Mpd& mpd, std::string& out) {
  out += "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  XmlElement element(out, "MPD");
  element.text_attribute("xmlns", "urn:mpeg:dash:schema:mpd:2011");
  element.text_attribute("profiles", mpd.profiles);
  element.text_attribute("type", mpd.dynamic ? "dynamic" : "static");
  element.duration("mediaPresentationDuration", mpd.duration_us);
  element.duration("minBufferTime", mpd.min_buffer_us);
  if (!mpd.title.empty()) {
    XmlElement information(element, "ProgramInformation");
    write_text(information, "Title", mpd.title);
  }
  write_text(element, "BaseURL", mpd.base_url);
  for (const Period& period : mpd.periods) write_period(element, period);
}

}  // namespace segue::manifests::dash
