// SPDX-License-Identifier: Apache-2.0
// Lists' questions as they go to the process that has the playlists (service/http/question.h). An item is an array, for a list has up to
// 50,000 of them: [uid, track, added_by, added].
//   POST /internal/v1/playlists/get  ["ada","pl-…",""]   ->   200 {"answer":{"value":{"id":"pl-…","list":{…},…}}}
//                                                           200 {"answer":{"refused":{"why":"unknown","detail":"…"}}}
#pragma once

#include <nlohmann/json.hpp>

#include "catalog-api/playlists/lists.h"
#include "service/http/wire.h"

namespace segue::playlists {

NLOHMANN_JSON_SERIALIZE_ENUM(Problem, {{Problem::unknown, "unknown"},
                                       {Problem::forbidden, "forbidden"},
                                       {Problem::stale, "stale"},
                                       {Problem::invalid, "invalid"},
                                       {Problem::full, "full"}})
NLOHMANN_JSON_SERIALIZE_ENUM(Shelf, {{Shelf::all, "all"}, {Shelf::mine, "mine"}, {Shelf::others, "others"}})
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Refusal, why, detail)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(ShelfPlace, nearness, name, id)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(ShelfPage, which, after, most)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Announced, id, name, owner, is_public, is_deleted, change)

inline void to_json(nlohmann::json& json, const Item& item) { json = {item.uid, item.track, item.added_by, item.added}; }
inline void from_json(const nlohmann::json& json, Item& item) {
  json.at(0).get_to(item.uid), json.at(1).get_to(item.track), json.at(2).get_to(item.added_by), json.at(3).get_to(item.added);
}
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(List, name, description, cover, is_public, items, rules)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Playlist, id, owner, created, changed, number, hash, list)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Changed, now, is_rebased)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Shelved, playlist, is_followed, folder, place)

// Not as the log has operations: those are done, these are still to be.
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Add, items, after, at_end)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Move, uids, after)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Remove, uids)

}  // namespace segue::playlists

namespace segue::service::wire {

template <>
struct Form<playlists::Set> {
  using Values = std::tuple<std::optional<std::string>, std::optional<std::string>, std::optional<std::string>, std::optional<bool>,
                            std::optional<std::string>>;
  static json write(const playlists::Set& set) {
    return Form<Values>::write({set.name, set.description, set.cover, set.is_public, set.rules});
  }
  static playlists::Set read(const json& given) {
    auto [name, description, cover, is_public, rules] = Form<Values>::read(given);
    return {std::move(name), std::move(description), std::move(cover), is_public, std::move(rules)};
  }
};

template <>
struct Form<playlists::Operation> {
  static constexpr std::string_view kNames[] = {"add", "move", "remove", "set"};
  static json write(const playlists::Operation& operation) {
    return std::visit(
        [&](const auto& one) {
          return json::array({kNames[operation.index()], Form<std::remove_cvref_t<decltype(one)>>::write(one)});
        },
        operation);
  }
  static playlists::Operation read(const json& given) {
    const auto& name = given.at(0).get_ref<const std::string&>();
    if (name == kNames[0]) return Form<playlists::Add>::read(given.at(1));
    if (name == kNames[1]) return Form<playlists::Move>::read(given.at(1));
    if (name == kNames[2]) return Form<playlists::Remove>::read(given.at(1));
    if (name == kNames[3]) return Form<playlists::Set>::read(given.at(1));
    throw std::invalid_argument("no such operation");
  }
};

template <>
struct Form<playlists::Edit> {
  using Values = std::tuple<std::vector<playlists::Operation>, std::string, bool>;
  static json write(const playlists::Edit& edit) { return Form<Values>::write({edit.operations, edit.base, edit.is_strict}); }
  static playlists::Edit read(const json& given) {
    auto [operations, base, is_strict] = Form<Values>::read(given);
    return {std::move(operations), std::move(base), is_strict};
  }
};

template <>
struct Form<playlists::ShelfSlice> {
  using Values = std::tuple<std::vector<playlists::Shelved>, std::optional<playlists::ShelfPlace>>;
  static json write(const playlists::ShelfSlice& slice) { return Form<Values>::write({slice.lists, slice.next}); }
  static playlists::ShelfSlice read(const json& given) {
    auto [lists, next] = Form<Values>::read(given);
    return {std::move(lists), std::move(next)};
  }
};

template <class T>
struct Form<std::variant<T, playlists::Refusal>> {
  static json write(const playlists::Answer<T>& answer) {
    if (const auto* why = std::get_if<playlists::Refusal>(&answer)) return {{"refused", *why}};
    return {{"value", Form<T>::write(std::get<T>(answer))}};
  }
  static playlists::Answer<T> read(const json& given) {
    if (given.contains("refused")) return given["refused"].template get<playlists::Refusal>();
    return Form<T>::read(given.at("value"));
  }
};

}  // namespace segue::service::wire
