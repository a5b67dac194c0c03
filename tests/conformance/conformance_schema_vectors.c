/* Table tests of kubernetes/apiextensions-apiserver and kube-openapi that judge schemas and objects
 * without CEL. */
#include "harness/corpora.h"
#include "harness/expectations.h"

#include "schema/check.h"
#include "schema/node.h"
#include "schema/prune.h"
#include "schema/validation.h"
#include "json/read.h"
#include "json/write.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

/* One case of a table. */
struct vector {
	struct pq_arena arena;
	const struct pq_value *value;
	const struct pq_schema *schema;
	struct pq_buffer detail; /* why it failed */
};

static bool fail_case(struct vector *vector, const char *why, struct pq_string what)
{
	pq_buffer_append_format(&vector->detail, "%s: %.*s; ", why, PQ_STRING_ARGUMENT(what));
	return false;
}

static bool compile(struct vector *vector, const struct pq_value *source)
{
	struct pq_error error;
	struct pq_value empty;
	if (source == NULL) {
		assert_true(pq_value_from_members(&vector->arena, NULL, 0, &empty));
		source = &empty;
	}
	vector->schema = pq_schema_compile(source, PQ_SCHEMA_RESOURCE, &error);
	return vector->schema != NULL ||
	       fail_case(vector, "does not compile", pq_string_from(error.message));
}

static struct pq_value read_text(struct vector *vector, const char *key)
{
	struct pq_value value;
	struct pq_error error;
	struct pq_string text = pq_value_find_string(vector->value, pq_string_from(key));
	assert_true(pq_json_read_copy(&vector->arena, text, NULL, &value, &error));
	return value;
}

static bool expect_equal(struct vector *vector, const struct pq_value *got,
			 const struct pq_value *want)
{
	if (pq_value_equal(got, want))
		return true;
	struct pq_buffer text;
	pq_buffer_init_in(&text, &vector->arena, 0);
	pq_json_write(&text, got, PQ_JSON_SORT_KEYS);
	return fail_case(vector, "got", pq_buffer_view(&text));
}

static bool is_true(const struct pq_value *value)
{
	return value != NULL && value->kind == PQ_BOOLEAN && value->boolean;
}

static bool run_default(struct vector *vector)
{
	struct pq_value value = read_text(vector, "json"), want = read_text(vector, "expected");
	struct pq_patch patch;
	struct pq_value result;
	struct pq_error error;
	pq_patch_init(&patch, &vector->arena);
	if (!compile(vector, pq_value_find(vector->value, PQ_S("schema"))))
		return false;
	assert_true(pq_schema_default(vector->schema, &value, &patch));
	if (patch.count == 0)
		return expect_equal(vector, &value, &want);
	if (!pq_patch_apply(&vector->arena, &value, &patch, &result, &error))
		return fail_case(vector, "patch", pq_string_from(error.message));
	return expect_equal(vector, &result, &want);
}

static bool run_nulls(struct vector *vector)
{
	struct pq_value value = read_text(vector, "json"), want = read_text(vector, "expected");
	struct pq_value result;
	if (!compile(vector, pq_value_find(vector->value, PQ_S("schema"))))
		return false;
	assert_true(pq_schema_drop_nulls(vector->schema, &vector->arena, &value, &result));
	return expect_equal(vector, &result, &want);
}

static bool run_prune(struct vector *vector)
{
	struct pq_value value = read_text(vector, "json");
	struct pq_value want = read_text(vector, "expectedObject"), result;
	const struct pq_value *paths = pq_value_find(vector->value, PQ_S("expectedPruned"));
	struct pq_findings unknown;
	pq_findings_init(&unknown, &vector->arena, 0);
	if (!compile(vector, pq_value_find(vector->value, PQ_S("schema"))))
		return false;
	assert_true(pq_node_prune(vector->schema->root,
				  is_true(pq_value_find(vector->value, PQ_S("isResourceRoot"))),
				  &vector->arena, &value, &unknown, &result));
	if (!expect_equal(vector, &result, &want))
		return false;
	size_t count = paths == NULL ? 0 : paths->length;
	for (size_t i = 0; i < unknown.count; i++) {
		if (i >= count ||
		    !pq_string_equal(unknown.items[i].field, pq_value_string(&paths->items[i])))
			return fail_case(vector, "pruned", unknown.items[i].field);
	}
	return unknown.count == count || fail_case(vector, "not pruned enough", PQ_S(""));
}

/* Whether one of the expectations, {path, errorType}, is this finding; path goes before its field.
 */
static bool is_expected(const struct pq_value *errors, const char *path,
			const struct pq_finding *finding)
{
	char field[512];
	snprintf(field, sizeof field, "%s%.*s", path, PQ_STRING_ARGUMENT(finding->field));
	for (uint32_t i = 0; errors != NULL && i < errors->length; i++) {
		const struct pq_value *error = &errors->items[i];
		if (pq_string_is(pq_value_find_string(error, PQ_S("path")), field) &&
		    pq_string_is(pq_value_find_string(error, PQ_S("errorType")),
				 pq_finding_type_reason(finding->type)))
			return true;
	}
	return false;
}

static bool has_finding(const struct pq_findings *findings, const struct pq_value *error)
{
	for (size_t i = 0; i < findings->count; i++) {
		const struct pq_finding *finding = &findings->items[i];
		struct pq_string path = pq_value_find_string(error, PQ_S("path"));
		if (pq_string_ends_with(path, finding->field) &&
		    pq_string_is(pq_value_find_string(error, PQ_S("errorType")),
				 pq_finding_type_reason(finding->type)))
			return true;
	}
	return false;
}

static bool compare_errors(struct vector *vector, const struct pq_findings *findings,
			   const struct pq_value *errors, const char *path, bool allow_more)
{
	bool same = true;
	for (size_t i = 0; !allow_more && i < findings->count; i++) {
		if (!is_expected(errors, path, &findings->items[i])) {
			same = fail_case(vector, "unexpected", findings->items[i].field);
			fail_case(vector, "which says", findings->items[i].message);
		}
	}
	for (uint32_t i = 0; errors != NULL && i < errors->length; i++) {
		if (!has_finding(findings, &errors->items[i]))
			same = fail_case(vector, "missing",
					 pq_value_find_string(&errors->items[i], PQ_S("path")));
	}
	return same;
}

static bool run_list_types(struct vector *vector)
{
	const struct pq_value *object = pq_value_find(vector->value, PQ_S("obj"));
	struct pq_findings findings;
	pq_findings_init(&findings, &vector->arena, 0);
	if (!compile(vector, pq_value_find(vector->value, PQ_S("schema"))))
		return false;
	if (object != NULL)
		assert_true(pq_schema_validate_list_types(vector->schema, &vector->arena, object,
							  NULL, &findings));
	return compare_errors(vector, &findings, pq_value_find(vector->value, PQ_S("errors")),
			      "root.", false);
}

static bool run_completeness(struct vector *vector)
{
	struct pq_findings findings;
	struct pq_source *source;
	struct pq_error error;
	struct pq_string want = pq_value_find_string(vector->value, PQ_S("error"));
	pq_findings_init(&findings, &vector->arena, 0);
	/* Options that only other users of the library set. */
	if (pq_value_find(vector->value, PQ_S("options")) != NULL)
		return true;
	if (!pq_source_read(&vector->arena, pq_value_find(vector->value, PQ_S("schema")), NULL,
			    &source, &error))
		return fail_case(vector, "unreadable", pq_string_from(error.message));
	const struct pq_check check = {
		.kind = PQ_SCHEMA_RESOURCE,
		.arena = &vector->arena,
		.findings = &findings,
	};
	pq_check_completeness(&check, source, NULL);
	if (findings.count != (want.length > 0))
		return fail_case(vector, "wants", want);
	char text[512] = "";
	if (findings.count == 1)
		snprintf(text, sizeof text, "%.*s: %.*s",
			 PQ_STRING_ARGUMENT(findings.items[0].field),
			 PQ_STRING_ARGUMENT(findings.items[0].message));
	return pq_string_is(want, text) || fail_case(vector, "got", pq_string_from(text));
}

static void validate(struct vector *vector, const struct pq_value *object,
		     const struct pq_value *old, struct pq_findings *findings)
{
	const struct pq_schema_validation validation = { .value = object };
	const struct pq_schema_rules_run run = {
		.value = object,
		.old = old != NULL && old->kind != PQ_NULL ? old : NULL,
	};
	pq_findings_init(findings, &vector->arena, 0);
	assert_true(pq_schema_validate(vector->schema, &vector->arena, &validation, findings));
	assert_true(pq_schema_run_rules(vector->schema, &vector->arena, &run, findings));
}

static bool expect_texts(struct vector *vector, const struct pq_findings *findings,
			 const struct pq_value *texts)
{
	bool same = findings->count == texts->length;
	for (size_t i = 0; i < findings->count; i++) {
		char text[1024];
		bool found = false;
		snprintf(text, sizeof text, "%.*s: %.*s",
			 PQ_STRING_ARGUMENT(findings->items[i].field),
			 PQ_STRING_ARGUMENT(findings->items[i].message));
		for (uint32_t j = 0; j < texts->length; j++)
			found = found || pq_string_is(pq_value_string(&texts->items[j]), text);
		if (!found)
			same = fail_case(vector, "unexpected", pq_string_from(text));
	}
	return same || fail_case(vector, "other errors than expected", PQ_S(""));
}

static bool run_custom_resource(struct vector *vector)
{
	const struct pq_value *good = pq_value_find(vector->value, PQ_S("objects"));
	const struct pq_value *bad = pq_value_find(vector->value, PQ_S("failingObjects"));
	struct pq_findings findings;
	bool passed = compile(vector, pq_value_find(vector->value, PQ_S("schema")));
	for (uint32_t i = 0; passed && good != NULL && i < good->length; i++) {
		validate(vector, &good->items[i], NULL, &findings);
		if (findings.count > 0)
			passed = fail_case(vector, "refused", findings.items[0].message);
	}
	for (uint32_t i = 0; passed && bad != NULL && i < bad->length; i++) {
		validate(vector, pq_value_find(&bad->items[i], PQ_S("object")),
			 pq_value_find(&bad->items[i], PQ_S("oldObject")), &findings);
		passed = expect_texts(vector, &findings,
				      pq_value_find(&bad->items[i], PQ_S("expectErrs")));
	}
	return passed;
}

static bool run_items(struct vector *vector)
{
	const struct pq_value *arguments = pq_value_find(vector->value, PQ_S("args"));
	struct pq_findings findings;
	if (!compile(vector, pq_value_find(arguments, PQ_S("schema"))))
		return false;
	validate(vector, pq_value_find(arguments, PQ_S("object")), NULL, &findings);
	return (findings.count > 0) == is_true(pq_value_find(vector->value, PQ_S("wantErr")));
}

/* kube-openapi's own form: types are a list. */
static bool run_number_format(struct vector *vector)
{
	const struct pq_value *schema =
		pq_value_find_path(vector->value, 2, "schema", "SchemaProps");
	const struct pq_value *types = pq_value_find(schema, PQ_S("type"));
	struct pq_member members[] = {
		{ .key = PQ_S("format"), .value = *pq_value_find(schema, PQ_S("format")) },
		{ .key = PQ_S("type"), .value = types->items[0] },
	};
	if (types->length == 2) {
		members[1].key = PQ_S("x-kubernetes-int-or-string");
		members[1].value = pq_value_from_boolean(true);
	}
	struct pq_value source;
	struct pq_findings findings;
	assert_true(pq_value_from_members(&vector->arena, members, 2, &source));
	if (!compile(vector, &source))
		return false;
	validate(vector, pq_value_find(vector->value, PQ_S("value")), NULL, &findings);
	return (findings.count == 0) ==
	       is_true(pq_value_find(vector->value, PQ_S("expectSuccess")));
}

/* Where the table leaves rules of v1 out, more may be found than it names. */
static bool run_crd_validation(struct vector *vector)
{
	const struct pq_value *schema =
		pq_value_find_path(vector->value, 2, "input", "openAPIV3Schema");
	const struct pq_value *errors = pq_value_find(vector->value, PQ_S("expectedErrors"));
	const struct pq_schema_check_options options = {
		.kind = PQ_SCHEMA_RESOURCE,
		.has_status = is_true(pq_value_find(vector->value, PQ_S("statusEnabled"))),
	};
	bool is_v1 =
		is_true(pq_value_find_path(vector->value, 2, "opts", "requireStructuralSchema"));
	struct pq_path spec = pq_path_property(NULL, PQ_S("spec"));
	struct pq_path validation = pq_path_property(&spec, PQ_S("validation"));
	struct pq_path path = pq_path_property(&validation, PQ_S("openAPIV3Schema"));
	struct pq_findings findings;
	pq_findings_init(&findings, &vector->arena, 0);
	if (schema != NULL)
		pq_schema_check(schema, &path, &options, &findings);
	return compare_errors(vector, &findings, errors, "", !is_v1);
}

static bool step_into(struct pq_arena *arena, const struct pq_value *key,
		      struct pq_correlation *correlation)
{
	struct pq_correlation below;
	struct pq_correlation_list list;
	bool found;
	if (key->kind == PQ_STRING) {
		const struct pq_member *member =
			pq_value_find_member(correlation->value, pq_value_string(key));
		found = member != NULL && pq_correlation_find_member(correlation, member, &below);
	} else {
		pq_correlation_list_start(&list, arena, correlation);
		found = pq_correlation_list_find(&list, (uint32_t)key->integer, &below);
	}
	if (found)
		*correlation = below;
	return found;
}

static bool run_correlation(struct vector *vector)
{
	const struct pq_value *keys = pq_value_find(vector->value, PQ_S("KeyPath"));
	const struct pq_value *old = pq_value_find(vector->value, PQ_S("OldValue"));
	if (!compile(vector, pq_value_find(vector->value, PQ_S("Schema"))))
		return false;
	struct pq_correlation correlation = {
		.node = vector->schema->root,
		.value = pq_value_find(vector->value, PQ_S("RootObject")),
		.old = pq_value_find(vector->value, PQ_S("RootOldObject")),
	};
	for (uint32_t i = 0; i < keys->length; i++) {
		if (!step_into(&vector->arena, &keys->items[i], &correlation))
			return old == NULL || fail_case(vector, "not correlated", PQ_S(""));
	}
	if (old == NULL)
		return fail_case(vector, "correlated", PQ_S(""));
	bool is_equal = is_true(pq_value_find(vector->value, PQ_S("ExpectEqual"))) ||
			pq_value_equal(correlation.value, correlation.old);
	return expect_equal(vector, correlation.old, old) &&
	       expect_equal(vector, correlation.value,
			    pq_value_find(vector->value, PQ_S("NewValue"))) &&
	       is_equal == pq_correlation_is_unchanged(&vector->arena, &correlation);
}

static const struct table {
	const char *file;
	const char *key;
	bool (*run)(struct vector *vector);
} tables[] = {
	{ "TestDefault", "tests", run_default },
	{ "TestPruneNonNullableNullsWithoutDefaults", "tests", run_nulls },
	{ "TestPrune", "tests", run_prune },
	{ "TestValidateListSetsAndMaps", "tests", run_list_types },
	{ "TestValidateStructuralCompleteness", "testCases", run_completeness },
	{ "TestValidateCustomResource", "tests", run_custom_resource },
	{ "TestItemsProperty", "tests", run_items },
	{ "kubeopenapi_TestNumericFormatEnforcement", "tests", run_number_format },
	{ "apiserver_TestCorrelation", "cases", run_correlation },
	{ "crd_TestValidateCustomResourceDefinitionValidation", "tests", run_crd_validation },
};

static void run_case(struct test_expectations *expectations, const struct table *table,
		     const struct pq_value *value)
{
	struct vector vector = { .value = value };
	char name[256];
	pq_arena_init(&vector.arena, 0);
	pq_buffer_init(&vector.detail, 0);
	struct pq_string title = pq_value_find_string(value, PQ_S("name"));
	if (title.data == NULL)
		title = pq_value_find_string(value, PQ_S("Name"));
	snprintf(name, sizeof name, "%s/%.*s", table->file, PQ_STRING_ARGUMENT(title));
	bool passed = table->run(&vector);
	pq_buffer_append_byte(&vector.detail, '\0');
	test_expectations_record(expectations, name, passed, vector.detail.data);
	pq_schema_unref(vector.schema);
	pq_buffer_done(&vector.detail);
	pq_arena_done(&vector.arena);
}

static void test_vectors(void **state)
{
	(void)state;
	struct test_expectations expectations;
	test_corpus_or_skip("kubernetes-vectors");
	test_expectations_load(&expectations, "schema_vectors.txt");
	for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
		char file[128];
		struct pq_arena arena;
		struct pq_value document;
		struct pq_error error;
		pq_arena_init(&arena, 0);
		snprintf(file, sizeof file, "kubernetes-vectors/%s.json", tables[i].file);
		struct pq_string text = test_read_file(&arena, test_corpus_or_skip(file));
		assert_true(pq_json_read(&arena, text, NULL, &document, &error));
		const struct pq_value *cases =
			pq_value_find_path(&document, 2, "tables", tables[i].key);
		assert_non_null(cases);
		for (uint32_t j = 0; j < cases->length; j++)
			run_case(&expectations, &tables[i], &cases->items[j]);
		pq_arena_done(&arena);
	}
	test_expectations_finish(&expectations);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
