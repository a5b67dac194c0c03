/*
 * What the evaluator must know of values that belong to a library: quantities, addresses, URLs.
 *
 * Their types are the starts of struct pq_cel_opaque_kind, so that a value leads to its kind.
 */
#ifndef PQ_CEL_OPAQUE_H
#define PQ_CEL_OPAQUE_H

#include "base/buffer.h"
#include "cel/value.h"

struct pq_cel_opaque_kind {
	struct pq_cel_type type;
	bool (*equal)(const void *a, const void *b);
	/* As a key of a map: equal ones are the same and have one hash. NULL: it is itself only. */
	uint32_t (*hash)(const void *opaque);
	bool is_unhashable;       /* no key of a map in Go */
	bool differs_from_others; /* is not equal to them; else it is an error to compare them */
	const char *go_name;      /* of a pointer to the type in Go, for messages */
	/* Of what cel-go's Value() gives, for messages; NULL: it gives the value itself. */
	const char *go_type;
	void (*write)(struct pq_buffer *buffer, const void *opaque); /* as Go's %v; or NULL */
	/* As costs count it; NULL: 1, and _==_ costs as much as _!=_ does. */
	uint64_t (*size)(const void *opaque);
};

static inline const struct pq_cel_opaque_kind *pq_cel_opaque_kind(const struct pq_cel_value *value)
{
	return (const struct pq_cel_opaque_kind *)value->opaque_type;
}

extern const struct pq_cel_opaque_kind pq_cel_kind_ip;
extern const struct pq_cel_opaque_kind pq_cel_kind_format;
extern const struct pq_cel_opaque_kind pq_cel_kind_empty;  /* google.protobuf.Empty */
extern const struct pq_cel_opaque_kind pq_cel_kind_unseen; /* data of PQ_CEL_DECLARED_UNSEEN */

static inline bool pq_cel_is_empty_message(const struct pq_cel_value *value)
{
	return value->kind == PQ_CEL_OPAQUE_VALUE && value->opaque_type == &pq_cel_kind_empty.type;
}

#endif
