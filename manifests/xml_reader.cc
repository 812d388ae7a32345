// SPDX-License-Identifier: Apache-2.0
#include "manifests/xml_reader.h"

#include <libxml/parser.h>
#include <libxml/tree.h>

#include "manifests/limits.h"

namespace segue::manifests {
namespace {

struct FreeContext {
  void operator()(xmlParserCtxtPtr context) const { xmlFreeParserCtxt(context); }
};
struct FreeText {
  void operator()(xmlChar* text) const { xmlFree(text); }
};
using OwnedText = std::unique_ptr<xmlChar, FreeText>;

std::string_view view(const xmlChar* text) { return text == nullptr ? std::string_view() : reinterpret_cast<const char*>(text); }
const xmlChar* chars(const char* text) { return reinterpret_cast<const xmlChar*>(text); }

XmlNode first_named(xmlNodePtr from, const char* name) {
  for (xmlNodePtr node = from; node != nullptr; node = node->next) {
    if (node->type == XML_ELEMENT_NODE && view(node->name) == name) return XmlNode(node);
  }
  return {};
}

bool too_deep(const xmlNode* root) {
  int depth = 1;
  const xmlNode* node = root;
  while (node != nullptr) {  // a walk without recursion
    if (node->children != nullptr && node->type == XML_ELEMENT_NODE) {
      if (++depth > kMaxXmlDepth) return true;
      node = node->children;
      continue;
    }
    while (node != root && node->next == nullptr) {
      node = node->parent;
      --depth;
    }
    if (node == root) return false;
    node = node->next;
  }
  return false;
}

std::string first_error(xmlParserCtxtPtr context) {
  const auto* error = xmlCtxtGetLastError(context);
  if (error == nullptr || error->message == nullptr) return "not well-formed XML";
  std::string message = "line " + std::to_string(error->line) + ": " + error->message;
  while (!message.empty() && message.back() == '\n') message.pop_back();
  return message;
}

}  // namespace

Result<XmlDocument> XmlDocument::parse(std::string_view text) {
  if (text.size() > kMaxManifestBytes)
    return Error{"XML of " + std::to_string(text.size()) + " bytes, at most " + std::to_string(kMaxManifestBytes)};
  // Without a document type there is no entity to expand and nothing external to load; neither an MPD (23009-1 5.2) nor an XSPF needs one.
  if (text.find("<!DOCTYPE") != std::string_view::npos) return Error{"a DOCTYPE, which is not taken"};
  const std::unique_ptr<xmlParserCtxt, FreeContext> context(xmlNewParserCtxt());
  if (!context) return Error{"out of memory"};
  constexpr int kOptions = XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_NOCDATA;
  XmlDocument made;
  made.document_.reset(xmlCtxtReadMemory(context.get(), text.data(), static_cast<int>(text.size()), nullptr, "UTF-8", kOptions));
  if (!made.document_) return Error{first_error(context.get())};
  if (!made.root()) return Error{"no root element"};
  if (too_deep(xmlDocGetRootElement(made.document_.get()))) return Error{"elements nested deeper than " + std::to_string(kMaxXmlDepth)};
  return made;
}

XmlNode XmlDocument::root() const { return XmlNode(xmlDocGetRootElement(document_.get())); }

void XmlDocument::Free::operator()(_xmlDoc* document) const { xmlFreeDoc(document); }

XmlNode XmlNode::child(const char* name) const { return node_ == nullptr ? XmlNode() : first_named(node_->children, name); }
XmlNode XmlNode::next(const char* name) const { return node_ == nullptr ? XmlNode() : first_named(node_->next, name); }

std::string XmlNode::attribute(const char* name) const {
  if (node_ == nullptr) return {};
  const OwnedText value(xmlGetNoNsProp(node_, chars(name)));
  return std::string(view(value.get()));
}

std::string XmlNode::text() const {
  if (node_ == nullptr) return {};
  const OwnedText content(xmlNodeGetContent(node_));
  const std::string_view all = view(content.get());
  const std::size_t first = all.find_first_not_of(" \t\r\n"), last = all.find_last_not_of(" \t\r\n");
  return first == std::string_view::npos ? std::string() : std::string(all.substr(first, last - first + 1));
}

std::string XmlNode::name() const { return node_ == nullptr ? std::string() : std::string(view(node_->name)); }
long XmlNode::line() const { return node_ == nullptr ? 0 : xmlGetLineNo(node_); }

}  // namespace segue::manifests
