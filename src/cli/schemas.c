#include "cli/schemas.h"

const struct pq_policy *pq_command_load_schemas(const struct pq_option_list *paths,
						pq_policy_load_report *report, void *context,
						struct pq_policy_load_counts *counts,
						struct pq_error *error)
{
	const struct pq_policy *policy = NULL;
	struct pq_policy_builder *builder = pq_policy_builder_new();
	if (builder == NULL) {
		pq_error_set(error, PQ_ERROR_MEMORY, "no memory for schemas");
		return NULL;
	}
	if (pq_policy_load(builder, paths->items, paths->count, report, context, counts, error)) {
		policy = pq_policy_builder_finish(builder);
		if (policy == NULL)
			pq_error_set(error, PQ_ERROR_MEMORY, "no memory for schemas");
	}
	pq_policy_builder_free(builder);
	return policy;
}
