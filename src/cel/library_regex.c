/*
 * Regular expressions: k8s.io/apiserver v0.36 pkg/cel/library/regex.go.
 */
#include "base/utf8.h"
#include "cel/container.h"
#include "cel/cost.h"
#include "cel/dynamic_regex.h"
#include "cel/estimate.h"
#include "cel/evaluate.h"
#include "cel/library.h"
#include "cel/signature.h"

/* The prepared expression of the call, or one that is compiled now and must be given back. NULL
 * with an error in *result. */
static const struct pq_regex *
get_regex(struct pq_cel_run *run, const struct pq_cel_value *arguments, struct pq_cel_value *result)
{
	if (arguments[0].kind != PQ_CEL_STRING) {
		*result = pq_cel_no_such_overload(&arguments[0]);
		return NULL;
	}
	if (run->prepared != NULL)
		return pq_regex_ref(run->prepared);
	return pq_cel_compile_regex(run, pq_cel_value_string(&arguments[1]),
				    "Illegal regex: ", result);
}

static void find(struct pq_cel_run *run, const struct pq_cel_value *arguments,
		 struct pq_cel_value *result)
{
	const struct pq_regex *regex = get_regex(run, arguments, result);
	struct pq_string text = pq_cel_value_string(&arguments[0]);
	size_t start = 0, end = 0;
	if (regex == NULL)
		return;
	if (pq_cel_take_search(run, regex, text.length) &&
	    !pq_regex_find(regex, text, 0, &start, &end))
		start = end = 0;
	*result = pq_cel_from_string(pq_string_slice(text, start, end - start));
	pq_regex_unref(regex);
}

/* Counts one of many searches. To find a short match all of the rest may have to be looked at, so
 * that together they can take a time that is quadratic: where much is left, each asks whether
 * anybody still waits. */
static bool take_next(struct pq_cel_run *run, const struct pq_regex *regex, size_t left)
{
	enum { MUCH = 1024, BYTES_OF_STEP = 4096 };
	if (left < MUCH)
		return pq_cel_take_search(run, regex, 1);
	pq_cel_take_steps(run, 1 + left / BYTES_OF_STEP);
	pq_cel_look_at_steps(run);
	return !run->is_over;
}

/* regexp.FindAllString: an empty match right behind another does not count; count < 0 is all. */
static struct pq_cel_value find_matches(struct pq_cel_run *run, const struct pq_regex *regex,
					struct pq_string text, int64_t count)
{
	struct pq_cel_value list = pq_cel_list_grow(run->arena);
	size_t from = 0, start, end, previous_end = SIZE_MAX;
	if (pq_cel_is_error(&list))
		return list;
	while (count != 0 && from <= text.length && take_next(run, regex, text.length - from) &&
	       pq_regex_find(regex, text, from, &start, &end)) {
		bool accepted = end > start || start != previous_end;
		from = end;
		if (end == start) {
			size_t width = 1;
			if (end < text.length)
				pq_utf8_decode(pq_string_slice(text, end, text.length), &width);
			from += width;
		}
		previous_end = end;
		if (!accepted)
			continue;
		struct pq_cel_value match =
			pq_cel_from_string(pq_string_slice(text, start, end - start));
		if (!pq_cel_list_append(run->arena, list.growing, &match))
			return pq_cel_out_of_memory();
		count--;
	}
	return pq_cel_settle(&list);
}

static void find_times(struct pq_cel_run *run, const struct pq_cel_value *arguments, int64_t count,
		       struct pq_cel_value *result)
{
	const struct pq_regex *regex = get_regex(run, arguments, result);
	if (regex == NULL)
		return;
	*result = find_matches(run, regex, pq_cel_value_string(&arguments[0]), count);
	pq_regex_unref(regex);
}

static void find_all(struct pq_cel_run *run, const struct pq_cel_value *arguments,
		     struct pq_cel_value *result)
{
	find_times(run, arguments, -1, result);
}

static void find_some(struct pq_cel_run *run, const struct pq_cel_value *arguments,
		      struct pq_cel_value *result)
{
	if (arguments[2].kind != PQ_CEL_INT)
		*result = pq_cel_no_such_overload(&arguments[2]);
	else
		find_times(run, arguments, arguments[2].integer, result);
}

static const struct pq_cel_overload overloads[] = {
	COSTLY_METHOD(find, find, find, "find", "string_find_string", &pq_cel_string, 2,
		      &pq_cel_string, &pq_cel_string),
	COSTLY_METHOD(find, find, find_all, "findAll", "string_find_all_string",
		      &pq_cel_list_of_string, 2, &pq_cel_string, &pq_cel_string),
	COSTLY_METHOD(find, find, find_some, "findAll", "string_find_all_string_int",
		      &pq_cel_list_of_string, 3, &pq_cel_string, &pq_cel_string, &pq_cel_int),
};

const struct pq_cel_library pq_cel_library_regex = {
	.name = "regex",
	.overloads = overloads,
	.count = sizeof overloads / sizeof *overloads,
};
