#include "check/part.h"
#include "check/read.h"
#include "check/split.h"
#include "folder.h"

static bool count_document(struct check_source *source, const struct check_document *document,
			   void *context)
{
	struct pq_buffer *seen = context;
	(void)source;
	pq_buffer_append_format(
		seen, "%zu:%.*s:%u ", document->index,
		PQ_STRING_ARGUMENT(pq_value_find_string(&document->value, PQ_S("name"))),
		source->start.line);
	return true;
}

/* What the documents of all parts are, with their places. */
static void read_all(const struct check_input *input, struct pq_buffer *seen)
{
	struct pq_buffer bytes;
	pq_buffer_init(&bytes, 0);
	for (size_t i = 0; i < check_part_count(input); i++) {
		pq_cleanup_arena struct pq_arena arena;
		struct check_part part;
		struct pq_error error;
		pq_arena_init(&arena, 0);
		assert_true(check_part_read(input, i, &bytes, &part, &error));
		const struct check_text text = {
			.file = pq_string_from(input->path),
			.bytes = pq_buffer_view(&bytes),
			.first_document = part.first_document,
			.first_line = part.first_line,
		};
		assert_true(check_read_documents(&arena, &text, count_document, seen, &error));
	}
	pq_buffer_done(&bytes);
	pq_buffer_append_byte(seen, '\0');
}

/* Read in parts, a file's documents are the same, wherever the parts end. */
static void test_parts_make_no_difference(void **state)
{
	struct check_input input = { .path = "a.yaml", .spool = -1 };
	struct pq_buffer text, bytes, seen, at_once;
	struct pq_error error;
	(void)state;
	pq_buffer_init(&text, 0);
	pq_buffer_init(&bytes, 0);
	pq_buffer_init(&seen, 0);
	pq_buffer_init(&at_once, 0);
	for (size_t i = 0; i < 3000; i++)
		pq_buffer_append_format(&text, "name: d%zu\nfill: %0*d\n%s---\n", i,
					(int)(i * 37 % 2000), 1, i % 3 == 0 ? "...\n" : "");
	put_bytes("a.yaml", pq_buffer_view(&text));
	assert_true(text.length > 2 * CHECK_PART_BYTES);
	assert_true(check_part_cut(&input, &bytes, &error));
	assert_non_null(input.parts);
	assert_true(input.parts->count > 2);
	read_all(&input, &seen);
	struct check_input whole = { .path = "a.yaml", .spool = -1 };
	read_all(&whole, &at_once);
	assert_string_equal(seen.data, at_once.data);
	assert_non_null(strstr(seen.data, "2999:d2999:"));
	free(input.parts);
	pq_buffer_done(&text);
	pq_buffer_done(&bytes);
	pq_buffer_done(&seen);
	pq_buffer_done(&at_once);
}

static void test_finds_what_others_are_judged_by(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		bool want;
	} cases[] = {
		{ "apiVersion: v1\nkind: ConfigMap\n", false },
		{ "kind: Namespace\n", true },
		{ "{\"kind\":\"CustomResourceDefinition\"}", true },
		{ "", false },
	};
	struct pq_buffer bytes;
	pq_buffer_init(&bytes, 0);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct check_input input = { .path = "a.yaml", .spool = -1 };
		struct pq_error error;
		put("a.yaml", cases[i].text);
		assert_true(check_part_cut(&input, &bytes, &error));
		assert_int_equal(input.has_others, cases[i].want);
		assert_null(input.parts);
	}
	pq_buffer_done(&bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_parts_make_no_difference, enter_folder,
						leave_folder),
		cmocka_unit_test_setup_teardown(test_finds_what_others_are_judged_by, enter_folder,
						leave_folder),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
