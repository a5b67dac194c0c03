#include "base/utf8.h"
#include "cel/container.h"
#include "cel/dynamic_regex.h"
#include "cel/equality.h"
#include "cel/evaluate.h"
#include "cel/number.h"
#include "cel/standard.h"

#include <math.h>

bool pq_cel_is_comparable(const struct pq_cel_value *value)
{
	switch (value->kind) {
	case PQ_CEL_BOOL:
	case PQ_CEL_INT:
	case PQ_CEL_UINT:
	case PQ_CEL_DOUBLE:
	case PQ_CEL_STRING:
	case PQ_CEL_BYTES:
	case PQ_CEL_TIMESTAMP:
	case PQ_CEL_DURATION:
		return true;
	default:
		return false;
	}
}

static int compare_int64(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

/* Go counts from the year 1, which wraps at the end of all seconds. */
static int64_t seconds_of_go(const struct pq_cel_value *timestamp)
{
	return (int64_t)((uint64_t)timestamp->integer - (uint64_t)PQ_CEL_TIMESTAMP_MIN);
}

static bool is_nan(const struct pq_cel_value *value)
{
	return value->kind == PQ_CEL_DOUBLE && isnan(value->number);
}

bool pq_cel_order(const struct pq_cel_value *a, const struct pq_cel_value *b, int *order,
		  struct pq_cel_value *error)
{
	if (pq_cel_is_number(a) && (is_nan(a) || (pq_cel_is_number(b) && is_nan(b)))) {
		*error = pq_cel_from_error("NaN values cannot be ordered");
		return false;
	}
	if (pq_cel_is_number(a) && pq_cel_is_number(b)) {
		*order = pq_cel_number_compare(a, b);
		return true;
	}
	if (a->kind != b->kind || !pq_cel_is_comparable(a)) {
		*error = pq_cel_no_such_overload(b);
		return false;
	}
	switch (a->kind) {
	case PQ_CEL_BOOL:
		*order = a->boolean - b->boolean;
		return true;
	case PQ_CEL_TIMESTAMP:
		*order = compare_int64(seconds_of_go(a), seconds_of_go(b));
		if (*order == 0)
			*order = compare_int64(a->nanoseconds, b->nanoseconds);
		return true;
	case PQ_CEL_DURATION:
		*order = compare_int64(a->integer, b->integer);
		return true;
	default:
		*order = pq_string_compare(pq_cel_value_string(a), pq_cel_value_string(b));
		*order = (*order > 0) - (*order < 0);
		return true;
	}
}

/* message is for operands of types without order. */
static bool compare(const struct pq_cel_value *arguments, const char *message, int *order,
		    struct pq_cel_value *result)
{
	if (pq_cel_is_comparable(&arguments[0]))
		return pq_cel_order(&arguments[0], &arguments[1], order, result);
	*result = pq_cel_from_error(message);
	return false;
}

void pq_cel_less(struct pq_cel_run *run, const struct pq_cel_value *arguments,
		 struct pq_cel_value *result)
{
	int order;
	(void)run;
	if (compare(arguments, "no such overload: _<_", &order, result))
		*result = pq_cel_from_bool(order < 0);
}

void pq_cel_less_equals(struct pq_cel_run *run, const struct pq_cel_value *arguments,
			struct pq_cel_value *result)
{
	int order;
	(void)run;
	if (compare(arguments, "no such overload: _<=_", &order, result))
		*result = pq_cel_from_bool(order <= 0);
}

void pq_cel_greater(struct pq_cel_run *run, const struct pq_cel_value *arguments,
		    struct pq_cel_value *result)
{
	int order;
	(void)run;
	if (compare(arguments, "no such overload: _>_", &order, result))
		*result = pq_cel_from_bool(order > 0);
}

void pq_cel_greater_equals(struct pq_cel_run *run, const struct pq_cel_value *arguments,
			   struct pq_cel_value *result)
{
	int order;
	(void)run;
	if (compare(arguments, "no such overload: _>=_", &order, result))
		*result = pq_cel_from_bool(order >= 0);
}

/* A list of cel-go's own asks the element that is looked for, one of declared data its items, whose
 * errors it tells of when nothing is found. */
void pq_cel_list_contains(struct pq_cel_run *run, const struct pq_cel_value *list,
			  const struct pq_cel_value *element, struct pq_cel_value *result)
{
	struct pq_cel_comparison comparison = { .run = run };
	bool is_plain = pq_cel_list_is_plain(list), failed = false;
	struct pq_cel_value first_error;
	for (uint32_t i = 0; i < pq_cel_list_size(list); i++) {
		struct pq_cel_value item;
		pq_cel_list_get(run->arena, list, i, &item);
		enum pq_cel_relation relation =
			is_plain ? pq_cel_ask_equal(&comparison, element, &item)
				 : pq_cel_ask_equal(&comparison, &item, element);
		if (relation == PQ_CEL_EQUAL) {
			*result = pq_cel_from_bool(true);
			return;
		}
		if (relation == PQ_CEL_INCOMPARABLE && !failed && !is_plain) {
			failed = true;
			first_error = comparison.error;
		}
	}
	*result = failed ? first_error : pq_cel_from_bool(false);
}

void pq_cel_in(struct pq_cel_run *run, const struct pq_cel_value *arguments,
	       struct pq_cel_value *result)
{
	const struct pq_cel_value *element = &arguments[0], *container = &arguments[1];
	struct pq_cel_value found;
	if (container->kind == PQ_CEL_LIST_VALUE) {
		pq_cel_list_contains(run, container, element, result);
	} else if (pq_cel_is_map(container)) {
		bool is_in = pq_cel_map_find(run->arena, container, element, &found);
		*result = is_in && pq_cel_is_error(&found) ? found : pq_cel_from_bool(is_in);
	} else {
		*result = pq_cel_no_such_overload(container);
	}
}

void pq_cel_size(struct pq_cel_run *run, const struct pq_cel_value *arguments,
		 struct pq_cel_value *result)
{
	const struct pq_cel_value *value = &arguments[0];
	(void)run;
	switch (value->kind) {
	case PQ_CEL_STRING:
		*result = pq_cel_from_int((int64_t)pq_utf8_count(pq_cel_value_string(value)));
		return;
	case PQ_CEL_BYTES:
		*result = pq_cel_from_int(value->length);
		return;
	case PQ_CEL_LIST_VALUE:
		*result = pq_cel_from_int(pq_cel_list_size(value));
		return;
	case PQ_CEL_MAP_VALUE:
	case PQ_CEL_OBJECT_VALUE:
		*result = pq_cel_from_int(pq_cel_map_size(value));
		return;
	case PQ_CEL_TIMESTAMP:
	case PQ_CEL_DURATION:
		*result = pq_cel_from_error("no such overload");
		return;
	default:
		*result = pq_cel_from_error("no such overload: size");
	}
}

/* Both must be texts. */
static bool get_texts(const struct pq_cel_value *arguments, struct pq_string *text,
		      struct pq_string *part, struct pq_cel_value *result)
{
	for (int i = 0; i < 2; i++) {
		if (arguments[i].kind != PQ_CEL_STRING) {
			*result = pq_cel_no_such_overload(&arguments[i]);
			return false;
		}
	}
	*text = pq_cel_value_string(&arguments[0]);
	*part = pq_cel_value_string(&arguments[1]);
	return true;
}

void pq_cel_contains(struct pq_cel_run *run, const struct pq_cel_value *arguments,
		     struct pq_cel_value *result)
{
	struct pq_string text, part;
	(void)run;
	if (get_texts(arguments, &text, &part, result))
		*result = pq_cel_from_bool(part.length == 0 ||
					   memmem(text.data, text.length, part.data, part.length) !=
						   NULL);
}

void pq_cel_starts_with(struct pq_cel_run *run, const struct pq_cel_value *arguments,
			struct pq_cel_value *result)
{
	struct pq_string text, part;
	(void)run;
	if (get_texts(arguments, &text, &part, result))
		*result = pq_cel_from_bool(pq_string_starts_with(text, part));
}

void pq_cel_ends_with(struct pq_cel_run *run, const struct pq_cel_value *arguments,
		      struct pq_cel_value *result)
{
	struct pq_string text, part;
	(void)run;
	if (get_texts(arguments, &text, &part, result))
		*result = pq_cel_from_bool(pq_string_ends_with(text, part));
}

void pq_cel_matches(struct pq_cel_run *run, const struct pq_cel_value *arguments,
		    struct pq_cel_value *result)
{
	struct pq_string text, pattern;
	if (run->prepared != NULL && arguments[0].kind == PQ_CEL_STRING) {
		text = pq_cel_value_string(&arguments[0]);
		*result = pq_cel_from_bool(pq_cel_take_search(run, run->prepared, text.length) &&
					   pq_regex_search(run->prepared, text));
		return;
	}
	if (!get_texts(arguments, &text, &pattern, result)) {
		if (!pq_cel_is_receiver(&arguments[0]) && run->prepared == NULL)
			*result = pq_cel_from_error("no such overload: matches");
		return;
	}
	const struct pq_regex *regex = pq_cel_compile_regex(run, pattern, "", result);
	if (regex == NULL)
		return;
	*result = pq_cel_from_bool(pq_cel_take_search(run, regex, text.length) &&
				   pq_regex_search(regex, text));
	pq_regex_unref(regex);
}
