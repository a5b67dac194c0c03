#include "telemetry/log.h"

#include "base/clock.h"
#include "telemetry/metrics.h"
#include "telemetry/resource.h"

#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

static int ends[2]; /* of a pipe */

static int open_pipe(void **state)
{
	(void)state;
	return pipe2(ends, O_NONBLOCK);
}

static int close_pipe(void **state)
{
	(void)state;
	pq_log_configure(PQ_LOG_INFO, PQ_LOG_TEXT, STDERR_FILENO);
	close(ends[0]);
	close(ends[1]);
	return 0;
}

/* What has been logged, without the time, which is checked for its form. */
static const char *read_line(const char *before_time, const char *after_time)
{
	static char text[8192];
	ssize_t length = read(ends[0], text, sizeof text - 1);
	assert_true(length >= 0);
	text[length] = '\0';
	static const char form[] = "0000-00-00T00:00:00.000Z";
	const char *time = text + strlen(before_time);
	assert_memory_equal(text, before_time, strlen(before_time));
	for (size_t i = 0; i < strlen(form); i++) {
		if (form[i] == '0')
			assert_in_range(time[i], '0', '9');
		else
			assert_int_equal(time[i], form[i]);
	}
	assert_memory_equal(time + strlen(form), after_time, strlen(after_time));
	return time + strlen(form) + strlen(after_time);
}

static const struct {
	const char *name;
	const char *value;
	const char *text;
	const char *json;
} values[] = {
	{ "a word stays as it is", "127.0.0.1:80", "127.0.0.1:80", "\"127.0.0.1:80\"" },
	{ "spaces are quoted", "a b", "\"a b\"", "\"a b\"" },
	{ "nothing is quoted", "", "\"\"", "\"\"" },
	{ "an equals sign is quoted", "a=b", "\"a=b\"", "\"a=b\"" },
	{ "quotes are escaped", "a\"b", "\"a\\\"b\"", "\"a\\\"b\"" },
	{ "a line stays one line", "a\nlevel=error", "\"a\\nlevel=error\"", "\"a\\nlevel=error\"" },
};

static void fields_are_quoted_as_needed(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
		char want[128];
		pq_log_configure(PQ_LOG_INFO, PQ_LOG_TEXT, ends[1]);
		pq_log(PQ_LOG_WARNING, "it is",
		       PQ_LOG_TEXT_FIELD("key", pq_string_from(values[i].value)),
		       PQ_LOG_INTEGER_FIELD("n", -5));
		snprintf(want, sizeof want, " level=warning msg=\"it is\" key=%s n=-5\n",
			 values[i].text);
		assert_string_equal(read_line("time=", want), "");
		pq_log_configure(PQ_LOG_INFO, PQ_LOG_JSON, ends[1]);
		pq_log(PQ_LOG_WARNING, "it is",
		       PQ_LOG_TEXT_FIELD("key", pq_string_from(values[i].value)),
		       PQ_LOG_INTEGER_FIELD("n", -5));
		snprintf(want, sizeof want,
			 "\",\"level\":\"warning\",\"msg\":\"it is\",\"key\":%s,\"n\":-5}\n",
			 values[i].json);
		assert_string_equal(read_line("{\"time\":\"", want), "");
	}
}

static char pod[] = "web-0";

static char *find(const char *variable)
{
	return strcmp(variable, "POD_NAME") == 0 ? pod : NULL;
}

static void json_lines_have_the_identity(void **state)
{
	(void)state;
	struct pq_error error;
	assert_true(pq_resource_read(find, &error));
	pq_log_configure(PQ_LOG_INFO, PQ_LOG_JSON, ends[1]);
	pq_log(PQ_LOG_INFO, "it is", PQ_LOG_INTEGER_FIELD("n", 5));
	const char *rest = read_line(
		"{\"time\":\"", "\",\"level\":\"info\",\"msg\":\"it is\","
				"\"service.name\":\"pratique\",\"service.version\":\"" PQ_VERSION
				"\",\"service.instance.id\":\"");
	assert_string_equal(strchr(rest, '"'), "\",\"k8s.pod.name\":\"web-0\",\"n\":5}\n");
}

static void lower_levels_are_left_out(void **state)
{
	(void)state;
	char byte;
	pq_log_configure(PQ_LOG_WARNING, PQ_LOG_TEXT, ends[1]);
	pq_log(PQ_LOG_INFO, "not this", PQ_LOG_INTEGER_FIELD("n", 1));
	assert_int_equal(read(ends[0], &byte, 1), -1);
}

static void a_long_line_is_cut_at_a_field(void **state)
{
	(void)state;
	char text[900];
	memset(text, 'x', sizeof text);
	struct pq_string field = { .data = text, .length = sizeof text };
	pq_log_configure(PQ_LOG_INFO, PQ_LOG_JSON, ends[1]);
	pq_log(PQ_LOG_INFO, "long", PQ_LOG_TEXT_FIELD("a", field), PQ_LOG_TEXT_FIELD("b", field),
	       PQ_LOG_TEXT_FIELD("c", field), PQ_LOG_TEXT_FIELD("d", field),
	       PQ_LOG_TEXT_FIELD("e", field));
	const char *rest = read_line("{\"time\":\"", "\",\"level\":\"info\",\"msg\":\"long\"");
	assert_non_null(strstr(rest, "x\",\"truncated\":true}\n"));
	assert_null(strstr(rest, "\"e\""));
}

/* Nobody reads: the program goes on, and the loss is counted. */
static void a_full_pipe_drops_lines(void **state)
{
	(void)state;
	double before = pq_metric_read(PQ_METRIC_LOG_LINES_DROPPED, NULL);
	pq_log_configure(PQ_LOG_INFO, PQ_LOG_TEXT, ends[1]);
	for (int i = 0; i < 2000; i++)
		pq_log(PQ_LOG_INFO, "a line of some length", PQ_LOG_INTEGER_FIELD("i", i));
	assert_true(pq_metric_read(PQ_METRIC_LOG_LINES_DROPPED, NULL) > before);
}

static void a_second_has_so_many_lines(void **state)
{
	(void)state;
	struct pq_log_rate rate = { .most = 1000 };
	double before = pq_metric_read(PQ_METRIC_LOG_LINES_DROPPED, NULL);
	for (int i = 0; i < 1000; i++)
		assert_true(pq_log_rate_allows(&rate, 7 * PQ_SECOND + i));
	assert_false(pq_log_rate_allows(&rate, 8 * PQ_SECOND - 1));
	assert_true(pq_log_rate_allows(&rate, 8 * PQ_SECOND));
	assert_true(pq_metric_read(PQ_METRIC_LOG_LINES_DROPPED, NULL) == before + 1);
}

/* At the same time as others: the fields fill most of a page. */
static void *log_a_page(void *barrier)
{
	char text[900];
	memset(text, 'x', sizeof text);
	struct pq_string field = { .data = text, .length = sizeof text };
	pthread_barrier_wait(barrier);
	pq_log(PQ_LOG_INFO, "long", PQ_LOG_TEXT_FIELD("a", field), PQ_LOG_TEXT_FIELD("b", field),
	       PQ_LOG_TEXT_FIELD("c", field));
	return NULL;
}

/* Room that one thread has found must not be taken by another: the pipe, of one page, would hold up
 * who writes. */
static void a_full_pipe_holds_no_thread_up(void **state)
{
	(void)state;
	pthread_barrier_t barrier;
	pthread_t threads[4];
	size_t count = sizeof threads / sizeof threads[0];
	pthread_barrier_init(&barrier, NULL, (unsigned)count);
	for (int round = 0; round < 300; round++) {
		int page[2];
		assert_int_equal(pipe2(page, O_CLOEXEC), 0);
		assert_int_equal(fcntl(page[1], F_SETPIPE_SZ, 4096), 4096);
		pq_log_configure(PQ_LOG_INFO, PQ_LOG_TEXT, page[1]);
		for (size_t i = 0; i < count; i++)
			assert_int_equal(pthread_create(&threads[i], NULL, log_a_page, &barrier),
					 0);
		for (size_t i = 0; i < count; i++)
			pthread_join(threads[i], NULL);
		close(page[0]);
		close(page[1]);
	}
	pthread_barrier_destroy(&barrier);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields_are_quoted_as_needed),
		cmocka_unit_test(lower_levels_are_left_out),
		cmocka_unit_test(a_long_line_is_cut_at_a_field),
		cmocka_unit_test(json_lines_have_the_identity),
		cmocka_unit_test(a_full_pipe_drops_lines),
		cmocka_unit_test(a_second_has_so_many_lines),
		cmocka_unit_test(a_full_pipe_holds_no_thread_up),
	};
	return cmocka_run_group_tests_name("log", tests, open_pipe, close_pipe);
}
