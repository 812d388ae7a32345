// SPDX-License-Identifier: Apache-2.0
// A response as a tree, printed as XML or as JSON: one description, so that the two cannot drift. A field is an attribute in XML and a
// member in JSON; a list is repeated elements, and an array; an object is one element, and a member.
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace segue::opensubsonic {

using Scalar = std::variant<std::string, std::int64_t, double, bool>;

class Node {
 public:
  Node& field(std::string_view name, std::string value) { return put(name, std::move(value)); }
  Node& field(std::string_view name, const char* value) { return put(name, std::string(value)); }
  Node& field(std::string_view name, double value) { return put(name, value); }
  template <std::integral Number>
  Node& field(std::string_view name, Number value) {
    if constexpr (std::same_as<Number, bool>) {
      return put(name, value);
    } else {
      return put(name, static_cast<std::int64_t>(value));
    }
  }
  // Left out when it is empty or 0: what is not known is not told.
  Node& field_if(std::string_view name, const std::string& value) { return value.empty() ? *this : field(name, value); }
  Node& field_if(std::string_view name, std::int64_t value) { return value == 0 ? *this : field(name, value); }
  Node& object(std::string_view name, Node child) {
    objects_.emplace_back(name, std::move(child));
    return *this;
  }
  // An empty list is an empty array in JSON and nothing in XML.
  Node& list(std::string_view name, std::vector<Node> children) {
    lists_.emplace_back(name, std::move(children));
    return *this;
  }
  Node& scalars(std::string_view name, std::vector<Scalar> values) {
    scalars_.emplace_back(name, std::move(values));
    return *this;
  }
  // The element's text in XML; the member "value" in JSON.
  Node& text(std::string value) {
    text_ = std::move(value);
    has_text_ = true;
    return *this;
  }

  [[nodiscard]] bool is_empty() const noexcept {
    return fields_.empty() && objects_.empty() && lists_.empty() && scalars_.empty() && !has_text_;
  }
  // All that another node has, behind what this one has.
  void merge(Node other);

  void print_json(std::string& out) const;
  void print_xml(std::string_view name, std::string& out) const;

 private:
  Node& put(std::string_view name, Scalar value) {
    fields_.emplace_back(name, std::move(value));
    return *this;
  }
  template <class T>
  using Named = std::vector<std::pair<std::string, T>>;
  Named<Scalar> fields_;
  Named<Node> objects_;
  Named<std::vector<Node>> lists_;
  Named<std::vector<Scalar>> scalars_;
  std::string text_;
  bool has_text_ = false;
};

}  // namespace segue::opensubsonic
