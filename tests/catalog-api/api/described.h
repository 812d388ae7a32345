// SPDX-License-Identifier: Apache-2.0
// Holds an answer against the description that the server itself serves: every member known, of its type and one of its values, every
// required one there; whatever is refused is a problem.
#pragma once

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

namespace segue::tests {

class Described {
 public:
  explicit Described(nlohmann::json openapi) : openapi_(std::move(openapi)) {}

  // Is `path` one of those that "/a/{id}" stands for?
  [[nodiscard]] static bool fits(std::string_view pattern, std::string_view path) {
    while (!pattern.empty() && !path.empty()) {
      const auto cut = [](std::string_view& text) {
        text.remove_prefix(1);
        const auto segment = text.substr(0, text.find('/'));
        text.remove_prefix(segment.size());
        return segment;
      };
      const auto wanted = cut(pattern), given = cut(path);
      if (wanted != given && !wanted.starts_with('{')) return false;
    }
    return pattern.empty() && path.empty();
  }

  // Empty: as described. Else what is not.
  [[nodiscard]] std::string check(std::string method, const std::string& target, int status, const std::string& body) const {
    for (char& c : method) c = static_cast<char>(std::tolower(c));
    const std::string path = target.substr(0, target.find('?'));
    for (const auto& [pattern, operations] : openapi_["paths"].items()) {
      if (!fits(pattern, path) || !operations.contains(method)) continue;
      const auto& responses = operations[method]["responses"];
      if (!responses.contains(std::to_string(status)))
        return method + " " + pattern + ": status " + std::to_string(status) + " is not described";
      const auto& answer = responses[std::to_string(status)];
      if (!answer.contains("content") || !answer["content"].contains("application/json")) return {};
      return conforms(nlohmann::json::parse(body, nullptr, false), answer["content"]["application/json"]["schema"], "");
    }
    return method + " " + path + ": not described";
  }
  // The same of a refusal (RFC 9457), whatever its address: also one that is not described has to be refused so.
  [[nodiscard]] std::string check_problem(int status, const std::string& type, const std::string& body) const {
    const auto& content = openapi_["components"]["responses"]["Problem"]["content"];
    if (!content.contains(type)) return "a refusal of type '" + type + "'";
    const auto problem = nlohmann::json::parse(body, nullptr, false);
    if (auto wrong = conforms(problem, content[type]["schema"], ""); !wrong.empty()) return wrong;
    if (problem["status"] != status) return "/status: expected " + std::to_string(status) + ", found " + problem["status"].dump();
    return {};
  }

 private:
  static bool is_type(const nlohmann::json& value, const std::string& type) {
    return type == "object"    ? value.is_object()
           : type == "array"   ? value.is_array()
           : type == "string"  ? value.is_string()
           : type == "boolean" ? value.is_boolean()
           : type == "integer" ? value.is_number_integer()
           : type == "number"  ? value.is_number()
                               : value.is_null();
  }
  [[nodiscard]] std::string conforms(const nlohmann::json& value, const nlohmann::json& schema, const std::string& at) const {
    if (schema.contains("$ref")) {
      const std::string name = schema["$ref"].get<std::string>().substr(std::string("#/components/schemas/").size());
      return conforms(value, openapi_["components"]["schemas"][name], at);
    }
    const auto& type = schema["type"];
    bool right = false;
    for (const auto& one : type.is_array() ? type : nlohmann::json::array({type})) right = right || is_type(value, one);
    if (!right) return at + ": expected " + type.dump() + ", found " + value.dump();
    if (const auto among = schema.value("enum", nlohmann::json::array());
        !among.empty() && std::find(among.begin(), among.end(), value) == among.end())
      return at + ": expected one of " + among.dump() + ", found " + value.dump();
    if (value.is_array())
      for (std::size_t i = 0; i < value.size(); ++i)
        if (auto wrong = conforms(value[i], schema["items"], at + "/" + std::to_string(i)); !wrong.empty()) return wrong;
    if (!value.is_object()) return {};
    for (const auto& name : schema.value("required", nlohmann::json::array()))
      if (!value.contains(name.get<std::string>())) return at + ": no " + name.get<std::string>();
    for (const auto& [name, member] : value.items()) {
      if (!schema["properties"].contains(name)) return at + "/" + name + ": not described";
      if (auto wrong = conforms(member, schema["properties"][name], at + "/" + name); !wrong.empty()) return wrong;
    }
    return {};
  }
  nlohmann::json openapi_;
};

}  // namespace segue::tests
