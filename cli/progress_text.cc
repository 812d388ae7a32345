// SPDX-License-Identifier: Apache-2.0
#include "cli/progress_text.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "cli/text.h"

namespace segue::cli {
namespace {

// Shorter than this, a speed says more about the start than about the work.
constexpr double kSettledSeconds = 0.5;

double share_of(const Work& work) { return work.total > 0 ? std::clamp(work.done / work.total, 0.0, 1.0) : 0; }

std::string figures(const Work& work) {
  std::array<char, 96> text{};
  const double speed = work.elapsed >= kSettledSeconds ? work.done / work.elapsed : 0;
  std::string out;
  if (work.total > 0) {
    std::snprintf(text.data(), text.size(), "%3d %%", static_cast<int>(share_of(work) * 100));
    out = text.data();
  } else {
    out = clock_text(work.done);
  }
  if (speed > 0) {
    std::snprintf(text.data(), text.size(), "  %.1f×", speed);
    out += text.data();
  }
  if (const double left = seconds_left(work); left >= 0) out += "  " + clock_text(left) + " left";
  return out;
}

std::string bar(double share, std::size_t cells) {
  const auto full = static_cast<std::size_t>(share * static_cast<double>(cells));
  std::string out;
  for (std::size_t i = 0; i < cells; ++i) out += i < full ? "█" : "░";
  return out;
}

}  // namespace

double seconds_left(const Work& work) {
  if (work.total <= 0 || work.done <= 0 || work.elapsed < kSettledSeconds) return -1;
  return std::max(0.0, (work.total - work.done) * work.elapsed / work.done);
}

std::string bar_line(const std::string& name, const Work& work, std::size_t columns) {
  constexpr std::size_t kFigures = 26;  // "100 %  999.9×  9:59:59 left" and a space before it
  const std::size_t cells = columns >= 70 ? 20 : columns >= 50 ? 10 : 0;
  const std::size_t room = columns > kFigures + cells + 3 ? columns - kFigures - cells - 3 : 8;
  std::string out = fit(name, room);
  out += std::string(room - std::min(room, columns_of(out)) + 1, ' ');
  if (cells > 0) out += bar(share_of(work), cells) + " ";
  return fit(out + figures(work), columns);
}

std::string plain_line(std::size_t done, std::size_t count, const Work& work) {
  std::string out = std::to_string(done) + " of " + std::to_string(count) + " done";
  std::array<char, 96> text{};
  if (work.total > 0) {
    std::snprintf(text.data(), text.size(), ", %d %%", static_cast<int>(share_of(work) * 100));
    out += text.data();
  }
  if (work.elapsed >= kSettledSeconds && work.done > 0) {
    std::snprintf(text.data(), text.size(), ", %.1f× as fast as it plays", work.done / work.elapsed);
    out += text.data();
  }
  if (const double left = seconds_left(work); left >= 0) out += ", " + clock_text(left) + " left";
  return out;
}

}  // namespace segue::cli
