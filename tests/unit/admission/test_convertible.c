/* An object that would make lists of its kind fail in a version is refused before it is stored. */
#include "admission/review.h"

#include "conversion/conversion.h"

#include "conversion_policy.h"

#include <stdio.h>
#include <stdlib.h>

#define VERSION(name, served, storage, fields)                                                     \
	"{'name':'" name "','served':" served ",'storage':" storage                                \
	",'schema':{'openAPIV3Schema':{'type':'object','properties':{'spec':{'type':'object',"     \
	"'properties':{" fields "}}}}}}"

/* v3 is not served, and no rules lead to v4. */
#define V1                                                                                         \
	VERSION("v1", "true", "true",                                                              \
		"'legacy':{'type':'string'},'any':{'x-kubernetes-preserve-unknown-fields':true},"  \
		"'few':{'type':'integer'}")
#define V2                                                                                         \
	VERSION("v2", "true", "false",                                                             \
		"'size':{'type':'integer'},'few':{'type':'integer','maximum':5}")
#define V3 VERSION("v3", "false", "false", "'size':{'type':'boolean'}")
#define V4 VERSION("v4", "true", "false", "'size':{'type':'integer'}")

static const char crd_text[] =
	"{'apiVersion':'apiextensions.k8s.io/v1','kind':'CustomResourceDefinition','metadata':{"
	"'name':'widgets.example.com'},'spec':{'group':'example.com','names':{'kind':'Widget',"
	"'plural':'widgets'},'scope':'Cluster','versions':[" V1 "," V2 "," V3 "," V4 "]}}";

static const char rules_text[] =
	"{'apiVersion':'conversion.pratique.dev/v1','kind':'ConversionRules','metadata':{'name':"
	"'widgets'},'spec':{'group':'example.com','kind':'Widget','conversions':[{'from':'v1','to':"
	"'v2','rules':[{'rename':{'from':'.spec.any','to':'size'}}]},{'from':'v2','to':'v3',"
	"'rules':[]}]}}";

/* A copy with " for ', and a text of more than the annotations may hold for @. */
static struct pq_string expand(struct pq_arena *arena, const char *text)
{
	struct pq_buffer buffer;
	pq_buffer_init_in(&buffer, arena, 0);
	for (const char *at = text; *at != '\0'; at++) {
		for (int i = 0; *at == '@' && i < PQ_CONVERSION_ANNOTATIONS_MAX; i++)
			pq_buffer_append_byte(&buffer, 'x');
		if (*at != '@')
			pq_buffer_append_byte(&buffer, *at == '\'' ? '"' : *at);
	}
	return pq_buffer_view(&buffer);
}

static int make_policy(void **state)
{
	return make_policy_of(crd_text, rules_text, state);
}

static void judge(const struct pq_policy *policy, const char *version, const char *spec,
		  const char *old_spec, const struct pq_admission_options *options,
		  struct pq_arena *arena, struct pq_admission_answer *answer)
{
	pq_arena_init(arena, 0);
	struct pq_string object = pq_arena_format(
		arena,
		"{'apiVersion':'example.com/%s','kind':'Widget','metadata':{'name':'w'},'spec':%s}",
		version, spec);
	struct pq_string old = pq_arena_format(
		arena,
		"{'apiVersion':'example.com/%s','kind':'Widget','metadata':{'name':'w'},'spec':%s}",
		version, old_spec == NULL ? "{}" : old_spec);
	struct pq_string review = pq_arena_format(
		arena,
		"{'kind':'AdmissionReview','apiVersion':'admission.k8s.io/v1','request':{'uid':'u',"
		"'kind':{'group':'example.com','version':'%s','kind':'Widget'},'name':'w',"
		"'operation':'%s','object':%s%s%s}}",
		version, old_spec == NULL ? "CREATE" : "UPDATE", object.data,
		old_spec == NULL ? "" : ",'oldObject':", old_spec == NULL ? "" : old.data);
	pq_admission_review(policy, PQ_ADMISSION_VALIDATE, expand(arena, review.data), options,
			    arena, answer);
}

static const struct conversion_case {
	const char *name;
	const char *version;
	const char *spec;
	const char *old_spec; /* NULL: a create */
	const char *field;    /* of the only finding, or NULL: allowed */
	const char *message;
} cases[] = {
	{ "all is well", "v1", "{'legacy':'l','any':1}", NULL, NULL, NULL },
	{ "too much to keep", "v1", "{'legacy':'@'}", NULL, "metadata.annotations",
	  "Forbidden: cannot be converted to version v2: what the other version has no field for "
	  "would make the annotations 262221 bytes long, and an object may have 262144: give these "
	  "fields a home in that version" },
	{ "too much to keep, as it was", "v1", "{'legacy':'@','any':1}", "{'legacy':'@'}", NULL,
	  NULL },
	{ "too much to keep, which it was not", "v1", "{'legacy':'@'}", "{'legacy':'l'}",
	  "metadata.annotations", NULL },
	{ "a value of another type", "v1", "{'any':'text'}", NULL, "spec.size",
	  "Invalid value: \"string\": spec.size in body must be of type integer: \"string\", when "
	  "it is converted to version v2" },
	{ "a value of another type, as it was", "v1", "{'any':'text'}", "{'any':'other'}", NULL,
	  NULL },
	{ "another bad version than before", "v1", "{'any':'text'}", "{'any':1}", "spec.size",
	  NULL },
	{ "faults that harm nobody else", "v1", "{'few':9}", NULL, NULL, NULL },
	{ "a version that is not stored, with what that one has not", "v2", "{'size':1,'few':2}",
	  NULL, NULL, NULL },
	{ "a version without a way to it", "v4", "{'size':1}", NULL, NULL, NULL },
};

static bool check(const struct pq_policy *policy, const struct conversion_case *test)
{
	static const struct pq_admission_options options = { 0 };
	pq_cleanup_arena struct pq_arena arena;
	struct pq_admission_answer answer;
	judge(policy, test->version, test->spec, test->old_spec, &options, &arena, &answer);
	const struct pq_findings *findings = &answer.findings[PQ_CONSEQUENCE_DENY];
	if (answer.judged && answer.allowed == (test->field == NULL) &&
	    findings->count == (test->field != NULL) &&
	    (test->field == NULL || pq_string_is(findings->items[0].field, test->field)) &&
	    (test->message == NULL || pq_string_is(findings->items[0].message, test->message)))
		return true;
	print_error("%s: %.*s\n", test->name,
		    PQ_STRING_ARGUMENT(pq_string_slice(answer.body, 0, 2000)));
	return false;
}

static void test_what_cannot_be_served_is_refused(void **state)
{
	size_t failures = 0;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		failures += !check(*state, &cases[i]);
	assert_int_equal(failures, 0);
}

/* Where nothing that takes long may be done, this is left to somebody else. */
static void test_it_may_cost_too_much(void **state)
{
	static const struct pq_admission_options options = { .conversion_cost_max = 1 };
	pq_cleanup_arena struct pq_arena arena;
	struct pq_admission_answer answer;
	judge(*state, "v1", "{'any':1}", NULL, &options, &arena, &answer);
	assert_true(answer.too_costly);
	assert_false(answer.judged);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_cannot_be_served_is_refused),
		cmocka_unit_test(test_it_may_cost_too_much),
	};
	return cmocka_run_group_tests(tests, make_policy, drop_policy);
}
