#include "policy/refusal.h"

#include <stdio.h>

bool refuse_for_findings(const struct pq_findings *findings, uint32_t *offset,
			 struct pq_error *error)
{
	if (findings->count == 0)
		return pq_error_set(error, PQ_ERROR_MEMORY, "no memory for what is wrong with it");
	const struct pq_finding *first = &findings->items[0];
	size_t others = findings->count + findings->dropped - 1;
	char more[64] = "";
	if (others > 0)
		snprintf(more, sizeof more, " (and %zu more)", others);
	*offset = first->offset;
	return pq_error_set(error, PQ_ERROR_REJECTED, "%.*s: %.*s%s",
			    PQ_STRING_ARGUMENT(first->field), PQ_STRING_ARGUMENT(first->message),
			    more);
}
