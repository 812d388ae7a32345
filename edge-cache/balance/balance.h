/* SPDX-License-Identifier: Apache-2.0
 * Which origin is asked (table.h), as the nginx module calls it: plain data, no exceptions. A table lies in memory that all workers share;
 * whoever calls holds its lock. Times are milliseconds of one clock that all workers share. */
#ifndef SEGUE_EDGE_CACHE_BALANCE_BALANCE_H
#define SEGUE_EDGE_CACHE_BALANCE_BALANCE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct balance_table balance_table;

enum { BALANCE_MOST_MEMBERS = 64, BALANCE_MOST_NAME = 255, BALANCE_MOST_ADDRESS = 128 };

typedef struct {
  uint32_t fails; /* in a row until an origin is out; 0: never */
  int64_t out_ms, longest_out_ms;
  uint32_t load_percent;  /* of an even share; 0: no bound */
  uint32_t retry_percent; /* of requests */
  int checked;
} balance_policy;

typedef struct {
  const char* name;
  size_t name_size;
  const void* address; /* a sockaddr */
  size_t address_size;
  uint32_t weight;
  int backup;
} balance_member;

size_t balance_table_size(void);
balance_table* balance_make(void* memory, const balance_policy* policy);
void balance_set_policy(balance_table* table, const balance_policy* policy);
/* 0: too many, or one that is too long; nothing changed. Who stays keeps its state. */
int balance_set_members(balance_table* table, const balance_member* members, size_t count);
size_t balance_count(const balance_table* table);
/* Some member is a cache, and may have asked what it is asked. */
int balance_may_lead_back(const balance_table* table);
void balance_clear_worker(balance_table* table, unsigned worker);

/* The same for a text on every edge. */
uint64_t balance_key(const char* text, size_t size);

typedef struct {
  uint32_t slot, generation;
  int probe;
  size_t address_size, name_size;
  unsigned char address[BALANCE_MOST_ADDRESS];
  char name[BALANCE_MOST_NAME];
} balance_choice;

enum { BALANCE_GOOD, BALANCE_BAD, BALANCE_UNKNOWN, BALANCE_BROKEN /* its body broke off, or dribbled */ };

/* `tried`: a bit for each slot. 0: nobody can be asked now. The choice counts as under way until balance_done(). */
int balance_choose(balance_table* table, uint64_t key, uint64_t tried, unsigned worker, int64_t now, balance_choice* choice);
/* The same for the rest of a body that broke off: at the cost of a retry, of somebody who was not tried when there is one. */
int balance_resume(balance_table* table, uint64_t key, uint64_t tried, unsigned worker, int64_t now, balance_choice* choice);
/* 1: the origin is out now, and was not before. */
int balance_done(balance_table* table, const balance_choice* choice, unsigned worker, int outcome, uint64_t key, int64_t now);
/* An answer's head came of it. */
void balance_answered(balance_table* table, const balance_choice* choice, int status, int from_cache);
/* 0: no other attempt, the budget is spent. */
int balance_retry(balance_table* table);

typedef struct {
  balance_choice who;
  int backup, out;
  uint32_t under_way;
  uint64_t requests, failures, ejections;
} balance_figures;
/* 0: nobody is in that slot. */
int balance_read(const balance_table* table, uint32_t slot, balance_figures* figures);
/* What an active check of `who` found. 1: it is out, or back, and was not before. */
int balance_checked(balance_table* table, const balance_choice* who, int good, int64_t now);

#ifdef __cplusplus
}
#endif

#endif
