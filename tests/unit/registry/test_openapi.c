#include "registry/openapi.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

static void test_forms(void **state)
{
	static const struct {
		const char *text;
		enum pq_openapi_shape shape;
		const char *below;
		const char *keys;
		const char *enumeration;
		bool is_required;
		bool is_value;
	} cases[] = {
		{ "int-or-string", PQ_OPENAPI_INT_OR_STRING, "", "", "", false, false },
		{ "string!", PQ_OPENAPI_STRING, "", "", "", true, false },
		{ "string=|A|B!", PQ_OPENAPI_STRING, "", "", "|A|B", true, false },
		{ "[]{}byte", PQ_OPENAPI_LIST, "{}byte", "", "", false, false },
		{ "[a,b]core.v1.X!", PQ_OPENAPI_LIST, "core.v1.X", "a,b", "", true, false },
		{ "{}[]string", PQ_OPENAPI_MAP, "[]string", "", "", false, false },
		{ "core.v1.X", PQ_OPENAPI_STRUCT, "", "", "", false, false },
		{ "core.v1.X*!", PQ_OPENAPI_STRUCT, "", "", "", true, true },
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct pq_openapi_form form = pq_openapi_read_form(pq_string_from(cases[i].text));
		assert_int_equal(form.shape, cases[i].shape);
		assert_true(pq_string_is(form.below, cases[i].below));
		assert_true(pq_string_is(form.keys, cases[i].keys));
		assert_true(pq_string_is(form.enumeration, cases[i].enumeration));
		assert_int_equal(form.is_required, cases[i].is_required);
		assert_int_equal(form.is_value, cases[i].is_value);
	}
}

static void test_lists(void **state)
{
	(void)state;
	assert_true(pq_openapi_lists(PQ_S("|A|B"), '|', PQ_S("")));
	assert_true(pq_openapi_lists(PQ_S("A|B"), '|', PQ_S("B")));
	assert_false(pq_openapi_lists(PQ_S("A|B"), '|', PQ_S("A|B")));
}

static void test_kinds(void **state)
{
	struct pq_openapi_kind kind;
	struct pq_error error;
	(void)state;
	struct pq_openapi *openapi = pq_openapi_new_embedded(&error);
	assert_non_null(openapi);
	assert_true(
		pq_openapi_find_kind(openapi, PQ_S("apps"), PQ_S("v1"), PQ_S("Deployment"), &kind));
	assert_true(kind.namespaced);
	assert_non_null(pq_value_find(pq_openapi_find_type(openapi, kind.type), PQ_S("spec")));
	assert_true(pq_openapi_find_kind(openapi, PQ_S(""), PQ_S("v1"), PQ_S("Namespace"), &kind));
	assert_false(kind.namespaced);
	assert_false(pq_openapi_find_kind(openapi, PQ_S("extensions"), PQ_S("v1beta1"),
					  PQ_S("Deployment"), &kind));
	pq_openapi_free(openapi);
}

/* Components as an API server answers them, their quotes single. */
static const char components[] =
	"'components':{'schemas':{"
	"'io.k8s.api.e.v1.A':{'required':['a'],'properties':{"
	"'a':{'type':'string','enum':['x','y']},"
	"'b':{'type':'array','x-kubernetes-list-map-keys':['k','l'],"
	"'items':{'default':{},'allOf':[{'$ref':'#/components/schemas/io.k8s.api.e.v1.B'}]}},"
	"'c':{'type':'object','additionalProperties':{'type':'array',"
	"'items':{'format':'byte','type':'string'}}},"
	"'d':{'default':{},'allOf':[{'$ref':'#/components/schemas/io.k8s.api.e.v1.B'}]},"
	"'e':{'type':'object'},"
	"'f':{'$ref':'#/components/schemas/io.k8s.apimachinery.pkg.apis.meta.v1.Time'},"
	"'metadata':{'$ref':'#/components/schemas/io.k8s.api.e.v1.ObjectMeta'}},"
	"'x-kubernetes-group-version-kind':[{'group':'e','version':'v1','kind':'A'}]},"
	"'io.k8s.api.e.v1.B':{'properties':{"
	"'k':{'type':'integer','format':'int32'},"
	"'l':{'type':'integer'},"
	"'again':{'$ref':'#/components/schemas/io.k8s.api.e.v1.B'}},"
	"'x-kubernetes-group-version-kind':[{'group':'','version':'v1','kind':'B'}]},"
	"'io.k8s.api.e.v1.ObjectMeta':{'properties':{}},"
	"'com.example.C':{'properties':{'metadata':{}},"
	"'x-kubernetes-group-version-kind':[{'group':'e','version':'v1','kind':'C'}]}}}";

#define POST_OF_A                                                                                  \
	"{'post':{'x-kubernetes-group-version-kind':{'group':'e','version':'v1','kind':'A'}}}"

static struct pq_openapi *read_plain(const char *paths)
{
	char text[4096];
	struct pq_error error;
	int length = snprintf(text, sizeof text, "{%s%s}", paths, components);
	assert_in_range(length, 1, sizeof text - 1);
	for (char *quote = text; (quote = strchr(quote, '\'')) != NULL;)
		*quote = '"';
	return pq_openapi_new(pq_string_from(text), &error);
}

static void expect_field(const struct pq_openapi *openapi, const char *type, const char *field,
			 const char *text)
{
	const struct pq_value *fields = pq_openapi_find_type(openapi, pq_string_from(type));
	assert_true(pq_string_is(pq_value_find_string(fields, pq_string_from(field)), text));
}

static void test_plain_document(void **state)
{
	static const struct {
		const char *paths;
		bool is_namespaced;
	} cases[] = {
		{ "", true },
		{ "'paths':{'/apis/e/v1/as':" POST_OF_A ",'/apis/e/v1/as/{name}/bs':{'post':{"
		  "'x-kubernetes-group-version-kind':{'group':'','version':'v1','kind':'B'}}}},",
		  false },
		{ "'paths':{'/apis/e/v1/as':" POST_OF_A
		  ",'/apis/e/v1/namespaces/{namespace}/as':" POST_OF_A "},",
		  true },
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct pq_openapi_kind kind;
		struct pq_openapi *openapi = read_plain(cases[i].paths);
		assert_non_null(openapi);
		assert_int_equal(pq_openapi_kinds(openapi)->object->count, 1);
		assert_true(pq_openapi_find_kind(openapi, PQ_S("e"), PQ_S("v1"), PQ_S("A"), &kind));
		assert_int_equal(kind.namespaced, cases[i].is_namespaced);
		assert_true(pq_string_is(kind.type, "e.v1.A"));
		expect_field(openapi, "e.v1.A", "a", "string=x|y!");
		expect_field(openapi, "e.v1.A", "b", "[k,l]e.v1.B");
		expect_field(openapi, "e.v1.A", "c", "{}[]byte");
		expect_field(openapi, "e.v1.A", "d", "e.v1.B*");
		expect_field(openapi, "e.v1.A", "e", "any");
		expect_field(openapi, "e.v1.A", "f", "time");
		expect_field(openapi, "e.v1.B", "k", "int32");
		expect_field(openapi, "e.v1.B", "l", "int64");
		expect_field(openapi, "e.v1.B", "again", "e.v1.B");
		pq_openapi_free(openapi);
	}
}

static void test_refusals(void **state)
{
	static const char *const texts[] = {
		"",
		"[]",
		"{\"kinds\":{},\"types\":[]}",
		"{\"kinds\":{\"a\":1},\"types\":{}}",
		"{\"kinds\":{},\"types\":{\"a\":[]}}",
		"{\"kinds\":{},\"types\":{\"a\":{\"b\":1}}}",
		"{\"openapi\":\"3.0.0\",\"components\":{}}",
		"{\"components\":{\"schemas\":[]}}",
		"{\"components\":{\"schemas\":{\"io.k8s.api.e.v1.A\":1}}}",
	};
	struct pq_error error;
	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		error = (struct pq_error){ 0 };
		assert_null(pq_openapi_new(pq_string_from(texts[i]), &error));
		assert_int_equal(error.code, PQ_ERROR_INVALID);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forms),    cmocka_unit_test(test_lists),
		cmocka_unit_test(test_kinds),    cmocka_unit_test(test_plain_document),
		cmocka_unit_test(test_refusals),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
