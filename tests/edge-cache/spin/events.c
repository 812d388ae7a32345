/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/edge-cache/spin/events.h"

#include "edge-cache/nginx/segue_edge.h"

ngx_event_actions_t ngx_event_actions;

static events_seen seen;
static int looks_find, sleeps_find;

static ngx_int_t nginx_process_events(ngx_cycle_t* cycle, ngx_msec_t timer, ngx_uint_t flags) {
  (void)cycle;
  (void)flags;
  if (timer == 0) {
    seen.looks++;
  } else {
    seen.sleeps++;
    seen.timer = timer;
  }
  if ((timer == 0 ? looks_find : sleeps_find) == EVENTS_REQUEST) segue_spin_asked();
  return NGX_OK;
}

void events_start(unsigned microseconds) {
  if (ngx_event_actions.process_events == NULL) ngx_event_actions.process_events = nginx_process_events;
  segue_spin_start(microseconds);
}

int events_are_watched(void) { return ngx_event_actions.process_events != nginx_process_events; }

void events_set(int in_a_look, int in_a_sleep) {
  looks_find = in_a_look;
  sleeps_find = in_a_sleep;
}

int events_process(unsigned long timer) { return (int)ngx_event_actions.process_events(NULL, timer, 0); }

events_seen events_take(void) {
  const events_seen taken = seen;
  seen = (events_seen){0, 0, 0};
  return taken;
}
