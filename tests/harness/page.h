/* Pages of docs/ whose last part is made from tables of the program. */
#ifndef PQ_TESTS_HARNESS_PAGE_H
#define PQ_TESTS_HARNESS_PAGE_H

#include "base/buffer.h"

/* Fails the running test unless the page (a path below tests/, such as "../docs/metrics.md") goes
 * on after its heading as write does. With PRATIQUE_UPDATE set, it is written there instead. The
 * heading must stand in the page. */
void test_page_is_current(const char *relative, const char *heading,
			  void (*write)(struct pq_buffer *page));

#endif
