/* What a schema demands of a value besides its type: defaults, bounds, formats, how a list is
 * merged, rules. A table of keywords serves the text and JSON. */
#ifndef PQ_EXPLAIN_DEMANDS_H
#define PQ_EXPLAIN_DEMANDS_H

#include "explain/schema.h"

struct pq_explain_demand {
	const char *keyword; /* of JSON Schema */
	const char *name;    /* what we call it: "listMapKeys" */
};

/* Ended by a row whose keyword is NULL. */
extern const struct pq_explain_demand pq_explain_demands[];

/* What is said under a keyword, or NULL when it is not said or says nothing: a false, an empty
 * list, a default that is only the zero value of Go's struct, alternatives that only repeat that a
 * value is an integer or a string. */
const struct pq_value *pq_explain_demanded(const struct pq_explain_schema *schema, bool is_custom,
					   const struct pq_explain_demand *demand);

/* The rules in CEL: an array of objects, or NULL. */
const struct pq_value *pq_explain_rules(const struct pq_explain_schema *schema);

/* The values that are allowed: an array, or NULL. */
const struct pq_value *pq_explain_enumeration(const struct pq_explain_schema *schema);

/* "listMapKeys: name, protocol", a line for each demand, those of items with "items." before their
 * names, those of the values of a map with "values.". Rules are lines, too. */
void pq_explain_write_demands(const struct pq_explain_schema *schema, bool is_custom,
			      struct pq_buffer *text);

#endif
