/*
 * /mutate: the defaults of the kind's CRD, then those of every AdmissionSchema that matches, as one
 * JSON Patch. Nothing is ever removed: a field that the schema here does not know may be known to
 * the cluster's.
 */
#include "admission/judge.h"

static bool is_below_status(struct pq_string path)
{
	static const struct pq_string status = PQ_LITERAL("/status");
	return pq_string_starts_with(path, status) &&
	       (path.length == status.length || path.data[status.length] == '/');
}

/* The API server ignores changes of the status made through the object, and changes of the rest
 * made through the status. */
static bool is_kept(const struct pq_judging *judging, const struct pq_patch_operation *operation)
{
	if (judging->is_status)
		return is_below_status(operation->path);
	return judging->version == NULL || !judging->version->has_status ||
	       !is_below_status(operation->path);
}

/* Appends what schema would default in *object to the verdict's patch and moves *object on. */
static bool default_by(const struct pq_judging *judging, const struct pq_schema *schema,
		       struct pq_value *object, struct pq_verdict *verdict, struct pq_error *error)
{
	struct pq_patch found, kept;
	pq_patch_init(&found, judging->arena);
	pq_patch_init(&kept, judging->arena);
	if (!pq_schema_default(schema, object, &found))
		return pq_judging_fail_exhausted(error);
	for (size_t i = 0; i < found.count; i++) {
		if (!is_kept(judging, &found.operations[i]))
			continue;
		pq_patch_append(&kept, found.operations[i]);
		pq_patch_append(&verdict->patch, found.operations[i]);
	}
	if (found.failed || kept.failed || verdict->patch.failed)
		return pq_judging_fail_exhausted(error);
	struct pq_value before = *object;
	return pq_judging_apply(judging->arena, &before, &kept, object, error);
}

bool pq_judging_mutate(const struct pq_judging *judging, struct pq_verdict *verdict,
		       struct pq_error *error)
{
	struct pq_value object = *judging->request->object;
	if (judging->crd != NULL &&
	    !default_by(judging, judging->version->schema, &object, verdict, error))
		return false;
	for (size_t i = 0; i < judging->overlay_count; i++) {
		if (!default_by(judging, judging->overlays[i]->schema, &object, verdict, error))
			return false;
	}
	return true;
}
