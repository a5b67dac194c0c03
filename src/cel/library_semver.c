/*
 * Semantic versions: k8s.io/apiserver v0.36 pkg/cel/library/semverlib.go, version 1, over
 * github.com/blang/semver/v4.
 */
#include "cel/cost.h"
#include "cel/estimate.h"
#include "cel/evaluate.h"
#include "cel/library.h"
#include "cel/opaque.h"
#include "cel/semver.h"
#include "cel/signature.h"

#include <inttypes.h>

static bool equal(const void *a, const void *b)
{
	return pq_cel_semver_compare(a, b) == 0;
}

static void write(struct pq_buffer *buffer, const void *opaque)
{
	const struct pq_cel_semver *version = opaque;
	pq_buffer_append_format(buffer, "%" PRIu64 ".%" PRIu64 ".%" PRIu64, version->numbers[0],
				version->numbers[1], version->numbers[2]);
	if (version->pre_release.length > 0)
		pq_buffer_append_format(buffer, "-%.*s", PQ_STRING_ARGUMENT(version->pre_release));
	if (version->build.length > 0)
		pq_buffer_append_format(buffer, "+%.*s", PQ_STRING_ARGUMENT(version->build));
}

static const struct pq_cel_opaque_kind semver_kind = {
	.type = { .kind = PQ_CEL_TYPE_OBJECT, .name = PQ_LITERAL("kubernetes.Semver") },
	.equal = equal,
	.is_unhashable = true,
	.go_name = "*cel.Semver",
	.go_type = "semver.Version",
	.write = write,
};

static void make_semver(struct pq_cel_run *run, const struct pq_cel_value *text, bool normalizes,
			struct pq_cel_value *result)
{
	struct pq_cel_semver *version = pq_arena_alloc_raw(run->arena, sizeof *version);
	if (version == NULL)
		*result = pq_cel_out_of_memory();
	else if (pq_cel_semver_parse(run->arena, pq_cel_value_string(text), normalizes, version,
				     result))
		*result = pq_cel_from_opaque(&semver_kind.type, version);
}

static void to_semver(struct pq_cel_run *run, const struct pq_cel_value *arguments,
		      struct pq_cel_value *result)
{
	make_semver(run, &arguments[0], false, result);
}

static void to_normal_semver(struct pq_cel_run *run, const struct pq_cel_value *arguments,
			     struct pq_cel_value *result)
{
	make_semver(run, &arguments[0], arguments[1].boolean, result);
}

static void is_semver(struct pq_cel_run *run, const struct pq_cel_value *arguments,
		      struct pq_cel_value *result)
{
	make_semver(run, &arguments[0], false, result);
	*result = pq_cel_from_bool(!pq_cel_is_error(result));
}

static void is_normal_semver(struct pq_cel_run *run, const struct pq_cel_value *arguments,
			     struct pq_cel_value *result)
{
	make_semver(run, &arguments[0], arguments[1].boolean, result);
	*result = pq_cel_from_bool(!pq_cel_is_error(result));
}

static void is_greater(struct pq_cel_run *run, const struct pq_cel_value *arguments,
		       struct pq_cel_value *result)
{
	(void)run;
	*result = pq_cel_from_bool(pq_cel_semver_compare(arguments[0].opaque, arguments[1].opaque) >
				   0);
}

static void is_less(struct pq_cel_run *run, const struct pq_cel_value *arguments,
		    struct pq_cel_value *result)
{
	(void)run;
	*result = pq_cel_from_bool(pq_cel_semver_compare(arguments[0].opaque, arguments[1].opaque) <
				   0);
}

static void compare(struct pq_cel_run *run, const struct pq_cel_value *arguments,
		    struct pq_cel_value *result)
{
	(void)run;
	*result = pq_cel_from_int(pq_cel_semver_compare(arguments[0].opaque, arguments[1].opaque));
}

static struct pq_cel_value number_of(const struct pq_cel_value *version, size_t index)
{
	const struct pq_cel_semver *semver = version->opaque;
	return pq_cel_from_int((int64_t)semver->numbers[index]);
}

static void major(struct pq_cel_run *run, const struct pq_cel_value *arguments,
		  struct pq_cel_value *result)
{
	(void)run;
	*result = number_of(&arguments[0], 0);
}

static void minor(struct pq_cel_run *run, const struct pq_cel_value *arguments,
		  struct pq_cel_value *result)
{
	(void)run;
	*result = number_of(&arguments[0], 1);
}

static void patch(struct pq_cel_run *run, const struct pq_cel_value *arguments,
		  struct pq_cel_value *result)
{
	(void)run;
	*result = number_of(&arguments[0], 2);
}

#define SEMVER &semver_kind.type
#define BOOL   &pq_cel_bool
#define INT    &pq_cel_int
#define STRING &pq_cel_string

static const struct pq_cel_overload overloads[] = {
	COSTLY_FUNCTION(traversal, traversal, to_semver, "semver", "string_to_semver", SEMVER, 1,
			STRING),
	COSTLY_FUNCTION(traversal, traversal, to_normal_semver, "semver", "string_bool_to_semver",
			SEMVER, 2, STRING, BOOL),
	COSTLY_FUNCTION(traversal, traversal, is_semver, "isSemver", "is_semver_string", BOOL, 1,
			STRING),
	COSTLY_FUNCTION(traversal, traversal, is_normal_semver, "isSemver", "is_semver_string_bool",
			BOOL, 2, STRING, BOOL),
	METHOD(is_greater, "isGreaterThan", "semver_is_greater_than", BOOL, 2, SEMVER, SEMVER),
	METHOD(is_less, "isLessThan", "semver_is_less_than", BOOL, 2, SEMVER, SEMVER),
	METHOD(compare, "compareTo", "semver_compare_to", INT, 2, SEMVER, SEMVER),
	METHOD(major, "major", "semver_major", INT, 1, SEMVER),
	METHOD(minor, "minor", "semver_minor", INT, 1, SEMVER),
	METHOD(patch, "patch", "semver_patch", INT, 1, SEMVER),
};

const struct pq_cel_library pq_cel_library_semver = {
	.name = "semver",
	.introduced = 33,
	.overloads = overloads,
	.count = sizeof overloads / sizeof *overloads,
};
