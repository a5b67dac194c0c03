/*
 * /validate never says more than kube-apiserver did: what it accepted is allowed, and of what it
 * refused every cause named here is one it named. It does not say less either, but for what is
 * wrong with metadata: the API server checks that before it asks. The cases are recorded creates
 * and updates of custom resources.
 */
#include "admission/review.h"

#include "formats/names.h"
#include "harness/corpora.h"
#include "harness/golden.h"
#include "policy/load.h"
#include "json/read.h"
#include "json/write.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static const char *const schemas[] = {
	"crds/argo-cd",
	"crds/kruise",
	"crds/capsule",
	"crds/gateway-api/standard",
	"apiserver-golden/own-crds",
};

struct tally {
	const struct pq_policy *policy;
	size_t judged;
	size_t allowed;
	size_t whole; /* where nothing may be missing */
	size_t wrong;
};

static int load_policy(void **state)
{
	struct pq_policy_builder *builder = pq_policy_builder_new();
	for (size_t i = 0; i < sizeof schemas / sizeof schemas[0]; i++) {
		struct pq_policy_load_counts counts = { 0 };
		struct pq_error error;
		const char *path = test_golden_crd(schemas[i]);
		if (path != NULL && !pq_policy_load(builder, &path, 1, NULL, NULL, &counts, &error))
			fail_msg("%s", error.message);
		assert_int_equal(counts.refused, 0);
	}
	*state = (void *)(uintptr_t)pq_policy_builder_finish(builder);
	pq_policy_builder_free(builder);
	return *state == NULL;
}

static int drop_policy(void **state)
{
	pq_policy_unref(*state);
	return 0;
}

/* Cases that a review of the schema as it stands in the file can answer. */
static bool is_suitable(const struct pq_value *test)
{
	const struct pq_value *object = pq_value_find(test, PQ_S("object"));
	const struct pq_value *code = pq_value_find(test, PQ_S("code"));
	struct pq_string crd = pq_value_find_string(test, PQ_S("crd"));
	return object != NULL && object->kind == PQ_OBJECT &&
	       pq_value_find(test, PQ_S("crdPatch")) == NULL &&
	       !pq_string_starts_with(crd, PQ_S("crds/gateway-api/experimental")) &&
	       !pq_string_is(pq_value_find_string(test, PQ_S("subresource")), "scale") &&
	       (code->integer == 200 || code->integer == 201 || code->integer == 422);
}

static void write_member(struct pq_buffer *text, const char *key, const struct pq_value *value)
{
	pq_buffer_append_format(text, ",\"%s\":", key);
	if (value == NULL)
		pq_buffer_append_text(text, "null");
	else
		pq_json_write(text, value, PQ_JSON_COMPACT);
}

static struct pq_string make_review(struct pq_arena *arena, const struct pq_value *test)
{
	struct pq_buffer text;
	const struct pq_value *object = pq_value_find(test, PQ_S("object"));
	const struct pq_value *old = pq_value_find(test, PQ_S("oldAsRead"));
	if (old == NULL)
		old = pq_value_find(test, PQ_S("old"));
	struct pq_string api_version = pq_value_find_string(object, PQ_S("apiVersion"));
	struct pq_string group = { 0 };
	if (!pq_string_split(&api_version, '/', &group))
		group = PQ_S("");
	pq_buffer_init_in(&text, arena, 0);
	pq_buffer_append_text(&text, "{\"kind\":\"AdmissionReview\",\"apiVersion\":"
				     "\"admission.k8s.io/v1\",\"request\":{\"uid\":\"u\",\"kind\":"
				     "{\"group\":");
	pq_json_write_string(&text, group, PQ_JSON_COMPACT);
	write_member(&text, "version", pq_value_find(test, PQ_S("version")));
	write_member(&text, "kind", pq_value_find(object, PQ_S("kind")));
	pq_buffer_append_format(&text, "},\"operation\":\"%s\"", old == NULL ? "CREATE" : "UPDATE");
	write_member(&text, "subResource", pq_value_find(test, PQ_S("subresource")));
	write_member(&text, "object", object);
	write_member(&text, "oldObject", old);
	pq_buffer_append_text(&text, "}}");
	assert_false(pq_buffer_failed(&text));
	return pq_buffer_view(&text);
}

static const struct pq_value *causes_of(const struct pq_value *status)
{
	static const struct pq_value none = { .kind = PQ_ARRAY };
	const struct pq_value *causes = pq_value_find_path(status, 2, "details", "causes");
	return causes == NULL ? &none : causes;
}

static bool names_cause(const struct pq_value *causes, const struct pq_value *cause)
{
	for (uint32_t i = 0; i < causes->length; i++) {
		if (pq_value_equal(&causes->items[i], cause))
			return true;
	}
	return false;
}

/* Of the object's own kind and metadata. */
static bool is_before_content(const struct pq_value *cause)
{
	struct pq_string field = pq_value_find_string(cause, PQ_S("field"));
	return pq_string_is(field, "kind") || pq_string_starts_with(field, PQ_S("metadata"));
}

/* Whether every recorded cause is one that /validate can find. */
static bool is_whole(const struct pq_value *recorded)
{
	for (uint32_t i = 0; i < recorded->length; i++) {
		if (is_before_content(&recorded->items[i]))
			return false;
	}
	return true;
}

/* Counts and prints the first of some causes that the others lack. */
static void expect_among(struct tally *tally, const struct pq_value *test, const char *trouble,
			 const struct pq_value *causes, const struct pq_value *others)
{
	for (uint32_t i = 0; i < causes->length; i++) {
		if (names_cause(others, &causes->items[i]))
			continue;
		struct pq_string name = pq_value_find_string(test, PQ_S("name"));
		struct pq_string text = pq_value_find_string(&causes->items[i], PQ_S("message"));
		print_error("%.*s: %s: %.*s\n", PQ_STRING_ARGUMENT(name), trouble,
			    PQ_STRING_ARGUMENT(text));
		tally->wrong++;
		return;
	}
}

static void compare(struct tally *tally, const struct pq_value *test,
		    const struct pq_value *response)
{
	const struct pq_value *seen = causes_of(pq_value_find(response, PQ_S("status")));
	const struct pq_value *recorded = causes_of(pq_value_find(test, PQ_S("status")));
	tally->judged++;
	tally->allowed += seen->length == 0;
	expect_among(tally, test, "says too much", seen, recorded);
	if (recorded->length == 0 || !is_whole(recorded))
		return;
	tally->whole++;
	expect_among(tally, test, "does not say", recorded, seen);
}

static void judge(void *context, struct pq_string line)
{
	struct tally *tally = context;
	pq_cleanup_arena struct pq_arena arena;
	const struct pq_admission_options options = { 0 };
	struct pq_admission_answer answer;
	struct pq_value test, review;
	struct pq_error error;
	pq_arena_init(&arena, 0);
	assert_true(pq_json_read_copy(&arena, line, NULL, &test, &error));
	if (!is_suitable(&test))
		return;
	pq_admission_review(tally->policy, PQ_ADMISSION_VALIDATE, make_review(&arena, &test),
			    &options, &arena, &answer);
	if (answer.http_status != 200)
		return; /* a kind that is no string, for instance */
	assert_true(pq_json_read_copy(&arena, answer.body, NULL, &review, &error));
	compare(tally, &test, pq_value_find(&review, PQ_S("response")));
}

static void check_folder(void **state, const char *folder)
{
	struct tally tally = { .policy = *state };
	test_golden_each(folder, judge, &tally);
	print_message("%zu judged, %zu allowed, %zu compared as a whole, %zu wrong\n", tally.judged,
		      tally.allowed, tally.whole, tally.wrong);
	assert_int_equal(tally.wrong, 0);
	assert_true(tally.judged > 100);
	assert_true(tally.whole > 50);
}

static void creates(void **state)
{
	check_folder(state, "objects");
}

static void updates(void **state)
{
	check_folder(state, "updates");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(creates),
		cmocka_unit_test(updates),
	};
	return cmocka_run_group_tests_name("validate_golden", tests, load_policy, drop_policy);
}
