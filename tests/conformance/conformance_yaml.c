/*
 * yaml-test-suite: every in.yaml gives its in.json or, where there is a file "error", none. What
 * sigs.k8s.io/yaml v1.6 itself does not pass is in expected/yaml.txt, with the reason.
 */
#include "yaml/read.h"

#include "harness/corpora.h"
#include "harness/expectations.h"
#include "json/read.h"
#include "json/write.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

static void append_document(struct pq_buffer *text, const struct pq_value *value)
{
	pq_json_write(text, value, PQ_JSON_SORT_KEYS);
	pq_buffer_append_byte(text, '\n');
}

/* One JSON document a line, so that both sides can be compared as text. */
static bool read_yaml(struct pq_arena *arena, struct pq_string text, struct pq_buffer *documents,
		      struct pq_error *error)
{
	struct pq_yaml_options options = { .conversion = PQ_YAML_TO_JSON };
	pq_cleanup_yaml_stream struct pq_yaml_stream *stream = pq_yaml_stream_new(text, &options);
	for (;;) {
		struct pq_value value;
		switch (pq_yaml_stream_next(stream, arena, &value, NULL, error)) {
		case PQ_YAML_DOCUMENT:
			append_document(documents, &value);
			break;
		case PQ_YAML_END:
			return true;
		case PQ_YAML_FAILED:
			return false;
		}
	}
}

/* in.json holds one document after the other; as flow YAML each starts where a line does. Numbers
 * such as 1.0 lose their fraction on both sides. */
static bool read_json(struct pq_arena *arena, struct pq_string text, struct pq_buffer *documents)
{
	struct pq_buffer separated;
	pq_buffer_init_in(&separated, arena, 0);
	struct pq_string rest = text;
	struct pq_string line;
	while (pq_string_split(&rest, '\n', &line)) {
		bool is_start = line.length > 0 && strchr(" ]}", line.data[0]) == NULL;
		if (is_start)
			pq_buffer_append_text(&separated, "---\n");
		pq_buffer_append_string(&separated, line);
		pq_buffer_append_byte(&separated, '\n');
	}
	struct pq_error error;
	return read_yaml(arena, pq_buffer_view(&separated), documents, &error);
}

static bool run_case(struct pq_arena *arena, const char *folder, char *detail, size_t size)
{
	char path[4096];
	snprintf(path, sizeof path, "%s/error", folder);
	bool must_fail = access(path, F_OK) == 0;
	snprintf(path, sizeof path, "%s/in.yaml", folder);
	struct pq_string text = test_read_file(arena, path);
	struct pq_buffer got;
	struct pq_buffer want;
	pq_buffer_init_in(&got, arena, 0);
	pq_buffer_init_in(&want, arena, 0);
	struct pq_error error = { 0 };
	bool read = read_yaml(arena, text, &got, &error);
	snprintf(detail, size, "%s", read ? "accepted" : error.message);
	if (!read || must_fail)
		return read != must_fail;
	snprintf(path, sizeof path, "%s/in.json", folder);
	if (access(path, F_OK) != 0)
		return true; /* what JSON cannot say: reading it is all that is asked */
	if (!read_json(arena, test_read_file(arena, path), &want))
		return false;
	snprintf(detail, size, "got %.*s, not %.*s", PQ_STRING_ARGUMENT(pq_buffer_view(&got)),
		 PQ_STRING_ARGUMENT(pq_buffer_view(&want)));
	return pq_string_equal(pq_buffer_view(&got), pq_buffer_view(&want));
}

static void test_suite(void **state)
{
	(void)state;
	pq_cleanup_arena struct pq_arena arena;
	pq_arena_init(&arena, 0);
	struct pq_string root = pq_string_from(test_corpus_or_skip("yaml-test-suite"));
	char *folder = (char *)pq_arena_copy(&arena, root).data;
	const char **paths;
	size_t count = test_list_files(&arena, folder, "/in.yaml", &paths);
	struct test_expectations expectations;
	test_expectations_load(&expectations, "yaml.txt");
	for (size_t i = 0; i < count; i++) {
		pq_cleanup_arena struct pq_arena scratch;
		pq_arena_init(&scratch, 0);
		struct pq_string path = pq_string_from(paths[i]);
		path.length -= strlen("/in.yaml");
		const char *name = pq_arena_copy(&arena, path).data;
		char detail[1024];
		bool passed = run_case(&scratch, name, detail, sizeof detail);
		test_expectations_record(&expectations, name + root.length + 1, passed, detail);
	}
	test_expectations_finish(&expectations);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_suite) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
