/* From the bytes of a ConversionReview to the bytes of its answer. */
#include "admission/review.h"

#include "harness/allocation.h"
#include "json/read.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define VERSION(name, field)                                                                       \
	"{'name':'" name "','served':true,'storage':" field                                        \
	",'schema':{'openAPIV3Schema':{'type':'object','properties':{'spec':{'type':'object',"     \
	"'properties':{'" name "':{'type':'integer'},'both':{'type':'string'}}}}}}}"
#define CRD(kind, plural)                                                                          \
	"{'apiVersion':'apiextensions.k8s.io/v1','kind':'CustomResourceDefinition',"               \
	"'metadata':{'name':'" plural ".example.com'},'spec':{'group':'example.com','names':{"     \
	"'kind':'" kind "','plural':'" plural "'},'scope':'Namespaced','versions':[" VERSION(      \
		"v1", "true") "," VERSION("v2", "false") "," VERSION("v3", "false") "]}}"

static const char *const documents[] = {
	CRD("Widget", "widgets"),
	CRD("Gadget", "gadgets"),
	"{'apiVersion':'conversion.pratique.dev/v1','kind':'ConversionRules','metadata':{'name':"
	"'widgets'},'spec':{'group':'example.com','kind':'Widget','conversions':[{'from':'v1','to':"
	"'v2','rules':[{'rename':{'from':'.spec.v1','to':'v2'}}]}]}}",
	"{'apiVersion':'conversion.pratique.dev/v1','kind':'ConversionRules','metadata':{'name':"
	"'gizmos'},'spec':{'group':'example.com','kind':'Gizmo','conversions':[]}}",
};

/* A copy with " for '. */
static struct pq_string quote(struct pq_arena *arena, const char *text)
{
	struct pq_string copy = pq_arena_copy(arena, pq_string_from(text));
	for (size_t i = 0; i < copy.length; i++) {
		if (copy.data[i] == '\'')
			((char *)(uintptr_t)copy.data)[i] = '"';
	}
	return copy;
}

static int make_policy(void **state)
{
	struct pq_policy_builder *builder = pq_policy_builder_new();
	for (size_t i = 0; i < sizeof documents / sizeof documents[0]; i++) {
		pq_cleanup_arena struct pq_arena arena;
		struct pq_value document;
		struct pq_error error;
		pq_arena_init(&arena, 0);
		struct pq_string json = quote(&arena, documents[i]);
		assert_true(pq_json_read_copy(&arena, json, NULL, &document, &error));
		if (pq_policy_builder_add(builder, &document, PQ_S("test"), json, &error) !=
		    PQ_POLICY_ADDED)
			fail_msg("%s", error.message);
	}
	*state = (void *)(uintptr_t)pq_policy_builder_finish(builder);
	pq_policy_builder_free(builder);
	return 0;
}

static int drop_policy(void **state)
{
	pq_policy_unref(*state);
	return 0;
}

#define REVIEW_OF(api_version, request)                                                            \
	"{'kind':'ConversionReview','apiVersion':'" api_version "','request':{" request "}}"
#define REVIEW(request) REVIEW_OF("apiextensions.k8s.io/v1", request)
#define TO(version, objects)                                                                       \
	REVIEW("'uid':'u1','desiredAPIVersion':'example.com/" version "','objects':[" objects "]")
#define OBJECT(kind, version, name, spec)                                                          \
	"{'apiVersion':'example.com/" version "','kind':'" kind "','metadata':{'name':'" name      \
	"','namespace':'n'},'spec':" spec "}"
#define ANSWER_OF(api_version, objects, result)                                                    \
	"{'kind':'ConversionReview','apiVersion':'" api_version                                    \
	"','response':{'uid':'u1','convertedObjects':[" objects                                    \
	"],'result':{'metadata':{}," result "}}}"
#define CONVERTED(objects) ANSWER_OF("apiextensions.k8s.io/v1", objects, "'status':'Success'")
#define FAILED(message)                                                                            \
	ANSWER_OF("apiextensions.k8s.io/v1", "",                                                   \
		  "'status':'Failure','message':'" message                                         \
		  "','reason':'InternalError','code':500")
#define BAD_REQUEST(message)                                                                       \
	"{'kind':'Status','apiVersion':'v1','metadata':{},'status':'Failure','message':'" message  \
	"','reason':'BadRequest','code':400}"

static const struct review_case {
	const char *name;
	const char *request;
	int http_status;
	const char *answer;
} cases[] = {
	{ "one object", TO("v2", OBJECT("Widget", "v1", "a", "{'v1':1,'both':'b'}")), 200,
	  CONVERTED(OBJECT("Widget", "v2", "a", "{'both':'b','v2':1}")) },
	{ "the other way", TO("v1", OBJECT("Widget", "v2", "a", "{'v2':1}")), 200,
	  CONVERTED(OBJECT("Widget", "v1", "a", "{'v1':1}")) },
	{ "a list, in its order, what has the version already as it is",
	  TO("v2", OBJECT("Widget", "v1", "a", "{'v1':1}") "," OBJECT(
			   "Widget", "v2", "b",
			   "{'v1':2,'unknown':null}") "," OBJECT("Widget", "v1", "c", "{}")),
	  200,
	  CONVERTED(OBJECT("Widget", "v2", "a", "{'v2':1}") "," OBJECT(
		  "Widget", "v2", "b", "{'v1':2,'unknown':null}") "," OBJECT("Widget", "v2", "c",
									     "{}")) },
	{ "no objects", TO("v2", ""), 200, CONVERTED("") },
	{ "the empty response that an API server sends with its request",
	  "{'kind':'ConversionReview','apiVersion':'apiextensions.k8s.io/v1','request':{'uid':'u1',"
	  "'desiredAPIVersion':'example.com/v2','objects':[]},'response':{'uid':'',"
	  "'convertedObjects':null,'result':{'metadata':{}}}}",
	  200, CONVERTED("") },
	{ "objects are missing", REVIEW("'uid':'u1','desiredAPIVersion':'example.com/v2'"), 200,
	  CONVERTED("") },
	{ "the answer has the version of the review",
	  REVIEW_OF("apiextensions.k8s.io/v1beta1",
		    "'uid':'u1','desiredAPIVersion':'example.com/v2','objects':[]"),
	  200, ANSWER_OF("apiextensions.k8s.io/v1beta1", "", "'status':'Success'") },
	{ "numbers and texts stay exact",
	  TO("v2",
	     OBJECT("Widget", "v1", "a", "{'both':'\\u0000<','more':[9007199254740993,1.5]}")),
	  200,
	  CONVERTED("{'apiVersion':'example.com/v2','kind':'Widget','metadata':{'name':'a',"
		    "'namespace':'n','annotations':{'conversion.pratique.dev/preserved':'{\\'v1\\'"
		    ":[{\\'at\\':[\\'spec\\',\\'more\\'],\\'value\\':[9007199254740993,1.5]}]}'}},"
		    "'spec':{'both':'\\u0000<','more':[9007199254740993,1.5]}}") },
	{ "no rules for the kind", TO("v2", OBJECT("Gadget", "v1", "a", "{}")), 200,
	  FAILED("Gadget n/a: there are no ConversionRules for Gadget in group example.com: name "
		 "them with --schemas") },
	{ "no schema for the kind", TO("v2", OBJECT("Gizmo", "v1", "a", "{}")), 200,
	  FAILED("Gizmo n/a: there is no schema for example.com/v1, Kind=Gizmo: name its "
		 "CustomResourceDefinition with --schemas") },
	{ "no such version", TO("v4", OBJECT("Widget", "v1", "a", "{}")), 200,
	  FAILED("Widget n/a: there is no schema for example.com/v4, Kind=Widget: name its "
		 "CustomResourceDefinition with --schemas") },
	{ "no rules between the versions, for the second of two",
	  TO("v3", OBJECT("Widget", "v3", "a", "{}") "," OBJECT("Widget", "v1", "b", "{}")), 200,
	  FAILED("Widget n/b: no rules lead from version v1 to v3: add a conversion between them "
		 "to ConversionRules widgets") },
	{ "another group",
	  REVIEW("'uid':'u1','desiredAPIVersion':'example.org/v2','objects':[" OBJECT(
		  "Widget", "v1", "a", "{}") "]"),
	  200,
	  FAILED("Widget n/a: an object of apiVersion \\'example.com/v1\\' has no form in "
		 "example.org/v2") },
	{ "an object that is none", TO("v2", "1"), 200,
	  FAILED(" : an object of apiVersion \\'\\' has no form in example.com/v2") },
	{ "an AdmissionReview",
	  "{'kind':'AdmissionReview','apiVersion':'admission.k8s.io/v1','request':{}}", 400,
	  BAD_REQUEST("kind: must be ConversionReview") },
	{ "another version of the review", REVIEW_OF("apiextensions.k8s.io/v2", ""), 400,
	  BAD_REQUEST("apiVersion: must be apiextensions.k8s.io/v1 or "
		      "apiextensions.k8s.io/v1beta1") },
	{ "no request", "{'kind':'ConversionReview','apiVersion':'apiextensions.k8s.io/v1'}", 400,
	  BAD_REQUEST("request: is missing") },
	{ "no uid", REVIEW("'desiredAPIVersion':'example.com/v2'"), 400,
	  BAD_REQUEST("request.uid: is missing") },
	{ "no desired version", REVIEW("'uid':'u1'"), 400,
	  BAD_REQUEST("request.desiredAPIVersion: must be a group and a version, as "
		      "example.com/v1") },
	{ "a version without a group", REVIEW("'uid':'u1','desiredAPIVersion':'v1'"), 400,
	  BAD_REQUEST("request.desiredAPIVersion: must be a group and a version, as "
		      "example.com/v1") },
	{ "objects that are no list",
	  REVIEW("'uid':'u1','desiredAPIVersion':'example.com/v1','objects':{}"), 400,
	  BAD_REQUEST("request.objects: must be a list") },
	{ "no object at all", "[]", 400,
	  BAD_REQUEST("the body is no object: POST a ConversionReview") },
	{ "nothing", "", 400, BAD_REQUEST("the body is empty: POST a ConversionReview") },
	{ "no JSON", "{", 400, BAD_REQUEST("body:1:2: unexpected end of JSON input") },
};

static bool check(const struct pq_policy *policy, const struct review_case *test)
{
	static const struct pq_admission_options options = { 0 };
	pq_cleanup_arena struct pq_arena arena;
	struct pq_admission_answer answer;
	pq_arena_init(&arena, 0);
	pq_admission_review(policy, PQ_ADMISSION_CONVERT, quote(&arena, test->request), &options,
			    &arena, &answer);
	struct pq_string body = quote(&arena, test->answer);
	if (answer.http_status == test->http_status && pq_string_equal(answer.body, body) &&
	    answer.judged == (test->http_status == 200))
		return true;
	print_error("%s: %d\n  %.*s, not\n  %.*s\n", test->name, answer.http_status,
		    PQ_STRING_ARGUMENT(answer.body), PQ_STRING_ARGUMENT(body));
	return false;
}

static void test_reviews(void **state)
{
	size_t failures = 0;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		failures += !check(*state, &cases[i]);
	assert_int_equal(failures, 0);
}

/* Memory that runs out anywhere is a 413, never half a list. */
static void test_torture(void **state)
{
	static const struct pq_admission_options options = { 0 };
	pq_cleanup_arena struct pq_arena texts;
	pq_arena_init(&texts, 0);
	struct pq_string request = quote(&texts, cases[2].request);
	struct pq_admission_answer answer = { 0 };
	size_t failures = 0;
	for (; answer.http_status != 200; failures++) {
		pq_cleanup_arena struct pq_arena arena;
		pq_arena_init(&arena, 0);
		test_allocation_fail_from(failures);
		pq_admission_review(*state, PQ_ADMISSION_CONVERT, request, &options, &arena,
				    &answer);
		test_allocation_never_fail();
		assert_true(answer.http_status == 200 || answer.http_status == 413);
		assert_true(answer.body.length > 0);
		assert_true(answer.allowed == (answer.http_status == 200));
	}
	assert_true(failures > 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reviews),
		cmocka_unit_test(test_torture),
	};
	return cmocka_run_group_tests(tests, make_policy, drop_policy);
}
