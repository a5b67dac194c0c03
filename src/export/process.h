/* What the system knows of this process, in Prometheus' text format. */
#ifndef PQ_EXPORT_PROCESS_H
#define PQ_EXPORT_PROCESS_H

#include "base/buffer.h"

/* Appends pratique_build_info and the process_* gauges that Prometheus' own clients export. What
 * /proc does not tell is left out. */
void pq_process_write_metrics(struct pq_buffer *text);

#endif
