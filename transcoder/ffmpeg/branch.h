// SPDX-License-Identifier: Apache-2.0
// What one source stream becomes. The reader hands each branch its packets; everything else happens on the branch's own strands.
#pragma once

#include <memory>

#include "media/result.h"
#include "media/time.h"
#include "transcoder/ffmpeg/handles.h"
#include "transcoder/ffmpeg/input.h"

namespace segue::transcoder::ffmpeg {

// Where the presentation's time begins in the source's. Streams are laid out by their timestamps; of one sound that is alone samples follow
// one another.
struct Clock {
  bool by_timestamps = false;
  media::Rational origin{0, 1};  // seconds, in the source's time
};

class Branch {
 public:
  virtual ~Branch() = default;
  // Reader's thread, before the first packet of an input.
  [[nodiscard]] virtual Result<void> begin_input(Input& input, const Clock& clock) = 0;
  [[nodiscard]] virtual int stream() const = 0;  // of the current input
  // False, here and below: the run has failed.
  [[nodiscard]] virtual bool packet(std::shared_ptr<AVPacket> packet) = 0;
  // No more packets of this input: returns when all of them are decoded.
  [[nodiscard]] virtual bool end_input() = 0;
  // After end_input(): seconds of the presentation that the input filled; 0: none that others would have to wait for.
  [[nodiscard]] virtual media::Rational length() const = 0;
  // The presentation is so long: what is missing is filled, with silence or the last picture, and handed on.
  [[nodiscard]] virtual bool complete(media::Rational length) = 0;
  // Waits until everything is encoded.
  virtual void join() = 0;
  // After join() of all branches: the sinks' end().
  [[nodiscard]] virtual Result<void> end() = 0;
  [[nodiscard]] virtual double seconds_done() const = 0;
};

}  // namespace segue::transcoder::ffmpeg
