#include "check/filter.h"

#include "base/glob.h"
#include "formats/names.h"

#include <stdatomic.h>

struct check_filter {
	struct pq_string text;
	atomic_bool is_used;
	struct pq_string group; /* data NULL: any */
	struct pq_string version;
	struct pq_string kind;
	struct pq_string namespace;
	struct pq_string name;
};

static bool is_kind(struct pq_string part)
{
	return part.length > 0 && part.data[0] >= 'A' && part.data[0] <= 'Z';
}

static bool refuse(struct pq_string text, struct pq_error *error)
{
	return pq_error_set(error, PQ_ERROR_USAGE,
			    "\"%.*s\" is neither Kind nor group/version/Kind nor namespace/name",
			    PQ_STRING_ARGUMENT(text));
}

static bool parse(struct pq_string text, struct check_filter *filter, struct pq_error *error)
{
	struct pq_string rest = text, parts[3] = { 0 };
	size_t count = 0;
	*filter = (struct check_filter){ .text = text };
	while (count < 3 && pq_string_split(&rest, '/', &parts[count]))
		count++;
	if (rest.data != NULL || text.length == 0)
		return refuse(text, error);
	if (count == 3) {
		filter->group = parts[0];
		filter->version = parts[1];
		filter->kind = parts[2];
	} else if (count == 2 && is_kind(parts[1])) {
		filter->group = PQ_S("");
		filter->version = parts[0];
		filter->kind = parts[1];
	} else if (count == 2) {
		filter->namespace = parts[0];
		filter->name = parts[1];
	} else if (is_kind(parts[0])) {
		filter->kind = parts[0];
	} else {
		return refuse(text, error);
	}
	return true;
}

static bool add(struct pq_arena *arena, struct pq_string text, struct check_filters *filters,
		struct pq_error *error)
{
	struct check_filter filter;
	if (!parse(text, &filter, error))
		return false;
	struct check_filter *grown =
		pq_arena_grow(arena, filters->items, filters->count * sizeof *grown,
			      (filters->count + 1) * sizeof *grown);
	if (grown == NULL)
		return pq_error_set(error, PQ_ERROR_MEMORY, "no memory for filters");
	filters->items = grown;
	grown[filters->count++] = filter;
	return true;
}

bool check_filters_parse(struct pq_arena *arena, const struct pq_check_texts *texts,
			 struct check_filters *filters, struct pq_error *error)
{
	for (size_t i = 0; i < texts->count; i++) {
		struct pq_string rest = pq_string_from(texts->items[i]), text;
		while (pq_string_split(&rest, ',', &text)) {
			if (!add(arena, text, filters, error))
				return false;
		}
	}
	return true;
}

static bool matches(struct pq_string pattern, struct pq_string text)
{
	return pattern.data == NULL || pq_glob_match(pattern, text);
}

static bool is_meant(const struct check_filter *filter, const struct pq_check_outcome *outcome)
{
	return matches(filter->kind, outcome->kind) && matches(filter->name, outcome->name) &&
	       matches(filter->namespace, outcome->namespace) &&
	       matches(filter->group, pq_names_group_of(outcome->api_version)) &&
	       matches(filter->version, pq_names_version_of(outcome->api_version));
}

bool check_filters_use(const struct check_filters *filters, const struct pq_check_outcome *outcome)
{
	bool found = false;
	for (size_t i = 0; i < filters->count; i++) {
		struct check_filter *filter = &filters->items[i];
		bool is_used = atomic_load_explicit(&filter->is_used, memory_order_relaxed);
		if ((found && is_used) || !is_meant(filter, outcome))
			continue;
		found = true;
		if (!is_used)
			atomic_store_explicit(&filter->is_used, true, memory_order_relaxed);
	}
	return found;
}

static bool is_repeated(const struct check_filters *filters, size_t index)
{
	for (size_t i = 0; i < index; i++) {
		if (pq_string_equal(filters->items[i].text, filters->items[index].text))
			return true;
	}
	return false;
}

void check_filters_each_unused(const struct check_filters *filters, const char *flag,
			       pq_check_visit_filter *visit, void *context)
{
	for (size_t i = 0; visit != NULL && i < filters->count; i++) {
		struct check_filter *filter = &filters->items[i];
		if (!atomic_load_explicit(&filter->is_used, memory_order_relaxed) &&
		    !is_repeated(filters, i))
			visit(flag, filter->text, context);
	}
}
