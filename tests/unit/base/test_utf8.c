#include "base/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_decodes_as_go(void **state)
{
	(void)state;
	static const struct {
		struct pq_string text;
		uint32_t want;
		size_t width;
	} cases[] = {
		{ PQ_LITERAL("a"), 'a', 1 },
		{ PQ_LITERAL("\x7F"), 0x7F, 1 },
		{ PQ_LITERAL("é"), 0xE9, 2 },
		{ PQ_LITERAL("€"), 0x20AC, 3 },
		{ PQ_LITERAL("😀"), 0x1F600, 4 },
		{ PQ_LITERAL("\xEF\xBF\xBD"), 0xFFFD, 3 },
		{ PQ_LITERAL("\xF4\x8F\xBF\xBF"), 0x10FFFF, 4 },
		{ PQ_LITERAL("\x80"), PQ_UTF8_REPLACEMENT, 1 },
		{ PQ_LITERAL("\xC0\x80"), PQ_UTF8_REPLACEMENT, 1 },
		{ PQ_LITERAL("\xC1\xBF"), PQ_UTF8_REPLACEMENT, 1 },
		{ PQ_LITERAL("\xE0\x9F\xBF"), PQ_UTF8_REPLACEMENT, 1 },
		{ PQ_LITERAL("\xED\xA0\x80"), PQ_UTF8_REPLACEMENT, 1 },
		{ PQ_LITERAL("\xF0\x8F\xBF\xBF"), PQ_UTF8_REPLACEMENT, 1 },
		{ PQ_LITERAL("\xF4\x90\x80\x80"), PQ_UTF8_REPLACEMENT, 1 },
		{ PQ_LITERAL("\xF5\x80\x80\x80"), PQ_UTF8_REPLACEMENT, 1 },
		{ PQ_LITERAL("\xE2\x82"), PQ_UTF8_REPLACEMENT, 1 },
		{ PQ_LITERAL("\xE2\x82\x41"), PQ_UTF8_REPLACEMENT, 1 },
		{ PQ_LITERAL("\xFF"), PQ_UTF8_REPLACEMENT, 1 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		size_t width;
		assert_int_equal(pq_utf8_decode(cases[i].text, &width), cases[i].want);
		assert_int_equal(width, cases[i].width);
	}
}

static void test_every_character_comes_back(void **state)
{
	(void)state;
	for (uint32_t character = 0; character <= 0x10FFFF; character++) {
		char bytes[PQ_UTF8_BYTES_MAX];
		size_t read, wrote = pq_utf8_encode(character, bytes);
		struct pq_string text = { .data = bytes, .length = wrote };
		bool surrogate = character >= 0xD800 && character <= 0xDFFF;
		uint32_t want = surrogate ? PQ_UTF8_REPLACEMENT : character;
		if (pq_utf8_decode(text, &read) != want || read != wrote)
			fail_msg("U+%04X does not come back", character);
	}
	char bytes[PQ_UTF8_BYTES_MAX];
	assert_int_equal(pq_utf8_encode(0x110000, bytes), 3);
	assert_memory_equal(bytes, "\xEF\xBF\xBD", 3);
}

static void test_counts_and_finds(void **state)
{
	(void)state;
	assert_int_equal(pq_utf8_count(PQ_S("aé€😀")), 4);
	assert_int_equal(pq_utf8_count(PQ_S("a\xFF\xFE")), 3);
	assert_int_equal(pq_utf8_count(PQ_S("")), 0);
	assert_int_equal(pq_utf8_find_invalid(PQ_S("aé€")), 6);
	assert_int_equal(pq_utf8_find_invalid(PQ_S("aé\xE2\x82")), 3);
	assert_int_equal(pq_utf8_find_invalid(PQ_S("\xEF\xBF\xBD")), 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_decodes_as_go),
		cmocka_unit_test(test_every_character_comes_back),
		cmocka_unit_test(test_counts_and_finds),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
