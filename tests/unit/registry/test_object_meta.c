#include "registry/object_meta.h"
#include "json/read.h"
#include "json/write.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static struct pq_value read(struct pq_arena *arena, const char *text)
{
	struct pq_value value;
	struct pq_error error;
	if (!pq_json_read_copy(arena, pq_string_from(text), NULL, &value, &error))
		fail_msg("%s: %s", text, error.message);
	return value;
}

/* All findings as lines of "field: message". */
static const char *list(struct pq_arena *arena, const struct pq_findings *findings)
{
	struct pq_buffer text;
	pq_buffer_init_in(&text, arena, 0);
	for (size_t i = 0; i < findings->count; i++)
		pq_buffer_append_format(&text, "%s%.*s: %.*s", i == 0 ? "" : "\n",
					PQ_STRING_ARGUMENT(findings->items[i].field),
					PQ_STRING_ARGUMENT(findings->items[i].message));
	pq_buffer_append_byte(&text, '\0');
	return text.data;
}

struct coerce_case {
	const char *name;
	const char *in;
	const char *want;    /* as JSON with sorted keys, or NULL for an error */
	const char *unknown; /* findings, or the error's text */
	const char *blamed;  /* of an error: the value that it is about, as it stands in "in" */
};

static const struct coerce_case coerce_cases[] = {
	{ "known fields stay", "{\"name\":\"a\",\"labels\":{\"x\":\"y\"}}",
	  "{\"labels\":{\"x\":\"y\"},\"name\":\"a\"}", "", NULL },
	{ "unknown fields go and are told", "{\"name\":\"a\",\"clusterName\":1}",
	  "{\"name\":\"a\"}", "metadata.clusterName: unknown field \"metadata.clusterName\"",
	  NULL },
	{ "unknown fields deep down", "{\"ownerReferences\":[{\"x\":1}]}",
	  "{\"ownerReferences\":[{\"apiVersion\":\"\",\"kind\":\"\",\"name\":\"\",\"uid\":\"\"}]}",
	  "metadata.ownerReferences[0].x: unknown field \"metadata.ownerReferences[0].x\"", NULL },
	{ "null is the zero value", "{\"name\":null,\"labels\":{\"x\":null},\"finalizers\":[null]}",
	  "{\"finalizers\":[\"\"],\"labels\":{\"x\":\"\"}}", "", NULL },
	{ "a null owner is an empty one", "{\"ownerReferences\":[null]}",
	  "{\"ownerReferences\":[{\"apiVersion\":\"\",\"kind\":\"\",\"name\":\"\",\"uid\":\"\"}]}",
	  "", NULL },
	{ "creationTimestamp null goes", "{\"creationTimestamp\":null}", "{}", "", NULL },
	{ "times become UTC", "{\"creationTimestamp\":\"2026-11-23T02:00:00+02:00\"}",
	  "{\"creationTimestamp\":\"2026-11-23T00:00:00Z\"}", "", NULL },
	{ "a wrong type", "{\"finalizers\":[1]}", NULL,
	  "json: cannot unmarshal number into Go struct field ObjectMeta.finalizers of type "
	  "string",
	  "1]}" },
	{ "a wrong type deep down", "{\"ownerReferences\":[{\"name\":1}]}", NULL,
	  "json: cannot unmarshal number into Go struct field "
	  "OwnerReference.ownerReferences.name of type string",
	  "1}]}" },
	{ "a fraction", "{\"generation\":1.5}", NULL,
	  "json: cannot unmarshal number 1.5 into Go struct field ObjectMeta.generation of type "
	  "int64",
	  "1.5}" },
	{ "the first error by key", "{\"name\":1,\"labels\":[]}", NULL,
	  "json: cannot unmarshal array into Go struct field ObjectMeta.labels of type "
	  "map[string]string",
	  "[]}" },
	{ "a bad time comes before all", "{\"annotations\":1,\"creationTimestamp\":\"x\"}", NULL,
	  "parsing time \"x\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"x\" as \"2006\"",
	  "\"x\"}" },
	{ "no object", "[]", NULL,
	  "json: cannot unmarshal array into Go value of type v1.ObjectMeta", "[]" },
};

static void test_coerce(void **state)
{
	(void)state;
	const struct pq_path path = pq_path_property(NULL, PQ_S("metadata"));
	for (size_t i = 0; i < sizeof coerce_cases / sizeof coerce_cases[0]; i++) {
		const struct coerce_case *test = &coerce_cases[i];
		pq_cleanup_arena struct pq_arena arena;
		struct pq_findings unknown;
		struct pq_value result;
		struct pq_typed_refusal refusal;
		pq_arena_init(&arena, 0);
		pq_findings_init(&unknown, &arena, 0);
		struct pq_value metadata = read(&arena, test->in);
		bool fine = pq_object_meta_coerce(&arena, &metadata, &path, &unknown, &result,
						  &refusal);
		print_message("%s\n", test->name);
		assert_int_equal(fine, test->want != NULL);
		if (!fine) {
			assert_true(pq_string_is(refusal.reason, test->unknown));
			assert_string_equal(test->in + refusal.offset, test->blamed);
			continue;
		}
		assert_string_equal(list(&arena, &unknown), test->unknown);
		struct pq_buffer text;
		pq_buffer_init_in(&text, &arena, 0);
		pq_json_write(&text, &result, PQ_JSON_SORT_KEYS);
		pq_buffer_append_byte(&text, '\0');
		assert_string_equal(text.data, test->want);
	}
}

#define SUBDOMAIN                                                                                  \
	"a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' "  \
	"or '.', and must start and end with an alphanumeric character (e.g. 'example.com', "      \
	"regex used for validation is "                                                            \
	"'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"

struct validate_case {
	const char *name;
	const char *in;
	bool namespaced;
	const char *want;
};

static const struct validate_case validate_cases[] = {
	{ "fine", "{\"name\":\"a.b\",\"namespace\":\"n\"}", true, "" },
	{ "no name", "{\"namespace\":\"n\"}", true,
	  "metadata.name: Required value: name or generateName is required" },
	{ "a bad name", "{\"name\":\"A\",\"namespace\":\"n\"}", true,
	  "metadata.name: Invalid value: \"A\": " SUBDOMAIN },
	{ "a generated name may end in a dash",
	  "{\"name\":\"ab-x\",\"generateName\":\"ab-\",\"namespace\":\"n\"}", true, "" },
	{ "no namespace", "{\"name\":\"a\"}", true, "metadata.namespace: Required value" },
	{ "a namespace too much", "{\"name\":\"a\",\"namespace\":\"n\"}", false,
	  "metadata.namespace: Forbidden: not allowed on this type" },
	{ "a negative generation", "{\"name\":\"a\",\"generation\":-1}", false,
	  "metadata.generation: Invalid value: -1: must be greater than or equal to 0" },
	{ "annotation keys may have capitals", "{\"name\":\"a\",\"annotations\":{\"A.b/C\":\"\"}}",
	  false, "" },
	{ "two controllers",
	  "{\"name\":\"a\",\"ownerReferences\":[{\"apiVersion\":\"v1\",\"kind\":\"A\",\"name\":"
	  "\"x\",\"uid\":\"1\",\"controller\":true},{\"apiVersion\":\"v1\",\"kind\":\"B\",\"name\":"
	  "\"y\",\"uid\":\"2\",\"controller\":true}]}",
	  false,
	  "metadata.ownerReferences: Invalid value: [{\"apiVersion\":\"v1\",\"kind\":\"A\","
	  "\"name\":\"x\",\"uid\":\"1\",\"controller\":true},{\"apiVersion\":\"v1\",\"kind\":\"B\","
	  "\"name\":\"y\",\"uid\":\"2\",\"controller\":true}]: Only one reference can have "
	  "Controller set to true. Found \"true\" in references for A/x and B/y" },
	{ "an owner without a version",
	  "{\"name\":\"a\",\"ownerReferences\":[{\"apiVersion\":\"a/b/c\",\"kind\":\"A\",\"name\":"
	  "\"x\",\"uid\":\"1\"}]}",
	  false,
	  "metadata.ownerReferences.apiVersion: Invalid value: \"a/b/c\": version must not be "
	  "empty" },
	{ "both standard finalizers",
	  "{\"name\":\"a\",\"finalizers\":[\"orphan\",\"foregroundDeletion\"]}", false,
	  "metadata.finalizers: Invalid value: [\"orphan\",\"foregroundDeletion\"]: finalizer "
	  "orphan and foregroundDeletion cannot be both set" },
};

static void test_validate(void **state)
{
	(void)state;
	const struct pq_path path = pq_path_property(NULL, PQ_S("metadata"));
	for (size_t i = 0; i < sizeof validate_cases / sizeof validate_cases[0]; i++) {
		const struct validate_case *test = &validate_cases[i];
		pq_cleanup_arena struct pq_arena arena;
		struct pq_findings findings;
		pq_arena_init(&arena, 0);
		pq_findings_init(&findings, &arena, 0);
		struct pq_value metadata = read(&arena, test->in);
		pq_object_meta_validate(&arena, &metadata, test->namespaced,
					PQ_NAME_DNS1123_SUBDOMAIN, &path, &findings);
		print_message("%s\n", test->name);
		assert_string_equal(list(&arena, &findings), test->want);
	}
}

static void test_absent_metadata(void **state)
{
	(void)state;
	const struct pq_path path = pq_path_property(NULL, PQ_S("metadata"));
	pq_cleanup_arena struct pq_arena arena;
	struct pq_findings findings;
	pq_arena_init(&arena, 0);
	pq_findings_init(&findings, &arena, 0);
	pq_object_meta_validate(&arena, NULL, false, PQ_NAME_DNS1123_SUBDOMAIN, &path, &findings);
	assert_string_equal(list(&arena, &findings),
			    "metadata.name: Required value: name or generateName is required");
}

struct update_case {
	const char *name;
	const char *now;
	const char *old;
	const char *want;
};

static const struct update_case update_cases[] = {
	{ "the same", "{\"name\":\"a\",\"resourceVersion\":\"1\"}",
	  "{\"name\":\"a\",\"resourceVersion\":\"1\"}", "" },
	{ "no resourceVersion", "{\"name\":\"a\"}", "{\"name\":\"a\"}",
	  "metadata.resourceVersion: Invalid value: \"\": must be specified for an update" },
	{ "another name", "{\"name\":\"b\",\"resourceVersion\":\"1\"}", "{\"name\":\"a\"}",
	  "metadata.name: Invalid value: \"b\": field is immutable" },
	{ "an older generation", "{\"resourceVersion\":\"1\",\"generation\":1}",
	  "{\"generation\":2}", "metadata.generation: Invalid value: 1: must not be decremented" },
	{ "a finalizer more while it is deleted",
	  "{\"resourceVersion\":\"1\",\"deletionTimestamp\":\"2026-11-23T00:00:00Z\","
	  "\"finalizers\":[\"a/b\",\"c/d\"]}",
	  "{\"deletionTimestamp\":\"2026-11-23T00:00:00Z\",\"finalizers\":[\"a/b\"]}",
	  "metadata.finalizers: Forbidden: no new finalizers can be added if the object is being "
	  "deleted, found new finalizers []string{\"c/d\"}" },
};

static void test_update(void **state)
{
	(void)state;
	const struct pq_path path = pq_path_property(NULL, PQ_S("metadata"));
	for (size_t i = 0; i < sizeof update_cases / sizeof update_cases[0]; i++) {
		const struct update_case *test = &update_cases[i];
		pq_cleanup_arena struct pq_arena arena;
		struct pq_findings findings;
		pq_arena_init(&arena, 0);
		pq_findings_init(&findings, &arena, 0);
		struct pq_value now = read(&arena, test->now), old = read(&arena, test->old);
		pq_object_meta_validate_update(&arena, &now, &old, &path, &findings);
		print_message("%s\n", test->name);
		assert_string_equal(list(&arena, &findings), test->want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_coerce),
		cmocka_unit_test(test_validate),
		cmocka_unit_test(test_absent_metadata),
		cmocka_unit_test(test_update),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
