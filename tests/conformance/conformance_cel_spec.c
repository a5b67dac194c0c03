/* What expressions mean: the suites of the language itself (cel-spec), as far as they are about
 * what kube-apiserver gives rules. Deduced types are in conformance_cel_compile.c. */
#include "cel_trial.h"

#include "base/base64.h"
#include "cel/container.h"
#include "cel/environment.h"
#include "harness/corpora.h"
#include "harness/expectations.h"
#include "json/read.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { TEXT_MAX = 512, VERSION = 35 };

static const char *const suites[] = {
	"basic", "comparisons", "conversions", "fields",     "fp_math",    "integer_math",
	"lists", "logic",       "macros",      "macros2",    "namespace",  "optionals",
	"parse", "plumbing",    "string",      "string_ext", "timestamps",
};

/* Suites that are not about Kubernetes: math_ext, encoders_ext and network_ext are libraries that
 * its environment does not have. In the others, left out are: */
static const struct {
	const char *suite;
	const char *section; /* NULL: all */
	const char *reason;
} left_out[] = {
	{ "string_ext", "quote",
	  "with a function that quotes as version 2 of the library does not" },
};

/* Of single cases. */
static const struct {
	const char *member;
	const char *reason;
} conditions[] = {
	{ "disable_check", "every rule is type-checked" },
	{ "container", "rules have no container to find names in" },
};

static struct pq_cel_value value_of(struct cel_trial *trial, const struct pq_value *typed);

static struct pq_cel_value list_of(struct cel_trial *trial, const struct pq_value *items)
{
	struct pq_cel_value *made =
		pq_arena_alloc_array(&trial->arena, items->length + 1, sizeof *made);
	assert_non_null(made);
	for (uint32_t i = 0; i < items->length; i++)
		made[i] = value_of(trial, &items->items[i]);
	return pq_cel_from_items(made, items->length);
}

static struct pq_cel_value map_of(struct cel_trial *trial, const struct pq_value *entries)
{
	struct pq_cel_value map = pq_cel_map_grow(&trial->arena);
	for (uint32_t i = 0; i < entries->length; i++) {
		struct pq_cel_value key = value_of(trial, &entries->items[i].items[0]);
		struct pq_cel_value value = value_of(trial, &entries->items[i].items[1]);
		assert_true(pq_cel_map_put(&trial->arena, map.map, &key, &value));
	}
	return map;
}

/* {"int": "1"}: numbers are texts. */
static struct pq_cel_value value_of(struct cel_trial *trial, const struct pq_value *typed)
{
	const struct pq_member *member = &typed->object->members[0];
	struct pq_string text = pq_value_find_string(typed, member->key);
	if (pq_string_is(member->key, "int"))
		return pq_cel_from_int(strtoll(text.data, NULL, 10));
	if (pq_string_is(member->key, "uint"))
		return pq_cel_from_uint(strtoull(text.data, NULL, 10));
	if (pq_string_is(member->key, "double"))
		return pq_cel_from_double(strtod(text.data, NULL));
	if (pq_string_is(member->key, "bool"))
		return pq_cel_from_bool(member->value.boolean);
	if (pq_string_is(member->key, "string"))
		return pq_cel_from_string(text);
	if (pq_string_is(member->key, "bytes"))
		return pq_cel_from_bytes(pq_base64_decode(&trial->arena, text));
	if (pq_string_is(member->key, "list"))
		return list_of(trial, &member->value);
	if (pq_string_is(member->key, "map"))
		return map_of(trial, &member->value);
	if (pq_string_is(member->key, "type"))
		return pq_cel_from_type(pq_cel_environment_find_runtime_type(VERSION, text));
	assert_true(pq_string_is(member->key, "null"));
	return pq_cel_null_value();
}

/* {"$n": "INT64"}, "NULL", {"list": …} or {"map": [key, value]}. */
static const struct pq_cel_type *type_of(struct cel_trial *trial, const struct pq_value *type)
{
	static const struct {
		const char *name;
		const struct pq_cel_type *type;
	} simple[] = {
		{ "INT64", &pq_cel_int },     { "UINT64", &pq_cel_uint },
		{ "DOUBLE", &pq_cel_double }, { "BOOL", &pq_cel_bool },
		{ "STRING", &pq_cel_string }, { "BYTES", &pq_cel_bytes },
		{ "NULL", &pq_cel_null },
	};
	if (type == NULL)
		return &pq_cel_dyn;
	if (type->kind == PQ_STRING) {
		for (size_t i = 0; i < sizeof simple / sizeof simple[0]; i++) {
			if (pq_string_is(pq_value_string(type), simple[i].name))
				return simple[i].type;
		}
		fail();
	}
	const struct pq_member *member = &type->object->members[0];
	if (pq_string_is(member->key, "list"))
		return pq_cel_type_list(&trial->arena, type_of(trial, &member->value));
	if (pq_string_is(member->key, "map"))
		return pq_cel_type_map(&trial->arena, type_of(trial, &member->value.items[0]),
				       type_of(trial, &member->value.items[1]));
	return type_of(trial, &member->value);
}

static void bind(struct cel_trial *trial, const struct pq_value *test)
{
	const struct pq_value *bindings = pq_value_find(test, PQ_S("bindings"));
	const struct pq_value *types = pq_value_find(test, PQ_S("type_env"));
	for (uint32_t i = 0; bindings != NULL && i < bindings->object->count; i++) {
		const struct pq_member *binding = &bindings->object->members[i];
		cel_trial_declare(
			trial, binding->key,
			type_of(trial, types == NULL ? NULL : pq_value_find(types, binding->key)),
			NULL, value_of(trial, &binding->value));
	}
}

static void judge(struct test_expectations *expectations, const char *suite,
		  const struct pq_value *test)
{
	struct cel_trial trial;
	char name[TEXT_MAX];
	const struct pq_value *wanted = pq_value_find(test, PQ_S("value"));
	const struct pq_value *checked_only = pq_value_find(test, PQ_S("check_only"));
	cel_trial_init(&trial);
	bind(&trial, test);
	cel_trial_run(&trial, pq_value_find_string(test, PQ_S("expr")));
	struct pq_string problem = cel_trial_problem(&trial);
	struct pq_string shown = cel_trial_show(&trial, &trial.result);
	bool passed = problem.data != NULL;
	if (checked_only != NULL && checked_only->boolean) {
		passed = trial.compilation.issues.data == NULL;
	} else if (wanted != NULL) {
		struct pq_cel_value value = value_of(&trial, wanted);
		passed = problem.data == NULL &&
			 pq_string_equal(shown, cel_trial_show(&trial, &value));
	}
	snprintf(name, sizeof name, "%s/%.*s/%.*s", suite,
		 PQ_STRING_ARGUMENT(pq_value_find_string(test, PQ_S("section"))),
		 PQ_STRING_ARGUMENT(pq_value_find_string(test, PQ_S("name"))));
	struct pq_string detail =
		pq_arena_copy(&trial.arena, problem.data != NULL ? problem : shown);
	test_expectations_record(expectations, name, passed, detail.data);
	cel_trial_done(&trial);
}

static bool is_left_out(const char *suite, const struct pq_value *test)
{
	struct pq_string section = pq_value_find_string(test, PQ_S("section"));
	for (size_t i = 0; i < sizeof conditions / sizeof conditions[0]; i++) {
		if (pq_value_find(test, pq_string_from(conditions[i].member)) != NULL)
			return true;
	}
	for (size_t i = 0; i < sizeof left_out / sizeof left_out[0]; i++) {
		if (strcmp(left_out[i].suite, suite) == 0 &&
		    (left_out[i].section == NULL || pq_string_is(section, left_out[i].section)))
			return true;
	}
	return false;
}

static void run_suite(struct test_expectations *expectations, const char *suite)
{
	char path[TEXT_MAX];
	pq_cleanup_arena struct pq_arena arena;
	struct pq_value tests;
	struct pq_error error;
	uint32_t run = 0;
	snprintf(path, sizeof path, "cel-spec/%s.json", suite);
	pq_arena_init(&arena, 0);
	struct pq_string text = test_read_file(&arena, test_corpus_or_skip(path));
	assert_true(pq_json_read(&arena, text, NULL, &tests, &error));
	for (uint32_t i = 0; i < tests.length; i++) {
		if (is_left_out(suite, &tests.items[i]))
			continue;
		judge(expectations, suite, &tests.items[i]);
		run++;
	}
	printf("%s: %u cases, %u left out\n", suite, run, tests.length - run);
}

static void test_suites(void **state)
{
	(void)state;
	struct test_expectations expectations;
	test_corpus_or_skip("cel-spec");
	test_expectations_load(&expectations, "cel_spec.txt");
	for (size_t i = 0; i < sizeof suites / sizeof suites[0]; i++)
		run_suite(&expectations, suites[i]);
	test_expectations_finish(&expectations);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_suites) };
	return cmocka_run_group_tests_name("cel spec", tests, NULL, NULL);
}
