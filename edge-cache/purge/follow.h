/* SPDX-License-Identifier: Apache-2.0
 * The agent (agent.h) as the nginx module starts it: plain data, no exceptions. `apply`, `doubt` and `complain` are called from its thread.
 */
#ifndef SEGUE_EDGE_CACHE_PURGE_FOLLOW_H
#define SEGUE_EDGE_CACHE_PURGE_FOLLOW_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct purge_agent purge_agent;

enum { PURGE_URL, PURGE_TAG, PURGE_PREFIX, PURGE_ALL };

typedef struct {
  const char *redis_socket, *edge, *position_file;
  int empty_cache; /* nothing that a purge could hit, at the start */
  int port;        /* of this edge on this machine, for what is to be fetched; 0: none */
  void* context;
  int (*is_empty)(void* context); /* the cache, now */
  void (*apply)(void* context, int kind, const char* what, size_t size, int hard);
  void (*doubt)(void* context); /* orders were lost: everything may have been purged */
  void (*complain)(void* context, const char* message);
} purge_agent_options;

/* Null: out of memory or threads. */
purge_agent* purge_agent_start(const purge_agent_options* options);
void purge_agent_stop(purge_agent* agent); /* waits for its threads, two seconds at most */

typedef struct {
  uint64_t applied, lost;
  int64_t heard_ms; /* Unix milliseconds of the last word of Redis; 0: none yet */
} purge_agent_figures;
void purge_agent_read(const purge_agent* agent, purge_agent_figures* figures);

#ifdef __cplusplus
}
#endif

#endif
