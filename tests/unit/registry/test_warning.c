/* Which warnings fit into the headers of an answer, by the API server's filters/warning.go. */
#include "base/buffer.h"
#include "registry/warning.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* A letter, so many times. */
struct part {
	const char *letter;
	int length;
};

enum { PARTS_MAX = 40 };

static struct pq_string write(struct pq_arena *arena, const struct part *part)
{
	struct pq_buffer text;
	pq_buffer_init_in(&text, arena, 0);
	for (int i = 0; i < part->length; i++)
		pq_buffer_append_text(&text, part->letter);
	return pq_buffer_view(&text);
}

static const struct {
	const char *name;
	struct part given[PARTS_MAX], sent[PARTS_MAX];
} send_cases[] = {
	{ "few are sent as they are", { { "a", 300 }, { "b", 2 } }, { { "a", 300 }, { "b", 2 } } },
	{ "all that is allowed", { { "a", 4000 }, { "b", 96 } }, { { "a", 4000 }, { "b", 96 } } },
	{ "one too many cuts those before it, too",
	  { { "a", 4000 }, { "b", 97 } },
	  { { "a", 256 }, { "b", 97 } } },
	{ "characters count, not bytes",
	  { { "ä", 4000 }, { "ß", 300 } },
	  { { "ä", 256 }, { "ß", 256 } } },
	{ "those that no header may hold are left out",
	  { { "a", 5 }, { "\n", 1 }, { "\x7f", 1 }, { "\xc2\x80", 1 }, { "b", 5 } },
	  { { "a", 5 }, { "b", 5 } } },
	{ "short ones may come to more once they are cut",
	  { { "a", 255 },
	    { "b", 255 },
	    { "c", 255 },
	    { "d", 255 },
	    { "e", 255 },
	    { "f", 255 },
	    { "g", 255 },
	    { "h", 255 },
	    { "i", 255 },
	    { "j", 255 },
	    { "k", 255 },
	    { "l", 255 },
	    { "m", 255 },
	    { "n", 255 },
	    { "o", 255 },
	    { "p", 255 },
	    { "q", 255 },
	    { "r", 255 } },
	  { { "a", 255 },
	    { "b", 255 },
	    { "c", 255 },
	    { "d", 255 },
	    { "e", 255 },
	    { "f", 255 },
	    { "g", 255 },
	    { "h", 255 },
	    { "i", 255 },
	    { "j", 255 },
	    { "k", 255 },
	    { "l", 255 },
	    { "m", 255 },
	    { "n", 255 },
	    { "o", 255 },
	    { "p", 255 },
	    { "q", 255 } } },
};

static void test_send(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof send_cases / sizeof *send_cases; i++) {
		pq_cleanup_arena struct pq_arena arena;
		struct pq_string given[PARTS_MAX], *sent;
		size_t given_count = 0, count, wanted = 0;
		pq_arena_init(&arena, 0);
		print_message("%s\n", send_cases[i].name);
		for (; send_cases[i].given[given_count].letter != NULL; given_count++)
			given[given_count] = write(&arena, &send_cases[i].given[given_count]);
		assert_true(pq_warnings_send(&arena, given, given_count, &sent, &count));
		for (; send_cases[i].sent[wanted].letter != NULL; wanted++) {
			assert_true(wanted < count);
			assert_true(pq_string_equal(sent[wanted],
						    write(&arena, &send_cases[i].sent[wanted])));
		}
		assert_int_equal(count, wanted);
	}
}

/* Its first part may be sent, if the others make it be cut. */
static void test_control_character_behind_the_cut(void **state)
{
	pq_cleanup_arena struct pq_arena arena;
	struct pq_buffer text;
	struct pq_string *sent;
	size_t count;
	(void)state;
	pq_arena_init(&arena, 0);
	pq_buffer_init_in(&text, &arena, 0);
	for (int i = 0; i < PQ_WARNING_LENGTH_MAX; i++)
		pq_buffer_append_text(&text, "x");
	pq_buffer_append_text(&text, "\n");
	const struct part most = { "y", PQ_WARNINGS_LENGTH_MAX }, more = { "z", 1 };
	const struct pq_string given[] = { pq_buffer_view(&text), write(&arena, &most),
					   write(&arena, &more) };
	assert_true(pq_warnings_send(&arena, given, 2, &sent, &count));
	assert_int_equal(count, 1);
	assert_true(pq_warnings_send(&arena, given, 3, &sent, &count));
	assert_int_equal(count, 3);
	assert_int_equal(sent[0].length, PQ_WARNING_LENGTH_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_send),
		cmocka_unit_test(test_control_character_behind_the_cut),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
