/* SPDX-License-Identifier: Apache-2.0
 * A head and the file behind it in full segments, without a cork: the head is handed over with MSG_MORE, and the end of sendfile() pushes
 * what is left. The cork that nginx sets and pulls instead (tcp_nopush) takes two calls more for each answer, a tenth of what it costs. */
#include <sys/socket.h>

#include "edge-cache/nginx/segue_edge.h"

enum { MOST_PARTS = 8 };

/* Hands over the memory that stands before a file. NGX_AGAIN: not all of it, the socket is full; NGX_DECLINED: that is not the shape. */
static ngx_int_t send_head(ngx_connection_t* c, ngx_chain_t** in, off_t* limit) {
  struct iovec parts[MOST_PARTS];
  ngx_iovec_t head = {.iovs = parts, .nalloc = MOST_PARTS};
  const ngx_chain_t* file = ngx_output_chain_to_iovec(&head, *in, 1 << 20, c->log);
  if (file == NGX_CHAIN_ERROR) return NGX_ERROR;
  const ngx_uint_t before_file = head.count > 0 && file != NULL && file->buf->in_file;
  if (!before_file || (*limit > 0 && (off_t)head.size >= *limit)) return NGX_DECLINED;
  const struct msghdr message = {.msg_iov = parts, .msg_iovlen = head.count};
  ssize_t sent;
  do {
    sent = sendmsg(c->fd, &message, MSG_MORE | MSG_NOSIGNAL);
  } while (sent < 0 && ngx_socket_errno == NGX_EINTR);
  if (sent < 0 && ngx_socket_errno == NGX_EAGAIN) return NGX_AGAIN;
  if (sent < 0) {
    c->write->error = 1;
    (void)ngx_connection_error(c, ngx_socket_errno, "sendmsg() failed");
    return NGX_ERROR;
  }
  c->sent += sent;
  if (*limit > 0) *limit -= sent;
  *in = ngx_chain_update_sent(*in, sent);
  return (size_t)sent < head.size ? NGX_AGAIN : NGX_OK;
}

static ngx_chain_t* send_chain(ngx_connection_t* c, ngx_chain_t* in, off_t limit) {
  if (!c->write->ready) return in;
  const ngx_int_t rc = send_head(c, &in, &limit);
  if (rc == NGX_ERROR) return NGX_CHAIN_ERROR;
  if (rc == NGX_AGAIN) {
    c->write->ready = 0;
    return in;
  }
  return ngx_io.send_chain(c, in, limit);
}

void segue_gather(ngx_connection_t* c) {
  if (c->sendfile && c->send_chain == ngx_io.send_chain) c->send_chain = send_chain;
}
