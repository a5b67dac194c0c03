/*
 * What `pratique serve` runs: the listeners, the reconcile core, and around them the main thread's
 * loop, which reloads schemas and certificates when their files change, everything on SIGHUP, and
 * ends all of it on SIGTERM or SIGINT.
 */
#ifndef PQ_SERVING_SERVING_H
#define PQ_SERVING_SERVING_H

#include "base/error.h"

/* Serves by the settings of these arguments, the environment and the file they name, until a signal
 * ends it. False when it could not start. Call it before there are threads: it blocks signals. The
 * arguments are read again at each reload. */
PQ_CHECKED bool pq_serving_run(int argc, char *const *argv, struct pq_error *error);

#endif
