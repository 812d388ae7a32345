// SPDX-License-Identifier: Apache-2.0
// What a job finds when it is worked on: where things lie, whom to tell how far it is, when to stop.
#pragma once

#include <atomic>
#include <functional>
#include <string>

#include "ingest/job.h"
#include "ingest/layout.h"

namespace segue::ingest {

struct Workplace {
  Layout layout;
  // Of the job's whole programme; total 0: not known. From any thread.
  std::function<void(double done, double total)> on_progress;
  void tell(double done, double total) const {
    if (on_progress) on_progress(done, total);
  }
  const std::atomic<bool>* cancelled = nullptr;
  bool read_media = false;  // validation reads the encoded bytes as well, not only all the boxes around them
};

}  // namespace segue::ingest
