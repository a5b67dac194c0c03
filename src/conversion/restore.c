/* Making good what a conversion had lost. */
#include "conversion/kept.h"
#include "json/draft.h"

enum { EFFORT_OF_LOOK = 16 };

struct restoring {
	struct pq_draft *draft;
	const struct pq_value *value; /* to be put back, or NULL */
	struct pq_string was;         /* data NULL: nothing */
	size_t effort;                /* that is left */
};

/* Charges; false when there is nothing left. */
static bool spend(struct restoring *restoring, size_t effort)
{
	bool fine = effort <= restoring->effort;
	restoring->effort = fine ? restoring->effort - effort : 0;
	return fine;
}

static bool has_digest(struct restoring *restoring, const struct pq_value *value,
		       struct pq_string wanted)
{
	struct digest digest;
	return restoring->effort > 0 && digest_make(value, &digest) &&
	       spend(restoring, digest.size) && pq_string_is(wanted, digest.text);
}

static bool has_keys(struct restoring *restoring, const struct pq_value *item,
		     const struct pq_value *keys)
{
	bool same = item->kind == PQ_OBJECT;
	for (size_t i = 0; same && i < keys->object->count; i++) {
		const struct pq_member *wanted = &keys->object->members[i];
		const struct pq_value *key = pq_value_find(item, wanted->key);
		same = spend(restoring, EFFORT_OF_LOOK) && key != NULL &&
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

/* The index of the item that a step means, first where it was, then elsewhere; or the list's
 * length. */
static uint32_t find_item(struct restoring *restoring, const struct pq_value *list,
			  const struct pq_value *step)
{
	const struct pq_value *index = pq_value_find(step, PQ_S("index"));
	if (index != NULL && index->kind == PQ_INTEGER && index->integer >= 0 &&
	    index->integer < list->length &&
	    is_meant(restoring, &list->items[index->integer], step))
		return (uint32_t)index->integer;
	for (uint32_t i = 0; i < list->length && restoring->effort > 0; i++) {
		if (is_meant(restoring, &list->items[i], step))
			return i;
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

bool difference_restore(struct pq_arena *arena, const struct pq_value *list,
			const struct pq_value *object, const struct pq_value *view,
			struct pq_value *result)
{
	struct pq_draft draft;
	struct restoring restoring = { .draft = &draft, .effort = PQ_CONVERSION_EFFORT_MAX };
	bool fine = true;
	pq_draft_init(&draft, arena, object);
	for (uint32_t i = 0; fine && list->kind == PQ_ARRAY && i < list->length; i++) {
		const struct pq_value *steps = pq_value_find(&list->items[i], PQ_S("at"));
		restoring.value = pq_value_find(&list->items[i], PQ_S("value"));
		restoring.was = pq_value_find_string(&list->items[i], PQ_S("was"));
		fine = !is_sound(steps) || restore(&restoring, steps, view);
	}
	fine = fine && pq_draft_settle(&draft, &draft.root);
	if (fine)
		*result = draft.root;
	pq_draft_done(&draft);
	return fine;
}
