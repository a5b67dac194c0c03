#include "harness/expectations.h"

#include "base/file.h"
#include "harness/corpora.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { MESSAGES_MAX = 40 };

static char seen_mark, listed_mark;

static FILE *report(const struct test_expectations *expectations, const char *mode)
{
	const char *folder = getenv("PRATIQUE_EXPECTED_REPORT");
	if (folder == NULL)
		return NULL;
	char path[4096];
	snprintf(path, sizeof path, "%s/%s", folder, expectations->file);
	return fopen(path, mode);
}

void test_expectations_load(struct test_expectations *expectations, const char *file)
{
	*expectations = (struct test_expectations){ .file = file };
	pq_map_init(&expectations->listed);
	FILE *fresh = report(expectations, "w");
	if (fresh != NULL)
		fclose(fresh);
	struct pq_arena arena;
	struct pq_buffer text;
	struct pq_error error;
	pq_arena_init(&arena, 0);
	pq_buffer_init_in(&text, &arena, 0);
	char relative[512];
	snprintf(relative, sizeof relative, "conformance/expected/%s", file);
	if (pq_file_read(test_data(relative), &text, &error)) {
		struct pq_string rest = pq_buffer_view(&text), line;
		while (pq_string_split(&rest, '\n', &line)) {
			ptrdiff_t comment = pq_string_find_byte(line, '#');
			if (comment >= 0)
				line.length = (size_t)comment;
			line = pq_string_trim(line);
			if (line.length > 0)
				assert_true(pq_map_put(&expectations->listed, line, &listed_mark,
						       NULL));
		}
	}
	pq_arena_done(&arena);
}

void test_expectations_record(struct test_expectations *expectations, const char *name, bool passed,
			      const char *detail)
{
	struct pq_string key = pq_string_from(name);
	bool listed = pq_map_find(&expectations->listed, key) != NULL;
	if (listed)
		assert_true(pq_map_put(&expectations->listed, key, &seen_mark, NULL));
	FILE *failures = passed ? NULL : report(expectations, "a");
	if (failures != NULL) {
		fprintf(failures, "%s\n", name);
		fclose(failures);
	}
	if (passed && !listed) {
		expectations->passed++;
	} else if (!passed && listed) {
		expectations->failed_as_expected++;
	} else if (expectations->wrong++ < MESSAGES_MAX) {
		if (passed)
			print_error("%s: passes now, take it out of %s\n", name,
				    expectations->file);
		else
			print_error("%s: fails: %s\n", name, detail == NULL ? "" : detail);
	}
}

void test_expectations_finish(struct test_expectations *expectations)
{
	for (size_t i = 0; i < expectations->listed.count; i++) {
		const struct pq_map_entry *entry = &expectations->listed.entries[i];
		if (entry->value == &seen_mark || expectations->is_partial)
			continue;
		expectations->wrong++;
		print_error("%s: listed in %s, but there is no such case\n", entry->key.data,
			    expectations->file);
	}
	print_message("%s: %zu pass, %zu fail as listed, %zu unexpected\n", expectations->file,
		      expectations->passed, expectations->failed_as_expected, expectations->wrong);
	size_t wrong = expectations->wrong;
	pq_map_done(&expectations->listed);
	if (wrong != 0)
		fail_msg("%zu unexpected results", wrong);
}
