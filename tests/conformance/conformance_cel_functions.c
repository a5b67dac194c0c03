/* What functions give and cost: tables of k8s.io/apiserver pkg/cel/library and of cel-go's own
 * (kubernetes-vectors). */
#include "cel_trial.h"

#include "base/utf8.h"
#include "cel/container.h"
#include "harness/corpora.h"
#include "harness/expectations.h"
#include "json/read.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { TEXT_MAX = 4096 };

/* What a table does not share with kube-apiserver's environment, and what therefore is not held
 * against ours. */
enum {
	NOTHING = 0,
	/* Literals of lists and maps cost when they are evaluated: kube-apiserver folds constants.
	 * That has() costs, too, is for a version of cel-go that it does not run as. */
	OTHER_RUNTIME_COSTS = 1,
};

struct table {
	const char *file;
	const char *name;   /* in the file */
	const char *prefix; /* before what the table has: "url('…')" */
	unsigned differs;
};

static const struct table tables[] = {
	{ "apiserver_TestQuantity", "cases", "", NOTHING },
	{ "apiserver_TestIP", "cases", "", NOTHING },
	{ "apiserver_TestCIDR", "cases", "", NOTHING },
	{ "apiserver_TestSemver", "cases", "", NOTHING },
	{ "apiserver_TestFormat", "cases", "", NOTHING },
	{ "apiserver_TestQuantityCost", "cases", "", NOTHING },
	{ "apiserver_TestSemverCost", "cases", "", NOTHING },
	{ "apiserver_TestNameFormatCost", "cases", "", NOTHING },
	{ "apiserver_TestSetsCost", "cases", "", OTHER_RUNTIME_COSTS },
	{ "apiserver_TestStringLibrary", "cases", "", OTHER_RUNTIME_COSTS },
	{ "apiserver_TestTwoVariableComprehensionCost", "cases", "", OTHER_RUNTIME_COSTS },
	{ "apiserver_TestURLsCost", "cases", "url('https:://kubernetes.io/')", NOTHING },
	{ "apiserver_TestIPCost", "testCases", "ip('192.168.0.1')", NOTHING },
	{ "apiserver_TestCIDRCost", "ipv4Cases", "cidr('192.168.0.0/16')", NOTHING },
	{ "apiserver_TestCIDRCost", "ipv6Cases", "cidr('2001:db8::/32')", NOTHING },
	{ "celgo_TestLists", "listsTests", "", NOTHING },
	{ "celgo_TestSets", "tests", "", OTHER_RUNTIME_COSTS },
	{ "celgo_TestTwoVarComprehensions", "compreTests", "", NOTHING },
	{ "celgo_TestStringFormat", "tests", "", OTHER_RUNTIME_COSTS },
	{ "celgo_TestUnescape", "tests", "", NOTHING },
	{ "celgo_TestRuntimeCost", "cases", "", OTHER_RUNTIME_COSTS },
	{ "celgo_checker_TestCost", "cases", "", OTHER_RUNTIME_COSTS },
};

/* One expression of a case. */
struct sample {
	struct cel_trial trial;
	const struct table *table;
	const struct pq_value *test;
	struct pq_string expression;
	char problem[TEXT_MAX]; /* empty: none */
};

static void complain(struct sample *sample, const char *what, struct pq_string detail)
{
	if (sample->problem[0] == '\0')
		snprintf(sample->problem, sizeof sample->problem, "%s: %.*s", what,
			 PQ_STRING_ARGUMENT(detail));
}

/* The first member of those names that the case has: tables spell them in several ways. */
static const struct pq_value *find(const struct sample *sample, const char *const names[])
{
	for (size_t i = 0; names[i] != NULL; i++) {
		const struct pq_value *found =
			pq_value_find(sample->test, pq_string_from(names[i]));
		if (found != NULL)
			return found;
	}
	return NULL;
}

static bool holds(struct pq_string text, const char *part)
{
	return memmem(text.data, text.length, part, strlen(part)) != NULL;
}

/* A type as Go's value of it was written down: {"kind": 9, "parameters": [...]}; NULL for messages,
 * which rules do not see. */
static const struct pq_cel_type *read_type(struct pq_arena *arena, const struct pq_value *type)
{
	enum {
		BOOL = 3,
		BYTES = 4,
		DURATION = 6,
		INT = 8,
		LIST = 9,
		MAP = 10,
		STRING = 13,
		TIME = 15
	};
	static const struct pq_cel_type *const simple[] = {
		[BOOL] = &pq_cel_bool, [BYTES] = &pq_cel_bytes,   [DURATION] = &pq_cel_duration,
		[INT] = &pq_cel_int,   [STRING] = &pq_cel_string, [TIME] = &pq_cel_timestamp,
	};
	const struct pq_value *kind = pq_value_find(type, PQ_S("kind"));
	const struct pq_value *parameters = pq_value_find(type, PQ_S("parameters"));
	if (kind == NULL || kind->integer > TIME)
		return NULL;
	if (kind->integer != LIST && kind->integer != MAP)
		return simple[kind->integer];
	const struct pq_cel_type *last =
		read_type(arena, &parameters->items[parameters->length - 1]);
	if (last == NULL)
		return NULL;
	if (kind->integer == LIST)
		return pq_cel_type_list(arena, last);
	return pq_cel_type_map(arena, read_type(arena, &parameters->items[0]), last);
}

/* Of a variable whose size a hint tells. */
static const struct pq_cel_declaration *declare(struct sample *sample, struct pq_string name,
						const struct pq_cel_type *type)
{
	const struct pq_value *hints = pq_value_find(sample->test, PQ_S("hints"));
	const struct pq_value *size = hints == NULL ? NULL : pq_value_find(hints, name);
	struct pq_arena *arena = &sample->trial.arena;
	if (size == NULL)
		return NULL;
	struct pq_cel_declaration *made = pq_arena_alloc(arena, sizeof *made);
	assert_non_null(made);
	*made = (struct pq_cel_declaration){
		.kind = type->kind == PQ_CEL_TYPE_MAP ? PQ_CEL_DECLARED_MAP : PQ_CEL_DECLARED_LIST,
		.type = type,
		.max_elements = size->integer,
	};
	if (type->kind == PQ_CEL_TYPE_MAP || type->kind == PQ_CEL_TYPE_LIST) {
		const char *step = type->kind == PQ_CEL_TYPE_MAP ? "@values" : "@items";
		struct pq_string below =
			pq_arena_format(arena, "%.*s.%s", PQ_STRING_ARGUMENT(name), step);
		made->element = declare(sample, below, type->parameters[type->parameter_count - 1]);
	}
	return made;
}

/* False when a variable is one that rules cannot have. */
static bool declare_variables(struct sample *sample)
{
	const struct pq_value *variables = pq_value_find(sample->test, PQ_S("vars"));
	const struct pq_value *data = find(sample, (const char *const[]){ "in", "dynArgs", NULL });
	for (uint32_t i = 0; variables != NULL && i < variables->length; i++) {
		const struct pq_value *type = pq_value_find(&variables->items[i], PQ_S("varType"));
		struct pq_string name = pq_value_find_string(&variables->items[i], PQ_S("name"));
		const struct pq_cel_type *known =
			type == NULL ? NULL : read_type(&sample->trial.arena, type);
		if (known == NULL)
			return false;
		const struct pq_value *given = data == NULL ? NULL : pq_value_find(data, name);
		/* Bytes of Go's, made at random. */
		if (given != NULL && known == &pq_cel_string && given->kind != PQ_STRING)
			return false;
		cel_trial_declare(&sample->trial, name, known, declare(sample, name, known),
				  given == NULL ? pq_cel_null_value()
						: pq_cel_from_data(&sample->trial.arena, given,
								   &pq_cel_declaration_any));
	}
	bool is_named = variables == NULL && data != NULL && data->kind == PQ_OBJECT;
	for (uint32_t i = 0; is_named && i < data->object->count; i++) {
		const struct pq_member *member = &data->object->members[i];
		cel_trial_declare(&sample->trial, member->key, &pq_cel_dyn, NULL,
				  pq_cel_from_data(&sample->trial.arena, &member->value,
						   &pq_cel_declaration_any));
	}
	return true;
}

/* An optional as Go's struct was written down: {} or {"value": {"value": [text]}}. */
static void expect_optional(struct sample *sample, const struct pq_value *wanted)
{
	const struct pq_value *list = pq_value_find(wanted, PQ_S("value"));
	const struct pq_cel_value *result = &sample->trial.result;
	struct pq_string shown = cel_trial_show(&sample->trial, result);
	struct pq_cel_value item;
	if (result->kind != PQ_CEL_OPTIONAL || (list == NULL) != (result->present == NULL)) {
		complain(sample, "another value", shown);
		return;
	}
	if (list == NULL)
		return;
	const struct pq_value *texts = pq_value_find(list, PQ_S("value"));
	if (pq_cel_list_size(result->present) != texts->length)
		complain(sample, "another number of texts", shown);
	for (uint32_t i = 0; sample->problem[0] == '\0' && i < texts->length; i++) {
		pq_cel_list_get(&sample->trial.arena, result->present, i, &item);
		if (!pq_string_equal(pq_cel_value_string(&item), pq_value_string(&texts->items[i])))
			complain(sample, "another text", shown);
	}
}

/* Bytes that are no UTF-8 were written down as replacement characters. */
static bool is_text_of(const struct pq_cel_value *bytes, struct pq_string text)
{
	struct pq_string given = pq_cel_value_string(bytes);
	return pq_utf8_find_invalid(given) < given.length ? pq_string_is(text, "\xEF\xBF\xBD")
							  : pq_string_equal(given, text);
}

static void demand_value(struct sample *sample, const struct pq_value *wanted)
{
	const struct pq_cel_value *result = &sample->trial.result;
	struct pq_string shown = cel_trial_show(&sample->trial, result);
	bool passed = false;
	if (wanted->kind == PQ_OBJECT) {
		expect_optional(sample, wanted);
		return;
	}
	if (result->kind == PQ_CEL_BYTES)
		passed = is_text_of(result, pq_value_string(wanted));
	else if (wanted->kind == PQ_BOOLEAN)
		passed = result->kind == PQ_CEL_BOOL && result->boolean == wanted->boolean;
	else if (wanted->kind == PQ_STRING)
		passed = result->kind == PQ_CEL_STRING &&
			 pq_string_equal(pq_cel_value_string(result), pq_value_string(wanted));
	else if (result->kind == PQ_CEL_DOUBLE)
		passed = result->number == (double)wanted->integer;
	else
		passed = result->kind == PQ_CEL_INT && result->integer == wanted->integer;
	if (!passed)
		complain(sample, "another value", shown);
}

static void expect_refusal(struct sample *sample, struct pq_string wanted)
{
	struct pq_string problem = cel_trial_problem(&sample->trial);
	/* A regular expression in one table; what is before its operator says enough. */
	ptrdiff_t star = pq_string_find_byte(wanted, '*');
	if (star > 0)
		wanted.length = (size_t)star - 1;
	if (problem.data == NULL ||
	    memmem(problem.data, problem.length, wanted.data, wanted.length) == NULL)
		complain(sample, "says", problem.data == NULL ? PQ_S("nothing") : problem);
}

/* The largest one is beyond the integers of JSON values. */
static uint64_t read_cost(const struct pq_value *cost)
{
	return cost->kind == PQ_INTEGER ? (uint64_t)cost->integer : UINT64_MAX;
}

static void expect_costs(struct sample *sample)
{
	const struct pq_value *estimate =
		find(sample, (const char *const[]){ "expectEstimatedCost", "expectEsimatedCost",
						    "expectedEstimatedCost", "estimatedCost",
						    "wanted", NULL });
	const struct pq_value *cost =
		find(sample, (const char *const[]){ "expectRuntimeCost", "expectedRuntimeCost",
						    "actualCost", "want", NULL });
	char text[64];
	if (estimate != NULL && pq_value_find(estimate, PQ_S("$func")) == NULL) {
		const struct pq_value *most = pq_value_find(estimate, PQ_S("Max"));
		uint64_t wanted = most == NULL ? 0 : read_cost(most);
		snprintf(text, sizeof text, "%" PRIu64, sample->trial.compilation.max_cost);
		if (sample->trial.compilation.max_cost != wanted)
			complain(sample, "another estimate", pq_string_from(text));
	}
	bool differs = (sample->table->differs & OTHER_RUNTIME_COSTS) != 0 &&
		       (pq_string_find_byte(sample->expression, '[') >= 0 ||
			pq_string_find_byte(sample->expression, '{') >= 0 ||
			holds(sample->expression, "has("));
	snprintf(text, sizeof text, "%" PRIu64, sample->trial.cost);
	if (cost != NULL && cost->kind == PQ_INTEGER && !differs &&
	    sample->trial.cost != (uint64_t)cost->integer)
		complain(sample, "another cost", pq_string_from(text));
}

static void expect(struct sample *sample)
{
	const struct pq_value *value =
		find(sample, (const char *const[]){ "expectValue", "expectResult", "expectedOutput",
						    "out", NULL });
	const struct pq_value *refusal =
		find(sample, (const char *const[]){ "expectRuntimeErr", "expectedRuntimeErr",
						    "expectedCompileErr", "err", NULL });
	const struct pq_value *is_limited = pq_value_find(sample->test, PQ_S("expectExceedsLimit"));
	if (value != NULL && pq_value_find(value, PQ_S("$error")) != NULL) {
		expect_refusal(sample, PQ_S(""));
		return;
	}
	if (refusal != NULL) {
		expect_refusal(
			sample,
			pq_value_string(refusal->kind == PQ_ARRAY ? &refusal->items[0] : refusal));
		return;
	}
	if (is_limited != NULL)
		return;
	struct pq_string problem = cel_trial_problem(&sample->trial);
	bool is_estimate = pq_value_find(sample->test, PQ_S("wanted")) != NULL;
	if (is_estimate ? sample->trial.compilation.issues.data != NULL : problem.data != NULL)
		complain(sample, "refused", problem);
	if (value != NULL)
		demand_value(sample, value);
	else if (strcmp(sample->table->file, "celgo_TestLists") == 0 ||
		 strcmp(sample->table->file, "celgo_TestSets") == 0 ||
		 strcmp(sample->table->file, "celgo_TestTwoVarComprehensions") == 0)
		demand_value(sample, &(struct pq_value){ .kind = PQ_BOOLEAN, .boolean = true });
	expect_costs(sample);
}

/* "…".format([…]) */
static struct pq_string format_call(struct pq_arena *arena, const struct pq_value *test)
{
	struct pq_string format = pq_value_find_string(test, PQ_S("format"));
	struct pq_string arguments = pq_value_find_string(test, PQ_S("formatArgs"));
	return pq_arena_format(arena, "'%.*s'.format([%.*s])", PQ_STRING_ARGUMENT(format),
			       PQ_STRING_ARGUMENT(arguments));
}

/* Whether something in it only Go can evaluate. */
static bool is_beyond_json(const struct pq_value *data)
{
	for (uint32_t i = 0; data->kind == PQ_OBJECT && i < data->object->count; i++) {
		const struct pq_member *member = &data->object->members[i];
		if (pq_string_is(member->key, "$unsupported") || is_beyond_json(&member->value))
			return true;
	}
	return false;
}

/* Whether it is one that kube-apiserver could be asked: no options of cel-go that it does not set,
 * no expectation that only Go can evaluate, no message, no locale, no library that it lacks. */
static bool can_be_asked(const struct sample *sample)
{
	const struct pq_value *value =
		find(sample, (const char *const[]){ "expectValue", "expectResult", NULL });
	static const char *const options[] = { "options", "locale", "limit" };
	for (size_t i = 0; i < sizeof options / sizeof options[0]; i++) {
		if (pq_value_find(sample->test, pq_string_from(options[i])) != NULL)
			return false;
	}
	if (value != NULL && (pq_value_find(value, PQ_S("Addr")) != NULL ||
			      pq_value_find(value, PQ_S("Prefix")) != NULL))
		return false;
	const struct pq_value *data = find(sample, (const char *const[]){ "in", "dynArgs", NULL });
	return !holds(sample->expression, "cel.bind(") &&
	       !holds(sample->expression, "TestAllTypes") &&
	       !(data != NULL && is_beyond_json(data));
}

/* False when the case was left out. */
static bool run_expression(struct test_expectations *expectations, const struct table *table,
			   const struct pq_value *test, struct pq_string expression)
{
	struct sample sample = { .table = table, .test = test, .expression = expression };
	char name[TEXT_MAX];
	bool is_asked = can_be_asked(&sample);
	cel_trial_init(&sample.trial);
	is_asked = is_asked && declare_variables(&sample);
	if (is_asked) {
		cel_trial_run(&sample.trial, expression);
		expect(&sample);
		snprintf(name, sizeof name, "%s/%.*s", table->file,
			 PQ_STRING_ARGUMENT(pq_string_trim(expression)));
		for (char *at = name; *at != '\0'; at++)
			*at = *at == '\n' || *at == '\t' || *at == '#' ? ' ' : *at;
		test_expectations_record(expectations, name, sample.problem[0] == '\0',
					 sample.problem);
	}
	cel_trial_done(&sample.trial);
	return is_asked;
}

static unsigned run_case(struct test_expectations *expectations, const struct table *table,
			 const struct pq_value *test, struct pq_arena *arena)
{
	const struct pq_value *operations = pq_value_find(test, PQ_S("ops"));
	struct pq_string expression = pq_value_find_string(test, PQ_S("expr"));
	unsigned run = 0;
	if (pq_value_find(test, PQ_S("format")) != NULL)
		expression = format_call(arena, test);
	if (expression.data == NULL)
		expression = pq_arena_format(
			arena, "%s%.*s", pq_value_find(test, PQ_S("isBytes")) != NULL ? "b" : "",
			PQ_STRING_ARGUMENT(pq_value_find_string(test, PQ_S("in"))));
	for (uint32_t i = 0; operations != NULL && i < operations->length; i++) {
		struct pq_string whole =
			pq_arena_format(arena, "%s%.*s", table->prefix,
					PQ_STRING_ARGUMENT(pq_value_string(&operations->items[i])));
		run += run_expression(expectations, table, test, whole);
	}
	return operations != NULL ? run : run_expression(expectations, table, test, expression);
}

static void run_table(struct test_expectations *expectations, const struct table *table)
{
	char path[256];
	pq_cleanup_arena struct pq_arena arena;
	struct pq_value root;
	struct pq_error error;
	unsigned run = 0;
	snprintf(path, sizeof path, "kubernetes-vectors/%s.json", table->file);
	pq_arena_init(&arena, 0);
	struct pq_string text = test_read_file(&arena, test_corpus_or_skip(path));
	assert_true(pq_json_read(&arena, text, NULL, &root, &error));
	const struct pq_value *cases =
		pq_value_find(pq_value_find(&root, PQ_S("tables")), pq_string_from(table->name));
	assert_non_null(cases);
	for (uint32_t i = 0; i < cases->length; i++)
		run += run_case(expectations, table, &cases->items[i], &arena);
	printf("%s: %u expressions of %u cases\n", table->file, run, cases->length);
}

static void test_tables(void **state)
{
	(void)state;
	struct test_expectations expectations;
	test_corpus_or_skip("kubernetes-vectors");
	test_expectations_load(&expectations, "cel_functions.txt");
	for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++)
		run_table(&expectations, &tables[i]);
	test_expectations_finish(&expectations);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_tables) };
	return cmocka_run_group_tests_name("cel functions", tests, NULL, NULL);
}
