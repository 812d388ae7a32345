// SPDX-License-Identifier: Apache-2.0
// Operations as JSON: {"op":"add","items":[{"uid","track"}],"after":uid|null} and so on.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "catalog-api/playlists/operations.h"
#include "catalog-api/smart/rules.h"

namespace segue::playlists {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMaxIdBytes = 64;

Json json_of(const Item& item) { return {{"uid", item.uid}, {"track", item.track}, {"added_by", item.added_by}, {"added", item.added}}; }

struct ToJson {
  Json operator()(const Add& add) const {
    Json items = Json::array();
    for (const Item& item : add.items) items.push_back(json_of(item));
    return {{"op", "add"}, {"items", std::move(items)}, {"after", add.after}};
  }
  Json operator()(const Move& move) const { return {{"op", "move"}, {"uids", move.uids}, {"after", move.after}}; }
  Json operator()(const Remove& remove) const { return {{"op", "remove"}, {"uids", remove.uids}}; }
  Json operator()(const Set& set) const {
    Json json{{"op", "set"}};
    if (set.name) json["name"] = *set.name;
    if (set.description) json["description"] = *set.description;
    if (set.cover) json["cover"] = *set.cover;
    if (set.is_public) json["public"] = *set.is_public;
    if (set.rules) json["rules"] = Json::parse(*set.rules, nullptr, false);
    return json;
  }
};

// Reads members; the first that is wrong is kept.
class Reader {
 public:
  Reader(const Json& json, std::size_t most) : json_(json), most_(most) {}

  std::string text(const Json& in, const std::string& at, const char* name, std::size_t most, bool required) {
    const auto found = in.find(name);
    if (found == in.end() || found->is_null()) {
      if (required) wrong(at + "/" + name, "expected a text, found nothing");
      return {};
    }
    if (!found->is_string() || found->get_ref<const std::string&>().size() > most) {
      wrong(at + "/" + name, "expected a text of at most " + std::to_string(most) + " bytes, found " + shown(*found));
      return {};
    }
    return found->get<std::string>();
  }
  void members(const Json& in, const std::string& at, std::initializer_list<std::string_view> known) {
    for (const auto& [name, value] : in.items())
      if (std::find(known.begin(), known.end(), name) == known.end()) wrong(at + "/" + name.substr(0, 40), "unknown member");
  }
  const Json* array(const char* name) {
    const auto found = json_.find(name);
    if (found != json_.end() && found->is_array() && found->size() <= most_) return &*found;
    wrong(std::string("/") + name, "expected an array of at most " + std::to_string(most_));
    return nullptr;
  }
  std::vector<std::string> uids() {
    std::vector<std::string> out;
    const Json* all = array("uids");
    for (std::size_t i = 0; all != nullptr && i < all->size(); ++i) {
      const Json& uid = (*all)[i];
      if (!uid.is_string() || uid.get_ref<const std::string&>().size() > kMaxIdBytes) {
        wrong("/uids/" + std::to_string(i), "expected a text, found " + shown(uid));
      } else {
        out.push_back(uid.get<std::string>());
      }
    }
    return out;
  }
  std::vector<Item> items() {
    std::vector<Item> out;
    const Json* all = array("items");
    for (std::size_t i = 0; all != nullptr && i < all->size(); ++i) {
      const std::string at = "/items/" + std::to_string(i);
      const Json& one = (*all)[i];
      if (!one.is_object()) {
        wrong(at, "expected an object, found " + shown(one));
        break;
      }
      members(one, at, {"uid", "track", "added_by", "added"});
      Item item{text(one, at, "uid", kMaxIdBytes, false), text(one, at, "track", kMaxIdBytes, true), text(one, at, "added_by", 100, false),
                0};
      if (const auto added = one.find("added"); added != one.end() && added->is_number_integer()) item.added = added->get<std::int64_t>();
      out.push_back(std::move(item));
    }
    return out;
  }
  std::optional<std::string> optional_text(const char* name) {
    if (!json_.contains(name)) return std::nullopt;
    return text(json_, "", name, kMaxTextBytes, true);
  }
  std::optional<std::string> optional_rules() {
    const auto found = json_.find("rules");
    if (found == json_.end()) return std::nullopt;
    const std::string text = found->dump(-1, ' ', false, Json::error_handler_t::replace);
    if (auto rules = smart::parse(text); !rules)
      wrong("/rules" + rules.error().message.substr(0, rules.error().message.find(": ")),
            rules.error().message.substr(rules.error().message.find(": ") + 2));
    return text;
  }
  std::optional<bool> optional_truth(const char* name) {
    const auto found = json_.find(name);
    if (found == json_.end()) return std::nullopt;
    if (!found->is_boolean()) {
      wrong(std::string("/") + name, "expected true or false, found " + shown(*found));
      return std::nullopt;
    }
    return found->get<bool>();
  }
  void wrong(const std::string& pointer, const std::string& what) {
    if (error_.empty()) error_ = pointer + ": " + what;
  }
  [[nodiscard]] const std::string& error() const { return error_; }

 private:
  static std::string shown(const Json& value) { return value.dump(-1, ' ', true, Json::error_handler_t::replace).substr(0, 40); }
  const Json& json_;
  std::size_t most_;
  std::string error_;
};

}  // namespace

std::string to_json(const Operation& operation) {
  return std::visit(ToJson{}, operation).dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<Operation> parse_operation(std::string_view text, std::size_t most) {
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object()) return Error{": expected an object"};
  Reader reader(json, most);
  const std::string op = reader.text(json, "", "op", 10, true);
  Operation out = Remove{};
  if (op == "add") {
    reader.members(json, "", {"op", "items", "after"});
    const bool at_end = !json.contains("after");
    out = Add{reader.items(), reader.text(json, "", "after", kMaxIdBytes, false), at_end};
  } else if (op == "move") {
    reader.members(json, "", {"op", "uids", "after"});
    out = Move{reader.uids(), reader.text(json, "", "after", kMaxIdBytes, false)};
  } else if (op == "remove") {
    reader.members(json, "", {"op", "uids"});
    out = Remove{reader.uids()};
  } else if (op == "set") {
    reader.members(json, "", {"op", "name", "description", "cover", "public", "rules"});
    out = Set{reader.optional_text("name"), reader.optional_text("description"), reader.optional_text("cover"),
              reader.optional_truth("public"), reader.optional_rules()};
  } else {
    reader.wrong("/op", "expected add, move, remove or set");
  }
  if (!reader.error().empty()) return Error{reader.error()};
  return out;
}

}  // namespace segue::playlists
