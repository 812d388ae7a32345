// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/message/http_date.h"

#include <array>
#include <chrono>
#include <cstdio>

#include "edge-cache/message/text.h"

namespace segue::edge {
namespace {

constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::array<std::string_view, 7> kDays = {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};

// Reads a date from left to right; the first thing that does not fit makes everything after it fail.
class Reader {
 public:
  explicit Reader(std::string_view text) noexcept : rest_(text) {}

  void literal(std::string_view expected) noexcept {
    good_ = good_ && same(rest_.substr(0, expected.size()), expected);
    if (good_) rest_.remove_prefix(expected.size());
  }
  int digits(std::size_t count) noexcept {
    int value = 0;
    for (std::size_t i = 0; i < count && good_; ++i) {
      good_ = i < rest_.size() && rest_[i] >= '0' && rest_[i] <= '9';
      if (good_) value = value * 10 + (rest_[i] - '0');
    }
    if (good_) rest_.remove_prefix(count);
    return value;
  }
  unsigned month() noexcept {
    for (unsigned i = 0; i < kMonths.size(); ++i) {
      if (!same(rest_.substr(0, 3), kMonths[i])) continue;
      rest_.remove_prefix(3);
      return i + 1;
    }
    good_ = false;
    return 0;
  }
  // The day's name; its whole name (RFC 850) or its first three letters.
  void day(bool whole) noexcept {
    for (const std::string_view name : kDays) {
      const std::string_view expected = whole ? name : name.substr(0, 3);
      if (same(rest_.substr(0, expected.size()), expected)) return literal(expected);
    }
    good_ = false;
  }
  [[nodiscard]] bool starts_with(char c) const noexcept { return !rest_.empty() && rest_.front() == c; }
  [[nodiscard]] bool done() const noexcept { return good_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool good_ = true;
};

struct Parts {
  int year = 0, day = 0, hour = 0, minute = 0, second = 0;
  unsigned month = 0;
};

void read_time(Reader& reader, Parts& parts) noexcept {
  parts.hour = reader.digits(2);
  reader.literal(":");
  parts.minute = reader.digits(2);
  reader.literal(":");
  parts.second = reader.digits(2);
}

bool read_imf(std::string_view text, Parts& parts) noexcept {  // Sun, 06 Nov 1994 08:49:37 GMT
  Reader reader(text);
  reader.day(false);
  reader.literal(", ");
  parts.day = reader.digits(2);
  reader.literal(" ");
  parts.month = reader.month();
  reader.literal(" ");
  parts.year = reader.digits(4);
  reader.literal(" ");
  read_time(reader, parts);
  reader.literal(" GMT");
  return reader.done();
}

bool read_rfc850(std::string_view text, Parts& parts, std::int64_t now) noexcept {  // Sunday, 06-Nov-94 08:49:37 GMT
  Reader reader(text);
  reader.day(true);
  reader.literal(", ");
  parts.day = reader.digits(2);
  reader.literal("-");
  parts.month = reader.month();
  reader.literal("-");
  const int two = reader.digits(2);
  reader.literal(" ");
  read_time(reader, parts);
  reader.literal(" GMT");
  const int this_year = 1970 + static_cast<int>(now / 31556952);
  parts.year = this_year / 100 * 100 + two;
  if (parts.year > this_year + 50) parts.year -= 100;
  return reader.done();
}

bool read_asctime(std::string_view text, Parts& parts) noexcept {  // Sun Nov  6 08:49:37 1994
  Reader reader(text);
  reader.day(false);
  reader.literal(" ");
  parts.month = reader.month();
  reader.literal(" ");
  if (reader.starts_with(' ')) {
    reader.literal(" ");
    parts.day = reader.digits(1);
  } else {
    parts.day = reader.digits(2);
  }
  reader.literal(" ");
  read_time(reader, parts);
  reader.literal(" ");
  parts.year = reader.digits(4);
  return reader.done();
}

}  // namespace

std::optional<std::int64_t> parse_http_date(std::string_view text, std::int64_t now) noexcept {
  Parts parts;
  if (!read_imf(text, parts) && !read_rfc850(text, parts, now) && !read_asctime(text, parts)) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(parts.year), std::chrono::month(parts.month),
                                         std::chrono::day(static_cast<unsigned>(parts.day))};
  if (!date.ok() || parts.hour > 23 || parts.minute > 59 || parts.second > 60) return std::nullopt;
  const std::int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
  return ((days * 24 + parts.hour) * 60 + parts.minute) * 60 + parts.second;
}

std::string print_http_date(std::int64_t time) {
  using namespace std::chrono;
  const sys_seconds instant{seconds(time)};
  const sys_days day = floor<days>(instant);
  const year_month_day date(day);
  const hh_mm_ss clock(instant - day);
  std::array<char, 64> text;
  const int size = std::snprintf(text.data(), text.size(), "%.3s, %02u %s %04d %02d:%02d:%02d GMT", kDays[weekday(day).c_encoding()].data(),
                                 unsigned(date.day()), kMonths[unsigned(date.month()) - 1].data(), int(date.year()),
                                 int(clock.hours().count()), int(clock.minutes().count()), int(clock.seconds().count()));
  return {text.data(), static_cast<std::size_t>(size)};
}

}  // namespace segue::edge
