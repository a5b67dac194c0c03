/* Zones that Go knows, and what it looks for elsewhere (LoadLocation, validateTimeZone). */
#include "formats/time_zone.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const struct {
	const char *name;
	bool is_known;
	bool is_well_formed;
} cases[] = {
	{ "UTC", true, true },
	{ "Europe/Berlin", true, true },
	{ "America/Argentina/Buenos_Aires", true, true },
	{ "Etc/GMT+12", true, true },
	{ "US/Pacific", true, true },
	{ "europe/berlin", false, true },
	{ "Europe/Berlins", false, true },
	{ "Europe", false, true },
	{ "x", false, true },
	{ "Europe//Berlin", false, false },
	{ "../UTC", false, false },
	{ "a b", false, false },
};

static void test_zones(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct pq_string name = pq_string_from(cases[i].name);
		print_message("%s\n", cases[i].name);
		assert_int_equal(pq_time_zone_is_known(name), cases[i].is_known);
		assert_int_equal(pq_time_zone_is_well_formed(name), cases[i].is_well_formed);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_zones) };
	return cmocka_run_group_tests_name("formats/time_zone", tests, NULL, NULL);
}
