// SPDX-License-Identifier: Apache-2.0
// One job from its lease to its result: resumed when it was sealed, else made, sealed, published, recorded.
#pragma once

#include "ingest/queue.h"
#include "ingest/workplace.h"

namespace segue::ingest {

// Works on it and records the result in the queue. Whatever is wrong with the files is part of the result. Error: the result could not be
// recorded, or the work was cancelled; the job stays queued then, nothing is left in the staging folder.
[[nodiscard]] Result<JobResult> run_job(Queue& queue, Taken& taken, const Workplace& place);

}  // namespace segue::ingest
