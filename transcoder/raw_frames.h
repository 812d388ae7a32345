// SPDX-License-Identifier: Apache-2.0
// Streams that are nothing but frames, each of which tells its own length: MPEG audio (layers II and III), ADTS, AC-3 and E-AC-3. No
// header counts them, so that only the last frame shows whether such a file was cut.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "media/result.h"

namespace segue::transcoder {

enum class RawStream { mpeg_audio, adts, dolby };

// What begins with `head`; nothing: no frame of a known length (free-format MPEG audio too).
[[nodiscard]] std::optional<RawStream> raw_stream(std::span<const std::uint8_t> head);

// Bytes of the frame that begins with `head`; 0: none does.
[[nodiscard]] std::size_t frame_size(RawStream stream, std::span<const std::uint8_t> head);

// `tail`: the stream's last bytes, tags cut off, or all of it. Three frames in a row are believed, and followed to the end; what comes
// after them and is no frame is left alone. Error: "truncated: ..." with what the last frame needs and has.
[[nodiscard]] Result<void> check_last_frame(RawStream stream, std::span<const std::uint8_t> tail);

// `tail` as above, but the stream is counted to end after `end` of its bytes; `is_all`: the tail is the whole stream. Where its last frame
// ends; nothing: it is there. Counts that are wrong by less than a frame, as some writers' are, are let pass unless zeros stand there.
[[nodiscard]] std::optional<std::size_t> ends_before(RawStream stream, std::span<const std::uint8_t> tail, std::size_t end, bool is_all);

}  // namespace segue::transcoder
