#include "conversion/apply.h"
#include "conversion/difference.h"
#include "conversion/kept.h"
#include "conversion/restore.h"
#include "conversion/route.h"
#include "conversion/trim.h"

/* One conversion of one object. */
struct job {
	struct pq_arena *arena;
	const struct pq_conversion_side *from;
	const struct pq_conversion_side *to;
	struct route route;
	const struct pq_value *source;
	struct pq_conversion_work *work;
};

/* Applies the rules of a leg, the last one first when it is gone backwards. */
static bool apply_leg(const struct job *job, const struct leg *leg, bool backwards,
		      struct pq_value *object)
{
	size_t count = leg->pairing->rule_count;
	for (size_t i = 0; i < count; i++) {
		const struct rule *rule = &leg->pairing->rules[backwards ? count - 1 - i : i];
		const struct pq_value before = *object;
		if (!rule_apply(rule, backwards, job->arena, job->work, &before, object))
			return false;
	}
	return true;
}

static bool go(const struct job *job, const struct pq_value *object, struct pq_value *result)
{
	*result = *object;
	for (size_t i = 0; i < job->route.count; i++) {
		const struct leg *leg = &job->route.legs[i];
		if (!apply_leg(job, leg, leg->backwards, result))
			return false;
	}
	return true;
}

static bool go_back(const struct job *job, const struct pq_value *object, struct pq_value *result)
{
	*result = *object;
	for (size_t i = job->route.count; i > 0; i--) {
		const struct leg *leg = &job->route.legs[i - 1];
		if (!apply_leg(job, leg, !leg->backwards, result))
			return false;
	}
	return true;
}

/* What an API server leaves of an object before it stores or serves it in a version. */
static bool settle(const struct job *job, const struct pq_conversion_side *side,
		   const struct pq_value *object, struct pq_value *result)
{
	struct pq_value pruned;
	return work_spend_pass(job->work) &&
	       pq_schema_prune(side->schema, job->arena, object, NULL, &pruned) &&
	       pq_schema_drop_nulls(side->schema, job->arena, &pruned, result);
}

/* What it makes of that when it reads it again. */
static bool complete(const struct job *job, const struct pq_conversion_side *side,
		     const struct pq_value *object, struct pq_value *result)
{
	struct pq_patch patch;
	struct pq_error error;
	pq_patch_init(&patch, job->arena);
	*result = *object;
	return pq_schema_default(side->schema, object, &patch) && !patch.failed &&
	       (patch.count == 0 || pq_patch_apply(job->arena, object, &patch, result, &error));
}

static bool settle_and_complete(const struct job *job, const struct pq_conversion_side *side,
				const struct pq_value *object, struct pq_value *result)
{
	struct pq_value settled;
	return settle(job, side, object, &settled) && complete(job, side, &settled, result);
}

/* Whether an object of the target version, converted back, is the one that it was made of. */
static bool means_source(const struct job *job, const struct pq_value *object, bool *means)
{
	struct pq_value back, settled, source;
	if (!go_back(job, object, &back) || !settle_and_complete(job, job->from, &back, &settled) ||
	    !settle_and_complete(job, job->from, job->source, &source))
		return false;
	*means = pq_value_equal(&settled, &source);
	return true;
}

static bool is_among(const struct pq_finding *finding, const struct pq_findings *findings)
{
	for (size_t i = 0; i < findings->count; i++) {
		if (findings->items[i].type == finding->type &&
		    pq_string_equal(findings->items[i].field, finding->field))
			return true;
	}
	return false;
}

/* What the schema of the target version finds in an object. */
static bool find_faults(const struct job *job, const struct pq_value *object,
			struct pq_findings *findings)
{
	const struct pq_schema *schema = job->to->schema;
	struct pq_value completed;
	pq_findings_init(findings, job->arena, 0);
	if (!settle_and_complete(job, job->to, object, &completed))
		return false;
	const struct pq_schema_validation validation = { .value = &completed };
	return pq_schema_validate(schema, job->arena, &validation, findings) &&
	       pq_schema_validate_list_types(schema, job->arena, &completed, NULL, findings);
}

/* Whether what has been put back into an object, which anybody may have written into the
 * annotation, is what its version allows. Faults that the object has without it are not its. */
static bool is_allowed(const struct job *job, const struct pq_value *object,
		       const struct pq_value *restored, bool *allowed)
{
	struct pq_findings before, after;
	if (!find_faults(job, restored, &after))
		return false;
	*allowed = pq_findings_is_empty(&after);
	if (*allowed)
		return true;
	if (!find_faults(job, object, &before))
		return false;
	*allowed = after.dropped == 0;
	for (size_t i = 0; *allowed && i < after.count; i++)
		*allowed = is_among(&after.items[i], &before);
	return true;
}

static bool is_trusted(const struct job *job, const struct pq_value *object,
		       const struct pq_value *restored, bool *trusted)
{
	return means_source(job, restored, trusted) &&
	       (!*trusted || is_allowed(job, object, restored, trusted));
}

/* What is being put back into an object. */
struct restoration {
	const struct job *job;
	struct pq_value view; /* see difference_restore */
	struct pq_value object;
	int trials; /* that are left */
};

/* Whether there may be one more attempt. The first one of an object costs nobody else anything. */
static bool take_trial(struct restoration *restoration)
{
	struct pq_conversion_work *work = restoration->job->work;
	if (restoration->trials-- == PQ_CONVERSION_TRIALS_MAX)
		return true;
	work->trial_bytes_left -= (int64_t)work->object_bytes;
	return restoration->trials >= 0 && work->trial_bytes_left >= 0;
}

/* Puts back all of a list, or what of it can be trusted: what is wrong is found by halves, so that
 * a schema that has become stricter costs one value and not all. Recursion is bounded by trials. */
static bool put_back_list(struct restoration *restoration, const struct pq_value *list)
{
	const struct job *job = restoration->job;
	struct pq_value restored;
	bool trusted = false;
	if (!take_trial(restoration))
		return true;
	if (!difference_restore(job->arena, list, &restoration->object, &restoration->view,
				job->work, &restored) ||
	    !is_trusted(job, &restoration->object, &restored, &trusted))
		return false;
	if (trusted)
		restoration->object = restored;
	if (trusted || list->length < 2)
		return true;
	uint32_t half = list->length / 2;
	const struct pq_value first = pq_value_from_items(list->items, half);
	const struct pq_value second = pq_value_from_items(list->items + half, list->length - half);
	return put_back_list(restoration, &first) && put_back_list(restoration, &second);
}

/* Puts back what the target version had lost. */
static bool put_back(const struct job *job, const struct pq_value *kept, struct pq_value *object)
{
	struct pq_value completed, seen;
	struct restoration restoration = {
		.job = job,
		.object = *object,
		.trials = PQ_CONVERSION_TRIALS_MAX,
	};
	const struct pq_value *list = pq_value_find(kept, job->to->version);
	if (list == NULL || list->kind != PQ_ARRAY)
		return true;
	if (!complete(job, job->from, job->source, &completed) || !go(job, &completed, &seen) ||
	    !settle(job, job->to, &seen, &restoration.view) || !put_back_list(&restoration, list))
		return false;
	*object = restoration.object;
	return true;
}

/* Keeps what the source would lose, if the object were converted back. */
static bool keep(const struct job *job, const struct pq_value *object, struct pq_value *kept)
{
	struct pq_value settled, completed, back, plain, seen, list;
	if (!settle(job, job->to, object, &settled) || !go_back(job, &settled, &back) ||
	    !settle(job, job->from, &back, &plain) ||
	    !complete(job, job->to, &settled, &completed) || !go_back(job, &completed, &back) ||
	    !settle(job, job->from, &back, &seen) ||
	    !difference_find(job->arena, job->from->schema, job->source, &plain, &seen, job->work,
			     &list))
		return false;
	const struct pq_value before = *kept;
	return pq_value_with_member(job->arena, &before, job->from->version,
				    list.length == 0 ? NULL : &list, kept);
}

/* Leaves out what the target version has no field for. */
static bool trim(const struct job *job, struct pq_value *object)
{
	struct pq_value settled, known, pruned;
	const struct pq_value whole = *object;
	if (!settle(job, job->from, job->source, &settled) || !go(job, &settled, &known) ||
	    !settle(job, job->to, object, &pruned))
		return false;
	return object_trim(job->arena, &whole, &pruned, &known, object);
}

static bool set_version(const struct job *job, struct pq_value *object)
{
	struct pq_string text = pq_value_find_string(job->source, PQ_S("apiVersion"));
	ptrdiff_t slash = pq_string_find_byte(text, '/');
	struct pq_string group = pq_string_slice(text, 0, slash < 0 ? 0 : (size_t)slash + 1);
	struct pq_string made = pq_arena_format(job->arena, "%.*s%.*s", PQ_STRING_ARGUMENT(group),
						PQ_STRING_ARGUMENT(job->to->version));
	const struct pq_value version = pq_value_from_string(made);
	return made.data != NULL &&
	       pq_value_with_member(job->arena, object, PQ_S("apiVersion"), &version, object);
}

static bool convert(const struct job *job, struct pq_value *kept, struct pq_value *result)
{
	struct pq_value read;
	return kept_read(job->arena, job->source, &read) && go(job, job->source, result) &&
	       put_back(job, &read, result) &&
	       pq_value_with_member(job->arena, &read, job->to->version, NULL, kept) &&
	       keep(job, result, kept) && trim(job, result) && set_version(job, result);
}

static bool fail(const struct job *job, struct pq_error *error)
{
	if (pq_conversion_work_is_over(job->work))
		return pq_error_set(error, PQ_ERROR_STOPPED,
				    "the conversion takes longer than there is time for it");
	return pq_error_set(error, PQ_ERROR_TOO_LARGE,
			    "the conversion needs more memory than a request may use");
}

bool pq_conversion_convert(const struct pq_conversion *conversion, struct pq_arena *arena,
			   const struct pq_conversion_side *from,
			   const struct pq_conversion_side *to, const struct pq_value *object,
			   struct pq_conversion_work *work, struct pq_value *result,
			   struct pq_error *error)
{
	struct job job = { .arena = arena, .from = from, .to = to, .source = object, .work = work };
	struct pq_value made, kept;
	work->effort_left = (int64_t)work->object_bytes * PQ_CONVERSION_EFFORT_PER_BYTE;
	if (!route_find(conversion, from->version, to->version, &job.route))
		return pq_error_set(error, PQ_ERROR_NOT_FOUND,
				    "no rules lead from version %.*s to %.*s: add a conversion "
				    "between them to ConversionRules %.*s",
				    PQ_STRING_ARGUMENT(from->version),
				    PQ_STRING_ARGUMENT(to->version),
				    PQ_STRING_ARGUMENT(conversion->name));
	return convert(&job, &kept, &made) ? kept_write(arena, &made, &kept, result, error)
					   : fail(&job, error);
}
