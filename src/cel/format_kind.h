/* The formats that format.named() gives. */
#ifndef PQ_CEL_FORMAT_KIND_H
#define PQ_CEL_FORMAT_KIND_H

#include "cel/value.h"

struct pq_cel_named_format {
	const char *name;
	uint32_t pattern_size; /* of its regular expression, for costs */
	/* What is wrong with a text: a list of strings, empty when nothing is. */
	void (*check)(struct pq_arena *arena, struct pq_string text, struct pq_cel_value *problems);
};

#endif
