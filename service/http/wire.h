// SPDX-License-Identifier: Apache-2.0
// Values as JSON between processes of ours, and back. What is read must be what would be written: of anything else (a word that nobody
// knows, a number that does not fit) nothing is taken. Members that this version does not know are passed over.
// A type says how it is written as nlohmann's to_json and from_json do, or by a Form of its own where those cannot.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

namespace segue::service::wire {

using nlohmann::json;

// read() throws std::exception, which stays in the function below.
template <class T>
struct Form {
  static json write(const T& value) { return value; }
  static T read(const json& given) { return given.get<T>(); }
};
template <>
struct Form<std::monostate> {  // done
  static json write(std::monostate) { return true; }
  static std::monostate read(const json&) { return {}; }
};
template <class T>
struct Form<std::optional<T>> {
  static json write(const std::optional<T>& value) { return value ? Form<T>::write(*value) : json(); }
  static std::optional<T> read(const json& given) { return given.is_null() ? std::optional<T>() : Form<T>::read(given); }
};
template <class T>
struct Form<std::vector<T>> {
  static json write(const std::vector<T>& values) {
    json all = json::array();
    for (const T& value : values) all.push_back(Form<T>::write(value));
    return all;
  }
  static std::vector<T> read(const json& given) {
    std::vector<T> values;
    for (const json& one : given.get_ref<const json::array_t&>()) values.push_back(Form<T>::read(one));
    return values;
  }
};
template <class... T>
struct Form<std::tuple<T...>> {
  static json write(const std::tuple<T...>& values) {
    json all = json::array();
    std::apply([&](const T&... one) { (all.push_back(Form<T>::write(one)), ...); }, values);
    return all;
  }
  static std::tuple<T...> read(const json& given) { return read(given, std::index_sequence_for<T...>()); }

 private:
  template <std::size_t... I>
  static std::tuple<T...> read(const json& given, std::index_sequence<I...>) {
    return {Form<T>::read(given.at(I))...};
  }
};

// Has `given` all that `written` has?
inline bool holds(const json& given, const json& written) {
  if (written.is_object()) {
    for (const auto& [name, member] : written.items())
      if (!given.is_object() || !given.contains(name) || !holds(given[name], member)) return false;
    return true;
  }
  if (written.is_number()) return given.dump() == written.dump();  // == takes 2^63 and -2^63 for one
  if (!written.is_array()) return given == written;
  if (!given.is_array() || given.size() != written.size()) return false;
  for (std::size_t i = 0; i < written.size(); ++i)
    if (!holds(given[i], written[i])) return false;
  return true;
}

// No value here has a fraction, and one that is too large for what it is read as is undefined behaviour.
inline bool is_whole(const json& given) {
  std::vector<const json*> left{&given};
  while (!left.empty()) {
    const json& one = *left.back();
    left.pop_back();
    if (one.is_number_float()) return false;
    if (!one.is_structured()) continue;
    for (const json& member : one) left.push_back(&member);
  }
  return true;
}

template <class T>
std::string write(const T& value) {
  return Form<T>::write(value).dump(-1, ' ', false, json::error_handler_t::replace);
}

template <class T>
std::optional<T> read(const json& given) {
  if (!is_whole(given)) return std::nullopt;
  try {
    T value = Form<T>::read(given);
    if (holds(given, Form<T>::write(value))) return value;
  } catch (const std::exception&) {  // something is missing, or of another type
  }
  return std::nullopt;
}

}  // namespace segue::service::wire
