// SPDX-License-Identifier: Apache-2.0
#include "manifests/xml_writer.h"

#include "manifests/text.h"

namespace segue::manifests {

XmlElement::XmlElement(std::string& out, std::string_view name) : out_(out), name_(name), depth_(0) {
  out_ += '<';
  out_ += name_;
}

XmlElement::XmlElement(XmlElement& parent, std::string_view name) : out_(parent.out_), name_(name), depth_(parent.depth_ + 1) {
  if (parent.open_tag_) {
    out_ += ">\n";
    parent.open_tag_ = false;
  }
  parent.has_children_ = true;
  out_.append(static_cast<std::size_t>(depth_), ' ');
  out_ += '<';
  out_ += name_;
}

XmlElement::~XmlElement() {
  if (open_tag_) {
    out_ += "/>\n";
    return;
  }
  if (has_children_) out_.append(static_cast<std::size_t>(depth_), ' ');
  out_ += "</";
  out_ += name_;
  out_ += ">\n";
}

void XmlElement::begin_attribute(std::string_view name) {
  out_ += ' ';
  out_ += name;
  out_ += "=\"";
}

void XmlElement::text_attribute(std::string_view name, std::string_view value) {
  if (value.empty()) return;
  begin_attribute(name);
  append_xml(out_, value);
  out_ += '"';
}

void XmlElement::number(std::string_view name, std::uint64_t value) {
  begin_attribute(name);
  append_number(out_, value);
  out_ += '"';
}

void XmlElement::range(std::string_view name, std::uint64_t first, std::uint64_t last) {
  begin_attribute(name);
  append_number(out_, first);
  out_ += '-';
  append_number(out_, last);
  out_ += '"';
}

void XmlElement::duration(std::string_view name, const std::optional<std::int64_t>& micros) {
  if (!micros) return;
  begin_attribute(name);
  out_ += "PT";
  append_seconds(out_, *micros, 0);
  out_ += "S\"";
}

void XmlElement::content(std::string_view text) {
  if (open_tag_) out_ += '>';
  open_tag_ = false;
  append_xml(out_, text);
}

}  // namespace segue::manifests
