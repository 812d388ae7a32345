// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/smart/compile.h"

#include <algorithm>

#include "catalog-api/library/names.h"
#include "catalog-api/smart/fields.h"

namespace segue::smart {
namespace {

constexpr double kDay = 24 * 3600;

// LIKE's own signs in what a person typed stand for themselves.
std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '%' || c == '_' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

class Compiler {
 public:
  explicit Compiler(std::int64_t now) : now_(static_cast<double>(now)) {}

  std::string group(const Group& group) {
    std::string sql;
    for (const Node& node : group.nodes) {
      if (!sql.empty()) sql += group.all ? " AND " : " OR ";
      sql += std::holds_alternative<Group>(node) ? this->group(std::get<Group>(node)) : rule(std::get<Rule>(node));
    }
    return '(' + sql + ')';
  }

  Statement statement;

 private:
  std::string rule(const Rule& rule) {
    const bool negated = rule.op == Op::is_not || rule.op == Op::not_contains || rule.op == Op::not_in_last;
    std::string test = rule.field->type == Type::text ? text(rule) : number(rule);
    if (!rule.field->each.empty()) {
      std::string all(rule.field->each);
      all.replace(all.rfind('%'), 1, test);
      test = std::move(all);
    }
    // What is unknown (loudness of silence) is in no list that asks for it, and in every one that asks for its opposite.
    return negated ? "NOT coalesce(" + test + ", FALSE)" : "coalesce(" + test + ", FALSE)";
  }

  // Compared as keys, as everything in the library is ordered: case, accents and a leading article do not count.
  std::string text(const Rule& rule) {
    const auto& value = std::get<std::string>(rule.values.front());
    const bool is_key = rule.field->name != "genre" && rule.field->name != "codec" && rule.field->name != "kind";
    std::string key = is_key && rule.op != Op::contains && rule.op != Op::not_contains && rule.op != Op::ends_with
                          ? library::sort_name(value)
                          : library::name_key(value);
    if (!is_key) key = lower(value);
    const std::string field(rule.field->sql);
    switch (rule.op) {
      case Op::contains:
      case Op::not_contains: statement.values.emplace_back('%' + escaped(key) + '%'); break;
      case Op::starts_with: statement.values.emplace_back(escaped(key) + '%'); break;
      case Op::ends_with: statement.values.emplace_back('%' + escaped(key)); break;
      default: statement.values.emplace_back(key); return field + " = ?";
    }
    return field + " LIKE ? ESCAPE '\\'";
  }
  // As SQLite's lower(): ASCII alone.
  static std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return text;
  }

  static double number_of(const Literal& value) {
    if (const auto* truth = std::get_if<bool>(&value)) return *truth ? 1 : 0;
    return std::get<double>(value);
  }
  std::string number(const Rule& rule) {
    const std::string field(rule.field->sql);
    const double first = number_of(rule.values.front());
    const auto test = [&](const char* comparison, double value) {
      statement.values.emplace_back(value);
      return field + comparison;
    };
    switch (rule.op) {
      case Op::less: return test(" < ?", first);
      case Op::greater: return test(" > ?", first);
      case Op::at_least: return test(" >= ?", first);
      case Op::at_most: return test(" <= ?", first);
      case Op::in_last:
      case Op::not_in_last: return test(" >= ?", now_ - first * kDay);
      case Op::between:
        statement.values.emplace_back(first);
        statement.values.emplace_back(number_of(rule.values.back()));
        return field + " BETWEEN ? AND ?";
      default: return test(" = ?", first);
    }
  }

  double now_;
};

}  // namespace

Statement compile(const Rules& rules, std::int64_t now) {
  Compiler compiler(now);
  std::string sql = needs_marks(rules) ? "LEFT JOIN mark m ON m.id = a.id " : "";
  sql += "WHERE a.kind <> 'album' AND " + compiler.group(rules.root) + " ORDER BY ";
  for (const Sort& sort : rules.sorts) {
    if (sort.by == nullptr) {
      // An order of the rows that looks like none: row and seed go into both factors, so neighbours part.
      sql += "(a.row * 48271 + ?) % 2147483647 * ((a.row + ?) % 65521 + 1) % 2147483647";
      const std::int64_t seed = (rules.seed + 1) * 16807 % 2147483647;
      compiler.statement.values.emplace_back(seed);
      compiler.statement.values.emplace_back(seed);
    } else {
      sql += sort.by->name == "artist" ? "a.sort" : std::string(sort.by->sql);
      // What is unknown (loudness of silence) is the least: the engines' own orders differ.
      sql += sort.is_descending ? " DESC NULLS LAST" : " NULLS FIRST";
    }
    sql += ", ";
  }
  sql += "a.sort, a.row LIMIT ?";
  compiler.statement.values.emplace_back(rules.limit);
  compiler.statement.sql = std::move(sql);
  return std::move(compiler.statement);
}

}  // namespace segue::smart
