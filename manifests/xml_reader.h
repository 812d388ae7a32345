// SPDX-License-Identifier: Apache-2.0
// An XML document in memory, read with libxml2, which is seen nowhere else. Element and attribute names are matched without namespaces.
// Hardened: UTF-8 only, no DOCTYPE, no network, size and depth bounded.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "media/result.h"

struct _xmlDoc;
struct _xmlNode;

namespace segue::manifests {

// An element, or none: every question to none is answered with nothing. Borrows the document.
class XmlNode {
 public:
  XmlNode() = default;
  explicit XmlNode(_xmlNode* node) : node_(node) {}
  explicit operator bool() const noexcept { return node_ != nullptr; }

  [[nodiscard]] XmlNode child(const char* name) const;          // the first one of that name
  [[nodiscard]] XmlNode next(const char* name) const;           // the next sibling of that name
  [[nodiscard]] std::string attribute(const char* name) const;  // empty: absent
  [[nodiscard]] std::string text() const;                       // content without surrounding white space
  [[nodiscard]] std::string name() const;
  [[nodiscard]] long line() const;

 private:
  _xmlNode* node_ = nullptr;
};

class XmlDocument {
 public:
  // Error: the first thing that is not well-formed, with its line; a DOCTYPE; the size.
  static Result<XmlDocument> parse(std::string_view text);
  [[nodiscard]] XmlNode root() const;

 private:
  struct Free {
    void operator()(_xmlDoc* document) const;
  };
  std::unique_ptr<_xmlDoc, Free> document_;
};

}  // namespace segue::manifests
