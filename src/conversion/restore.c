#include "conversion/restore.h"

#include "conversion/digest.h"
#include "json/draft.h"

struct restoring {
	struct pq_draft *draft;
	struct pq_conversion_work *work;
	struct digests digests;       /* of what there is to see */
	bool failed;                  /* no memory, or the work is over */
	const struct pq_value *value; /* to be put back, or NULL */
	struct pq_string was;         /* data NULL: nothing */
};

/* Charges; false when there is nothing left. */
static bool spend(struct restoring *restoring, size_t cost)
{
	struct pq_conversion_work *work = restoring->work;
	restoring->failed = restoring->failed || !work_spend(work, cost);
	work->effort_left -= (int64_t)cost;
	return !restoring->failed && work->effort_left >= 0;
}

static bool has_digest(struct restoring *restoring, const struct pq_value *value,
		       struct pq_string wanted)
{
	struct pq_conversion_work *work = restoring->work;
	uint64_t digest, wanted_digest;
	if (!digest_read(wanted, &wanted_digest) || !spend(restoring, COST_OF_LOOK))
		return false;
	int64_t before = work->cost_left;
	restoring->failed = !digests_get(&restoring->digests, value, work, &digest);
	work->effort_left -= before - work->cost_left;
	return !restoring->failed && digest == wanted_digest;
}

static bool has_keys(struct restoring *restoring, const struct pq_value *item,
		     const struct pq_value *keys)
{
	bool same = item->kind == PQ_OBJECT;
	for (size_t i = 0; same && i < keys->object->count; i++) {
		const struct pq_member *wanted = &keys->object->members[i];
		const struct pq_value *key = pq_value_find(item, wanted->key);
		size_t length = wanted->value.kind == PQ_STRING ? wanted->value.length : 0;
		same = spend(restoring, COST_OF_LOOK + length) && key != NULL &&
		       !pq_value_is_container(key) && pq_value_equal(key, &wanted->value);
	}
	return same;
}

static bool is_meant(struct restoring *restoring, const struct pq_value *item,
		     const struct pq_value *step)
{
	const struct pq_value *keys = pq_value_find(step, PQ_S("keys"));
	if (keys != NULL && keys->kind == PQ_OBJECT && keys->object->count > 0)
		return has_keys(restoring, item, keys);
	return has_digest(restoring, item, pq_value_find_string(step, PQ_S("was")));
}

/* Where in a list an item was that a step means. */
static uint32_t first_guess(const struct pq_value *list, const struct pq_value *step)
{
	const struct pq_value *index = pq_value_find(step, PQ_S("index"));
	if (index == NULL || index->kind != PQ_INTEGER || index->integer < 0 || list->length == 0)
		return 0;
	return index->integer < list->length ? (uint32_t)index->integer : list->length - 1;
}

/* The index of the item that a step means, first where it was, then ever further from there: where
 * one is added or removed, all behind it move a little. The list's length when there is none. */
static uint32_t find_item(struct restoring *restoring, const struct pq_value *list,
			  const struct pq_value *step)
{
	uint32_t first = first_guess(list, step);
	for (uint32_t away = 0; away < list->length && spend(restoring, COST_OF_LOOK); away++) {
		if (away < list->length - first &&
		    is_meant(restoring, &list->items[first + away], step))
			return first + away;
		if (away > 0 && away <= first &&
		    is_meant(restoring, &list->items[first - away], step))
			return first - away;
	}
	return list->length;
}

static bool is_as_it_was(struct restoring *restoring, const struct pq_value *there,
			 const struct pq_value *seen)
{
	if (restoring->was.data == NULL)
		return there == NULL && seen == NULL;
	return seen != NULL && has_digest(restoring, seen, restoring->was);
}

/* One difference. Containers are copied once and changed in place from then on, so that many
 * differences in one list cost one copy. */
static bool restore_member(struct restoring *restoring, struct pq_string name,
			   struct pq_value *object, const struct pq_value *seen)
{
	struct pq_draft *draft = restoring->draft;
	if (object->kind != PQ_OBJECT ||
	    !is_as_it_was(restoring, pq_value_find(object, name), seen))
		return true;
	if (!pq_draft_own(draft, object, 1))
		return false;
	if (restoring->value != NULL)
		pq_draft_put(object, name, restoring->value);
	else
		pq_draft_remove(draft, object, name);
	return true;
}

/* Goes a step down in both; *at and *seen are NULL when it leads nowhere. */
static bool step_down(struct restoring *restoring, const struct pq_value *step,
		      struct pq_value **at, const struct pq_value **seen)
{
	struct pq_value *from = *at;
	const struct pq_value *view = *seen;
	bool is_name = step->kind == PQ_STRING;
	uint32_t index = 0;
	*at = NULL;
	*seen = NULL;
	if (from->kind != view->kind || from->kind != (is_name ? PQ_OBJECT : PQ_ARRAY))
		return true;
	if (is_name) {
		*seen = pq_value_find(view, pq_value_string(step));
		if (*seen == NULL || pq_value_find(from, pq_value_string(step)) == NULL)
			return true;
	} else {
		index = find_item(restoring, view, step);
		if (index >= view->length || from->length != view->length)
			return true;
		*seen = &view->items[index];
	}
	if (!pq_draft_own(restoring->draft, from, 0))
		return false;
	*at = is_name ? pq_draft_find(from, pq_value_string(step)) : pq_draft_item(from, index);
	return true;
}

static bool restore(struct restoring *restoring, const struct pq_value *steps,
		    const struct pq_value *view)
{
	struct pq_value *at = &restoring->draft->root;
	const struct pq_value *last = &steps->items[steps->length - 1];
	for (uint32_t i = 0; i < steps->length; i++) {
		if (i + 1 == steps->length && last->kind == PQ_STRING)
			return restore_member(restoring, pq_value_string(last), at,
					      pq_value_find(view, pq_value_string(last)));
		if (!step_down(restoring, &steps->items[i], &at, &view))
			return false;
		if (at == NULL)
			return true;
	}
	if (restoring->value != NULL)
		*at = *restoring->value;
	return true;
}

/* Whether a difference is of our form, and about what a conversion may change. */
static bool is_sound(const struct pq_value *steps)
{
	static const char *const reserved[] = { "apiVersion", "kind", "metadata" };
	if (steps == NULL || steps->kind != PQ_ARRAY || steps->length == 0 ||
	    steps->length > PQ_CONVERSION_DEPTH_MAX || steps->items[0].kind != PQ_STRING)
		return false;
	for (size_t i = 0; i < sizeof reserved / sizeof reserved[0]; i++) {
		if (pq_string_is(pq_value_string(&steps->items[0]), reserved[i]))
			return false;
	}
	return true;
}

/* Puts one difference right. Anybody may have written it: what is no difference is passed over. */
static bool restore_one(struct restoring *restoring, const struct pq_value *difference,
			const struct pq_value *view)
{
	const struct pq_value *steps = pq_value_find(difference, PQ_S("at"));
	restoring->value = pq_value_find(difference, PQ_S("value"));
	restoring->was = pq_value_find_string(difference, PQ_S("was"));
	return !is_sound(steps) || !spend(restoring, steps->length * COST_OF_STEP) ||
	       restore(restoring, steps, view);
}

bool difference_restore(struct pq_arena *arena, const struct pq_value *list,
			const struct pq_value *object, const struct pq_value *view,
			struct pq_conversion_work *work, struct pq_value *result)
{
	struct pq_draft draft;
	struct restoring restoring = {
		.draft = &draft,
		.work = work,
		.digests = { .arena = arena },
	};
	bool fine = true;
	pq_draft_init(&draft, arena, object);
	for (uint32_t i = 0; fine && i < list->length; i++) {
		if (!spend(&restoring, COST_OF_DIFFERENCE))
			break;
		fine = restore_one(&restoring, &list->items[i], view);
	}
	fine = fine && !restoring.failed && pq_draft_settle(&draft, &draft.root);
	if (fine)
		*result = draft.root;
	pq_draft_done(&draft);
	return fine;
}
