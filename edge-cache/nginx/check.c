/* SPDX-License-Identifier: Apache-2.0
 * Active checks: the first worker asks each origin of an upstream{} now and then, by events. An origin is good when it answers 200 to 399
 * in time, or only takes a connection where that is enough (over TLS: and has the certificate). */
#include <ngx_event_connect.h>

#include "edge-cache/nginx/balance.h"
#include "edge-cache/nginx/segue_edge.h"

enum { STATUS_BYTES = 12 }; /* "HTTP/1.1 200" */

typedef struct {
  segue_balance_t* balance;
  balance_choice who;
  ngx_str_t name;
  ngx_peer_connection_t peer;
  u_char answer[STATUS_BYTES];
  size_t received, sent;
  unsigned running : 1;
} check_t;

typedef struct {
  segue_balance_t* balance;
  ngx_event_t tick;
  ngx_connection_t connection; /* nginx wants one for a timer's log */
  ngx_str_t request;
  check_t checks[BALANCE_MOST_MEMBERS];
} checker_t;

static void close_peer(ngx_connection_t* c) {
  ngx_pool_t* pool = c->pool;
#if (NGX_HTTP_SSL)
  segue_tls_end(c);
#endif
  ngx_close_connection(c);
  if (pool != NULL) ngx_destroy_pool(pool);
}

static void finish(check_t* check, int good) {
  ngx_connection_t* c = check->peer.connection;
  check->running = 0;
  check->peer.connection = NULL;
  if (c != NULL) close_peer(c);
  segue_balance_lock(check->balance);
  const int changed = balance_checked(check->balance->table, &check->who, good, (int64_t)ngx_current_msec);
  segue_balance_unlock(check->balance);
  if (changed)
    ngx_log_error(NGX_LOG_WARN, ngx_cycle->log, 0, "segue_edge_check: %V of %V is %s", &check->name, &check->balance->name,
                  good ? "back" : "out");
}

static void ignore(ngx_event_t* event) { (void)event; }

static ngx_int_t test_connect(ngx_connection_t* c) {
  int error = 0;
  socklen_t size = sizeof(error);
  if (getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &size) == -1) error = ngx_socket_errno;
  return error == 0 ? NGX_OK : NGX_ERROR;
}

static void on_readable(ngx_event_t* event);

static void send_request(ngx_event_t* event) {
  ngx_connection_t* c = event->data;
  check_t* check = c->data;
  const checker_t* checker = (const checker_t*)((const u_char*)(check - check->who.slot) - offsetof(checker_t, checks));
  if (event->timedout) return finish(check, 0);
  if (check->balance->check.path.len == 0) return finish(check, 1);
  while (check->sent < checker->request.len) {
    const ssize_t count = c->send(c, checker->request.data + check->sent, checker->request.len - check->sent);
    if (count == NGX_AGAIN) {
      if (ngx_handle_write_event(event, 0) != NGX_OK) finish(check, 0);
      return;
    }
    if (count <= 0) return finish(check, 0);
    check->sent += (size_t)count;
  }
  event->handler = ignore;
  if (ngx_handle_read_event(c->read, 0) != NGX_OK) finish(check, 0);
}

#if (NGX_HTTP_SSL)
static void on_handshake(ngx_connection_t* c) {
  check_t* check = c->data;
  if (!segue_tls_is_trusted(c, &check->balance->check.tls)) return finish(check, 0);
  c->read->handler = on_readable;
  c->write->handler = send_request;
  send_request(c->write);
}

static void start_tls(ngx_connection_t* c, check_t* check) {
  c->pool = ngx_create_pool(512, c->log);
  if (c->pool == NULL) return finish(check, 0);
  const ngx_int_t rc = segue_tls_start(c, check->balance->check.ssl, &check->balance->check.tls);
  if (rc == NGX_ERROR) return finish(check, 0);
  if (rc == NGX_AGAIN) {
    c->ssl->handler = on_handshake;
  } else {
    on_handshake(c);
  }
}
#endif

static void on_connected(ngx_event_t* event) {
  ngx_connection_t* c = event->data;
  check_t* check = c->data;
  if (event->timedout || test_connect(c) != NGX_OK) return finish(check, 0);
#if (NGX_HTTP_SSL)
  if (check->balance->check.ssl != NULL) return start_tls(c, check);
#endif
  event->handler = send_request;
  send_request(event);
}

static int is_good(const u_char* answer) { return ngx_memcmp(answer, "HTTP/1.", 7) == 0 && (answer[9] == '2' || answer[9] == '3'); }

static void on_readable(ngx_event_t* event) {
  ngx_connection_t* c = event->data;
  check_t* check = c->data;
  if (event->timedout) return finish(check, 0);
  while (check->received < STATUS_BYTES) {
    const ssize_t count = c->recv(c, check->answer + check->received, STATUS_BYTES - check->received);
    if (count == NGX_AGAIN) {
      if (ngx_handle_read_event(event, 0) != NGX_OK) finish(check, 0);
      return;
    }
    if (count <= 0) return finish(check, 0);
    check->received += (size_t)count;
  }
  finish(check, is_good(check->answer));
}

static void start(checker_t* checker, check_t* check, const balance_choice* who) {
  ngx_memzero(check, sizeof(*check));
  check->balance = checker->balance;
  check->who = *who;
  check->name.data = (u_char*)check->who.name;
  check->name.len = check->who.name_size;
  check->running = 1;
  ngx_peer_connection_t* peer = &check->peer;
  peer->sockaddr = (struct sockaddr*)check->who.address;
  peer->socklen = (socklen_t)check->who.address_size;
  peer->name = &check->name;
  peer->get = ngx_event_get_peer;
  peer->log = ngx_cycle->log;
  peer->log_error = NGX_ERROR_INFO;
  const ngx_int_t rc = ngx_event_connect_peer(peer);
  if (rc != NGX_OK && rc != NGX_AGAIN) return finish(check, 0);
  ngx_connection_t* c = peer->connection;
  c->data = check;
  c->read->handler = on_readable;
  c->write->handler = on_connected;
  ngx_add_timer(c->read, checker->balance->check.timeout); /* for all of it */
  if (rc == NGX_OK) on_connected(c->write);
}

static void on_tick(ngx_event_t* event) {
  checker_t* checker = ((ngx_connection_t*)event->data)->data;
  if (ngx_exiting) return;
  for (uint32_t slot = 0; slot < BALANCE_MOST_MEMBERS; slot++) {
    balance_figures now;
    if (checker->checks[slot].running) continue;
    segue_balance_lock(checker->balance);
    const int there = balance_read(checker->balance->table, slot, &now);
    segue_balance_unlock(checker->balance);
    if (there) start(checker, &checker->checks[slot], &now.who);
  }
  ngx_add_timer(event, checker->balance->check.interval);
}

static void start_checker(segue_balance_t* balance, void* data) {
  ngx_cycle_t* cycle = data;
  if (!balance->check.on) return;
  checker_t* checker = ngx_pcalloc(cycle->pool, sizeof(*checker));
  ngx_str_t* host = balance->check.tls.len > 0 ? &balance->check.tls : &balance->name;
  const size_t size = balance->check.path.len + host->len + 128;
  u_char* request = ngx_pnalloc(cycle->pool, size);
  if (checker == NULL || request == NULL) return;
  checker->balance = balance;
  checker->request.data = request;
  checker->request.len =
      (size_t)(ngx_snprintf(request, size, "GET %V HTTP/1.1\r\nHost: %V\r\nUser-Agent: segue-edge-check\r\nConnection: close\r\n\r\n",
                            &balance->check.path, host) -
               request);
  checker->connection.fd = (ngx_socket_t)-1;
  checker->connection.data = checker;
  checker->tick.data = &checker->connection;
  checker->tick.handler = on_tick;
  checker->tick.log = cycle->log;
  checker->tick.cancelable = 1;
  ngx_add_timer(&checker->tick, 1);
}

void segue_check_start(ngx_cycle_t* cycle) {
  if (ngx_process == NGX_PROCESS_WORKER && ngx_worker != 0) return;
  segue_balance_each(cycle, start_checker, cycle);
}
