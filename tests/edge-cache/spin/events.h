/* SPDX-License-Identifier: Apache-2.0
 * nginx's events as edge-cache/nginx/spin.c sees them, without nginx: each look at the kernel is written down, and what it finds is what a
 * test says. */
#ifndef SEGUE_TESTS_EDGE_CACHE_SPIN_EVENTS_H
#define SEGUE_TESTS_EDGE_CACHE_SPIN_EVENTS_H

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  unsigned long looks;  /* that return at once */
  unsigned long sleeps; /* until something comes, or the timer is due */
  unsigned long timer;  /* of the last sleep, ms */
} events_seen;

enum { EVENTS_NOTHING, EVENTS_REQUEST, EVENTS_OTHER };

void events_start(unsigned microseconds);       /* as a worker starts, with segue_edge_spin */
int events_are_watched(void);                   /* whether spin.c stands before nginx's own function */
void events_set(int in_a_look, int in_a_sleep); /* what each finds from now on */
int events_process(unsigned long timer);        /* one turn of nginx's loop; 0: as nginx's NGX_OK */
events_seen events_take(void);                  /* since the last call */

#ifdef __cplusplus
}
#endif

#endif
