#include "cli/schemas.h"

#include "cli/command.h"

static void print_refused(const struct pq_error *error, void *context)
{
	const char *command = context;
	pq_command_fail(command, error);
}

/* Also for whoever writes "-schema", which is -s with the value "chema". */
static void advise(struct pq_error *error)
{
	if (error->code != PQ_ERROR_MEMORY)
		pq_error_add_advice(error, "name files and folders that are there with --schemas");
}

bool pq_command_add_schemas(struct pq_policy_builder *builder, const char *command,
			    const struct pq_option_list *paths, struct pq_error *error)
{
	struct pq_policy_load_counts counts;
	if (!pq_policy_load(builder, paths->items, paths->count, print_refused,
			    (void *)(uintptr_t)command, &counts, error)) {
		advise(error);
		return false;
	}
	return counts.refused == 0 ||
	       pq_error_set(error, PQ_ERROR_USAGE, "%zu of the schemas cannot be used",
			    counts.refused);
}

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
	} else {
		advise(error);
	}
	pq_policy_builder_free(builder);
	return policy;
}
