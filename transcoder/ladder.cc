// SPDX-License-Identifier: Apache-2.0
#include "transcoder/ladder.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>
#include <optional>

namespace segue::transcoder {
namespace {

constexpr std::size_t kMaxLadderBytes = 64u << 10;
constexpr std::uint32_t kMaxBitRate = 400'000'000;  // level 6.2 of every video codec is below

std::vector<std::string_view> words_of(std::string_view line) {
  line = line.substr(0, line.find('#'));
  std::vector<std::string_view> words;
  for (std::size_t at = 0; at < line.size();) {
    const std::size_t start = line.find_first_not_of(" \t\r", at);
    if (start == std::string_view::npos) break;
    const std::size_t end = std::min(line.find_first_of(" \t\r", start), line.size());
    words.push_back(line.substr(start, end - start));
    at = end;
  }
  return words;
}

template <class Number>
std::optional<Number> number(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// "128k" or "64000".
std::optional<std::uint32_t> bit_rate(std::string_view text) {
  const bool kilo = text.ends_with('k');
  if (kilo) text.remove_suffix(1);
  const auto value = number<std::uint32_t>(text);
  if (!value || *value == 0 || *value > kMaxBitRate / (kilo ? 1000 : 1)) return std::nullopt;
  return *value * (kilo ? 1000 : 1);
}

std::string rate_text(std::uint32_t bits) { return bits % 1000 == 0 ? std::to_string(bits / 1000) + "k" : std::to_string(bits); }

bool is_word(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

// A ladder being read; each line's method returns what was expected when it does not find it, else an empty string.
struct Reader {
  Ladder ladder;

  using Words = std::vector<std::string_view>;

  std::string line(const Words& words) {
    const std::string_view key = words[0];
    if (key == "ladder") return name(words);
    if (key == "segment") return segment(words);
    if (key == "quick-start") return choice(words, "yes", "no", ladder.grid.quick_start);
    if (key == "loudness") return choice(words, "normalise", "keep", ladder.normalise_loudness);
    const auto codec = media::codec_named(key);
    if (!codec) return "ladder, segment, quick-start, loudness or a codec's name";
    return rung(*codec, words);
  }

  std::string name(const Words& words) {
    if (words.size() != 2 || !is_word(words[1])) return "ladder NAME of a-z, 0-9, - and _";
    ladder.name = words[1];
    return {};
  }

  std::string segment(const Words& words) {
    const auto seconds = words.size() == 2 ? number<std::int64_t>(words[1]) : std::nullopt;
    if (!seconds || *seconds < 1 || *seconds > 30) return "segment SECONDS from 1 to 30";
    ladder.grid.segment_seconds = *seconds;
    return {};
  }

  static std::string choice(const Words& words, std::string_view yes, std::string_view no, bool& value) {
    if (words.size() != 2 || (words[1] != yes && words[1] != no)) {
      return std::string(words[0]) + " " + std::string(yes) + " or " + std::string(no);
    }
    value = words[1] == yes;
    return {};
  }

  std::string rung(media::Codec codec, const Words& words) {
    using media::Codec;
    switch (codec) {
      case Codec::aac:
      case Codec::opus: return lossy_rungs(codec, words);
      case Codec::flac:
        if (words.size() != 1) return "flac alone";
        ladder.rungs.push_back({codec, 0, 0, 0, 0, {}});
        return {};
      case Codec::h264:
      case Codec::hevc:
      case Codec::av1: return video_rung(codec, words);
      default: return "aac, opus, flac, h264, hevc or av1: others are only passed through";
    }
  }

  std::string lossy_rungs(media::Codec codec, const Words& words) {
    if (words.size() < 2) return std::string(words[0]) + " BITRATE...";
    for (std::size_t i = 1; i < words.size(); ++i) {
      const auto rate = bit_rate(words[i]);
      if (!rate || *rate < 6000 || *rate > 512'000) return "a bit rate from 6k to 512k";
      ladder.rungs.push_back({codec, *rate, 0, 0, 0, {}});
    }
    return {};
  }

  std::string video_rung(media::Codec codec, const Words& words) {
    static constexpr const char* kForm = "CODEC HEIGHTp crf NUMBER max BITRATE [preset NAME]";
    if ((words.size() != 6 && words.size() != 8) || !words[1].ends_with('p')) return kForm;
    const auto height = number<std::uint32_t>(words[1].substr(0, words[1].size() - 1));
    if (!height || *height < 64 || *height > 4320) return "a height from 64p to 4320p";
    const auto quality = number<double>(words[3]);
    if (words[2] != "crf" || !quality || !(*quality >= 1 && *quality <= 63)) return "crf NUMBER from 1 to 63";
    const auto max_rate = bit_rate(words[5]);
    if (words[4] != "max" || !max_rate) return "max BITRATE up to 400000k";
    Rung rung{codec, 0, *height, *max_rate, *quality, codec == media::Codec::av1 ? "8" : "veryfast"};
    if (words.size() == 8) {
      if (words[6] != "preset" || !is_word(words[7])) return "preset NAME";
      rung.preset = words[7];
    }
    ladder.rungs.push_back(std::move(rung));
    return {};
  }
};

}  // namespace

Result<Ladder> parse_ladder(std::string_view text, std::string_view origin) {
  Reader reader;
  int number = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = text.substr(at, end - at);
    at = end + 1;
    ++number;
    const auto words = words_of(line);
    if (words.empty()) continue;
    const std::string expected = reader.line(words);
    if (expected.empty()) continue;
    return Error{std::string(origin) + ":" + std::to_string(number) + ": expected " + expected + ", found \"" +
                 std::string(line.substr(0, 80)) + "\""};
  }
  if (reader.ladder.rungs.empty()) return Error{std::string(origin) + ": expected at least one rung such as `aac 128k`, found none"};
  if (reader.ladder.name.empty()) return Error{std::string(origin) + ": expected a line `ladder NAME`, found none"};
  return std::move(reader.ladder);
}

Result<Ladder> load_ladder(const std::string& name_or_path) {
  if (auto preset = preset_ladder(name_or_path)) return preset;
  std::ifstream file(name_or_path, std::ios::binary);
  if (!file) return Error{name_or_path + ": expected a ladder file or one of the presets music, podcast, video"};
  std::string text(kMaxLadderBytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.size() > kMaxLadderBytes) return Error{name_or_path + ": expected a ladder of at most 64 KiB, found more"};
  return parse_ladder(text, name_or_path);
}

std::string ladder_text(const Ladder& ladder) {
  std::string text = "ladder " + ladder.name + "\nsegment " + std::to_string(ladder.grid.segment_seconds) + "\nquick-start " +
                     (ladder.grid.quick_start ? "yes" : "no") + "\nloudness " + (ladder.normalise_loudness ? "normalise" : "keep") + "\n";
  for (const Rung& rung : ladder.rungs) {
    text += media::name_of(rung.codec);
    if (rung.height != 0) {
      char quality[32];
      const auto [end, error] = std::to_chars(std::begin(quality), std::end(quality), rung.quality);
      text += " " + std::to_string(rung.height) + "p crf " + std::string(quality, end) + " max " + rate_text(rung.max_rate) + " preset " +
              rung.preset;
    } else if (rung.bit_rate != 0) {
      text += " " + rate_text(rung.bit_rate);
    }
    text += "\n";
  }
  return text;
}

}  // namespace segue::transcoder
