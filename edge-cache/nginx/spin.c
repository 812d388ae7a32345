/* SPDX-License-Identifier: Apache-2.0
 * A worker that is asked every few microseconds looks for its next event a little longer before it sleeps. To be woken costs whoever sends
 * the request: an interrupt to the other core, on a virtual machine a trap into its host for each of the two.
 *
 * Only while it pays: how long the waits of late took tells whether the next is likely to end before the worker would give up. A core that
 * somebody else wants is given to him. */
#include <sched.h>
#include <time.h>

#include "edge-cache/nginx/segue_edge.h"

enum {
  WORTH = 2,   /* spins: usual waits below that, for who sleeps counts what it took to wake him as well */
  LONGEST = 8, /* spins: what counts for a wait that was longer, or began with a spin in vain */
  WEIGHT = 8   /* of all the waits before */
};

static ngx_int_t (*process_events)(ngx_cycle_t* cycle, ngx_msec_t timer, ngx_uint_t flags);
static int64_t spin_ns, usual_ns; /* usual: how long a wait takes of late */
static int64_t began;             /* when the wait that goes on did, or the last one */
static ngx_uint_t spun, sleeping, asked;

static int64_t now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static void end_wait(int64_t waited) {
  const int64_t longest = LONGEST * spin_ns;
  usual_ns += ((spun || waited > longest ? longest : waited) - usual_ns) / WEIGHT;
  spun = 0;
}

void segue_spin_asked(void) {
  asked++;
  if (!sleeping) return;
  sleeping = 0;
  end_wait(now_ns() - began);
}

static ngx_int_t sleep_and_process(ngx_cycle_t* cycle, ngx_msec_t timer, ngx_uint_t flags) {
  sleeping = 1;
  const ngx_int_t rc = process_events(cycle, timer, flags);
  if (sleeping) end_wait(LONGEST * spin_ns); /* not by a request */
  sleeping = 0;
  return rc;
}

/* As the function that it stands before. Returns after a spin in vain, for what was handled meanwhile may have posted events and set
 * timers: the next call sleeps. */
static ngx_int_t spin_and_process(ngx_cycle_t* cycle, ngx_msec_t timer, ngx_uint_t flags) {
  if (timer == 0) return process_events(cycle, timer, flags);
  if (spun) return sleep_and_process(cycle, timer, flags);
  int64_t now = began = now_ns();
  if (usual_ns >= WORTH * spin_ns) return sleep_and_process(cycle, timer, flags);
  const ngx_uint_t before = asked;
  for (; now - began < spin_ns; now = now_ns()) {
    if (process_events(cycle, 0, flags) != NGX_OK) return NGX_ERROR;
    if (asked != before) {
      end_wait(now - began);
      return NGX_OK;
    }
    (void)sched_yield();
  }
  spun = 1;
  return NGX_OK;
}

void segue_spin_start(ngx_uint_t microseconds) {
  if (microseconds == 0 || process_events != NULL) return;
  spin_ns = (int64_t)microseconds * 1000;
  usual_ns = LONGEST * spin_ns;
  process_events = ngx_event_actions.process_events;
  ngx_event_actions.process_events = spin_and_process;
}
