/* CRDs of a size or depth that nobody means well: each is answered, by a limit that has a name. */
#include "registry/custom_resource.h"
#include "schema/schema.h"
#include "json/read.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <time.h>

#include <cmocka.h>

/* A CRD with the schema, parts of which are there many times. */
static void write_crd(struct pq_buffer *text, const char *before, const char *part, int times,
		      const char *after)
{
	pq_buffer_append_text(text, "{\"apiVersion\":\"apiextensions.k8s.io/v1\","
				    "\"kind\":\"CustomResourceDefinition\","
				    "\"metadata\":{\"name\":\"things.a.example\"},\"spec\":{"
				    "\"group\":\"a.example\",\"scope\":\"Namespaced\",\"names\":{"
				    "\"plural\":\"things\",\"kind\":\"Thing\"},\"versions\":[{"
				    "\"name\":\"v1\",\"served\":true,\"storage\":true,\"schema\":{"
				    "\"openAPIV3Schema\":");
	pq_buffer_append_text(text, before);
	for (int i = 0; i < times; i++)
		pq_buffer_append_text(text, part);
	pq_buffer_append_text(text, after);
	pq_buffer_append_text(text, "}}]}}");
}

static void test_refused_by_name(void **state)
{
	static const struct {
		const char *name, *before, *part, *after;
		int times;
		size_t memory; /* of the request's arena, 0 for any */
		int code;
		const char *message; /* a part of it */
		bool warns;          /* of repeated fields, in the place of refusing them */
	} rows[] = {
		{ "more schemas than a program holds", "{\"type\":\"object\",\"allOf\":[{}", ",{}",
		  "]}", PQ_SCHEMA_NODES_MAX, 0, 422, "there are more than 200000 schemas in it",
		  false },
		{ "nearly a million schemas, little memory", "{\"type\":\"object\",\"allOf\":[{}",
		  ",{}", "]}", 990000, 64 << 20, 413, "takes too much memory", false },
		{ "more than a body may have", "{\"type\":\"object\",\"description\":\"",
		  "0123456789", "\"}", 320000, 0, 413, "limit is 3145728", false },
		{ "nested deeper than JSON may be", "", "{\"not\":", "", 10001, 0, 400,
		  "exceeded max depth", false },
		{ "a title a hundred thousand times", "{\"type\":\"object\"", ",\"title\":\"a\"",
		  "}", 100000, 0, 400,
		  "duplicate field \"spec.versions[0].schema.openAPIV3Schema.title\"", false },
		{ "a title as often as is remembered, and maybe more", "{\"type\":\"object\"",
		  ",\"title\":\"a\"", "}", PQ_JSON_REPLACED_MAX + 1, 0, 400,
		  "fields are repeated 1000 times or more", true },
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		pq_cleanup_arena struct pq_arena arena;
		pq_cleanup_buffer struct pq_buffer text;
		struct pq_resource_outcome outcome;
		pq_arena_init(&arena, rows[i].memory);
		pq_buffer_init(&text, 0);
		write_crd(&text, rows[i].before, rows[i].part, rows[i].times, rows[i].after);
		const struct pq_resource_request request = {
			.body = pq_buffer_view(&text),
			.field_validation = rows[i].warns ? PQ_FIELDS_WARN : PQ_FIELDS_STRICT,
		};
		pq_crd_judge(&arena, &request, &outcome);
		struct pq_string message = outcome.status.message;
		if (outcome.status.code != rows[i].code ||
		    memmem(message.data, message.length, rows[i].message,
			   strlen(rows[i].message)) == NULL)
			fail_msg("%s: %d %.*s", rows[i].name, outcome.status.code,
				 (int)(message.length < 200 ? message.length : 200), message.data);
	}
}

static void test_taken(void **state)
{
	static const struct {
		const char *name, *before, *part, *after;
		int times;
	} rows[] = {
		{ "an enum of a hundred thousand",
		  "{\"type\":\"object\",\"properties\":{\"a\":{"
		  "\"type\":\"string\",\"enum\":[\"a\"",
		  ",\"b\"", "]}}}", 100000 },
		{ "more than a megabyte", "{\"type\":\"object\",\"description\":\"", "0123456789",
		  "\"}", 150000 },
		{ "a title as often as can be read", "{\"type\":\"object\"", ",\"title\":\"a\"",
		  "}", PQ_JSON_REPLACED_MAX },
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		pq_cleanup_arena struct pq_arena arena;
		pq_cleanup_buffer struct pq_buffer text;
		struct pq_resource_outcome outcome;
		pq_arena_init(&arena, 0);
		pq_buffer_init(&text, 0);
		write_crd(&text, rows[i].before, rows[i].part, rows[i].times, rows[i].after);
		const struct pq_resource_request request = { .body = pq_buffer_view(&text) };
		pq_crd_judge(&arena, &request, &outcome);
		if (outcome.status.code != 0)
			fail_msg("%s: %d", rows[i].name, outcome.status.code);
	}
}

/* What they hold is looked at once, however often they are added to. */
static void test_many_properties_repeated(void **state)
{
	enum { PROPERTIES = 20000, MEMORY = 128 << 20 };
	pq_cleanup_arena struct pq_arena arena;
	pq_cleanup_buffer struct pq_buffer text, properties;
	struct pq_resource_outcome outcome;
	(void)state;
	pq_arena_init(&arena, MEMORY);
	pq_buffer_init(&text, 0);
	pq_buffer_init(&properties, 0);
	pq_buffer_append_text(&properties, "{\"type\":\"object\",\"properties\":{");
	for (int i = 0; i < PROPERTIES; i++)
		pq_buffer_append_format(&properties, "%s\"p%d\":{\"type\":\"string\"}",
					i == 0 ? "" : ",", i);
	pq_buffer_append_byte(&properties, '}');
	pq_buffer_append_byte(&properties, '\0');
	write_crd(&text, properties.data, ",\"properties\":{}", PQ_JSON_REPLACED_MAX - 1, "}");
	const struct pq_resource_request request = { .body = pq_buffer_view(&text) };
	pq_crd_judge(&arena, &request, &outcome);
	assert_int_equal(outcome.status.code, 0);
}

static void read_json(struct pq_arena *arena, const struct pq_buffer *text, struct pq_value *value)
{
	struct pq_error error;
	if (!pq_json_read_copy(arena, pq_buffer_view(text), NULL, value, &error))
		fail_msg("%s", error.message);
}

/* With no more memory than this, and within seconds that are enough with sanitizers, too. What is
 * found does not matter. */
static void judge_update(const struct pq_buffer *old_text, const struct pq_buffer *new_text,
			 size_t memory)
{
	pq_cleanup_arena struct pq_arena documents;
	pq_cleanup_arena struct pq_arena arena;
	struct pq_value old, new;
	struct pq_findings findings;
	pq_arena_init(&documents, 0);
	pq_arena_init(&arena, memory);
	read_json(&documents, old_text, &old);
	read_json(&documents, new_text, &new);
	pq_findings_init(&findings, &arena, 10);
	clock_t before = clock();
	assert_true(pq_crd_validate(&arena, &new, &old, &findings));
	assert_true(clock() - before < 5 * CLOCKS_PER_SEC);
}

/* Each default is judged as one of a whole resource, which is as deep as the default is. */
static void test_update_of_deep_defaults(void **state)
{
	pq_cleanup_buffer struct pq_buffer before, text;
	(void)state;
	pq_buffer_init(&before, 0);
	pq_buffer_init(&text, 0);
	for (int i = 0; i < 400; i++)
		pq_buffer_append_text(&before, "{\"type\":\"object\",\"properties\":{\"a\":");
	pq_buffer_append_text(&before,
			      "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"object\"}");
	for (int i = 0; i < 5000; i++)
		pq_buffer_append_format(&before, ",\"a%d\":{\"type\":\"object\",\"default\":{}}",
					i);
	for (int i = 0; i < 401; i++)
		pq_buffer_append_text(&before, "}}");
	pq_buffer_append_byte(&before, '\0');
	write_crd(&text, before.data, "", 0, "");
	judge_update(&text, &text, 64 << 20);
}

static void write_versions(struct pq_buffer *text, int count, const char *end)
{
	write_crd(text, "{}}}", "", 0, "");
	/* Those of write_crd make way. */
	text->length = (size_t)(pq_string_find_byte(pq_buffer_view(text), '[') + 1);
	for (int i = 0; i < count; i++)
		pq_buffer_append_format(text, "%s{\"name\":\"v%d\",\"storage\":%s,\"served\":false",
					i == 0 ? "" : "},", i, i == 0 ? "true" : "false");
	pq_buffer_append_text(text, end);
	pq_buffer_append_text(text, "}]}}");
}

static void test_update_of_many_versions(void **state)
{
	pq_cleanup_buffer struct pq_buffer old, new;
	(void)state;
	pq_buffer_init(&old, 0);
	pq_buffer_init(&new, 0);
	write_versions(&old, 20000, "");
	write_versions(&new, 20000, ",\"selectableFields\":[{\"jsonPath\":\".a\"}]");
	judge_update(&old, &new, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refused_by_name),
		cmocka_unit_test(test_taken),
		cmocka_unit_test(test_many_properties_repeated),
		cmocka_unit_test(test_update_of_deep_defaults),
		cmocka_unit_test(test_update_of_many_versions),
	};
	return cmocka_run_group_tests_name("registry/crd_large", tests, NULL, NULL);
}
