/* Threads that work beside main: their names stand in ps and gdb, and no signal reaches them. */
#ifndef PQ_BASE_THREAD_H
#define PQ_BASE_THREAD_H

#include "base/compiler.h"

#include <pthread.h>
#include <stdbool.h>

/* Starts run(context) with every signal blocked, SIGPIPE included: signals are main's affair. The
 * name has at most 15 bytes. False when the system has no thread to give; *thread is untouched. */
PQ_CHECKED bool pq_thread_start(pthread_t *thread, const char *name, void *(*run)(void *context),
				void *context);

#endif
