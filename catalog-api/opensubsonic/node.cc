// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/opensubsonic/node.h"

#include <algorithm>
#include <iterator>

#include "service/http/json_writer.h"
#include "service/http/url.h"

namespace segue::opensubsonic {
namespace {

using service::http::JsonWriter;

std::string number_text(double number) { return std::move(JsonWriter().value(number)).take(); }

std::string text_of(const Scalar& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
  if (const auto* real = std::get_if<double>(&value)) return number_text(*real);
  return std::get<bool>(value) ? "true" : "false";
}

void put_json(const Scalar& value, std::string& out) {
  if (const auto* text = std::get_if<std::string>(&value)) {
    out += std::move(JsonWriter().value(*text)).take();
  } else {
    out += text_of(value);
  }
}

// U+FFFE and U+FFFF: well-formed UTF-8, and no characters of XML 1.0 (2.2).
bool is_no_character(std::string_view text) { return text.starts_with("\xEF\xBF\xBE") || text.starts_with("\xEF\xBF\xBF"); }

// XML 1.0 has no place for most control characters, escaped or not; bytes that are not UTF-8 have none either. One of them in a title would
// cost a client the whole answer.
void put_escaped(std::string_view text, std::string& out) {
  const bool good = service::http::is_utf8(text);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const auto byte = static_cast<unsigned char>(c);
    if (is_no_character(text.substr(i))) {
      out += '?';
      i += 2;
      continue;
    }
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\n': out += "&#10;"; break;
      case '\r': out += "&#13;"; break;
      case '\t': out += "&#9;"; break;
      default:
        if (byte < 0x20 || byte == 0x7F || (byte >= 0x80 && !good)) {
          out += '?';
        } else {
          out += c;
        }
    }
  }
}

void put_key(std::string_view name, bool& first, std::string& out) {
  if (!first) out += ',';
  first = false;
  out.append("\"").append(name).append("\":");
}

}  // namespace

void Node::merge(Node other) {
  const auto append = [](auto& to, auto& from) {
    to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
  };
  append(fields_, other.fields_);
  append(objects_, other.objects_);
  append(lists_, other.lists_);
  append(scalars_, other.scalars_);
}

void Node::print_json(std::string& out) const {
  bool first = true;
  out += '{';
  for (const auto& [name, value] : fields_) put_key(name, first, out), put_json(value, out);
  if (has_text_) put_key("value", first, out), put_json(text_, out);
  for (const auto& [name, child] : objects_) put_key(name, first, out), child.print_json(out);
  for (const auto& [name, children] : lists_) {
    put_key(name, first, out);
    out += '[';
    for (std::size_t i = 0; i < children.size(); ++i) {
      if (i > 0) out += ',';
      children[i].print_json(out);
    }
    out += ']';
  }
  for (const auto& [name, values] : scalars_) {
    put_key(name, first, out);
    out += '[';
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (i > 0) out += ',';
      put_json(values[i], out);
    }
    out += ']';
  }
  out += '}';
}

void Node::print_xml(std::string_view name, std::string& out) const {
  out.append("<").append(name);
  for (const auto& [field, value] : fields_) {
    out.append(" ").append(field).append("=\"");
    put_escaped(text_of(value), out);
    out += '"';
  }
  const bool has_children = !objects_.empty() || !scalars_.empty() ||
                            std::any_of(lists_.begin(), lists_.end(), [](const auto& list) { return !list.second.empty(); });
  if (text_.empty() && !has_children) {
    out += "/>";
    return;
  }
  out += '>';
  put_escaped(text_, out);
  for (const auto& [child_name, child] : objects_) child.print_xml(child_name, out);
  for (const auto& [child_name, children] : lists_)
    for (const Node& child : children) child.print_xml(child_name, out);
  for (const auto& [child_name, values] : scalars_)
    for (const Scalar& value : values) {
      out.append("<").append(child_name).append(">");
      put_escaped(text_of(value), out);
      out.append("</").append(child_name).append(">");
    }
  out.append("</").append(name).append(">");
}

}  // namespace segue::opensubsonic
