/* Lists of objects, taken apart as kubectl does. Private to this folder. */
#ifndef PQ_CHECK_LIST_H
#define PQ_CHECK_LIST_H

#include "json/value.h"

/* Whatever it calls itself, an object that has items is a list of them. */
bool check_is_list(const struct pq_value *document);

size_t check_list_length(const struct pq_value *list);

/* One item; in a FooList, one that does not say what it is is a Foo. False without memory. */
PQ_CHECKED bool check_list_item(struct pq_arena *arena, const struct pq_value *list, size_t index,
				struct pq_value *item);

/* What reading the whole list found in one item, as if the item had been read alone. Items are
 * asked for in order; *taken, 0 at first, counts the findings that have been given out. */
void check_list_take_findings(struct pq_arena *arena, size_t index, const struct pq_findings *whole,
			      size_t *taken, struct pq_findings *findings);

#endif
