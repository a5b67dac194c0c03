/* All that an object is judged by, in the order of an API server. */
#include "schema/schema.h"

bool pq_schema_judge(const struct pq_schema *schema, struct pq_arena *arena,
		     const struct pq_schema_validation *validation, struct pq_findings *findings)
{
	const struct pq_schema_rules_run run = {
		.value = validation->value,
		.old = validation->old,
		.quota = validation->quota,
	};
	return pq_schema_validate(schema, arena, validation, findings) &&
	       pq_schema_validate_list_types(schema, arena, run.value, run.old, findings) &&
	       pq_schema_run_rules(schema, arena, &run, findings);
}
