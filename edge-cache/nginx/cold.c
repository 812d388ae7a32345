/* SPDX-License-Identifier: Apache-2.0
 * What is stored and not in the system's memory comes there by one of nginx's threads before it is sent: the file that nobody has open, and
 * each stretch of a body. open(), sendfile() or a write of a mapping would let every other request of this worker wait for the disk. What
 * is in memory, as what is popular is, needs no thread. */
#include "edge-cache/nginx/segue_edge.h"

#define STRETCH (1 << 20)

/* Of a thread. Who cannot read is told when it is sent. */
static void read_in(void* data) {
  u_char bytes[32768];
  const segue_client_t* client = data;
  const off_t from = (off_t)client->cold_from;
  (void)posix_fadvise(client->file.fd, from, (off_t)client->cold_bytes, POSIX_FADV_WILLNEED);
  for (uint64_t done = 0; done < client->cold_bytes;) {
    const size_t most = (size_t)ngx_min(sizeof(bytes), client->cold_bytes - done);
    const ssize_t got = pread(client->file.fd, bytes, most, from + (off_t)done);
    if (got <= 0) return;
    done += (uint64_t)got;
  }
}

/* Of a thread. */
static void open_object(void* data) {
  const segue_client_t* client = data;
  edge_visit_open(client->visit);
}

static void go_on(segue_client_t* client) {
  ngx_http_request_t* r = client->r;
  ngx_connection_t* c = r->connection;
  ngx_http_set_log_request(c->log, r);
  client->works = 0;
  r->main->blocked--; /* as nginx's own: a request that ended meanwhile waits for this */
  r->write_event_handler(r);
  ngx_http_run_posted_requests(c);
}

static void wait_for_it(segue_client_t* client) {
  client->works = 1;
  client->r->main->blocked++;
}

static void start(segue_client_t* client, void (*work)(void* data), void (*done)(void* data)) {
  client->work.work = work;
  client->work.done = done;
  client->work.data = client;
  wait_for_it(client);
  segue_work_start(&client->work);
}

/* ---- files ---- */

static ngx_queue_t all_opening; /* who opens, one for each object */

void segue_cold_start(void) { ngx_queue_init(&all_opening); }

/* Who wants the same goes on after him, and finds it open. */
static void on_opened(void* data) {
  segue_client_t* client = data;
  ngx_queue_t others;
  ngx_queue_remove(&client->opening);
  ngx_queue_init(&others);
  while (!ngx_queue_empty(&client->others)) {
    ngx_queue_t* first = ngx_queue_head(&client->others);
    ngx_queue_remove(first);
    ngx_queue_insert_tail(&others, first);
  }
  go_on(client); /* may be gone afterwards */
  while (!ngx_queue_empty(&others)) {
    ngx_queue_t* first = ngx_queue_head(&others);
    ngx_queue_remove(first);
    go_on(ngx_queue_data(first, segue_client_t, opening));
  }
}

void segue_cold_open(segue_client_t* client) {
  const uint64_t wanted = edge_visit_wanted(client->visit);
  for (ngx_queue_t* at = ngx_queue_head(&all_opening); at != ngx_queue_sentinel(&all_opening); at = ngx_queue_next(at)) {
    segue_client_t* first = ngx_queue_data(at, segue_client_t, opening);
    if (first->opens != wanted) continue;
    ngx_queue_insert_tail(&first->others, &client->opening);
    wait_for_it(client);
    return;
  }
  client->opens = wanted;
  ngx_queue_init(&client->others);
  ngx_queue_insert_tail(&all_opening, &client->opening);
  start(client, open_object, on_opened);
}

/* ---- stretches of a body ---- */

static void on_read_in(void* data) { go_on(data); }

void segue_cold_begin(segue_client_t* client) {
  const ngx_uint_t whole = edge_visit_fetch(client->visit) != UINT32_MAX || edge_visit_is_warm(client->visit, ngx_current_msec);
  client->hand_from = 0;
  client->hand_to = whole ? UINT64_MAX : 0;
}

ngx_int_t segue_cold_at_hand(segue_client_t* client, uint64_t from, uint64_t* bytes) {
  if (client->works) return NGX_AGAIN;
  if (from < client->hand_from || from >= client->hand_to) {
    const uint64_t stretch = ngx_min(*bytes, STRETCH);
    client->hand_from = from;
    client->hand_to = from + stretch;
    if (!edge_visit_at_hand(client->visit, from, stretch)) {
      client->cold_from = client->answer->body_offset + from;
      client->cold_bytes = stretch;
      start(client, read_in, on_read_in);
      return NGX_AGAIN;
    }
  }
  *bytes = ngx_min(*bytes, client->hand_to - from);
  return NGX_OK;
}
