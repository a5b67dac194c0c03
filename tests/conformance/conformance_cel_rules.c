/* What rules say of objects: tables of k8s.io/apiextensions-apiserver pkg/apiserver/schema/cel
 * (kubernetes-vectors). */
#include "harness/corpora.h"
#include "harness/expectations.h"
#include "schema/compile.h"
#include "schema/rule_programs.h"
#include "json/read.h"
#include "json/write.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { TEXT_MAX = 4096 };

struct trial;

/* How a table is run. */
struct table {
	const char *file;
	void (*run)(struct trial *trial, const struct pq_value *test);
	bool is_resource;     /* the root always is, whatever a case says */
	bool old_is_optional; /* in all rules of the root */
	struct test_expectations *expectations;
};

/* One object judged by one schema. */
struct trial {
	struct pq_arena arena;
	const struct table *table;
	struct pq_string name;
	char problem[TEXT_MAX]; /* empty: none */
	struct pq_findings findings;
	struct pq_findings warnings;
	int64_t budget; /* what is left */
};

static void complain(struct trial *trial, const char *what, struct pq_string detail)
{
	if (trial->problem[0] == '\0')
		snprintf(trial->problem, sizeof trial->problem, "%s: %.*s", what,
			 PQ_STRING_ARGUMENT(detail));
}

static void judge(struct trial *trial, const struct pq_value *schema, const struct pq_value *test,
		  const struct pq_value *old)
{
	struct pq_source *source;
	struct pq_error error;
	const struct pq_value *root = pq_value_find(test, PQ_S("isRoot"));
	const struct pq_value *object = pq_value_find(test, PQ_S("obj"));
	const struct pq_value *budget = pq_value_find(test, PQ_S("runtimeCostBudget"));
	bool is_resource = trial->table->is_resource || (root != NULL && root->boolean);
	struct pq_path path = pq_path_property(NULL, PQ_S("root"));
	pq_findings_init(&trial->findings, &trial->arena, 0);
	pq_findings_init(&trial->warnings, &trial->arena, 0);
	assert_true(pq_source_read(&trial->arena, schema, NULL, &source, &error));
	struct pq_schema *compiled =
		pq_source_compile(source, is_resource ? PQ_SCHEMA_RESOURCE : PQ_SCHEMA_OVERLAY,
				  PQ_COMPILE_SERVING, &error);
	if (compiled == NULL) {
		complain(trial, "does not compile", pq_string_from(error.message));
		return;
	}
	const struct pq_rules_run run = {
		.node = compiled->root,
		.value = object != NULL ? object : pq_value_find(test, PQ_S("newObj")),
		.old = old != NULL && old->kind != PQ_NULL ? old : NULL,
		.path = &path,
		.ratchets = object == NULL,
		.warnings = &trial->warnings,
	};
	trial->budget = budget != NULL ? budget->integer : PQ_RULES_BUDGET;
	assert_true(pq_rules_run(compiled, &trial->arena, &run, &trial->budget, &trial->findings));
	pq_schema_unref(compiled);
}

/* The same with one rule, {"rule": …}, on the root. */
static void judge_by_rule(struct trial *trial, const struct pq_value *test,
			  const struct pq_member *members, size_t count)
{
	struct pq_value *rule = pq_arena_alloc(&trial->arena, sizeof *rule);
	struct pq_value schema;
	assert_non_null(rule);
	assert_true(pq_value_from_members(&trial->arena, members, count, rule));
	struct pq_value rules = pq_value_from_items(rule, 1);
	assert_true(pq_value_with_member(&trial->arena, pq_value_find(test, PQ_S("schema")),
					 PQ_S("x-kubernetes-validations"), &rules, &schema));
	judge(trial, &schema, test, pq_value_find(test, PQ_S("oldObj")));
}

static void judge_by_expression(struct trial *trial, const struct pq_value *test,
				struct pq_string expression)
{
	const struct pq_member member = {
		.key = PQ_S("rule"),
		.value = pq_value_from_string(expression),
	};
	judge_by_rule(trial, test, &member, 1);
}

static bool is_named(const struct pq_findings *findings, struct pq_string part)
{
	for (size_t i = 0; i < findings->count; i++) {
		struct pq_string text = pq_finding_render(findings->arena, &findings->items[i]);
		if (memmem(text.data, text.length, part.data, part.length) != NULL)
			return true;
	}
	return false;
}

static void refuse(struct trial *trial, const char *what)
{
	if (trial->findings.count > 0)
		complain(trial, what, pq_finding_render(&trial->arena, &trial->findings.items[0]));
}

static void expect_parts(struct trial *trial, const struct pq_findings *findings,
			 const struct pq_value *parts)
{
	size_t count = parts == NULL ? 0 : parts->length;
	if (findings->count != count)
		complain(trial, "another number of findings",
			 findings->count == 0
				 ? PQ_S("none")
				 : pq_finding_render(&trial->arena, &findings->items[0]));
	for (size_t i = 0; i < count; i++) {
		struct pq_string part = pq_value_string(&parts->items[i]);
		if (!is_named(findings, part))
			complain(trial, "does not say", part);
	}
}

/* valid: expressions that hold; errors: what others are refused with. */
static void run_expressions(struct trial *trial, const struct pq_value *test)
{
	const struct pq_value *valid = pq_value_find(test, PQ_S("valid"));
	const struct pq_value *errors = pq_value_find(test, PQ_S("errors"));
	for (uint32_t i = 0; valid != NULL && i < valid->length; i++) {
		judge_by_expression(trial, test, pq_value_string(&valid->items[i]));
		refuse(trial, valid->items[i].bytes);
	}
	for (uint32_t i = 0; errors != NULL && i < errors->object->count; i++) {
		const struct pq_member *member = &errors->object->members[i];
		judge_by_expression(trial, test, member->key);
		if (!is_named(&trial->findings, pq_value_string(&member->value)))
			complain(trial, "does not say", member->key);
	}
}

static void run_costs(struct trial *trial, const struct pq_value *test)
{
	const struct pq_value *costs = pq_value_find(test, PQ_S("expectCost"));
	for (uint32_t i = 0; i < costs->object->count; i++) {
		const struct pq_member *member = &costs->object->members[i];
		judge_by_expression(trial, test, member->key);
		refuse(trial, "refused");
		int64_t cost = PQ_RULES_BUDGET - trial->budget;
		if (cost != member->value.integer)
			complain(trial, "another cost", member->key);
	}
}

/* The schema with optionalOldSelf in every rule of its root. */
static struct pq_value with_optional_old(struct trial *trial, const struct pq_value *schema)
{
	struct pq_value yes = pq_value_from_boolean(true), changed;
	const struct pq_value *rules = pq_value_find(schema, PQ_S("x-kubernetes-validations"));
	struct pq_value *items = pq_arena_alloc_array(&trial->arena, rules->length, sizeof *items);
	assert_non_null(items);
	for (uint32_t i = 0; i < rules->length; i++)
		assert_true(pq_value_with_member(&trial->arena, &rules->items[i],
						 PQ_S("optionalOldSelf"), &yes, &items[i]));
	struct pq_value optional = pq_value_from_items(items, rules->length);
	assert_true(pq_value_with_member(&trial->arena, schema, PQ_S("x-kubernetes-validations"),
					 &optional, &changed));
	return changed;
}

/* The rules are in the schema. */
static void run_rules(struct trial *trial, const struct pq_value *test)
{
	struct pq_value schema = *pq_value_find(test, PQ_S("schema"));
	if (trial->table->old_is_optional)
		schema = with_optional_old(trial, &schema);
	judge(trial, &schema, test, pq_value_find(test, PQ_S("oldObj")));

	expect_parts(trial, &trial->findings, pq_value_find(test, PQ_S("errors")));
	if (pq_value_find(test, PQ_S("newObj")) != NULL)
		expect_parts(trial, &trial->warnings, pq_value_find(test, PQ_S("warnings")));
}

static void run_reasons(struct trial *trial, const struct pq_value *test)
{
	const struct pq_value *errors = pq_value_find(test, PQ_S("errors"));
	judge(trial, pq_value_find(test, PQ_S("schema")), test, NULL);
	if (trial->findings.count != errors->length) {
		complain(trial, "another number of findings", trial->name);
		return;
	}
	for (uint32_t i = 0; i < errors->length; i++) {
		const struct pq_finding *finding = &trial->findings.items[i];
		struct pq_string field = pq_value_find_string(&errors->items[i], PQ_S("Field"));
		struct pq_string type = pq_value_find_string(&errors->items[i], PQ_S("Type"));
		if (!pq_string_equal(finding->field, field) ||
		    !pq_string_is(type, pq_finding_type_reason(finding->type)))
			complain(trial, "another finding",
				 pq_finding_render(&trial->arena, finding));
	}
}

/* A rule that always fails, on {"str": "a string"}. */
static void run_message_expression(struct trial *trial, const struct pq_value *test)
{
	static const char text[] =
		"{\"schema\":{\"type\":\"object\",\"properties\":{\"str\":{\"type\":\"string\"}}},"
		"\"obj\":{\"str\":\"a string\"}}";
	struct pq_value world;
	struct pq_error error;
	assert_true(pq_json_read(&trial->arena, pq_string_from(text), NULL, &world, &error));
	const struct pq_value *budget = pq_value_find(test, PQ_S("costBudget"));
	assert_true(pq_value_with_member(&trial->arena, &world, PQ_S("runtimeCostBudget"), budget,
					 &world));
	struct pq_member members[3] = {
		{ .key = PQ_S("rule"), .value = pq_value_from_string(PQ_S("false")) },
		{ .key = PQ_S("messageExpression"),
		  .value = *pq_value_find(test, PQ_S("messageExpression")) },
	};
	const struct pq_value *message = pq_value_find(test, PQ_S("message"));
	size_t count = 2;
	if (message != NULL)
		members[count++] = (struct pq_member){ .key = PQ_S("message"), .value = *message };
	judge_by_rule(trial, &world, members, count);
	struct pq_string want = pq_value_find_string(test, PQ_S("expectedValidationErr"));
	if (!is_named(&trial->findings, want))
		complain(trial, "does not say", want);
	const struct pq_value *left = pq_value_find(test, PQ_S("expectedRemainingBudget"));
	if (left != NULL && left->integer != trial->budget)
		complain(trial, "another budget is left", trial->name);
}

static const struct pq_value *structural(const struct pq_value *side, struct pq_string name)
{
	return pq_value_find(pq_value_find(side, name), PQ_S("Structural"));
}

/* The names of properties that begin with "key", as a list. */
static struct pq_value keys_of(struct trial *trial, const struct pq_value *items)
{
	const struct pq_value *properties = pq_value_find(items, PQ_S("properties"));
	struct pq_value *keys =
		pq_arena_alloc_array(&trial->arena, properties->object->count + 1, sizeof *keys);
	uint32_t count = 0;
	assert_non_null(keys);
	for (uint32_t i = 0; i < properties->object->count; i++) {
		if (pq_string_starts_with(properties->object->members[i].key, PQ_S("key")))
			keys[count++] = pq_value_from_string(properties->object->members[i].key);
	}
	return pq_value_from_items(keys, count);
}

/* One side of a comparison, as Go's struct was written down: its schema and its value. */
static struct pq_value read_side(struct trial *trial, const struct pq_value *side,
				 const struct pq_value **value)
{
	const struct pq_value *inner = pq_value_find(side, PQ_S("unstructuredList"));
	const struct pq_value *list = inner != NULL ? inner : side;
	bool is_map = pq_value_find(side, PQ_S("escapedKeyProps")) != NULL;
	struct pq_member members[4] = {
		{ .key = PQ_S("type"), .value = pq_value_from_string(PQ_S("array")) },
	};
	struct pq_value schema;
	size_t count = 2;
	*value = pq_value_find(list, PQ_S("elements"));
	if (*value == NULL) {
		*value = pq_value_find(side, PQ_S("value"));
		return *structural(side, PQ_S("schema"));
	}
	const struct pq_value *items = structural(list, PQ_S("itemsSchema"));
	members[1] = (struct pq_member){ .key = PQ_S("items"), .value = *items };
	if (inner != NULL)
		members[count++] = (struct pq_member){
			.key = PQ_S("x-kubernetes-list-type"),
			.value = pq_value_from_string(is_map ? PQ_S("map") : PQ_S("set")),
		};
	if (is_map)
		members[count++] = (struct pq_member){
			.key = PQ_S("x-kubernetes-list-map-keys"),
			.value = keys_of(trial, items),
		};
	assert_true(pq_value_from_members(&trial->arena, members, count, &schema));
	return schema;
}

/* self.lhs against self.rhs. */
static void run_equality(struct trial *trial, const struct pq_value *test)
{
	static const char *const sides[] = { "lhs", "rhs" };
	struct pq_member schemas[2], values[2];
	struct pq_value properties, object, schema, world;
	for (size_t i = 0; i < 2; i++) {
		struct pq_string name = pq_string_from(sides[i]);
		const struct pq_value *value;
		schemas[i] = (struct pq_member){
			.key = name,
			.value = read_side(trial, pq_value_find(test, name), &value),
		};
		values[i] = (struct pq_member){ .key = name, .value = *value };
	}
	assert_true(pq_value_from_members(&trial->arena, schemas, 2, &properties));
	assert_true(pq_value_from_members(&trial->arena, values, 2, &object));
	const struct pq_member parts[] = {
		{ .key = PQ_S("type"), .value = pq_value_from_string(PQ_S("object")) },
		{ .key = PQ_S("properties"), .value = properties },
	};
	assert_true(pq_value_from_members(&trial->arena, parts, 2, &schema));
	const struct pq_member whole[] = {
		{ .key = PQ_S("schema"), .value = schema },
		{ .key = PQ_S("obj"), .value = object },
	};
	assert_true(pq_value_from_members(&trial->arena, whole, 2, &world));
	bool are_equal = pq_value_find(test, PQ_S("equal"))->boolean;
	judge_by_expression(trial, &world,
			    are_equal ? PQ_S("dyn(self.lhs) == self.rhs")
				      : PQ_S("dyn(self.lhs) != self.rhs"));
	refuse(trial, "another answer");
}

/* Whether a rule may point to a field. */
static void run_field_path(struct trial *trial, const struct pq_value *test)
{
	struct pq_source *source;
	struct pq_error error;
	struct pq_string path = pq_value_find_string(test, PQ_S("fieldPath"));
	assert_true(pq_source_read(&trial->arena, pq_value_find(test, PQ_S("schema")), NULL,
				   &source, &error));
	bool is_wrong = pq_value_find(test, PQ_S("errDetail")) != NULL ||
			pq_value_find(test, PQ_S("errMsg")) != NULL;
	if (pq_source_has_field(source, path) == is_wrong)
		complain(trial, is_wrong ? "is taken" : "is refused", path);
}

static void append_member(struct pq_buffer *text, const char *before, const struct pq_value *value)
{
	pq_buffer_append_text(text, before);
	if (value == NULL)
		pq_buffer_append_text(text, "[]");
	else
		pq_json_write(text, value, 0);
}

/* An item of a list, and the old one that it stands for: a rule that fails when oldSelf is that. */
static void run_map_list(struct trial *trial, const struct pq_value *test)
{
	const struct pq_value *list = pq_value_find(test, PQ_S("sts"));
	const struct pq_value *wanted = pq_value_find(test, PQ_S("expected"));
	const struct pq_value *keys = pq_value_find(list, PQ_S("x-kubernetes-list-map-keys"));
	struct pq_string type = pq_value_find_string(list, PQ_S("x-kubernetes-list-type"));
	struct pq_buffer text;
	struct pq_value world;
	struct pq_error error;
	pq_buffer_init_in(&text, &trial->arena, 0);
	pq_buffer_append_format(
		&text,
		"{\"schema\":{\"type\":\"array\",\"x-kubernetes-list-type\":\"%.*s\",\"items\":"
		"{\"type\":\"object\",\"properties\":{\"k\":{\"type\":\"string\"},\"k1\":{\"type\":"
		"\"string\"},\"k2\":{\"type\":\"string\"},\"v1\":{\"type\":\"string\"}},"
		"\"x-kubernetes-validations\":[{\"rule\":\"oldSelf.v1 != '%.*s'\"}]}",
		PQ_STRING_ARGUMENT(type.length > 0 ? type : PQ_S("atomic")),
		PQ_STRING_ARGUMENT(pq_value_find_string(wanted, PQ_S("v1"))));
	append_member(&text, ",\"x-kubernetes-list-map-keys\":", keys);
	append_member(&text, "},\"oldObj\":", pq_value_find(test, PQ_S("items")));
	append_member(&text, ",\"obj\":[", pq_value_find(test, PQ_S("query")));
	pq_buffer_append_text(&text, "]}");
	assert_true(pq_json_read(&trial->arena, pq_buffer_view(&text), NULL, &world, &error));
	judge(trial, pq_value_find(&world, PQ_S("schema")), &world,
	      pq_value_find(&world, PQ_S("oldObj")));
	if (trial->findings.count != (wanted->kind == PQ_OBJECT))
		complain(trial, "another item",
			 trial->findings.count == 0
				 ? PQ_S("none")
				 : pq_finding_render(&trial->arena, &trial->findings.items[0]));
}

static void run_case(const struct table *table, const struct pq_value *test)
{
	struct trial trial = {
		.table = table,
		.name = pq_value_find_string(test, PQ_S("name")),
	};
	char name[TEXT_MAX];
	pq_arena_init(&trial.arena, 0);
	table->run(&trial, test);
	snprintf(name, sizeof name, "%s/%.*s", table->file, PQ_STRING_ARGUMENT(trial.name));
	test_expectations_record(table->expectations, name, trial.problem[0] == '\0',
				 trial.problem);
	pq_arena_done(&trial.arena);
}

static void run_table(const struct table *table)
{
	char path[256];
	pq_cleanup_arena struct pq_arena arena;
	struct pq_value root;
	struct pq_error error;
	snprintf(path, sizeof path, "kubernetes-vectors/%s.json", table->file);
	pq_arena_init(&arena, 0);
	struct pq_string text = test_read_file(&arena, test_corpus_or_skip(path));
	assert_true(pq_json_read(&arena, text, NULL, &root, &error));
	const struct pq_value *tables = pq_value_find(&root, PQ_S("tables"));
	const struct pq_value *cases = &tables->object->members[0].value;
	for (uint32_t i = 0; i < cases->length; i++)
		run_case(table, &cases->items[i]);
}

static void test_rules(void **state)
{
	(void)state;
	struct test_expectations expectations;
	const struct table tables[] = {
		{ "cel_TestValidationExpressions", run_expressions, false, false, &expectations },
		{ "cel_TestCelCostStability", run_costs, true, false, &expectations },
		{ "cel_TestValidationExpressionsAtSchemaLevels", run_rules, true, false,
		  &expectations },
		{ "cel_TestCELMaxRecursionDepth", run_expressions, false, false, &expectations },
		{ "cel_TestEquality", run_equality, false, false, &expectations },
		{ "cel_TestMapList", run_map_list, false, false, &expectations },
		{ "cel_TestValidateFieldPath", run_field_path, false, false, &expectations },
		{ "crd_TestValidateFieldPath", run_field_path, false, false, &expectations },
		{ "cel_TestRatcheting", run_rules, false, false, &expectations },
		{ "cel_TestOptionalOldSelf", run_rules, false, true, &expectations },
		{ "cel_TestOptionalOldSelfCheckForNull", run_rules, false, true, &expectations },
		{ "cel_TestOptionalOldSelfIsOptionalType", run_rules, false, true, &expectations },
		{ "cel_TestReasonAndFldPath", run_reasons, false, false, &expectations },
		{ "cel_TestMessageExpression", run_message_expression, false, false,
		  &expectations },
	};
	test_corpus_or_skip("kubernetes-vectors");
	test_expectations_load(&expectations, "cel_rules.txt");
	for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++)
		run_table(&tables[i]);
	test_expectations_finish(&expectations);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_rules) };
	return cmocka_run_group_tests_name("cel rules", tests, NULL, NULL);
}
