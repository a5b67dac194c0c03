/*
 * Every recorded review gets an answer, through both doors, that kube-apiserver would take: what
 * apiserver/pkg/admission/plugin/webhook/request/admissionreview.go checks, and that the patch
 * applies to the object that was sent.
 */
#include "admission/review.h"

#include "harness/corpora.h"
#include "policy/load.h"
#include "json/patch.h"
#include "json/read.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

struct reviewed {
	const char *file;
	enum pq_admission_door door;
	struct pq_value request; /* AdmissionReview.request */
	struct pq_value answer;  /* the whole AdmissionReview */
};

static int load_policy(void **state)
{
	struct pq_policy_builder *builder = pq_policy_builder_new();
	struct pq_policy_load_counts counts = { 0 };
	struct pq_error error;
	const char *own = test_data("../schemas");
	if (!pq_policy_load(builder, &own, 1, NULL, NULL, &counts, &error))
		fail_msg("%s", error.message);
	assert_int_equal(counts.refused, 0);
	const char *published = test_corpus("crds");
	if (published != NULL &&
	    !pq_policy_load(builder, &published, 1, NULL, NULL, &counts, &error))
		fail_msg("%s", error.message);
	*state = (void *)(uintptr_t)pq_policy_builder_finish(builder);
	pq_policy_builder_free(builder);
	return *state == NULL;
}

static int drop_policy(void **state)
{
	pq_policy_unref(*state);
	return 0;
}

static void expect(const struct reviewed *reviewed, bool condition, const char *what)
{
	if (!condition)
		fail_msg("%s, %s: %s", reviewed->file,
			 reviewed->door == PQ_ADMISSION_MUTATE ? "mutate" : "validate", what);
}

static int base64_digit(char c)
{
	static const char alphabet[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *found = c == '\0' ? NULL : strchr(alphabet, c);
	return found == NULL ? -1 : (int)(found - alphabet);
}

/* data is NULL when the text is no base64. */
static struct pq_string decode_base64(struct pq_arena *arena, struct pq_string text)
{
	struct pq_buffer bytes;
	pq_buffer_init_in(&bytes, arena, 0);
	if (text.length == 0 || text.length % 4 != 0)
		return (struct pq_string){ 0 };
	for (size_t i = 0; i < text.length; i += 4) {
		uint32_t group = 0;
		int padding = 0;
		for (int j = 0; j < 4; j++) {
			char c = text.data[i + (size_t)j];
			int digit =
				c == '=' && i + 4 == text.length && j >= 2 ? 0 : base64_digit(c);
			if (digit < 0)
				return (struct pq_string){ 0 };
			padding += c == '=';
			group = group << 6 | (uint32_t)digit;
		}
		for (int j = 0; j < 3 - padding; j++)
			pq_buffer_append_byte(&bytes, (char)(group >> (16 - 8 * j)));
	}
	return pq_buffer_view(&bytes);
}

static void check_patch(const struct reviewed *reviewed, struct pq_arena *arena)
{
	const struct pq_value *response = pq_value_find(&reviewed->answer, PQ_S("response"));
	const struct pq_value *text = pq_value_find(response, PQ_S("patch"));
	const struct pq_value *type = pq_value_find(response, PQ_S("patchType"));
	expect(reviewed, (text == NULL) == (type == NULL), "patch and patchType go together");
	if (text == NULL)
		return;
	expect(reviewed, reviewed->door == PQ_ADMISSION_MUTATE, "a verdict has no patch");
	expect(reviewed, pq_string_is(pq_value_string(type), "JSONPatch"), "patchType");
	struct pq_string bytes = decode_base64(arena, pq_value_string(text));
	expect(reviewed, bytes.data != NULL, "the patch is base64");
	struct pq_value document, result;
	struct pq_patch patch;
	struct pq_error error;
	pq_patch_init(&patch, arena);
	const struct pq_value *object = pq_value_find(&reviewed->request, PQ_S("object"));
	expect(reviewed, object != NULL && object->kind == PQ_OBJECT,
	       "there is something to patch");
	expect(reviewed, pq_json_read_copy(arena, bytes, NULL, &document, &error),
	       "the patch is JSON");
	expect(reviewed, pq_patch_read(&document, &patch, &error) && patch.count > 0,
	       "the patch has operations");
	expect(reviewed, pq_patch_apply(arena, object, &patch, &result, &error),
	       "the patch applies");
}

static void check_status(const struct reviewed *reviewed, const struct pq_value *response)
{
	const struct pq_value *status = pq_value_find(response, PQ_S("status"));
	const struct pq_value *allowed = pq_value_find(response, PQ_S("allowed"));
	expect(reviewed, allowed != NULL && allowed->kind == PQ_BOOLEAN, "allowed");
	if (allowed->boolean)
		return;
	const struct pq_value *code = pq_value_find(status, PQ_S("code"));
	expect(reviewed, reviewed->door == PQ_ADMISSION_VALIDATE, "mutate denies nothing");
	expect(reviewed, code != NULL && code->kind == PQ_INTEGER && code->integer == 422, "code");
	expect(reviewed, pq_value_find_string(status, PQ_S("message")).length > 0, "message");
	const struct pq_value *causes = pq_value_find_path(status, 2, "details", "causes");
	expect(reviewed, causes != NULL && causes->length > 0, "causes");
}

static void check_answer(const struct reviewed *reviewed, struct pq_string version,
			 struct pq_arena *arena)
{
	const struct pq_value *answer = &reviewed->answer;
	const struct pq_value *response = pq_value_find(answer, PQ_S("response"));
	struct pq_string uid = pq_value_find_string(&reviewed->request, PQ_S("uid"));
	expect(reviewed,
	       pq_string_is(pq_value_find_string(answer, PQ_S("kind")), "AdmissionReview"), "kind");
	expect(reviewed, pq_string_equal(pq_value_find_string(answer, PQ_S("apiVersion")), version),
	       "apiVersion is the request's");
	expect(reviewed, response != NULL && response->kind == PQ_OBJECT, "response");
	expect(reviewed, pq_string_equal(pq_value_find_string(response, PQ_S("uid")), uid), "uid");
	check_status(reviewed, response);
	check_patch(reviewed, arena);
}

static void check_file(const struct pq_policy *policy, const char *file,
		       enum pq_admission_door door)
{
	pq_cleanup_arena struct pq_arena arena;
	const struct pq_admission_options options = { 0 };
	struct pq_admission_answer answer;
	struct reviewed reviewed = { .file = file, .door = door };
	struct pq_value review;
	struct pq_error error;
	pq_arena_init(&arena, 0);
	struct pq_string text = test_read_file(&arena, file);
	expect(&reviewed, pq_json_read(&arena, text, NULL, &review, &error), "the file is JSON");
	reviewed.request = *pq_value_find(&review, PQ_S("request"));
	pq_admission_review(policy, door, text, &options, &arena, &answer);
	expect(&reviewed, answer.http_status == 200 && answer.judged, "it is judged");
	expect(&reviewed, pq_json_read_copy(&arena, answer.body, NULL, &reviewed.answer, &error),
	       "the answer is JSON");
	check_answer(&reviewed, pq_value_find_string(&review, PQ_S("apiVersion")), &arena);
}

static void check_folder(const struct pq_policy *policy, const char *folder, const char *suffix)
{
	pq_cleanup_arena struct pq_arena arena;
	const char **paths;
	pq_arena_init(&arena, 0);
	size_t count = test_list_files(&arena, folder, suffix, &paths);
	assert_true(count > 0);
	for (size_t i = 0; i < count; i++) {
		check_file(policy, paths[i], PQ_ADMISSION_MUTATE);
		check_file(policy, paths[i], PQ_ADMISSION_VALIDATE);
	}
	print_message("%zu reviews in %s\n", count, folder);
}

static void our_own(void **state)
{
	check_folder(*state, test_data("data/reviews"), ".json");
}

static void published(void **state)
{
	check_folder(*state, test_corpus_or_skip("admission-reviews"), ".json");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(our_own),
		cmocka_unit_test(published),
	};
	return cmocka_run_group_tests_name("reviews", tests, load_policy, drop_policy);
}
