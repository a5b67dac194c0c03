#include "check/list.h"

#include <stdio.h>

static const struct pq_value *items_of(const struct pq_value *document)
{
	const struct pq_value *items = pq_value_find(document, PQ_S("items"));
	return items != NULL && items->kind == PQ_ARRAY ? items : NULL;
}

bool check_is_list(const struct pq_value *document)
{
	return pq_value_find_string(document, PQ_S("apiVersion")).length > 0 &&
	       pq_value_find_string(document, PQ_S("kind")).length > 0 &&
	       items_of(document) != NULL;
}

size_t check_list_length(const struct pq_value *list)
{
	return items_of(list)->length;
}

bool check_list_item(struct pq_arena *arena, const struct pq_value *list, size_t index,
		     struct pq_value *item)
{
	static const struct pq_string suffix = PQ_LITERAL("List");
	struct pq_string list_kind = pq_value_find_string(list, PQ_S("kind"));
	*item = items_of(list)->items[index];
	if (item->kind != PQ_OBJECT || list_kind.length <= suffix.length ||
	    !pq_string_ends_with(list_kind, suffix) || pq_value_find(item, PQ_S("kind")) != NULL)
		return true;
	const struct pq_value kind = pq_value_from_string(
		pq_string_slice(list_kind, 0, list_kind.length - suffix.length));
	return pq_value_with_member(arena, item, PQ_S("apiVersion"),
				    pq_value_find(list, PQ_S("apiVersion")), item) &&
	       pq_value_with_member(arena, item, PQ_S("kind"), &kind, item);
}

/* The text without the first place where prefix stands in it. */
static struct pq_string without(struct pq_arena *arena, struct pq_string text,
				struct pq_string prefix)
{
	const char *found = memmem(text.data, text.length, prefix.data, prefix.length);
	if (found == NULL)
		return text;
	size_t before = (size_t)(found - text.data);
	size_t behind = before + prefix.length;
	return pq_arena_format(arena, "%.*s%.*s", (int)before, text.data,
			       (int)(text.length - behind), text.data + behind);
}

/* The index in "items[7].spec"; 0 for what belongs to the list itself. */
static size_t item_of(struct pq_string field)
{
	static const struct pq_string start = PQ_LITERAL("items[");
	size_t index = 0;
	if (!pq_string_starts_with(field, start))
		return 0;
	for (size_t i = start.length; i < field.length && field.data[i] != ']'; i++)
		index = index * 10 + (size_t)(field.data[i] - '0');
	return index;
}

/* The first item is told of what belongs to the list itself, and the one with the last finding that
 * is known, of how many are not. */
void check_list_take_findings(struct pq_arena *arena, size_t index, const struct pq_findings *whole,
			      size_t *taken, struct pq_findings *findings)
{
	char place[40];
	snprintf(place, sizeof place, "items[%zu].", index);
	const struct pq_string prefix = pq_string_from(place);
	pq_findings_init(findings, arena, 0);
	for (; *taken < whole->count && item_of(whole->items[*taken].field) <= index; ++*taken) {
		struct pq_finding finding = whole->items[*taken];
		if (pq_string_starts_with(finding.field, prefix)) {
			finding.field = pq_string_slice(finding.field, prefix.length, SIZE_MAX);
			finding.message = without(arena, finding.message, prefix);
		}
		pq_findings_add(findings, finding);
		if (*taken + 1 == whole->count)
			findings->dropped += whole->dropped;
	}
}
