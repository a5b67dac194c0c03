#include "check/keep.h"

/* A copy that is being made. */
struct copy {
	struct pq_arena *arena;
	bool failed;
};

static struct pq_string copy_text(struct copy *copy, struct pq_string text)
{
	if (text.length == 0)
		return text;
	struct pq_string made = pq_arena_copy(copy->arena, text);
	copy->failed |= made.data == NULL;
	return made;
}

static struct pq_check_finding *copy_findings(struct copy *copy,
					      const struct pq_check_outcome *outcome)
{
	size_t count = outcome->finding_count;
	struct pq_check_finding *made = pq_arena_alloc_array(copy->arena, count, sizeof *made);
	copy->failed |= made == NULL;
	for (size_t i = 0; !copy->failed && i < count; i++) {
		made[i] = outcome->findings[i];
		made[i].field = copy_text(copy, made[i].field);
		made[i].message = copy_text(copy, made[i].message);
		made[i].schema = copy_text(copy, made[i].schema);
	}
	return made;
}

static struct pq_finding *copy_causes(struct copy *copy, const struct pq_status *status)
{
	struct pq_finding *made =
		pq_arena_alloc_array(copy->arena, status->cause_count, sizeof *made);
	copy->failed |= made == NULL;
	for (size_t i = 0; !copy->failed && i < status->cause_count; i++) {
		made[i] = status->causes[i];
		made[i].field = copy_text(copy, made[i].field);
		made[i].message = copy_text(copy, made[i].message);
	}
	return made;
}

static struct pq_status *copy_status(struct copy *copy, const struct pq_status *status)
{
	struct pq_status *made = pq_arena_alloc_raw(copy->arena, sizeof *made);
	if (made == NULL) {
		copy->failed = true;
		return NULL;
	}
	*made = *status;
	made->reason = copy_text(copy, status->reason);
	made->message = copy_text(copy, status->message);
	made->name = copy_text(copy, status->name);
	made->group = copy_text(copy, status->group);
	made->kind = copy_text(copy, status->kind);
	made->uid = copy_text(copy, status->uid);
	made->causes = copy_causes(copy, status);
	return made;
}

static struct pq_string *copy_warnings(struct copy *copy, const struct pq_check_outcome *outcome)
{
	size_t count = outcome->warning_count;
	struct pq_string *made = pq_arena_alloc_array(copy->arena, count, sizeof *made);
	copy->failed |= made == NULL;
	for (size_t i = 0; !copy->failed && i < count; i++)
		made[i] = copy_text(copy, outcome->warnings[i]);
	return made;
}

const struct pq_check_outcome *check_keep_outcome(struct pq_arena *arena,
						  const struct pq_check_outcome *outcome)
{
	struct copy copy = { .arena = arena };
	struct pq_check_outcome *made = pq_arena_alloc_raw(arena, sizeof *made);
	if (made == NULL)
		return NULL;
	*made = *outcome;
	made->source = copy_text(&copy, outcome->source);
	made->api_version = copy_text(&copy, outcome->api_version);
	made->kind = copy_text(&copy, outcome->kind);
	made->namespace = copy_text(&copy, outcome->namespace);
	made->name = copy_text(&copy, outcome->name);
	made->note = copy_text(&copy, outcome->note);
	made->findings = copy_findings(&copy, outcome);
	made->warnings = copy_warnings(&copy, outcome);
	/* The text is for showing where a finding is. */
	made->text = outcome->finding_count > 0 ? copy_text(&copy, outcome->text) : PQ_S("");
	if (outcome->status != NULL)
		made->status = copy_status(&copy, outcome->status);
	return copy.failed ? NULL : made;
}
