#include "json/draft.h"
#include "json/patch.h"

#include "base/stack.h"

/* One value of the draft that has still to be worked on. */
struct job {
	struct pq_value *target;
	const struct pq_value *patch; /* to merge into it; NULL: drop the nulls below target */
};

struct merge {
	struct pq_draft draft;
	struct pq_stack jobs; /* struct job */
};

static bool add_job(struct merge *merge, struct pq_value *target, const struct pq_value *patch)
{
	struct job *job = pq_stack_push(&merge->jobs);
	if (job == NULL)
		return false;
	*job = (struct job){ .target = target, .patch = patch };
	return true;
}

static bool drop_null_members(struct merge *merge, struct pq_value *target)
{
	const struct pq_object *from = target->object;
	struct pq_object *object = pq_object_new(merge->draft.arena, from->count);
	if (object == NULL)
		return false;
	for (uint32_t i = 0; i < from->count; i++) {
		if (from->members[i].value.kind != PQ_NULL)
			pq_object_put(object, &from->members[i]);
	}
	target->object = object;
	for (uint32_t i = 0; i < object->count; i++) {
		struct pq_value *child = &object->members[i].value;
		if (pq_value_is_container(child) && !add_job(merge, child, NULL))
			return false;
	}
	return true;
}

/* A list keeps its nulls, but not those inside of its items. */
static bool drop_nulls_in_items(struct merge *merge, struct pq_value *target)
{
	if (!pq_draft_own(&merge->draft, target, 0))
		return false;
	for (uint32_t i = 0; i < target->length; i++) {
		struct pq_value *item = pq_draft_item(target, i);
		if (pq_value_is_container(item) && !add_job(merge, item, NULL))
			return false;
	}
	return true;
}

/* A member that is there and no null: an object is merged into an object, everything else is
 * replaced, where it had been an object even with the patch's nulls. */
static bool merge_member(struct merge *merge, struct pq_value *current,
			 const struct pq_value *patch)
{
	if (current->kind == PQ_OBJECT && patch->kind == PQ_OBJECT)
		return add_job(merge, current, patch);
	bool keep_nulls = current->kind == PQ_OBJECT;
	*current = *patch;
	return keep_nulls || !pq_value_is_container(patch) || add_job(merge, current, NULL);
}

static bool merge_object(struct merge *merge, struct pq_value *target,
			 const struct pq_object *patch)
{
	/* With all the room there from the start no member moves while jobs point to it; so nulls
	 * go first. */
	if (!pq_draft_own(&merge->draft, target, patch->count))
		return false;
	for (uint32_t i = 0; i < patch->count; i++) {
		if (patch->members[i].value.kind == PQ_NULL)
			pq_draft_remove(&merge->draft, target, patch->members[i].key);
	}
	pq_object_close_gaps((struct pq_object *)target->object);
	for (uint32_t i = 0; i < patch->count; i++) {
		const struct pq_member *member = &patch->members[i];
		if (member->value.kind == PQ_NULL)
			continue;
		struct pq_value *current = pq_draft_find(target, member->key);
		if (current != NULL && current->kind != PQ_NULL) {
			if (!merge_member(merge, current, &member->value))
				return false;
			continue;
		}
		pq_draft_put(target, member->key, &member->value);
		current = pq_draft_find(target, member->key);
		if (pq_value_is_container(current) && !add_job(merge, current, NULL))
			return false;
	}
	return true;
}

static bool do_job(struct merge *merge, struct job job)
{
	if (job.patch != NULL)
		return merge_object(merge, job.target, job.patch->object);
	if (job.target->kind == PQ_OBJECT)
		return drop_null_members(merge, job.target);
	return drop_nulls_in_items(merge, job.target);
}

bool pq_merge_patch_apply(struct pq_arena *arena, const struct pq_value *document,
			  const struct pq_value *patch, struct pq_value *result)
{
	struct merge merge;
	bool both_objects = document->kind == PQ_OBJECT && patch->kind == PQ_OBJECT;
	pq_draft_init(&merge.draft, arena, both_objects ? document : patch);
	pq_stack_init(&merge.jobs, sizeof(struct job));
	bool success = !pq_value_is_container(patch) ||
		       add_job(&merge, &merge.draft.root, both_objects ? patch : NULL);
	while (success && merge.jobs.count > 0) {
		struct job job = *(struct job *)pq_stack_top(&merge.jobs);
		pq_stack_cut(&merge.jobs, merge.jobs.count - 1);
		success = do_job(&merge, job);
	}
	if (success)
		*result = merge.draft.root;
	pq_stack_done(&merge.jobs);
	pq_draft_done(&merge.draft);
	return success;
}
