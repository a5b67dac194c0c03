/* Finding formats by the names that schemas give them, and what the recorded texts do not show. */
#include "formats/address.h"
#include "formats/format.h"
#include "formats/quantity.h"
#include "formats/selector.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void test_names_ignore_dashes(void **state)
{
	(void)state;
	static const struct {
		const char *in;
		const char *want;
	} rows[] = {
		{ "date-time", "datetime" },
		{ "datetime", "datetime" },
		{ "-u-r-i-", "uri" },
		{ "k8s-short-name", "k8sshortname" },
		{ "URI", NULL },
		{ "int32", NULL },
		{ "uuid33", NULL },
		{ "uui", NULL },
		{ "", NULL },
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct pq_format *format = pq_format_find(pq_string_from(rows[i].in));
		if (rows[i].want == NULL)
			assert_null(format);
		else
			assert_string_equal(format->name, rows[i].want);
	}
}

/* No check may read a byte that is not there, of which sanitizers would tell. */
static void test_every_format_takes_nothing(void **state)
{
	(void)state;
	for (const struct pq_format *format = pq_formats; format->name != NULL; format++) {
		bool accepted = format->check((struct pq_string){ 0 });
		assert_int_equal(accepted, strcmp(format->name, "password") == 0);
	}
}

static void test_addresses(void **state)
{
	(void)state;
	struct pq_address address;
	unsigned length;
	assert_true(pq_address_parse(PQ_S("1.2.3.4"), &address));
	assert_false(address.is_ipv6);
	assert_memory_equal(address.bytes, "\1\2\3\4", 4);
	assert_true(pq_address_parse(PQ_S("1::ffff:10.0.0.1"), &address));
	assert_true(address.is_ipv6);
	assert_memory_equal(address.bytes, "\0\1\0\0\0\0\0\0\0\0\xff\xff\n\0\0\1", 16);
	assert_true(pq_prefix_parse_sloppy(PQ_S("010.0.0.0/08"), &address, &length));
	assert_int_equal(length, 8);
	assert_int_equal(address.bytes[0], 10);
}

static void test_quantities_compare(void **state)
{
	(void)state;
	static const struct {
		const char *a, *b;
		int want;
	} rows[] = {
		{ "1Ki", "1024", 0 },
		{ "1500m", "1.5", 0 },
		{ "-1", "-1001m", 1 },
		{ "0", "-0", 0 },
		{ "1e30", "1e-9", 1 },
		{ "1e1000000", "2e999999", 1 },
		{ "-1", "1n", -1 },
		{ "8Ei", "9223372036854775807", 0 },
		{ "0.1Ki", "102400m", 0 },
		{ "1234567890123456789012345678901234567", "1234567890123456789012345678901234568",
		  -1 },
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct pq_quantity a, b;
		struct pq_error error;
		assert_true(pq_quantity_parse(pq_string_from(rows[i].a), &a, &error));
		assert_true(pq_quantity_parse(pq_string_from(rows[i].b), &b, &error));
		assert_int_equal(pq_quantity_compare(&a, &b), rows[i].want);
		assert_int_equal(pq_quantity_compare(&b, &a), -rows[i].want);
	}
}

static void test_quantity_digits_are_limited(void **state)
{
	(void)state;
	struct pq_quantity quantity;
	struct pq_error error = { 0 };
	assert_false(pq_quantity_parse(PQ_S("12345678901234567890123456789012345678"), &quantity,
				       &error));
	assert_int_equal(error.code, PQ_ERROR_TOO_LARGE);
	assert_string_equal(error.message, "the quantity has more than 37 digits; write fewer");
}

static bool lookup_app(const void *labels, struct pq_string key, struct pq_string *value)
{
	if (labels == NULL || !pq_string_is(key, "app"))
		return false;
	*value = pq_string_from(labels);
	return true;
}

static void test_selectors(void **state)
{
	(void)state;
	const struct pq_string values[] = { PQ_LITERAL("a"), PQ_LITERAL("b") };
	static const struct {
		enum pq_selector_operator operator;
		const char *label;
		bool want;
	} rows[] = {
		{ PQ_SELECTOR_IN, "b", true },
		{ PQ_SELECTOR_IN, "c", false },
		{ PQ_SELECTOR_IN, NULL, false },
		{ PQ_SELECTOR_NOT_IN, "a", false },
		{ PQ_SELECTOR_NOT_IN, "c", true },
		{ PQ_SELECTOR_NOT_IN, NULL, true },
		{ PQ_SELECTOR_EXISTS, "", true },
		{ PQ_SELECTOR_EXISTS, NULL, false },
		{ PQ_SELECTOR_DOES_NOT_EXIST, "a", false },
		{ PQ_SELECTOR_DOES_NOT_EXIST, NULL, true },
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct pq_selector_requirement requirement = {
			.key = PQ_LITERAL("app"),
			.operator= rows[i].operator,
			.values = values,
			.value_count = 2,
		};
		struct pq_selector selector = { .requirements = &requirement, .count = 1 };
		assert_int_equal(pq_selector_matches(&selector, lookup_app, rows[i].label),
				 rows[i].want);
		selector.count = 0;
		assert_true(pq_selector_matches(&selector, lookup_app, rows[i].label));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names_ignore_dashes),
		cmocka_unit_test(test_every_format_takes_nothing),
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_quantities_compare),
		cmocka_unit_test(test_quantity_digits_are_limited),
		cmocka_unit_test(test_selectors),
	};
	return cmocka_run_group_tests_name("formats/format", tests, NULL, NULL);
}
