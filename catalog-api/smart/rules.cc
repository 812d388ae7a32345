// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/smart/rules.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "catalog-api/smart/fields.h"

namespace segue::smart {
namespace {

using Json = nlohmann::json;

// Before a parser builds a tree of it: nothing is nested deeper than rules and their arrays need.
bool is_too_deep(std::string_view text) {
  std::size_t depth = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted && c == '\\') ++i;
    if (c == '"') quoted = !quoted;
    if (quoted) continue;
    if ((c == '{' || c == '[') && ++depth > 2 * kMaxDepth + 2) return true;
    if ((c == '}' || c == ']') && depth > 0) --depth;
  }
  return false;
}

std::string shown(const Json& value) { return value.dump(-1, ' ', true, Json::error_handler_t::replace).substr(0, 40); }

bool takes(const Operator& one, Type type) {
  switch (type) {
    case Type::text: return one.text;
    case Type::number: return one.number;
    case Type::time: return one.time;
    case Type::truth: return one.truth;
  }
  return false;
}

// Keeps the first thing that is wrong.
class Reader {
 public:
  Rules rules(const Json& json) {
    Rules made;
    members(json, "", {"match", "rules", "sort", "limit", "seed"});
    made.root = group(json, "", 1);
    if (const auto sorts = json.find("sort"); sorts != json.end()) made.sorts = sort(*sorts);
    made.limit = number(json, "limit", 1, kMaxLimit, kDefaultLimit);
    made.seed = number(json, "seed", 0, INT32_MAX, 0);
    return made;
  }
  [[nodiscard]] const std::string& error() const { return error_; }

 private:
  void wrong(const std::string& at, const std::string& what) {
    if (error_.empty()) error_ = at + ": " + what;
  }
  void members(const Json& json, const std::string& at, std::initializer_list<std::string_view> known) {
    for (const auto& [name, value] : json.items())
      if (std::find(known.begin(), known.end(), name) == known.end()) wrong(at + '/' + name.substr(0, 40), "unknown member");
  }
  std::string text(const Json& json, const std::string& at, const char* name) {
    const auto found = json.find(name);
    if (found != json.end() && found->is_string() && found->get_ref<const std::string&>().size() <= kMaxValueBytes)
      return found->get<std::string>();
    wrong(at + '/' + name, "expected a text, found " + (found == json.end() ? "nothing" : shown(*found)));
    return {};
  }
  std::int64_t number(const Json& json, const char* name, std::int64_t least, std::int64_t most, std::int64_t otherwise) {
    const auto found = json.find(name);
    if (found == json.end()) return otherwise;
    if (found->is_number_integer() && *found >= least && *found <= most) return found->get<std::int64_t>();
    wrong(std::string("/") + name,
          "expected a whole number from " + std::to_string(least) + " to " + std::to_string(most) + ", found " + shown(*found));
    return otherwise;
  }

  Group group(const Json& json, const std::string& at, std::size_t depth) {
    Group made;
    const std::string match = text(json, at, "match");
    if (match != "all" && match != "any") wrong(at + "/match", "expected all or any, found " + match);
    made.all = match == "all";
    const auto rules = json.find("rules");
    if (rules == json.end() || !rules->is_array() || rules->empty()) {
      wrong(at + "/rules", "expected an array of at least one rule");
      return made;
    }
    if (depth > kMaxDepth) {
      wrong(at + "/rules", "nested deeper than " + std::to_string(kMaxDepth));
      return made;
    }
    for (std::size_t i = 0; i < rules->size() && error_.empty(); ++i)
      made.nodes.push_back(node((*rules)[i], at + "/rules/" + std::to_string(i), depth));
    return made;
  }

  Node node(const Json& json, const std::string& at, std::size_t depth) {
    if (++count_ > kMaxRules) wrong(at, "more than " + std::to_string(kMaxRules) + " rules");
    if (!json.is_object()) {
      wrong(at, "expected an object, found " + shown(json));
      return Rule{};
    }
    if (!json.contains("rules")) return rule(json, at);
    members(json, at, {"match", "rules"});
    return group(json, at, depth + 1);
  }

  Rule rule(const Json& json, const std::string& at) {
    Rule made;
    members(json, at, {"field", "op", "value"});
    const std::string name = text(json, at, "field"), op = text(json, at, "op");
    made.field = field_named(name);
    if (made.field == nullptr) {
      wrong(at + "/field", "no such field: " + name.substr(0, 40));
      return made;
    }
    const auto known = std::find_if(operators().begin(), operators().end(),
                                    [&](const Operator& one) { return one.name == op && takes(one, made.field->type); });
    if (known == operators().end()) {
      wrong(at + "/op", expected_ops(made.field->type) + ", found " + op.substr(0, 40));
      return made;
    }
    made.op = known->op;
    const auto value = json.find("value");
    if (value == json.end()) {
      wrong(at + "/value", "expected a value, found nothing");
    } else if (made.op != Op::between) {
      made.values.push_back(literal(*value, *made.field, at + "/value"));
    } else if (value->is_array() && value->size() == 2) {
      for (std::size_t i = 0; i < 2; ++i) made.values.push_back(literal((*value)[i], *made.field, at + "/value/" + std::to_string(i)));
    } else {
      wrong(at + "/value", "expected an array of two, found " + shown(*value));
    }
    return made;
  }

  static std::string expected_ops(Type type) {
    std::string names;
    for (const Operator& one : operators())
      if (takes(one, type)) names += (names.empty() ? "expected " : ", ") + std::string(one.name);
    return names;
  }

  Literal literal(const Json& value, const Field& field, const std::string& at) {
    switch (field.type) {
      case Type::text:
        if (value.is_string() && value.get_ref<const std::string&>().size() <= kMaxValueBytes) return value.get<std::string>();
        wrong(at, "expected a text of at most " + std::to_string(kMaxValueBytes) + " bytes, found " + shown(value));
        return std::string();
      case Type::truth:
        if (value.is_boolean()) return value.get<bool>();
        wrong(at, "expected true or false, found " + shown(value));
        return false;
      case Type::number:
      case Type::time: break;
    }
    if (value.is_number() && std::abs(value.get<double>()) <= 1e12) return value.get<double>();
    wrong(at, "expected a number, found " + shown(value));
    return 0.0;
  }

  std::vector<Sort> sort(const Json& json) {
    std::vector<Sort> made;
    if (!json.is_array() || json.size() > kMaxSorts) {
      wrong("/sort", "expected an array of at most " + std::to_string(kMaxSorts) + ", found " + shown(json));
      return made;
    }
    for (std::size_t i = 0; i < json.size(); ++i) {
      const std::string at = "/sort/" + std::to_string(i);
      if (!json[i].is_object()) {
        wrong(at, "expected an object, found " + shown(json[i]));
        return made;
      }
      members(json[i], at, {"by", "order"});
      const std::string by = text(json[i], at, "by"), order = json[i].contains("order") ? text(json[i], at, "order") : "asc";
      const Field* field = field_named(by);
      if (by != "random" && (field == nullptr || !is_sortable(*field))) wrong(at + "/by", "not a field to sort by: " + by.substr(0, 40));
      if (order != "asc" && order != "desc") wrong(at + "/order", "expected asc or desc, found " + order);
      made.push_back({by == "random" ? nullptr : field, order == "desc"});
    }
    return made;
  }
  // Of several artists or genres none is the one to sort by; an artist's place is in every track's own order.
  static bool is_sortable(const Field& field) { return field.each.empty() || field.name == "artist"; }

  std::size_t count_ = 0;
  std::string error_;
};

template <class Asks>
bool any_rule(const Group& group, Asks asks) {
  return std::any_of(group.nodes.begin(), group.nodes.end(), [&](const Node& node) {
    if (const auto* inner = std::get_if<Group>(&node)) return any_rule(*inner, asks);
    return asks(std::get<Rule>(node));
  });
}

}  // namespace

Result<Rules> parse(std::string_view json) {
  if (json.size() > kMaxRulesBytes)
    return Error{": rules of " + std::to_string(json.size()) + " bytes, at most " + std::to_string(kMaxRulesBytes)};
  if (is_too_deep(json)) return Error{": nested deeper than " + std::to_string(kMaxDepth)};
  const Json read = Json::parse(json, nullptr, false);
  if (!read.is_object()) return Error{": expected an object"};
  Reader reader;
  Rules rules = reader.rules(read);
  if (!reader.error().empty()) return Error{reader.error()};
  return rules;
}

bool needs_marks(const Rules& rules) {
  return any_rule(rules.root, [](const Rule& rule) { return rule.field->is_mark; }) ||
         std::any_of(rules.sorts.begin(), rules.sorts.end(), [](const Sort& sort) { return sort.by != nullptr && sort.by->is_mark; });
}

bool needs_clock(const Rules& rules) {
  return any_rule(rules.root, [](const Rule& rule) { return rule.op == Op::in_last || rule.op == Op::not_in_last; });
}

}  // namespace segue::smart
