/*
 * Label selectors (metav1.LabelSelector) on values.
 */
#ifndef PQ_FORMATS_SELECTOR_H
#define PQ_FORMATS_SELECTOR_H

#include "base/string_view.h"

enum pq_selector_operator {
	PQ_SELECTOR_IN,
	PQ_SELECTOR_NOT_IN,
	PQ_SELECTOR_EXISTS,
	PQ_SELECTOR_DOES_NOT_EXIST,
};

struct pq_selector_requirement {
	struct pq_string key;
	enum pq_selector_operator operator;
	const struct pq_string *values;
	size_t value_count;
};

/* Requirements are and-ed; none matches everything. matchLabels become PQ_SELECTOR_IN. */
struct pq_selector {
	const struct pq_selector_requirement *requirements;
	size_t count;
};

/* Looks a label up; false when there is none. */
typedef bool pq_label_lookup(const void *labels, struct pq_string key, struct pq_string *value);

bool pq_selector_matches(const struct pq_selector *selector, pq_label_lookup *lookup,
			 const void *labels);

#endif
