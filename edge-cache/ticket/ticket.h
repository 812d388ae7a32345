/* SPDX-License-Identifier: Apache-2.0
 * Tokens and client data as the nginx modules ask for them: plain data, no exceptions. A gate holds the keys of one key file and belongs
 * to one worker; a ticket belongs to one request: the token that it carries, its address without it, and the verdict. */
#ifndef SEGUE_EDGE_CACHE_TICKET_H
#define SEGUE_EDGE_CACHE_TICKET_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  const char* data;
  size_t size;
} ticket_text;

typedef struct ticket_gate ticket_gate;
typedef struct edge_ticket edge_ticket;

/* Issuers and audiences: comma-separated, empty: any. The key file is read at once; a fault of it is ticket_gate_complaint(). */
ticket_gate* ticket_gate_create(ticket_text key_file, ticket_text issuers, ticket_text audience);
void ticket_gate_destroy(ticket_gate* gate);
/* What is wrong with the key file, once for each fault; empty: nothing new. Valid until the next call. */
ticket_text ticket_gate_complaint(ticket_gate* gate);

typedef struct {
  ticket_text path, query; /* as in the request line */
  ticket_text cat_field, cookies;
} ticket_request;
/* Null: out of memory. */
edge_ticket* ticket_create(const ticket_request* request);
void ticket_destroy(edge_ticket* ticket);

/* Of a ticket's address without its token; valid as long as the ticket. */
ticket_text ticket_path(const edge_ticket* ticket);
ticket_text ticket_query(const edge_ticket* ticket);
/* How many bytes of the path were the token's, 0: it was elsewhere. */
size_t ticket_path_cut(const edge_ticket* ticket);

typedef struct {
  ticket_text method, scheme, host, port, address, referrer;
  int64_t now;
} ticket_asker;
/* 200, 401 or 403. */
int ticket_check(edge_ticket* ticket, ticket_gate* gate, const ticket_asker* asker);
int ticket_is_checked(const edge_ticket* ticket);

/* Of a checked ticket; empty when there is none. */
ticket_text ticket_reason(const edge_ticket* ticket); /* "none", "expired", … */
ticket_text ticket_key_id(const edge_ticket* ticket);
ticket_text ticket_subject(const edge_ticket* ticket);
ticket_text ticket_set_cookie(const edge_ticket* ticket);
ticket_text ticket_field_name(const edge_ticket* ticket);
ticket_text ticket_field_value(const edge_ticket* ticket);

/* CMCD of its header fields and the query as one JSON object, into `out`; the size, 0: it does not fit. */
size_t ticket_cmcd_json(const ticket_text* fields, size_t count, ticket_text query, char* out, size_t room);
/* CMSD-Dynamic with this node and what the kernel measured on `socket` added. The size, 0: nothing to say, or it does not fit. */
size_t ticket_cmsd_dynamic(ticket_text upstream, ticket_text node, int socket, char* out, size_t room);

#ifdef __cplusplus
}
#endif

#endif
