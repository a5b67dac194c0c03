/* What a ConversionReview may cost, whatever somebody has written into an annotation. */
#include "admission/review.h"

#include "conversion/conversion.h"
#include "json/read.h"
#include "json/write.h"

#include "conversion_policy.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>

#define VERSION(name, storage, fields)                                                             \
	"{'name':'" name "','served':true,'storage':" storage                                      \
	",'schema':{'openAPIV3Schema':{'type':'object','properties':{'spec':{'type':'object',"     \
	"'properties':{'rows':{'type':'array','items':{'type':'object','properties':{" fields      \
	"}}}}}}}}}"

#define V1 VERSION("v1", "true", "'x':{'type':'integer'},'y':{'type':'integer'}")
#define V2 VERSION("v2", "false", "'x':{'type':'integer'}")

static const char crd_text[] =
	"{'apiVersion':'apiextensions.k8s.io/v1','kind':'CustomResourceDefinition',"
	"'metadata':{'name':'sheets.example.com'},'spec':{'group':'example.com','names':{"
	"'kind':'Sheet','plural':'sheets'},'scope':'Cluster','versions':[" V1 "," V2 "]}}";

static const char rules_text[] =
	"{'apiVersion':'conversion.pratique.dev/v1','kind':'ConversionRules','metadata':{'name':"
	"'sheets'},'spec':{'group':'example.com','kind':'Sheet','conversions':[{'from':'v1','to':"
	"'v2','rules':[]}]}}";

static int make_policy(void **state)
{
	return make_policy_of(crd_text, rules_text, state);
}

/* A review being written. */
struct review {
	struct pq_arena arena;
	struct pq_buffer text;
	size_t objects;
};

static void begin(struct review *review, const char *desired)
{
	review->objects = 0;
	pq_arena_init(&review->arena, 0);
	pq_buffer_init_in(&review->text, &review->arena, 0);
	pq_buffer_append_format(
		&review->text,
		"{'kind':'ConversionReview','apiVersion':'apiextensions.k8s.io/v1','request':{"
		"'uid':'u1','desiredAPIVersion':'example.com/%s','objects':[",
		desired);
}

static void end(struct review *review)
{
	pq_buffer_append_text(&review->text, "]}}");
	unquote(&review->text);
}

/* A Sheet with rows of a text, and an annotation, whose quotes are " escaped. */
static void add_sheet(struct review *review, const char *version, size_t rows, const char *row,
		      const char *annotation)
{
	struct pq_buffer *text = &review->text;
	pq_buffer_append_format(text, "%s{'apiVersion':'example.com/%s','kind':'Sheet',",
				review->objects++ == 0 ? "" : ",", version);
	pq_buffer_append_format(text, "'metadata':{'name':'s','annotations':{'%s':'%s'}},",
				PQ_CONVERSION_ANNOTATION, annotation);
	pq_buffer_append_text(text, "'spec':{'rows':[");
	for (size_t i = 0; i < rows; i++)
		pq_buffer_append_format(text, "%s%s", i == 0 ? "" : ",", row);
	pq_buffer_append_text(text, "]}}");
}

/* So many differences that look for a row by a digest that none has. */
static const char *forge(struct pq_arena *arena, size_t count)
{
	struct pq_buffer text;
	pq_buffer_init_in(&text, arena, 0);
	pq_buffer_append_text(&text, "{\\'v1\\':[");
	for (size_t i = 0; i < count; i++)
		pq_buffer_append_format(
			&text,
			"%s{\\'at\\':[\\'spec\\',\\'rows\\',{\\'index\\':0,\\'was\\':"
			"\\'%016zx\\'},\\'y\\'],\\'value\\':1}",
			i == 0 ? "" : ",", i);
	pq_buffer_append_text(&text, "]}");
	pq_buffer_append_byte(&text, '\0');
	return text.data;
}

static void judge(const struct pq_policy *policy, const struct review *review,
		  const struct pq_admission_options *options, struct pq_arena *arena,
		  struct pq_admission_answer *answer)
{
	pq_arena_init(arena, 0);
	pq_admission_review(policy, PQ_ADMISSION_CONVERT, pq_buffer_view(&review->text), options,
			    arena, answer);
}

/* A sheet of 20 000 rows and 3000 differences would be 60 million digests. */
static void test_forged_differences_cost_little(void **state)
{
	enum { ROWS = 20 * 1000, DIFFERENCES = 3000 };
	static const struct pq_admission_options options = { .conversion_cost_max =
								     50 * 1000 * 1000 };
	pq_cleanup_arena struct pq_arena arena;
	struct pq_admission_answer answer;
	struct review review;
	begin(&review, "v1");
	add_sheet(&review, "v2", ROWS, "{'x':1}", forge(&review.arena, DIFFERENCES));
	end(&review);
	judge(*state, &review, &options, &arena, &answer);
	assert_false(answer.too_costly);
	assert_true(answer.allowed);
	pq_arena_done(&review.arena);
}

/* A review that would hold up others is left to somebody else, who may take his time. */
static void test_dear_conversions_are_told_of(void **state)
{
	static const struct pq_admission_options small = { .conversion_cost_max = 1000 * 1000 };
	static const struct pq_admission_options large = { 0 };
	struct review review;
	begin(&review, "v1");
	for (size_t i = 0; i < 20; i++)
		add_sheet(&review, "v2", 100, "{'x':1}", forge(&review.arena, 100));
	end(&review);
	for (size_t i = 0; i < 2; i++) {
		pq_cleanup_arena struct pq_arena arena;
		struct pq_admission_answer answer;
		judge(*state, &review, i == 0 ? &small : &large, &arena, &answer);
		assert_int_equal(answer.too_costly, i == 0);
		assert_int_equal(answer.judged, i == 1);
		assert_false(answer.interrupted);
	}
	pq_arena_done(&review.arena);
}

static bool is_late(void *context)
{
	++*(unsigned *)context;
	return true;
}

static void test_conversions_can_be_interrupted(void **state)
{
	struct review review;
	begin(&review, "v1");
	for (size_t i = 0; i < 100; i++)
		add_sheet(&review, "v2", 100, "{'x':1}", forge(&review.arena, 100));
	end(&review);
	unsigned questions = 0;
	struct pq_interrupt interrupt = { .is_wanted = is_late, .context = &questions };
	const struct pq_admission_options options = { .interrupt = &interrupt };
	pq_cleanup_arena struct pq_arena arena;
	struct pq_admission_answer answer;
	judge(*state, &review, &options, &arena, &answer);
	assert_true(answer.interrupted);
	assert_false(answer.judged || answer.too_costly);
	assert_int_equal(questions, 1);
	pq_arena_done(&review.arena);
}

static bool convert(const struct pq_policy *policy, struct review *review, struct pq_arena *arena,
		    struct pq_value *objects)
{
	static const struct pq_admission_options options = { 0 };
	struct pq_admission_answer answer;
	struct pq_value body;
	struct pq_error error;
	judge(policy, review, &options, arena, &answer);
	if (!answer.allowed || !pq_json_read(arena, answer.body, NULL, &body, &error))
		return false;
	*objects = *pq_value_find_path(&body, 2, "response", "convertedObjects");
	return true;
}

static void append(struct review *review, const struct pq_value *object)
{
	if (review->objects++ > 0)
		pq_buffer_append_byte(&review->text, ',');
	pq_json_write(&review->text, object, PQ_JSON_COMPACT);
}

/* A row is put before a thousand others, each of which has something that v2 does not know: all get
 * it back, though somebody has written a costly annotation into another object of the list. */
static void test_honest_differences_are_put_back(void **state)
{
	enum { ROWS = 1000 };
	pq_cleanup_arena struct pq_arena there, back, rows_arena;
	struct pq_value objects, spec, edited;
	struct review review;
	pq_arena_init(&rows_arena, 0);
	begin(&review, "v2");
	struct pq_buffer rows;
	pq_buffer_init_in(&rows, &rows_arena, 0);
	for (size_t i = 0; i < ROWS; i++)
		pq_buffer_append_format(&rows, "%s{'x':%zu,'y':%zu}", i == 0 ? "" : ",", i, i);
	pq_buffer_append_byte(&rows, '\0');
	add_sheet(&review, "v1", 1, rows.data, "");
	end(&review);
	assert_true(convert(*state, &review, &there, &objects));
	pq_arena_done(&review.arena);

	struct pq_value *items = pq_arena_alloc_array(&there, ROWS + 1, sizeof *items);
	const struct pq_value *old = pq_value_find_path(&objects.items[0], 2, "spec", "rows");
	assert_int_equal(old->length, ROWS);
	assert_null(pq_value_find(&old->items[0], PQ_S("y")));
	memcpy(items + 1, old->items, ROWS * sizeof *items);
	struct pq_value x = pq_value_from_integer(-1), list = pq_value_from_items(items, ROWS + 1);
	assert_true(pq_value_with_member(&there, &(struct pq_value){ .kind = PQ_NULL }, PQ_S("x"),
					 &x, &items[0]) &&
		    pq_value_with_member(&there, &(struct pq_value){ .kind = PQ_NULL },
					 PQ_S("rows"), &list, &spec) &&
		    pq_value_with_member(&there, &objects.items[0], PQ_S("spec"), &spec, &edited));
	begin(&review, "v1");
	add_sheet(&review, "v2", 1000, "{'x':1}", forge(&review.arena, 3000));
	end(&review);
	review.text.length -= strlen("]}}");
	append(&review, &edited);
	pq_buffer_append_text(&review.text, "]}}");
	assert_true(convert(*state, &review, &back, &objects));
	old = pq_value_find_path(&objects.items[1], 2, "spec", "rows");
	assert_int_equal(old->length, ROWS + 1);
	for (uint32_t i = 0; i < ROWS; i++)
		assert_int_equal(pq_value_find(&old->items[i + 1], PQ_S("y"))->integer, i);
	pq_arena_done(&review.arena);
}

/* Bytes that the process holds from malloc. */
static size_t count_held(void)
{
	struct mallinfo2 info = mallinfo2();
	return info.uordblks + info.hblkhd;
}

/* Asked now and then while there is work. */
static bool note_held(void *context)
{
	size_t *most = context, held = count_held();
	*most = held > *most ? held : *most;
	return false;
}

/* What converting takes and what has been converted fit into one limit together. */
static void test_one_limit_for_all_memory(void **state)
{
	enum { SHEETS = 30, ROWS = 1500, LIMIT_MIN = 1 << 20, SLACK = 256 * 1024 };
	struct review review;
	begin(&review, "v2");
	for (size_t i = 0; i < SHEETS; i++)
		add_sheet(&review, "v1", ROWS, "{'x':1,'y':2}", "");
	end(&review);
	bool judged = false;
	for (size_t limit = LIMIT_MIN; !judged; limit += limit / 20) {
		pq_cleanup_arena struct pq_arena arena;
		struct pq_admission_answer answer;
		size_t before = count_held(), most = before;
		struct pq_interrupt interrupt = { .is_wanted = note_held, .context = &most };
		const struct pq_admission_options options = { .interrupt = &interrupt };
		pq_arena_init(&arena, limit);
		pq_admission_review(*state, PQ_ADMISSION_CONVERT, pq_buffer_view(&review.text),
				    &options, &arena, &answer);
		judged = answer.judged;
		assert_true(most - before <= limit + SLACK);
		assert_int_equal(answer.http_status, judged ? 200 : 413);
	}
	pq_arena_done(&review.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forged_differences_cost_little),
		cmocka_unit_test(test_dear_conversions_are_told_of),
		cmocka_unit_test(test_conversions_can_be_interrupted),
		cmocka_unit_test(test_honest_differences_are_put_back),
		cmocka_unit_test(test_one_limit_for_all_memory),
	};
	return cmocka_run_group_tests(tests, make_policy, drop_policy);
}
