/* SPDX-License-Identifier: Apache-2.0
 * Clients of this worker that wait for a fetch, or read one that arrives, in a queue for each fetch. They are woken by an event when this
 * worker leads the fetch, by a datagram when another does. A timer that finds nothing to do in a healthy edge looks for leaders that were
 * killed: their successor tells everyone when it starts, but it might not be started. */
#include "edge-cache/nginx/segue_edge.h"

enum { GROUPS = 2048, LOOK_AROUND_MS = 1000, CLOSE_GONE_MS = 1000 };

typedef struct {
  ngx_queue_t clients; /* prev is null: never used */
  ngx_queue_t active;  /* in `active_groups`, when it has clients */
  uint64_t state;      /* when they were last woken */
  ngx_uint_t count;
  unsigned listed : 1;
} group_t;

static group_t groups[GROUPS];
static ngx_queue_t active_groups;
static edge_worker* worker;
static ngx_event_t moved, look_around, close_gone;
static ngx_connection_t no_connection; /* events of ours have a connection to log with */

static ngx_array_t* moved_fetches; /* uint32_t */

static void wake_group(group_t* group) {
  ngx_queue_t turn;
  if (ngx_queue_empty(&group->clients)) return;
  turn = group->clients;
  turn.next->prev = &turn;
  turn.prev->next = &turn;
  ngx_queue_init(&group->clients);
  while (!ngx_queue_empty(&turn)) {
    ngx_queue_t* first = ngx_queue_head(&turn);
    ngx_queue_remove(first);
    ngx_queue_insert_tail(&group->clients, first);
    segue_client_woken(ngx_queue_data(first, segue_client_t, waiting)); /* may be gone afterwards */
  }
}

static void wake_changed(void) {
  ngx_queue_t* at = ngx_queue_head(&active_groups);
  while (at != ngx_queue_sentinel(&active_groups)) {
    group_t* group = ngx_queue_data(at, group_t, active);
    at = ngx_queue_next(at); /* a group is only unlisted here */
    const uint64_t state = edge_worker_state_of(worker, (uint32_t)(group - groups));
    if (state != group->state) {
      group->state = state;
      wake_group(group);
    }
    if (ngx_queue_empty(&group->clients)) {
      ngx_queue_remove(&group->active);
      group->listed = 0;
    }
  }
}

static void on_datagram(ngx_event_t* event) {
  ngx_connection_t* c = event->data;
  edge_worker_drain(worker);
  wake_changed();
  if (ngx_handle_read_event(c->read, 0) != NGX_OK) ngx_log_error(NGX_LOG_ALERT, event->log, 0, "segue_edge: the wake-up socket fails");
}

static void on_moved(ngx_event_t* event) {
  (void)event;
  uint32_t* fetches = moved_fetches->elts;
  const ngx_uint_t count = moved_fetches->nelts;
  for (ngx_uint_t i = 0; i < count; i++) edge_worker_wake(worker, fetches[i]);
  moved_fetches->nelts = 0;
  wake_changed();
}

static void on_look_around(ngx_event_t* event) {
  edge_worker_bury_dead(worker);
  wake_changed();
  if (!ngx_queue_empty(&active_groups)) ngx_add_timer(event, LOOK_AROUND_MS);
}

static void on_close_gone(ngx_event_t* event) {
  edge_worker_close_gone(worker);
  ngx_add_timer(event, CLOSE_GONE_MS);
}

static void set_event(ngx_event_t* event, ngx_event_handler_pt handler, ngx_log_t* log) {
  ngx_memzero(event, sizeof(*event));
  event->handler = handler;
  event->log = log;
  event->data = &no_connection;
}

ngx_int_t segue_waiting_start(ngx_cycle_t* cycle, edge_worker* of) {
  worker = of;
  ngx_queue_init(&active_groups);
  no_connection.fd = (ngx_socket_t)-1;
  set_event(&moved, on_moved, cycle->log);
  set_event(&look_around, on_look_around, cycle->log);
  set_event(&close_gone, on_close_gone, cycle->log);
  close_gone.cancelable = 1;
  ngx_add_timer(&close_gone, CLOSE_GONE_MS);
  moved_fetches = ngx_array_create(cycle->pool, 64, sizeof(uint32_t));
  if (moved_fetches == NULL) return NGX_ERROR;

  ngx_connection_t* c = ngx_get_connection(edge_worker_socket(worker), cycle->log);
  if (c == NULL) return NGX_ERROR;
  c->read->handler = on_datagram;
  c->read->log = cycle->log;
  c->read->resolver = 1; /* or nginx reports it as a socket that was left open when a worker ends */
  if (ngx_add_event(c->read, NGX_READ_EVENT, 0) != NGX_OK) return NGX_ERROR;
  edge_worker_bury_dead(worker);
  return NGX_OK;
}

void segue_waiting_add(segue_client_t* client, uint32_t fetch) {
  group_t* group = &groups[fetch];
  if (group->clients.prev == NULL) {
    ngx_queue_init(&group->clients); /* two statements */
  }
  if (!group->listed) {
    ngx_queue_insert_tail(&active_groups, &group->active);
    group->listed = 1;
    /* What its clients saw may be older than what it is now: the first wake-up looks in any case. */
    group->state = (uint64_t)-1;
  }
  ngx_queue_insert_tail(&group->clients, &client->waiting);
  client->watches = 1;
  if (!look_around.timer_set) ngx_add_timer(&look_around, LOOK_AROUND_MS);
}

void segue_waiting_remove(segue_client_t* client) {
  if (!client->watches) return;
  client->watches = 0;
  ngx_queue_remove(&client->waiting);
}

void segue_waiting_moved(uint32_t fetch) {
  uint32_t* fetches = moved_fetches->elts;
  for (ngx_uint_t i = 0; i < moved_fetches->nelts; i++) {
    if (fetches[i] == fetch) return;
  }
  uint32_t* place = ngx_array_push(moved_fetches);
  if (place != NULL) *place = fetch;
  ngx_post_event(&moved, &ngx_posted_events); /* once */
}
