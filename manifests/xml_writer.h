// SPDX-License-Identifier: Apache-2.0
// XML printed in one pass onto a string: owns the quoting, the closing and one space of indentation a level.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace segue::manifests {

// An element opens when made and closes when it goes; `name` must outlive it. Attributes come before children.
class XmlElement {
 public:
  XmlElement(std::string& out, std::string_view name);
  XmlElement(XmlElement& parent, std::string_view name);
  ~XmlElement();
  XmlElement(const XmlElement&) = delete;
  XmlElement& operator=(const XmlElement&) = delete;

  void text_attribute(std::string_view name, std::string_view value);  // nothing where the value is empty
  void number(std::string_view name, std::uint64_t value);
  void range(std::string_view name, std::uint64_t first, std::uint64_t last);
  void duration(std::string_view name, const std::optional<std::int64_t>& micros);  // xs:duration in seconds
  void content(std::string_view text);                                              // instead of children

 private:
  void begin_attribute(std::string_view name);
  std::string& out_;
  std::string_view name_;
  int depth_;
  bool open_tag_ = true, has_children_ = false;
};

}  // namespace segue::manifests
