/* SPDX-License-Identifier: Apache-2.0
 * The agent (members_agent.h) as the nginx module starts it: plain data, no exceptions. `set` and `complain` are called from its thread. */
#ifndef SEGUE_EDGE_CACHE_BALANCE_FOLLOW_MEMBERS_H
#define SEGUE_EDGE_CACHE_BALANCE_FOLLOW_MEMBERS_H

#include "edge-cache/balance/balance.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct members_agent members_agent;

typedef struct {
  const char *redis_socket, *key, *file;
  void* context;
  int (*set)(void* context, const balance_member* members, size_t count);
  void (*complain)(void* context, const char* message);
} members_options;

/* Null: out of memory or threads. */
members_agent* members_start(const members_options* options);
void members_stop(members_agent* agent);

#ifdef __cplusplus
}
#endif

#endif
