// SPDX-License-Identifier: Apache-2.0
#include "ingest/job.h"

#include <array>
#include <nlohmann/json.hpp>

namespace segue::ingest {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array<std::string_view, 3> kStates = {"published", "unchanged", "failed"};

// Names are bytes; JSON holds text only, so that each byte is written as the character of its number.
std::string widen(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      text += c;
    } else {
      text += static_cast<char>(0xC0 | byte >> 6);
      text += static_cast<char>(0x80 | (byte & 0x3F));
    }
  }
  return text;
}

std::string narrow(std::string_view text) {
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const bool pair = byte >= 0xC0 && i + 1 < text.size();
    bytes += pair ? static_cast<char>((byte & 3) << 6 | (static_cast<unsigned char>(text[++i]) & 0x3F)) : text[i];
  }
  return bytes;
}

State state_named(const std::string& name) {
  for (std::size_t i = 0; i < kStates.size(); ++i) {
    if (kStates[i] == name) return static_cast<State>(i);
  }
  return State::failed;
}

Json put(const FileResult& file) {
  return {{"file", widen(file.file)},      {"state", name_of(file.state)}, {"asset", file.asset},
          {"generation", file.generation}, {"seconds", file.seconds},      {"error", widen(file.error)}};
}

FileResult get_file(const Json& json) {
  FileResult file;
  file.file = narrow(json.at("file").get<std::string>());
  file.state = state_named(json.at("state").get<std::string>());
  file.asset = json.at("asset").get<std::string>();
  file.generation = json.at("generation").get<std::uint32_t>();
  file.seconds = json.at("seconds").get<double>();
  file.error = narrow(json.at("error").get<std::string>());
  return file;
}

}  // namespace

std::string_view name_of(State state) noexcept { return kStates[static_cast<std::size_t>(state)]; }

std::string write_result(const JobResult& result) {
  Json out = {{"files", Json::array()}, {"pieces", Json::array()}, {"note", widen(result.note)}};
  for (const FileResult& file : result.files) out["files"].push_back(put(file));
  for (const Piece& piece : result.pieces)
    out["pieces"].push_back({{"asset", piece.asset}, {"generation", piece.generation}, {"kind", piece.kind}});
  if (result.album)
    out["album"] = {{"asset", result.album->asset}, {"generation", result.album->generation}, {"tracks", result.album->tracks}};
  return out.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::optional<JobResult> read_result(std::string_view json) {
  const Json in = Json::parse(json, nullptr, false);
  if (in.is_discarded()) return std::nullopt;
  try {
    JobResult result;
    for (const Json& file : in.at("files")) result.files.push_back(get_file(file));
    for (const Json& piece : in.at("pieces"))
      result.pieces.push_back(
          {piece.at("asset").get<std::string>(), piece.at("generation").get<std::uint32_t>(), piece.at("kind").get<std::string>()});
    result.note = narrow(in.at("note").get<std::string>());
    if (in.contains("album")) {
      const Json& album = in.at("album");
      result.album = {album.at("asset").get<std::string>(), album.at("generation").get<std::uint32_t>(),
                      album.at("tracks").get<std::vector<std::string>>()};
    }
    return result;
  } catch (const Json::exception&) {  // nlohmann's only way to tell; it ends here
    return std::nullopt;
  }
}

}  // namespace segue::ingest
