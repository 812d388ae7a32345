// SPDX-License-Identifier: Apache-2.0
#include "origin/plan.h"

#include <exception>
#include <memory>

#include "origin/origin.h"
#include "origin/posix_storage.h"

using segue::origin::PlanWriter;

struct origin {
  segue::origin::Origin decider;
};

extern "C" origin* origin_create(const origin_options* options) {
  try {
    const segue::origin::LibraryOptions library{.store = options->store,
                                                .cache_bytes = options->cache_bytes,
                                                .open_files = options->open_files,
                                                .validity = std::chrono::milliseconds(options->validity_ms)};
    return new origin{segue::origin::Origin(library, segue::origin::make_posix_storage())};
  } catch (const std::exception&) {
    return nullptr;
  }
}

extern "C" void origin_destroy(origin* self) { delete self; }

extern "C" void origin_make_plan(origin* self, const origin_request* request, origin_plan* plan) {
  try {
    PlanWriter writer(*plan);
    self->decider.plan(*request, writer);
  } catch (const std::exception& error) {
    if (plan->held != nullptr) origin_release(plan);
    PlanWriter writer(*plan);
    writer.set_content_type("text/plain; charset=utf-8");
    writer.set_body("out of memory\n");
    writer.set_fault(error.what());
  }
}

extern "C" void origin_release(origin_plan* plan) {
  delete static_cast<std::shared_ptr<const void>*>(plan->held);
  plan->held = nullptr;
}
