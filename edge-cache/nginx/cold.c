/* SPDX-License-Identifier: Apache-2.0
 * A stretch of a stored body that is not in the system's memory is read by one of nginx's threads before it is sent: sendfile() of it, or a
 * write of a mapping, would let every other request of this worker wait for the disk. What is in memory, as what is popular is, needs no
 * thread. */
#include "edge-cache/nginx/segue_edge.h"

#if (NGX_THREADS)

#define STRETCH (1 << 20)
#define STUCK 60000 /* ms */

typedef struct {
  ngx_fd_t file;
  off_t from;
  size_t bytes;
} cold_t;

/* Of a thread. Who cannot read is told when it is sent. */
static void read_in(void* data, ngx_log_t* log) {
  u_char bytes[32768];
  const cold_t* cold = data;
  (void)log;
  (void)posix_fadvise(cold->file, cold->from, (off_t)cold->bytes, POSIX_FADV_WILLNEED);
  for (size_t done = 0; done < cold->bytes;) {
    const size_t most = ngx_min(sizeof(bytes), cold->bytes - done);
    const ssize_t got = pread(cold->file, bytes, most, cold->from + (off_t)done);
    if (got <= 0) return;
    done += (size_t)got;
  }
}

static void on_read_in(ngx_event_t* event) {
  segue_client_t* client = event->data;
  ngx_http_request_t* r = client->r;
  ngx_connection_t* c = r->connection;
  ngx_http_set_log_request(c->log, r);
  if (event->timedout) { /* it goes on, and its end comes here as well */
    event->timedout = 0;
    ngx_log_error(NGX_LOG_ALERT, c->log, 0, "segue_edge: a thread has read a stretch of a body for a minute");
    return;
  }
  if (event->timer_set) ngx_del_timer(event);
  client->reads_in = 0;
  r->main->blocked--; /* as nginx's own: a request that ended meanwhile waits for this */
  r->write_event_handler(r);
  ngx_http_run_posted_requests(c);
}

static ngx_int_t start(segue_client_t* client, uint64_t from, uint64_t bytes) {
  ngx_thread_pool_t* pool = segue_edge_main()->threads;
  if (client->task == NULL) client->task = ngx_thread_task_alloc(client->r->pool, sizeof(cold_t));
  if (pool == NULL || client->task == NULL) return NGX_DECLINED;
  cold_t* cold = client->task->ctx;
  cold->file = client->file.fd;
  cold->from = (off_t)(client->answer->body_offset + from);
  cold->bytes = (size_t)bytes;
  client->task->handler = read_in;
  client->task->event.handler = on_read_in;
  client->task->event.data = client;
  client->task->event.log = client->r->connection->log;
  if (ngx_thread_task_post(pool, client->task) != NGX_OK) return NGX_DECLINED;
  ngx_add_timer(&client->task->event, STUCK); /* a worker that leaves waits for as long as there are timers */
  client->reads_in = 1;
  client->r->main->blocked++;
  return NGX_AGAIN;
}

ngx_int_t segue_cold_init(ngx_conf_t* cf) {
  segue_edge_main_t* main = ngx_http_conf_get_module_main_conf(cf, ngx_http_segue_edge_module);
  if (main->folder.len == 0) return NGX_OK;
  main->threads = ngx_thread_pool_add(cf, NULL);
  return main->threads == NULL ? NGX_ERROR : NGX_OK;
}

void segue_cold_begin(segue_client_t* client) {
  const ngx_uint_t whole = edge_visit_fetch(client->visit) != UINT32_MAX || edge_visit_is_warm(client->visit, ngx_current_msec);
  client->hand_from = 0;
  client->hand_to = whole ? UINT64_MAX : 0;
}

ngx_int_t segue_cold_at_hand(segue_client_t* client, uint64_t from, uint64_t* bytes) {
  if (client->reads_in) return NGX_AGAIN;
  if (from < client->hand_from || from >= client->hand_to) {
    const uint64_t stretch = ngx_min(*bytes, STRETCH);
    client->hand_from = from;
    client->hand_to = from + stretch;
    if (!edge_visit_at_hand(client->visit, from, stretch) && start(client, from, stretch) == NGX_AGAIN) return NGX_AGAIN;
  }
  *bytes = ngx_min(*bytes, client->hand_to - from);
  return NGX_OK;
}

#else

ngx_int_t segue_cold_init(ngx_conf_t* cf) {
  (void)cf;
  return NGX_OK;
}

void segue_cold_begin(segue_client_t* client) { (void)client; }

ngx_int_t segue_cold_at_hand(segue_client_t* client, uint64_t from, uint64_t* bytes) {
  (void)client, (void)from, (void)bytes;
  return NGX_OK;
}

#endif
