/* Which functions and types there are, by version of Kubernetes. */
#include "cel/environment.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum { NEWEST = UINT8_MAX };

/* Every row of every table is found by its function's name, rows of one function in the order of
 * the tables. */
static void test_all_overloads(void **state)
{
	(void)state;
	for (size_t i = 0; i < pq_cel_library_count; i++) {
		const struct pq_cel_library *library = pq_cel_libraries[i];
		for (size_t j = 0; j < library->count; j++) {
			const struct pq_cel_overload *row = &library->overloads[j];
			const struct pq_cel_function_overloads *found =
				pq_cel_environment_find_function(NEWEST,
								 pq_string_from(row->function));
			assert_non_null(found);
			size_t place = 0;
			while (place < found->count && found->overloads[place] != row)
				place++;
			assert_in_range(place, 0, found->count - 1);
			assert_int_equal(found->introduced[place], library->introduced);
		}
	}
}

static const struct {
	const char *function;
	uint8_t introduced; /* 0: there is no such function */
} functions[] = {
	{ "optional.of", 28 }, { "quantity", 28 },     { "sets.contains", 29 },
	{ "ip", 30 },          { "format.uri", 31 },   { "cel.@mapInsert", 32 },
	{ "semver", 33 },      { "lists.range", 34 },  { "math.greatest", 0 },
	{ "_in_", 0 },         { "base64.encode", 0 },
};

static void test_versions(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof functions / sizeof functions[0]; i++) {
		struct pq_string name = pq_string_from(functions[i].function);
		uint8_t introduced = functions[i].introduced;
		if (introduced == 0) {
			assert_null(pq_cel_environment_find_function(NEWEST, name));
			continue;
		}
		assert_non_null(pq_cel_environment_find_function(introduced, name));
		assert_null(pq_cel_environment_find_function(introduced - 1, name));
	}
}

static const struct {
	const char *name;
	const char *type; /* the name of what it stands for, or NULL */
	bool at_run_time;
} types[] = {
	{ "int", "int", true },
	{ "list", "list", true },
	{ "null_type", "null_type", true },
	{ "google.protobuf.Timestamp", "google.protobuf.Timestamp", true },
	{ "timestamp", "google.protobuf.Timestamp", false },
	{ "google.protobuf.Int64Value", "int", false },
	{ "google.protobuf.Struct", "map", false },
	{ "google.protobuf.Empty", "google.protobuf.Empty", true },
	{ "optional_type", "optional_type", true },
	{ "net.IP", "net.IP", true },
	{ "kubernetes.Quantity", NULL, false },
	{ "self", NULL, false },
};

static void test_types(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
		struct pq_string name = pq_string_from(types[i].name);
		const struct pq_cel_type *type = pq_cel_environment_find_type(NEWEST, name);
		if (types[i].type == NULL)
			assert_null(type);
		else
			assert_true(pq_string_is(type->name, types[i].type));
		bool known = pq_cel_environment_find_runtime_type(NEWEST, name) != NULL;
		assert_int_equal(known, types[i].at_run_time);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_overloads),
		cmocka_unit_test(test_versions),
		cmocka_unit_test(test_types),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
