#include "admission/convertible.h"

/* An object on its way through the versions. */
struct tour {
	const struct pq_judging *judging;
	const struct pq_conversion *conversion;
	struct pq_findings *findings;
	uint64_t forgiven; /* versions, by their index in the CRD, of which nothing is told */
	uint64_t failed;   /* those of which there is something to tell */
};

static struct pq_conversion_side side_of(const struct pq_crd_version *version)
{
	return (struct pq_conversion_side){ .version = version->name, .schema = version->schema };
}

/* Whether something is to be told of a version. */
static bool note_failure(struct tour *tour, const struct pq_crd_version *version)
{
	size_t index = (size_t)(version - tour->judging->crd->versions);
	uint64_t bit = index < PQ_CONVERSION_VERSIONS_MAX ? (uint64_t)1 << index : 0;
	tour->failed |= bit;
	return (tour->forgiven & bit) == 0;
}

static void add(struct tour *tour, enum pq_finding_type type, struct pq_string field,
		struct pq_string message)
{
	pq_findings_add(tour->findings, (struct pq_finding){ .type = type,
							     .field = field,
							     .message = message,
							     .offset = PQ_OFFSET_NONE });
}

static void tell_of_failure(struct tour *tour, const struct pq_crd_version *version,
			    const struct pq_error *error)
{
	if (note_failure(tour, version))
		add(tour, PQ_FINDING_FORBIDDEN, PQ_S("metadata.annotations"),
		    pq_arena_format(tour->judging->arena,
				    "Forbidden: cannot be converted to version %.*s: %s",
				    PQ_STRING_ARGUMENT(version->name), error->message));
}

/* What clients that have types for a version cannot read. Other faults harm nobody else. */
static bool check_types(struct tour *tour, const struct pq_crd_version *version,
			const struct pq_value *object)
{
	struct pq_arena *arena = tour->judging->arena;
	const struct pq_schema_validation validation = { .value = object };
	struct pq_findings found;
	pq_findings_init(&found, arena, 0);
	if (!pq_schema_validate(version->schema, arena, &validation, &found))
		return false;
	for (size_t i = 0; i < found.count; i++) {
		const struct pq_finding *finding = &found.items[i];
		if (finding->type == PQ_FINDING_TYPE_INVALID && note_failure(tour, version))
			add(tour, finding->type, finding->field,
			    pq_arena_format(arena, "%.*s, when it is converted to version %.*s",
					    PQ_STRING_ARGUMENT(finding->message),
					    PQ_STRING_ARGUMENT(version->name)));
	}
	return !pq_arena_is_exhausted(arena);
}

/* *converted tells whether there is a result, which is as an API server has it in the version. */
static bool convert(struct tour *tour, const struct pq_crd_version *from,
		    const struct pq_crd_version *to, const struct pq_value *object,
		    struct pq_value *result, bool *converted)
{
	const struct pq_judging *judging = tour->judging;
	const struct pq_conversion_side sides[] = { side_of(from), side_of(to) };
	struct pq_conversion_work *work = judging->work;
	struct pq_value made, pruned;
	struct pq_error error;
	*converted = pq_conversion_convert(tour->conversion, judging->arena, &sides[0], &sides[1],
					   object, work, &made, &error);
	if (*converted)
		return pq_schema_prune(to->schema, judging->arena, &made, NULL, &pruned) &&
		       pq_schema_drop_nulls(to->schema, judging->arena, &pruned, result);
	/* That no rules lead to a version is not the object's fault, and told when they are read.
	 */
	if (error.code != PQ_ERROR_NOT_FOUND && !pq_conversion_work_is_over(work))
		tell_of_failure(tour, to, &error);
	return !pq_arena_is_exhausted(judging->arena);
}

static const struct pq_crd_version *stored_version(const struct pq_crd *crd)
{
	for (size_t i = 0; i < crd->version_count; i++) {
		if (crd->versions[i].storage)
			return &crd->versions[i];
	}
	return NULL;
}

/* Into storage, and out of it in every version that is served. */
static bool go(struct tour *tour, const struct pq_value *object)
{
	const struct pq_judging *judging = tour->judging;
	const struct pq_crd *crd = judging->crd;
	const struct pq_crd_version *storage = stored_version(crd);
	struct pq_value stored = *object, served;
	bool converted = true;
	if (storage == NULL)
		return true;
	if (storage != judging->version &&
	    !convert(tour, judging->version, storage, object, &stored, &converted))
		return false;
	for (size_t i = 0; converted && i < crd->version_count; i++) {
		const struct pq_crd_version *version = &crd->versions[i];
		bool is_read;
		if (version == storage || !version->served)
			continue;
		if (!convert(tour, storage, version, &stored, &served, &is_read) ||
		    (is_read && !check_types(tour, version, &served)))
			return false;
	}
	return true;
}

static struct tour begin(const struct pq_judging *judging, const struct pq_conversion *conversion,
			 struct pq_findings *findings)
{
	return (struct tour){
		.judging = judging,
		.conversion = conversion,
		.findings = findings,
	};
}

bool convertible_check(const struct pq_judging *judging, const struct pq_value *object,
		       const struct pq_value *old, struct pq_findings *findings)
{
	const struct pq_conversion *conversion =
		pq_policy_find_conversion(judging->policy, judging->crd->group, judging->crd->kind);
	struct pq_findings ignored;
	uint64_t forgiven = 0;
	if (conversion == NULL)
		return true;
	if (old != NULL) {
		pq_findings_init(&ignored, judging->arena, 1);
		struct tour before = begin(judging, conversion, &ignored);
		if (!go(&before, old))
			return false;
		forgiven = before.failed;
	}
	struct tour tour = begin(judging, conversion, findings);
	tour.forgiven = forgiven;
	return go(&tour, object);
}
