/* apiserver-golden/builtin, and answers of our own recording: what a real kube-apiserver said to
 * objects of built-in kinds. Two lists are kept: a case of the first is one where the verdict
 * differs (400 for what cannot be decoded, 422 for what is invalid); of the second, one that is
 * invalid to both but told of otherwise: the reason, the message, or the causes as a set. Decode
 * errors are compared by their code alone. */
#include "harness/corpora.h"
#include "harness/expectations.h"
#include "harness/golden.h"
#include "registry/builtin.h"
#include "json/read.h"
#include "json/write.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

struct suite {
	struct test_expectations verdicts;
	struct test_expectations causes;
	struct pq_openapi *openapi;
};

static struct pq_string text_of(const struct pq_value *test, const char *key)
{
	return pq_value_find_string(test, pq_string_from(key));
}

static enum pq_field_validation field_validation_of(const struct pq_value *test)
{
	struct pq_string mode = text_of(test, "fieldValidation");
	return pq_string_is(mode, "Strict")   ? PQ_FIELDS_STRICT
	       : pq_string_is(mode, "Ignore") ? PQ_FIELDS_IGNORE
					      : PQ_FIELDS_WARN;
}

static void find_kind(const struct suite *suite, const struct pq_value *test,
		      struct pq_openapi_kind *kind)
{
	struct pq_string group = PQ_S(""), version = text_of(test, "apiVersion");
	ptrdiff_t slash = pq_string_find_byte(version, '/');
	if (slash >= 0) {
		group = pq_string_slice(version, 0, (size_t)slash);
		version = pq_string_slice(version, (size_t)slash + 1, version.length);
	}
	assert_true(
		pq_openapi_find_kind(suite->openapi, group, version, text_of(test, "kind"), kind));
}

static int compare_texts(const void *a, const void *b)
{
	return pq_string_compare(*(const struct pq_string *)a, *(const struct pq_string *)b);
}

/* The causes of a status as a sorted text, a line each; what is told twice counts once. */
static struct pq_string sorted_causes(struct pq_arena *arena, const struct pq_value *status)
{
	const struct pq_value *causes = pq_value_find_path(status, 2, "details", "causes");
	size_t count = causes == NULL ? 0 : causes->length;
	struct pq_string *lines = pq_arena_alloc_array(arena, count, sizeof *lines);
	struct pq_buffer all;
	pq_buffer_init_in(&all, arena, 0);
	for (size_t i = 0; i < count; i++) {
		struct pq_buffer line;
		pq_buffer_init_in(&line, arena, 0);
		pq_json_write(&line, &causes->items[i], PQ_JSON_SORT_KEYS);
		lines[i] = pq_buffer_view(&line);
	}
	if (count > 0)
		qsort(lines, count, sizeof *lines, compare_texts);
	for (size_t i = 0; i < count; i++) {
		if (i > 0 && pq_string_equal(lines[i - 1], lines[i]))
			continue;
		pq_buffer_append_string(&all, lines[i]);
		pq_buffer_append_byte(&all, '\n');
	}
	assert_false(pq_buffer_failed(&all));
	return pq_buffer_view(&all);
}

/* The recordings lack the five characters that end a generated name; ours are always the same. */
static void remove_generated(struct pq_buffer *text)
{
	static const char generated[] = "xxxxx";
	size_t length = sizeof generated - 1, kept = 0;
	for (size_t i = 0; i < text->length;) {
		bool is_generated = i + length < text->length && i > 0 &&
				    memcmp(text->data + i, generated, length) == 0 &&
				    text->data[i - 1] != 'x' && text->data[i + length] != 'x';
		if (is_generated)
			i += length;
		else
			text->data[kept++] = text->data[i++];
	}
	text->length = kept;
}

/* Ours as the server would write it. */
static struct pq_value write_status(struct pq_arena *arena, const struct pq_status *status)
{
	struct pq_buffer text;
	struct pq_value value;
	struct pq_error error;
	pq_buffer_init_in(&text, arena, 0);
	pq_status_write(&text, status, false);
	remove_generated(&text);
	assert_true(pq_json_read(arena, pq_buffer_view(&text), NULL, &value, &error));
	return value;
}

/* What of two refusals differs; empty when nothing does. Messages list the causes in the order in
 * which they were found, so that of several only the length is compared. */
static struct pq_string find_difference(struct pq_arena *arena, const struct pq_value *ours,
					const struct pq_value *theirs)
{
	struct pq_string our_causes = sorted_causes(arena, ours);
	struct pq_string their_causes = sorted_causes(arena, theirs);
	struct pq_string our_message = text_of(ours, "message");
	struct pq_string their_message = text_of(theirs, "message");
	if (!pq_string_equal(text_of(ours, "reason"), text_of(theirs, "reason")))
		return PQ_S("another reason");
	if (!pq_string_equal(our_causes, their_causes))
		return pq_arena_format(arena, "causes\n  ours:   %.*s  theirs: %.*s",
				       PQ_STRING_ARGUMENT(our_causes),
				       PQ_STRING_ARGUMENT(their_causes));
	if (our_message.length != their_message.length)
		return pq_arena_format(arena, "message\n  ours:   %.*s\n  theirs: %.*s",
				       PQ_STRING_ARGUMENT(our_message),
				       PQ_STRING_ARGUMENT(their_message));
	return PQ_S("");
}

static void judge(const struct suite *suite, struct pq_arena *arena, const struct pq_value *test,
		  struct pq_resource_outcome *outcome)
{
	struct pq_openapi_kind kind;
	find_kind(suite, test, &kind);
	const struct pq_resource_request request = {
		.namespace = PQ_S("default"),
		.field_validation = field_validation_of(test),
		.body = text_of(test, "raw"),
		.document = pq_value_find(test, PQ_S("object")),
		.old = pq_value_find(test, PQ_S("old")),
		.name = text_of(test, "urlName"),
	};
	pq_builtin_judge(arena, suite->openapi, &kind, &request, outcome);
}

static void run_case(struct suite *suite, struct pq_arena *arena, const struct pq_value *test)
{
	struct pq_resource_outcome outcome;
	char name[128], detail[512];
	const struct pq_value *theirs = pq_value_find(test, PQ_S("status"));
	int64_t code = pq_value_find(test, PQ_S("code"))->integer;
	int64_t wanted = code < 400 ? 0 : code;
	judge(suite, arena, test, &outcome);
	snprintf(name, sizeof name, "%.*s", PQ_STRING_ARGUMENT(text_of(test, "name")));
	snprintf(detail, sizeof detail, "ours: %d %.*s\n  theirs: %d %.*s", outcome.status.code,
		 PQ_STRING_ARGUMENT(pq_string_slice(outcome.status.message, 0, 200)), (int)wanted,
		 PQ_STRING_ARGUMENT(pq_string_slice(text_of(theirs, "message"), 0, 200)));
	test_expectations_record(&suite->verdicts, name, outcome.status.code == wanted, detail);
	if (wanted != 422 || outcome.status.code != 422)
		return;
	struct pq_value ours = write_status(arena, &outcome.status);
	struct pq_string difference = find_difference(arena, &ours, theirs);
	test_expectations_record(&suite->causes, name, difference.length == 0, difference.data);
}

static void run_line(void *context, struct pq_string line)
{
	pq_cleanup_arena struct pq_arena arena;
	struct pq_value test;
	struct pq_error error;
	pq_arena_init(&arena, 0);
	assert_true(pq_json_read_copy(&arena, line, NULL, &test, &error));
	run_case(context, &arena, &test);
}

static void test_builtin(void **state)
{
	(void)state;
	struct suite suite;
	struct pq_error error;
	suite.openapi = pq_openapi_new_embedded(&error);
	assert_non_null(suite.openapi);
	test_expectations_load(&suite.verdicts, "builtin_golden.txt");
	test_expectations_load(&suite.causes, "builtin_golden_causes.txt");
	suite.verdicts.is_partial = suite.causes.is_partial = !test_golden_is_whole();
	test_golden_each("builtin", run_line, &suite);
	test_golden_each_in("data/builtin", run_line, &suite);
	pq_openapi_free(suite.openapi);
	test_expectations_finish(&suite.causes);
	test_expectations_finish(&suite.verdicts);
}

/* What the API server answers reads as its compact form does, so that verdicts are the same. */
static void test_plain_document(void **state)
{
	const char *path = test_corpus_or_skip("kube-openapi-v1.36.3/schemas.json");
	pq_cleanup_arena struct pq_arena arena;
	struct pq_error error;
	(void)state;
	pq_arena_init(&arena, 0);
	struct pq_openapi *compact = pq_openapi_new_embedded(&error);
	struct pq_openapi *plain = pq_openapi_new(test_read_file(&arena, path), &error);
	assert_non_null(compact);
	assert_non_null(plain);
	const struct pq_value *parts[][2] = {
		{ pq_openapi_kinds(compact), pq_openapi_kinds(plain) },
		{ pq_openapi_types(compact), pq_openapi_types(plain) },
	};
	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
		const struct pq_object *members = parts[i][0]->object;
		for (size_t j = 0; j < members->count; j++) {
			const struct pq_member *member = &members->members[j];
			const struct pq_value *same = pq_value_find(parts[i][1], member->key);
			if (same == NULL || !pq_value_equal(&member->value, same))
				fail_msg("%.*s differs", PQ_STRING_ARGUMENT(member->key));
		}
	}
	pq_openapi_free(compact);
	pq_openapi_free(plain);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_builtin),
					    cmocka_unit_test(test_plain_document) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
