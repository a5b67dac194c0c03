/* Replays what Kubernetes' own packages answered to texts good and bad (tests/data/formats). */
#include "formats/cron.h"
#include "formats/duration.h"
#include "formats/format.h"
#include "formats/names.h"
#include "formats/quantity.h"
#include "formats/timestamp.h"
#include "harness/recorded.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

typedef void answerer(struct pq_string text, struct pq_buffer *answer);

static void answer_names(pq_name_check *check, struct pq_string text, struct pq_buffer *answer)
{
	const char *problems[PQ_NAME_PROBLEMS_MAX];
	size_t count = check(text, problems);
	for (size_t i = 0; i < count; i++) {
		pq_buffer_append_text(answer, i > 0 ? " && " : "");
		pq_buffer_append_text(answer, problems[i]);
	}
}

static void answer_time(struct pq_string text, struct pq_buffer *answer)
{
	int64_t seconds;
	int32_t nanoseconds;
	if (!pq_time_parse(text, &seconds, &nanoseconds, answer))
		return;
	pq_buffer_append_format(answer, "%lld %d ", (long long)seconds, nanoseconds);
	pq_time_write(answer, seconds);
}

static void answer_duration(struct pq_string text, struct pq_buffer *answer)
{
	struct pq_error error;
	int64_t nanoseconds;
	if (!pq_duration_parse(text, &nanoseconds, &error)) {
		pq_buffer_append_text(answer, error.message);
		return;
	}
	pq_buffer_append_format(answer, "%lld ", (long long)nanoseconds);
	pq_duration_write(answer, nanoseconds);
}

/* The canonical form, the sign, and how it compares with 1.5. */
static void answer_quantity(struct pq_string text, struct pq_buffer *answer)
{
	struct pq_error error;
	struct pq_quantity quantity, other;
	if (!pq_quantity_parse(text, &quantity, &error)) {
		pq_buffer_append_text(answer, error.message);
		return;
	}
	assert_true(pq_quantity_parse(PQ_S("1.5"), &other, &error));
	pq_quantity_write(answer, &quantity);
	pq_buffer_append_format(answer, " %d %d", pq_quantity_sign(&quantity),
				pq_quantity_compare(&quantity, &other));
}

/* In units and in thousandths, and rounded up to these. */
static void answer_quantity_value(struct pq_string text, struct pq_buffer *answer)
{
	struct pq_error error;
	struct pq_quantity quantity;
	assert_true(pq_quantity_parse(text, &quantity, &error));
	pq_buffer_append_format(answer, "%lld %lld ", (long long)pq_quantity_value(&quantity, 0),
				(long long)pq_quantity_value(&quantity, 3));
	pq_quantity_round_up(&quantity, -3);
	pq_quantity_write(answer, &quantity);
}

static void answer_cron(struct pq_string text, struct pq_buffer *answer)
{
	struct pq_error error;
	pq_buffer_append_text(answer, pq_cron_check(text, &error) ? "ok" : error.message);
}

static const struct {
	const char *name;
	pq_name_check *check;
} name_checks[] = {
	{ "name1123label", pq_names_check_dns1123_label },
	{ "name1123subdomain", pq_names_check_dns1123_subdomain },
	{ "name1035label", pq_names_check_dns1035_label },
	{ "labelkey", pq_names_check_label_key },
	{ "labelvalue", pq_names_check_label_value },
	{ "pathsegment", pq_names_check_path_segment },
	{ "wildcardsubdomain", pq_names_check_wildcard_subdomain },
	{ "underscoresubdomain", pq_names_check_subdomain_with_underscore },
	{ "portname", pq_names_check_port_name },
	{ "configmapkey", pq_names_check_config_map_key },
	{ "httpheader", pq_names_check_http_header_name },
	{ "percent", pq_names_check_percent },
	{ "variablename", pq_names_check_variable_name },
};

static const struct {
	const char *name;
	answerer *answer;
} answerers[] = {
	{ "time", answer_time },         { "goduration", answer_duration },
	{ "quantity", answer_quantity }, { "quantityvalue", answer_quantity_value },
	{ "cron", answer_cron },
};

static void answer_question(struct pq_string what, struct pq_string text, struct pq_buffer *answer)
{
	for (size_t i = 0; i < sizeof name_checks / sizeof *name_checks; i++) {
		if (pq_string_is(what, name_checks[i].name)) {
			answer_names(name_checks[i].check, text, answer);
			return;
		}
	}
	for (size_t i = 0; i < sizeof answerers / sizeof *answerers; i++) {
		if (pq_string_is(what, answerers[i].name)) {
			answerers[i].answer(text, answer);
			return;
		}
	}
	const struct pq_format *format = pq_format_find(what);
	if (format == NULL)
		fail_msg("no format %.*s", PQ_STRING_ARGUMENT(what));
	pq_buffer_append_text(answer, format->check(text) ? "yes" : "no");
}

static void test_recorded(void **state)
{
	(void)state;
	test_recorded_replay("data/formats/recorded.tsv", 1000, answer_question);
	test_recorded_replay("data/formats/kubernetes.tsv", 400, answer_question);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_recorded) };
	return cmocka_run_group_tests_name("formats/recorded", tests, NULL, NULL);
}
