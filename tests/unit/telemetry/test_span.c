#include "telemetry/span.h"

#include "telemetry/metrics.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static int calls;

static void count_call(void *context)
{
	(void)context;
	calls++;
}

static void start(struct pq_sampler sampler, size_t queue_max, size_t batch)
{
	const struct pq_tracing_options options = {
		.sampler = sampler,
		.queue_max = queue_max,
		.batch = batch,
		.is_due = count_call,
	};
	pq_tracing_start(&options);
}

static int stop(void **state)
{
	(void)state;
	pq_tracing_stop();
	return 0;
}

static struct pq_trace_context make_parent(const char *header)
{
	struct pq_trace_context parent = { 0 };
	assert_true(pq_trace_context_parse(pq_string_from(header), &parent));
	return parent;
}

static void nothing_is_recorded_while_it_is_off(void **state)
{
	(void)state;
	struct pq_span *span = pq_span_start("x", PQ_SPAN_SERVER, NULL);
	assert_null(span);
	pq_span_set_text(span, "a", PQ_S("b"));
	pq_span_set_integer(span, "a", 1);
	pq_span_fail(span);
	pq_span_end(span);
	assert_null(pq_tracing_take(1));
}

#define LOW  "00-4bf92f3577b34da63fffffffffffffff-00f067aa0ba902b7-00"
#define HIGH "00-4bf92f3577b34da6ffffffffffffffff-00f067aa0ba902b7-01"

static const struct {
	const char *name;
	struct pq_sampler sampler;
	const char *parent;
	bool want;
} samples[] = {
	{ "the low quarter of traces", { false, 0.25 }, LOW, true },
	{ "not the rest", { false, 0.25 }, HIGH, false },
	{ "half of them", { false, 0.5 }, HIGH, false },
	{ "all", { false, 1 }, HIGH, true },
	{ "none", { false, 0 }, LOW, false },
	{ "as the parent, which is not sampled", { true, 1 }, LOW, false },
	{ "as the parent, which is", { true, 0 }, HIGH, true },
	{ "a root, all", { true, 1 }, NULL, true },
	{ "a root, none", { true, 0 }, NULL, false },
};

static void samplers(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) {
		struct pq_trace_context parent = { 0 };
		if (samples[i].parent != NULL)
			parent = make_parent(samples[i].parent);
		print_message("%s\n", samples[i].name);
		start(samples[i].sampler, 1, 1);
		struct pq_span *span = pq_span_start("x", PQ_SPAN_SERVER, &parent);
		assert_int_equal(span != NULL, samples[i].want);
		pq_spans_free(span);
	}
}

static void a_child_is_in_its_parents_trace(void **state)
{
	(void)state;
	start((struct pq_sampler){ true, 1 }, 10, 10);
	struct pq_span *parent = pq_span_start("x", PQ_SPAN_SERVER, NULL);
	struct pq_span *child = pq_span_start("y", PQ_SPAN_INTERNAL, &parent->context);
	assert_memory_equal(child->context.trace_id, parent->context.trace_id, PQ_TRACE_ID_BYTES);
	assert_memory_equal(child->parent_id, parent->context.span_id, PQ_SPAN_ID_BYTES);
	assert_memory_not_equal(child->context.span_id, parent->context.span_id, PQ_SPAN_ID_BYTES);
	pq_spans_free(child);
	pq_spans_free(parent);
}

static void the_queue_is_bounded(void **state)
{
	(void)state;
	const struct pq_string dropped = PQ_S("dropped");
	double before = pq_metric_read(PQ_METRIC_SPANS, &dropped);
	calls = 0;
	start((struct pq_sampler){ true, 1 }, 5, 3);
	for (int i = 0; i < 7; i++) {
		struct pq_span *span = pq_span_start("x", PQ_SPAN_SERVER, NULL);
		pq_span_set_integer(span, "i", i);
		pq_span_end(span);
	}
	assert_int_equal(calls, 1);
	assert_true(pq_metric_read(PQ_METRIC_SPANS, &dropped) == before + 2);
	struct pq_span *taken = pq_tracing_take(2);
	assert_int_equal(taken->attributes[0].integer, 0); /* the oldest first */
	assert_int_equal(taken->next->attributes[0].integer, 1);
	assert_null(taken->next->next);
	assert_int_equal(pq_spans_free(taken), 2);
	assert_int_equal(pq_spans_free(pq_tracing_take(100)), 3);
	assert_null(pq_tracing_take(1));
}

static void a_span_has_room_for_so_much(void **state)
{
	(void)state;
	static char text[PQ_SPAN_TEXT_MAX];
	const struct pq_string half = { .data = text, .length = sizeof text / 2 + 1 };
	start((struct pq_sampler){ true, 1 }, 1, 1);
	struct pq_span *span = pq_span_start("x", PQ_SPAN_SERVER, NULL);
	pq_span_set_text(span, "a", half);
	pq_span_set_text(span, "b", half);
	pq_span_set_text(span, "c", PQ_S(""));
	assert_int_equal(span->attribute_count, 1);
	assert_int_equal(span->attributes_dropped, 1);
	for (int i = 0; i < PQ_SPAN_ATTRIBUTES_MAX; i++)
		pq_span_set_integer(span, "i", i);
	assert_int_equal(span->attribute_count, PQ_SPAN_ATTRIBUTES_MAX);
	assert_int_equal(span->attributes_dropped, 2);
	pq_spans_free(span);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_recorded_while_it_is_off),
		cmocka_unit_test_teardown(samplers, stop),
		cmocka_unit_test_teardown(a_child_is_in_its_parents_trace, stop),
		cmocka_unit_test_teardown(the_queue_is_bounded, stop),
		cmocka_unit_test_teardown(a_span_has_room_for_so_much, stop),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
