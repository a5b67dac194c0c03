/* What makes two objects the same one, in two states. Private to this folder. */
#ifndef PQ_CHECK_IDENTITY_H
#define PQ_CHECK_IDENTITY_H

#include "json/value.h"

/* Views of an object. */
struct check_identity {
	struct pq_string group; /* versions of a kind are one kind */
	struct pq_string kind;
	struct pq_string namespace; /* "default" if it does not say */
	struct pq_string name;
};

/* False for what has no name. */
bool check_identity_of(const struct pq_value *object, struct check_identity *identity);

bool check_identity_equal(const struct check_identity *a, const struct check_identity *b);

uint64_t check_identity_hash(const struct check_identity *identity);

#endif
