/* SPDX-License-Identifier: Apache-2.0
 * What may wait for the disk is done by one of nginx's threads (pool `default`). Where there is none, or too much waits for them, it is
 * done here and now. */
#include "edge-cache/nginx/segue_edge.h"

enum { STUCK_MS = 60000 };

static ngx_event_t* event_of(segue_work_t* work) {
#if (NGX_THREADS)
  return &work->task.event;
#else
  return &work->event;
#endif
}

static void on_done(ngx_event_t* event) {
  segue_work_t* work = event->data;
  if (event->timedout) { /* it goes on, and its end comes here as well */
    event->timedout = 0;
    ngx_log_error(NGX_LOG_ALERT, event->log, 0, "segue_edge: a thread has waited for the disk for a minute");
    return;
  }
  if (event->timer_set) ngx_del_timer(event);
  work->done(work->data);
}

#if (NGX_THREADS)
static void run(void* data, ngx_log_t* log) {
  const segue_work_t* work = data;
  (void)log;
  work->work(work->data);
}

static ngx_int_t post(segue_work_t* work) {
  ngx_thread_pool_t* pool = segue_edge_main()->threads;
  work->task.ctx = work;
  work->task.handler = run;
  return pool != NULL && ngx_thread_task_post(pool, &work->task) == NGX_OK ? NGX_OK : NGX_DECLINED;
}
#else
static ngx_int_t post(segue_work_t* work) {
  (void)work;
  return NGX_DECLINED;
}
#endif

void segue_work_start(segue_work_t* work) {
  ngx_event_t* event = event_of(work);
  event->data = work;
  event->handler = on_done;
  event->log = ngx_cycle->log;
  if (post(work) == NGX_OK) {
    ngx_add_timer(event, STUCK_MS); /* a worker that leaves waits for as long as there are timers */
    return;
  }
  work->work(work->data);
  ngx_post_event(event, &ngx_posted_events);
}

ngx_int_t segue_work_init(ngx_conf_t* cf) {
#if (NGX_THREADS)
  segue_edge_main_t* main = ngx_http_conf_get_module_main_conf(cf, ngx_http_segue_edge_module);
  if (main->folder.len == 0) return NGX_OK;
  main->threads = ngx_thread_pool_add(cf, NULL);
  if (main->threads == NULL) return NGX_ERROR;
#else
  (void)cf;
#endif
  return NGX_OK;
}
