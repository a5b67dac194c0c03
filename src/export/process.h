/* What the system knows of this process. */
#ifndef PQ_EXPORT_PROCESS_H
#define PQ_EXPORT_PROCESS_H

/* Sets pratique_build_info and the process_* metrics that Prometheus' own clients export. What
 * /proc does not tell is left as it was. Thread-safe. */
void pq_process_collect(void);

#endif
