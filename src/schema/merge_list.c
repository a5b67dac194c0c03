/*
 * Merging lists whose items are told apart, in the order of typed/merge.go of
 * structured-merge-diff: the items of both that are shared come in the applied order, and what
 * stands between two of them in live, and is not applied, stays before the second one.
 */
#include "schema/merging.h"
#include "json/write.h"

#include "base/map.h"

#include <math.h>

/* An item, and what tells it apart: equal ones have the same number, counted from 0. */
struct entry {
	const struct pq_value *item;
	size_t number;
};

/* The items of both lists that have a number. */
struct twin {
	const struct pq_value *live; /* NULL: none */
	const struct pq_value *applied;
	bool is_merged;
};

struct zip {
	struct merging *merging;
	const struct merge_type *type;
	const struct merge_place *place;
	struct pq_map numbers; /* text that tells an item apart -> its number + 1 */
	struct pq_string *names;
	struct twin *twins;
	struct entry *live;
	struct entry *applied;
	size_t live_count, applied_count;
	size_t next_shared; /* index in applied of the next one that live has too */
	struct pq_value *made;
	size_t made_count;
};

/* Numbers are equal whatever their kind. */
static void write_scalar(struct pq_buffer *text, const struct pq_value *value)
{
	const double exact = 9007199254740992.0;
	if (value->kind == PQ_DOUBLE && fabs(value->number) < exact &&
	    trunc(value->number) == value->number)
		pq_buffer_append_format(text, "%lld", (long long)value->number);
	else
		pq_json_write(text, value, PQ_JSON_COMPACT);
}

static bool refuse_item(struct zip *zip, size_t index, const char *reason)
{
	return merge_refuse(zip->merging, zip->place, "element %zu: %s", index, reason);
}

/* "[\"a\",\"b\"]", as %q prints a list of strings. */
static bool refuse_keyless(struct zip *zip, size_t index)
{
	struct pq_buffer keys;
	struct pq_string key;
	pq_buffer_init_in(&keys, zip->merging->arena, 0);
	for (size_t i = 0; (key = merge_type_key(zip->type, i)).data != NULL; i++) {
		if (i > 0)
			pq_buffer_append_byte(&keys, ' ');
		pq_go_quote(&keys, key);
	}
	if (pq_buffer_failed(&keys))
		return merge_exhausted(zip->merging);
	return merge_refuse(
		zip->merging, zip->place,
		"element %zu: associative list with keys has an element that omits all "
		"key fields [%.*s] (and doesn't have default values for any key fields)",
		index, PQ_STRING_ARGUMENT(pq_buffer_view(&keys)));
}

/* Writes what tells an item of a list with keys apart, "[name=\"http\",port=80]". */
static bool name_by_keys(struct zip *zip, const struct pq_value *item, size_t index,
			 struct pq_buffer *text)
{
	struct pq_string key;
	bool has_key = false;
	if (item->kind != PQ_OBJECT)
		return refuse_item(
			zip, index,
			item->kind == PQ_NULL
				? "associative list with keys may not have a null element"
				: "associative list with keys may not have non-map elements");
	for (size_t i = 0; (key = merge_type_key(zip->type, i)).data != NULL; i++) {
		const struct pq_value *value = pq_value_find(item, key);
		if (value == NULL)
			value = merge_type_key_default(zip->type, i);
		if (value == NULL)
			continue;
		pq_buffer_append_byte(text, has_key ? ',' : '[');
		pq_buffer_append_string(text, key);
		pq_buffer_append_byte(text, '=');
		write_scalar(text, value);
		has_key = true;
	}
	pq_buffer_append_byte(text, ']');
	return has_key || refuse_keyless(zip, index);
}

static bool name_by_value(struct zip *zip, const struct pq_value *item, size_t index,
			  struct pq_buffer *text)
{
	static const char *const reasons[] = {
		[PQ_OBJECT] = "associative list without keys has an element that's a map type",
		[PQ_ARRAY] = "not supported: associative list with lists as elements",
		[PQ_NULL] = "associative list without keys has an element that's an explicit null",
	};
	if (!pq_value_is_plain(item))
		return refuse_item(zip, index, reasons[item->kind]);
	pq_buffer_append_text(text, "[=");
	write_scalar(text, item);
	pq_buffer_append_byte(text, ']');
	return true;
}

/* Gives an item its number. */
static bool number_item(struct zip *zip, const struct pq_value *item, size_t index, size_t *number)
{
	struct pq_buffer text;
	pq_buffer_init_in(&text, zip->merging->arena, 0);
	bool fine = merge_type_list(zip->type) == PQ_LIST_MAP
			    ? name_by_keys(zip, item, index, &text)
			    : name_by_value(zip, item, index, &text);
	if (!fine)
		return false;
	if (pq_buffer_failed(&text))
		return merge_exhausted(zip->merging);
	struct pq_string name = pq_buffer_view(&text);
	const void *known = pq_map_find(&zip->numbers, name);
	*number = known == NULL ? zip->numbers.count : (size_t)(uintptr_t)known - 1;
	if (known != NULL)
		return true;
	zip->names[*number] = name;
	return pq_map_put(&zip->numbers, name, (void *)(uintptr_t)(*number + 1), NULL) ||
	       merge_exhausted(zip->merging);
}

/* What is applied must be there once. */
static bool index_applied(struct zip *zip, const struct pq_value *list)
{
	for (size_t i = 0; i < zip->applied_count; i++) {
		struct entry *entry = &zip->applied[i];
		entry->item = &list->items[i];
		if (!number_item(zip, entry->item, i, &entry->number))
			return false;
		struct twin *twin = &zip->twins[entry->number];
		if (twin->applied != NULL)
			return merge_refuse(zip->merging, zip->place,
					    "duplicate entries for key %.*s",
					    PQ_STRING_ARGUMENT(zip->names[entry->number]));
		twin->applied = entry->item;
	}
	return true;
}

/* Of an item that is there more than once none is merged: null stands for it. */
static bool index_live(struct zip *zip, const struct pq_value *list)
{
	static const struct pq_value nothing = { .kind = PQ_NULL, .offset = PQ_OFFSET_NONE };
	for (size_t i = 0; i < zip->live_count; i++) {
		struct entry *entry = &zip->live[i];
		entry->item = &list->items[i];
		if (!number_item(zip, entry->item, i, &entry->number))
			return false;
		struct twin *twin = &zip->twins[entry->number];
		twin->live = twin->live == NULL ? entry->item : &nothing;
	}
	return true;
}

static void find_next_shared(struct zip *zip)
{
	while (zip->next_shared < zip->applied_count &&
	       zip->twins[zip->applied[zip->next_shared].number].live == NULL)
		zip->next_shared++;
}

static bool put(struct zip *zip, size_t number, const struct pq_value *live,
		const struct pq_value *applied)
{
	const struct merge_type item = merge_type_item(zip->type);
	const struct merge_place below = {
		.parent = zip->place,
		.name = zip->names[number],
		.depth = zip->place == NULL ? 1 : zip->place->depth + 1,
	};
	return merge_values(zip->merging, &item, &below, live, applied,
			    &zip->made[zip->made_count++]);
}

static bool put_applied(struct zip *zip, size_t index)
{
	struct twin *twin = &zip->twins[zip->applied[index].number];
	twin->is_merged = true;
	if (!put(zip, zip->applied[index].number, twin->live, twin->applied))
		return false;
	if (zip->next_shared == index) {
		zip->next_shared++;
		find_next_shared(zip);
	}
	return true;
}

/* Whether a live item is passed by: it is shared, and its turn comes with the applied one. */
static bool is_passed(const struct zip *zip, size_t number, bool has_applied)
{
	const struct twin *twin = &zip->twins[number];
	if (twin->applied == NULL)
		return false;
	if (!has_applied)
		return twin->is_merged;
	return zip->next_shared < zip->applied_count &&
	       zip->applied[zip->next_shared].number != number;
}

static bool zip_up(struct zip *zip)
{
	size_t l = 0, a = 0;
	find_next_shared(zip);
	while (l < zip->live_count || a < zip->applied_count) {
		bool has_applied = a < zip->applied_count;
		if (l < zip->live_count) {
			size_t number = zip->live[l].number;
			if (has_applied && zip->applied[a].number == number) {
				l++;
				if (!put_applied(zip, a++))
					return false;
				continue;
			}
			if (is_passed(zip, number, has_applied)) {
				l++;
				continue;
			}
			if (zip->twins[number].applied == NULL) {
				if (!put(zip, number, zip->live[l++].item, NULL))
					return false;
				continue;
			}
			l += zip->twins[number].is_merged;
		}
		if (has_applied && !put_applied(zip, a++))
			return false;
	}
	return true;
}

bool merge_lists(struct merging *merging, const struct merge_type *type,
		 const struct merge_place *place, const struct pq_value *live,
		 const struct pq_value *applied, struct pq_value *result)
{
	struct zip zip = {
		.merging = merging,
		.type = type,
		.place = place,
		.live_count = live == NULL ? 0 : live->length,
		.applied_count = applied == NULL ? 0 : applied->length,
	};
	size_t count = zip.live_count + zip.applied_count;
	struct pq_arena *arena = merging->arena;
	zip.names = pq_arena_alloc_array(arena, count, sizeof *zip.names);
	zip.twins = pq_arena_alloc_array(arena, count, sizeof *zip.twins);
	zip.live = pq_arena_alloc_array(arena, zip.live_count, sizeof *zip.live);
	zip.applied = pq_arena_alloc_array(arena, zip.applied_count, sizeof *zip.applied);
	zip.made = pq_arena_alloc_array(arena, count, sizeof *zip.made);
	if (pq_arena_is_exhausted(arena))
		return merge_exhausted(merging);
	pq_map_init(&zip.numbers);
	bool fine = index_applied(&zip, applied) && index_live(&zip, live) && zip_up(&zip);
	pq_map_done(&zip.numbers);
	if (fine)
		*result = pq_value_from_items(zip.made, zip.made_count);
	return fine;
}
