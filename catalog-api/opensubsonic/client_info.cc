// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/opensubsonic/client_info.h"

#include <nlohmann/json.hpp>

namespace segue::opensubsonic {
namespace {

using nlohmann::json;

// Reads members of one object; remembers the first that has the wrong type.
class Reader {
 public:
  Reader(const json& object, std::string pointer, std::string& wrong) : object_(object), pointer_(std::move(pointer)), wrong_(wrong) {
    if (!object.is_object()) fail("", "an object");
  }

  std::string text(const char* name) {
    const json* value = find(name);
    if (value != nullptr && !value->is_string()) return fail(name, "a string"), std::string();
    return value != nullptr ? value->get<std::string>() : std::string();
  }
  // Clients write numbers as strings now and then.
  std::int64_t number(const char* name) {
    const json* value = find(name);
    if (value == nullptr) return 0;
    if (value->is_number_integer() && *value >= 0 && *value <= INT32_MAX) return value->get<std::int64_t>();
    return fail(name, "a number, 0 or more"), 0;
  }
  bool truth(const char* name, bool fallback) {
    const json* value = find(name);
    if (value != nullptr && !value->is_boolean()) return fail(name, "true or false"), fallback;
    return value != nullptr ? value->get<bool>() : fallback;
  }
  std::vector<std::string> texts(const char* name) {
    std::vector<std::string> out;
    each(name, [&](const json& item, const std::string& pointer) {
      if (!item.is_string()) return fail_at(pointer, "a string");
      out.push_back(item.get<std::string>());
    });
    return out;
  }
  template <class T, class Read>
  std::vector<T> objects(const char* name, Read read) {
    std::vector<T> out;
    each(name, [&](const json& item, const std::string& pointer) {
      Reader reader(item, pointer, wrong_);
      out.push_back(read(reader));
    });
    return out;
  }

 private:
  const json* find(const char* name) const {
    if (!object_.is_object()) return nullptr;
    const auto found = object_.find(name);
    return found == object_.end() || found->is_null() ? nullptr : &*found;
  }
  template <class Visit>
  void each(const char* name, Visit visit) {
    const json* list = find(name);
    if (list == nullptr) return;
    if (!list->is_array() || list->size() > kMaxProfiles) return fail(name, "an array of at most " + std::to_string(kMaxProfiles));
    for (std::size_t i = 0; i < list->size() && wrong_.empty(); ++i) visit((*list)[i], pointer_ + "/" + name + "/" + std::to_string(i));
  }
  void fail(const std::string& name, const std::string& expected) { fail_at(name.empty() ? pointer_ : pointer_ + "/" + name, expected); }
  void fail_at(const std::string& pointer, const std::string& expected) {
    if (wrong_.empty()) wrong_ = "ClientInfo" + pointer + ": expected " + expected;
  }

  const json& object_;
  std::string pointer_;
  std::string& wrong_;
};

DirectPlayProfile direct_of(Reader& from) {
  return {from.texts("containers"), from.texts("audioCodecs"), from.texts("protocols"), from.number("maxAudioChannels")};
}
TranscodingProfile transcoding_of(Reader& from) {
  return {from.text("container"), from.text("audioCodec"), from.text("protocol"), from.number("maxAudioChannels")};
}
Limitation limitation_of(Reader& from) {
  return {from.text("name"), from.text("comparison"), from.texts("values"), from.truth("required", true)};
}
CodecProfile codec_of(Reader& from) { return {from.text("name"), from.objects<Limitation>("limitations", limitation_of)}; }

}  // namespace

Result<ClientInfo> parse_client_info(std::string_view text) {
  constexpr int kMaxDepth = 8;  // the deepest member lies at 5
  const auto bounded = [](int depth, json::parse_event_t, json&) { return depth < kMaxDepth; };
  const json parsed = json::parse(text, bounded, false);
  if (parsed.is_discarded() || !parsed.is_object()) return Error{"ClientInfo: expected a JSON object in the body"};
  std::string wrong;
  Reader from(parsed, "", wrong);
  ClientInfo info{from.text("name"),
                  from.text("platform"),
                  from.number("maxAudioBitrate"),
                  from.number("maxTranscodingAudioBitrate"),
                  from.objects<DirectPlayProfile>("directPlayProfiles", direct_of),
                  from.objects<TranscodingProfile>("transcodingProfiles", transcoding_of),
                  from.objects<CodecProfile>("codecProfiles", codec_of)};
  if (!wrong.empty()) return Error{wrong};
  return info;
}

}  // namespace segue::opensubsonic
