/*
 * What sigs.k8s.io/yaml v1.6 (go.yaml.in/yaml/v2 v2.4) answered to texts of ours, in
 * tests/data/yaml/recorded.jsonl: one object a line with the text, the documents it gave, the error
 * that came after them, and the error of its strict reading. "ours" stands where our words differ
 * from its error on purpose. A file given as an argument is checked instead.
 */
#include "yaml/read.h"

#include "harness/corpora.h"
#include "json/read.h"
#include "json/write.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static const char *recorded_path;

struct outcome {
	struct pq_buffer documents; /* "[…]" as Go's json.Marshal writes it */
	struct pq_string error;
	struct pq_findings findings;
};

static void read_all(struct pq_arena *arena, struct pq_string text, struct outcome *outcome)
{
	pq_buffer_init_in(&outcome->documents, arena, 0);
	pq_findings_init(&outcome->findings, arena, 0);
	outcome->error = (struct pq_string){ 0 };
	struct pq_yaml_options options = { .conversion = PQ_YAML_TO_JSON,
					   .go_texts = true,
					   .findings = &outcome->findings };
	pq_cleanup_yaml_stream struct pq_yaml_stream *stream = pq_yaml_stream_new(text, &options);
	struct pq_value value;
	struct pq_error error = { 0 };
	enum pq_yaml_result result;
	pq_buffer_append_byte(&outcome->documents, '[');
	while ((result = pq_yaml_stream_next(stream, arena, &value, NULL, &error)) ==
	       PQ_YAML_DOCUMENT) {
		if (outcome->documents.length > 1)
			pq_buffer_append_byte(&outcome->documents, ',');
		pq_json_write(&outcome->documents, &value, PQ_JSON_GO);
	}
	pq_buffer_append_byte(&outcome->documents, ']');
	if (result == PQ_YAML_FAILED) {
		assert_true(error.line > 0 && error.column > 0);
		outcome->error = pq_arena_copy(arena, pq_string_from(error.message));
	}
}

/* Records that strict reading refuses for a key that only overrides what "<<" has brought: that is
 * what merging is for, and no duplicate to us. */
static const char *const overriding[] = { "merge", "merge list", "merge list inline",
					  "merge twice" };

static bool is_overriding(struct pq_string name)
{
	for (size_t i = 0; i < sizeof overriding / sizeof overriding[0]; i++) {
		if (pq_string_is(name, overriding[i]))
			return true;
	}
	return false;
}

static bool complain(const struct pq_value *record, const char *what, struct pq_string got,
		     struct pq_string want)
{
	struct pq_string name = pq_value_find_string(record, PQ_S("name"));
	print_message("%.*s: %s\n  got  %.*s\n  want %.*s\n", PQ_STRING_ARGUMENT(name), what,
		      PQ_STRING_ARGUMENT(got), PQ_STRING_ARGUMENT(want));
	return false;
}

static bool check_record(struct pq_arena *arena, const struct pq_value *record)
{
	struct outcome outcome;
	read_all(arena, pq_value_find_string(record, PQ_S("yaml")), &outcome);
	struct pq_buffer want;
	pq_buffer_init_in(&want, arena, 0);
	pq_json_write(&want, pq_value_find(record, PQ_S("documents")), PQ_JSON_GO);
	struct pq_string got = pq_buffer_view(&outcome.documents);
	if (!pq_string_equal(got, pq_buffer_view(&want)))
		return complain(record, "documents", got, pq_buffer_view(&want));
	struct pq_string error = pq_value_find_string(record, PQ_S("ours"));
	if (error.data == NULL)
		error = pq_value_find_string(record, PQ_S("error"));
	if (!pq_string_equal(outcome.error, error))
		return complain(record, "error", outcome.error, error);
	if (error.length > 0) /* strict reading came no further either */
		return true;
	struct pq_string strict = pq_value_find_string(record, PQ_S("strict"));
	bool has_duplicate =
		strict.data != NULL && !is_overriding(pq_value_find_string(record, PQ_S("name")));
	if (has_duplicate == pq_findings_is_empty(&outcome.findings))
		return complain(record, "duplicates",
				has_duplicate ? PQ_S("none") : outcome.findings.items[0].message,
				has_duplicate ? strict : PQ_S("none"));
	return true;
}

static void test_recorded(void **state)
{
	(void)state;
	pq_cleanup_arena struct pq_arena file_arena;
	pq_arena_init(&file_arena, 0);
	const char *path =
		recorded_path != NULL ? recorded_path : test_data("data/yaml/recorded.jsonl");
	struct pq_string rest = test_read_file(&file_arena, path);
	struct pq_string line;
	size_t passed = 0;
	size_t wrong = 0;
	while (pq_string_split(&rest, '\n', &line)) {
		if (line.length == 0)
			continue;
		pq_cleanup_arena struct pq_arena arena;
		pq_arena_init(&arena, 0);
		struct pq_value record;
		struct pq_error error;
		assert_true(pq_json_read_copy(&arena, line, NULL, &record, &error));
		if (check_record(&arena, &record))
			passed++;
		else
			wrong++;
	}
	print_message("%zu records passed, %zu wrong\n", passed, wrong);
	assert_int_equal(wrong, 0);
	assert_int_not_equal(passed, 0);
}

int main(int argc, char **argv)
{
	recorded_path = argc > 1 ? argv[1] : NULL;
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_recorded) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
