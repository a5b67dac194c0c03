/* From the bytes of a review to the bytes of its answer. */
#include "admission/review.h"

#include "harness/allocation.h"
#include "json/read.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static const char widget_crd[] =
	"{'apiVersion':'apiextensions.k8s.io/v1','kind':'CustomResourceDefinition',"
	"'metadata':{'name':'widgets.example.com'},'spec':{'group':'example.com',"
	"'names':{'kind':'Widget','plural':'widgets'},'scope':'Namespaced','versions':[{"
	"'name':'v1','served':true,'storage':true,'subresources':{'status':{}},"
	"'schema':{'openAPIV3Schema':{'type':'object','required':['spec'],'properties':{"
	"'spec':{'type':'object','properties':{"
	"'size':{'type':'integer','minimum':1,'maximum':10,'default':3},"
	"'mode':{'type':'string','enum':['a','b']},'note':{'type':'string'},"
	"'tags':{'type':'array','x-kubernetes-list-type':'set','items':{'type':'string'}}}},"
	"'status':{'type':'object','properties':{'phase':{'type':'string','maxLength':3},"
	"'count':{'type':'integer','default':0}}}}}}}]}}";

/* One AdmissionSchema per action for gadgets, which have no CRD. */
static const char overlay[] =
	"{'apiVersion':'admission.pratique.dev/v1','kind':'AdmissionSchema',"
	"'metadata':{'name':'%s'},'spec':{'match':{'groups':['%s'],'versions':['v1'],"
	"'resources':['%s']},'validationActions':['%s'],'openAPIV3Schema':{'type':'object',"
	"'properties':{'spec':{'type':'object','properties':{"
	"'%s':{'type':'integer','maximum':5},'note':{'type':'string','default':'%s'}}}}}}}";

/* Only for what has a label. */
static const char selective[] =
	"{'apiVersion':'admission.pratique.dev/v1','kind':'AdmissionSchema',"
	"'metadata':{'name':'selective'},'spec':{'match':{'groups':['example.com'],"
	"'versions':['v1'],'resources':['gizmos'],'objectSelector':{'matchLabels':{'a':'b'}}},"
	"'openAPIV3Schema':{'type':'object','required':['spec']}}}";

static void add(struct pq_policy_builder *builder, const char *text)
{
	pq_cleanup_arena struct pq_arena arena;
	struct pq_value document;
	struct pq_error error;
	pq_arena_init(&arena, 0);
	struct pq_string json = pq_arena_copy(&arena, pq_string_from(text));
	for (size_t i = 0; i < json.length; i++) {
		if (json.data[i] == '\'')
			((char *)(uintptr_t)json.data)[i] = '"';
	}
	assert_true(pq_json_read_copy(&arena, json, NULL, &document, &error));
	if (pq_policy_builder_add(builder, &document, PQ_S("test"), json, &error) !=
	    PQ_POLICY_ADDED)
		fail_msg("%s", error.message);
}

static void add_overlay(struct pq_policy_builder *builder, const char *name, const char *group,
			const char *resource, const char *action, const char *field,
			const char *note)
{
	char text[2048];
	snprintf(text, sizeof text, overlay, name, group, resource, action, field, note);
	add(builder, text);
}

static int make_policy(void **state)
{
	struct pq_policy_builder *builder = pq_policy_builder_new();
	char long_name[101];
	memset(long_name, 'x', 100);
	long_name[100] = '\0';
	add(builder, widget_crd);
	add_overlay(builder, "widgets", "example.com", "widgets", "Deny", "extra", "from overlay");
	add_overlay(builder, "deny", "", "gadgets", "Deny", "denied", "first");
	add_overlay(builder, "warn", "", "gadgets", "Warn", "warned", "second");
	add_overlay(builder, "audit", "", "gadgets", "Audit", "audited", "third");
	add_overlay(builder, long_name, "", "gadgets", "Audit", "audited", "fourth");
	add(builder, selective);
	*state = (void *)(uintptr_t)pq_policy_builder_finish(builder);
	pq_policy_builder_free(builder);
	return 0;
}

static int drop_policy(void **state)
{
	pq_policy_unref(*state);
	return 0;
}

#define REVIEW(version, request)                                                                   \
	"{'kind':'AdmissionReview','apiVersion':'admission.k8s.io/" version                        \
	"','request':{" request "}}"
#define WIDGET(operation, more)                                                                    \
	REVIEW("v1", "'uid':'u1','kind':{'group':'example.com','version':'v1','kind':'Widget'},"   \
		     "'resource':{'group':'example.com','version':'v1','resource':'widgets'},"     \
		     "'name':'w','namespace':'n','operation':'" operation "'," more)
#define GADGET(operation, more)                                                                    \
	REVIEW("v1", "'uid':'u1','kind':{'group':'','version':'v1','kind':'Gadget'},"              \
		     "'resource':{'group':'','version':'v1','resource':'gadgets'},"                \
		     "'name':'g','namespace':'n','operation':'" operation "'," more)
#define GIZMO(operation, more)                                                                     \
	REVIEW("v1", "'uid':'u1','kind':{'group':'example.com','version':'v1','kind':'Gizmo'},"    \
		     "'resource':{'group':'example.com','version':'v1','resource':'gizmos'},"      \
		     "'operation':'" operation "'," more)
#define OTHER(operation, more)                                                                     \
	REVIEW("v1", "'uid':'u1','kind':{'group':'example.com','version':'v9','kind':'Widget'},"   \
		     "'operation':'" operation "'," more)
#define ALLOWED                                                                                    \
	"{'kind':'AdmissionReview','apiVersion':'admission.k8s.io/v1','response':{'uid':'u1',"     \
	"'allowed':true}}"
#define ALLOWED_WITH(more)                                                                         \
	"{'kind':'AdmissionReview','apiVersion':'admission.k8s.io/v1','response':{'uid':'u1',"     \
	"'allowed':true," more "}}"
#define DENIED_WITH(more)                                                                          \
	"{'kind':'AdmissionReview','apiVersion':'admission.k8s.io/v1','response':{'uid':'u1',"     \
	"'allowed':false," more "}}"
#define INVALID(kind_and_group, name, group, kind, message, causes)                                \
	DENIED_WITH("'status':{'metadata':{},'status':'Failure','message':'" kind_and_group        \
		    " \\'" name "\\' is invalid: " message                                         \
		    "','reason':'Invalid','details':{'name':'" name "'," group "'kind':'" kind     \
		    "','causes':[" causes "]},'code':422}")
#define INVALID_WIDGET(message, causes)                                                            \
	INVALID("Widget.example.com", "w", "'group':'example.com',", "Widget", message, causes)
#define CAUSE(field, message)                                                                      \
	"{'reason':'FieldValueInvalid','message':'" message "','field':'" field "'}"
#define BAD_REQUEST(message)                                                                       \
	"{'kind':'Status','apiVersion':'v1','metadata':{},'status':'Failure','message':'" message  \
	"','reason':'BadRequest','code':400}"

struct review_case {
	const char *name;
	enum pq_admission_door door;
	const char *request;
	int http_status;
	const char *answer; /* ' stands for ", ` for ', {{…}} for base64 of what is within */
};

static const struct review_case cases[] = {
	{ "defaults become one patch, the overlay's after the CRD's", PQ_ADMISSION_MUTATE,
	  WIDGET("CREATE", "'object':{'kind':'Widget','spec':{}},'oldObject':null"), 200,
	  ALLOWED_WITH("'patch':'{{[{'op':'add','path':'/spec/size','value':3},"
		       "{'op':'add','path':'/spec/note','value':'from overlay'}]}}',"
		       "'patchType':'JSONPatch'") },
	{ "nothing to default: neither patch nor patchType", PQ_ADMISSION_MUTATE,
	  WIDGET("CREATE", "'object':{'spec':{'size':1,'note':''}}"), 200, ALLOWED },
	{ "mutate leaves fields alone that it does not know", PQ_ADMISSION_MUTATE,
	  WIDGET("UPDATE", "'object':{'newer':1,'spec':{'size':1,'note':'','newer':{'a':[]}}},"
			   "'oldObject':{'spec':{}}"),
	  200, ALLOWED },
	{ "mutate gives no verdict", PQ_ADMISSION_MUTATE,
	  WIDGET("CREATE", "'object':{'spec':{'size':99,'note':''}}"), 200, ALLOWED },
	{ "null for a field with a default is replaced", PQ_ADMISSION_MUTATE,
	  WIDGET("CREATE", "'object':{'spec':{'size':null,'note':''}}"), 200,
	  ALLOWED_WITH("'patch':'{{[{'op':'replace','path':'/spec/size','value':3}]}}',"
		       "'patchType':'JSONPatch'") },
	{ "through the object the status is not patched", PQ_ADMISSION_MUTATE,
	  WIDGET("UPDATE", "'object':{'spec':{'size':1,'note':''},'status':{}},'oldObject':{}"),
	  200, ALLOWED },
	{ "through the status nothing else is patched", PQ_ADMISSION_MUTATE,
	  WIDGET("UPDATE", "'subResource':'status','object':{'spec':{},'status':{}},"
			   "'oldObject':{'spec':{}}"),
	  200,
	  ALLOWED_WITH("'patch':'{{[{'op':'add','path':'/status/count','value':0}]}}',"
		       "'patchType':'JSONPatch'") },
	{ "several overlays default in the order of their names", PQ_ADMISSION_MUTATE,
	  GADGET("CREATE", "'object':{'spec':{}}"), 200,
	  ALLOWED_WITH("'patch':'{{[{'op':'add','path':'/spec/note','value':'third'}]}}',"
		       "'patchType':'JSONPatch'") },
	{ "v1beta1 is answered as v1beta1", PQ_ADMISSION_VALIDATE,
	  REVIEW("v1beta1", "'uid':'u2','kind':{'group':'example.com','version':'v1',"
			    "'kind':'Widget'},'operation':'CREATE','object':{'spec':{}}"),
	  200,
	  "{'kind':'AdmissionReview','apiVersion':'admission.k8s.io/v1beta1','response':{"
	  "'uid':'u2','allowed':true}}" },
	{ "fields of the review that are not known do not matter", PQ_ADMISSION_VALIDATE,
	  "{'kind':'AdmissionReview','apiVersion':'admission.k8s.io/v1','response':null,"
	  "'later':1,'request':{'later':{},'uid':'u1','kind':{'group':'example.com','version':'v1',"
	  "'kind':'Widget','later':1},'operation':'CREATE','object':{'spec':{}}}}",
	  200, ALLOWED },
	{ "DELETE", PQ_ADMISSION_VALIDATE,
	  WIDGET("DELETE", "'object':null,'oldObject':{'spec':{'size':99}}"), 200, ALLOWED },
	{ "a field that is required is defaulted first", PQ_ADMISSION_VALIDATE,
	  WIDGET("CREATE", "'object':{'spec':{}}"), 200, ALLOWED },
	{ "every cause of a denial", PQ_ADMISSION_VALIDATE,
	  WIDGET("CREATE", "'object':{'spec':{'size':99,'mode':'c'}}"), 200,
	  INVALID_WIDGET(
		  "[spec.size: Invalid value: 99: spec.size in body should be less than or equal "
		  "to 10, spec.mode: Unsupported value: \\'c\\': supported values: \\'a\\', "
		  "\\'b\\']",
		  CAUSE("spec.size", "Invalid value: 99: spec.size in body should be less than or "
				     "equal to 10") ",{'reason':'FieldValueNotSupported','message':"
						    "'Unsupported value: \\'c\\': supported "
						    "values: \\'a\\', \\'b\\'',"
						    "'field':'spec.mode'}") },
	{ "the overlay judges after the CRD, and knows more fields", PQ_ADMISSION_VALIDATE,
	  WIDGET("CREATE", "'object':{'spec':{'extra':9}}"), 200,
	  "{'kind':'AdmissionReview','apiVersion':'admission.k8s.io/v1','response':{'uid':'u1',"
	  "'allowed':false,'status':{'metadata':{},'status':'Failure','message':"
	  "'Widget.example.com \\'w\\' is invalid: spec.extra: Invalid value: 9: spec.extra in "
	  "body should be less than or equal to 5','reason':'Invalid','details':{'name':'w',"
	  "'group':'example.com','kind':'Widget','causes':[{'reason':'FieldValueInvalid','message':"
	  "'Invalid value: 9: spec.extra in body should be less than or equal to 5','field':"
	  "'spec.extra'}]},'code':422},'warnings':['unknown field \\'spec.extra\\'']}}" },
	{ "an unchanged fault is forgiven on update", PQ_ADMISSION_VALIDATE,
	  WIDGET("UPDATE", "'object':{'spec':{'size':99,'note':'new'}},"
			   "'oldObject':{'spec':{'size':99}}"),
	  200, ALLOWED },
	{ "a fault that the update brings is not", PQ_ADMISSION_VALIDATE,
	  WIDGET("UPDATE", "'object':{'spec':{'size':99}},'oldObject':{'spec':{'size':98}}"), 200,
	  INVALID_WIDGET("spec.size: Invalid value: 99: spec.size in body should be less than or "
			 "equal to 10",
			 CAUSE("spec.size", "Invalid value: 99: spec.size in body should be less "
					    "than or equal to 10")) },
	{ "nothing is forgiven when nothing was there", PQ_ADMISSION_VALIDATE,
	  WIDGET("CREATE", "'object':{'spec':{'size':99}},'oldObject':{'spec':{'size':99}}"), 200,
	  INVALID_WIDGET("spec.size: Invalid value: 99: spec.size in body should be less than or "
			 "equal to 10",
			 CAUSE("spec.size", "Invalid value: 99: spec.size in body should be less "
					    "than or equal to 10")) },
	{ "duplicates in a list that had some are forgiven", PQ_ADMISSION_VALIDATE,
	  WIDGET("UPDATE", "'object':{'spec':{'tags':['a','a']}},"
			   "'oldObject':{'spec':{'tags':['b','b']}}"),
	  200, ALLOWED },
	{ "duplicates in a list that had none", PQ_ADMISSION_VALIDATE,
	  WIDGET("UPDATE", "'object':{'spec':{'tags':['a','a']}},'oldObject':{'spec':{}}"), 200,
	  INVALID_WIDGET("spec.tags[1]: Duplicate value: \\'a\\'",
			 "{'reason':'FieldValueDuplicate','message':'Duplicate value: \\'a\\'',"
			 "'field':'spec.tags[1]'}") },
	{ "an overlay forgives unchanged faults too", PQ_ADMISSION_VALIDATE,
	  GADGET("UPDATE", "'object':{'spec':{'denied':9,'note':''}},"
			   "'oldObject':{'spec':{'denied':9}}"),
	  200, ALLOWED },
	{ "the status is not judged through the object", PQ_ADMISSION_VALIDATE,
	  WIDGET("CREATE", "'object':{'spec':{},'status':{'phase':'too long'}}"), 200, ALLOWED },
	{ "the status is judged through its subresource", PQ_ADMISSION_VALIDATE,
	  WIDGET("UPDATE", "'subResource':'status','object':{'spec':{'size':99},"
			   "'status':{'phase':'long'}},'oldObject':{'spec':{}}"),
	  200,
	  INVALID_WIDGET("status.phase: Too long: may not be more than 3 bytes",
			 "{'reason':'FieldValueTooLong','message':'Too long: may not be more than "
			 "3 bytes','field':'status.phase'}") },
	{ "and the rest is not", PQ_ADMISSION_VALIDATE,
	  WIDGET("UPDATE", "'subResource':'status','object':{'spec':{'size':99},"
			   "'status':{'phase':'ok'}},'oldObject':{'spec':{}}"),
	  200, ALLOWED },
	{ "unknown fields are warned of", PQ_ADMISSION_VALIDATE,
	  WIDGET("CREATE", "'object':{'spec':{'x':1,'z\\n':2}}"), 200,
	  ALLOWED_WITH("'warnings':['unknown field \\'spec.x\\'','unknown field \\'spec.z \\'']") },
	{ "a value of the wrong type", PQ_ADMISSION_VALIDATE,
	  GADGET("CREATE", "'object':{'spec':{'note':'','warned':'text'}}"), 200,
	  ALLOWED_WITH("'warnings':['warn: spec.warned: Invalid value: \\'"
		       "string\\': spec.warned in body must be of type integer: \\'string\\'']") },
	{ "Deny denies, in the name of the kind", PQ_ADMISSION_VALIDATE,
	  GADGET("CREATE", "'object':{'spec':{'denied':9,'note':''}}"), 200,
	  INVALID("Gadget", "g", "", "Gadget",
		  "spec.denied: Invalid value: 9: spec.denied in body should be less than or equal "
		  "to 5",
		  CAUSE("spec.denied", "Invalid value: 9: spec.denied in body should be less than "
				       "or equal to 5")) },
	{ "Warn warns", PQ_ADMISSION_VALIDATE,
	  GADGET("CREATE", "'object':{'spec':{'warned':9,'note':''}}"), 200,
	  ALLOWED_WITH("'warnings':['warn: spec.warned: Invalid value: 9: spec.warned in body "
		       "should be less than or equal to 5']") },
	{ "Audit leaves annotations with keys the API server takes", PQ_ADMISSION_VALIDATE,
	  GADGET("CREATE", "'object':{'spec':{'audited':9,'note':''}}"), 200,
	  ALLOWED_WITH("'auditAnnotations':{'audit':'spec.audited: Invalid value: 9: spec.audited "
		       "in body should be less than or equal to 5','"
		       "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx-ac246ad5"
		       "':'spec.audited: Invalid value: 9: spec.audited in body should be less "
		       "than or equal to 5'}") },
	{ "a version without schema is allowed", PQ_ADMISSION_VALIDATE,
	  OTHER("CREATE", "'object':{}"), 200, ALLOWED },
	{ "an empty body", PQ_ADMISSION_VALIDATE, "", 400,
	  BAD_REQUEST("the body is empty: POST an AdmissionReview") },
	{ "a body that is no JSON", PQ_ADMISSION_VALIDATE, "apiVersion: v1", 400,
	  BAD_REQUEST("body:1:1: invalid character `a` looking for beginning of value") },
	{ "a body that ends too soon", PQ_ADMISSION_VALIDATE, "{'kind':'Admiss", 400,
	  BAD_REQUEST("body:1:16: unexpected end of JSON input") },
	{ "a body that is no object", PQ_ADMISSION_VALIDATE, "[]", 400,
	  BAD_REQUEST("the body is no object: POST an AdmissionReview") },
	{ "another kind", PQ_ADMISSION_VALIDATE, "{'kind':'Pod','apiVersion':'v1'}", 400,
	  BAD_REQUEST("kind: must be AdmissionReview") },
	{ "an unknown version", PQ_ADMISSION_VALIDATE,
	  "{'kind':'AdmissionReview','apiVersion':'admission.k8s.io/v2'}", 400,
	  BAD_REQUEST("apiVersion: must be admission.k8s.io/v1 or admission.k8s.io/v1beta1") },
	{ "a version that is no string", PQ_ADMISSION_VALIDATE,
	  "{'kind':'AdmissionReview','apiVersion':1}", 400,
	  BAD_REQUEST("apiVersion: must be a string") },
	{ "no request", PQ_ADMISSION_VALIDATE,
	  "{'kind':'AdmissionReview','apiVersion':'admission.k8s.io/v1'}", 400,
	  BAD_REQUEST("request: is missing") },
	{ "an answer instead of a request", PQ_ADMISSION_VALIDATE, ALLOWED, 400,
	  BAD_REQUEST("response: a review that is sent here must not have one") },
	{ "no uid", PQ_ADMISSION_VALIDATE, REVIEW("v1", "'operation':'CREATE'"), 400,
	  BAD_REQUEST("request.uid: is missing") },
	{ "no kind", PQ_ADMISSION_VALIDATE, REVIEW("v1", "'uid':'u'"), 400,
	  BAD_REQUEST("request.kind: is missing") },
	{ "an empty kind", PQ_ADMISSION_VALIDATE, REVIEW("v1", "'uid':'u','kind':{'version':'v1'}"),
	  400, BAD_REQUEST("request.kind.kind: is missing") },
	{ "an unknown operation", PQ_ADMISSION_VALIDATE, WIDGET("PATCH", "'object':{}"), 400,
	  BAD_REQUEST("request.operation: must be CREATE, UPDATE, DELETE or CONNECT") },
	{ "no object to judge", PQ_ADMISSION_VALIDATE, WIDGET("CREATE", "'object':null"), 400,
	  BAD_REQUEST("request.object: is missing: there is nothing to judge") },
	{ "an object that is none", PQ_ADMISSION_MUTATE, WIDGET("CREATE", "'object':'text'"), 400,
	  BAD_REQUEST("request.object: must be an object or null") },
	{ "an object of another kind", PQ_ADMISSION_MUTATE,
	  WIDGET("CREATE", "'object':{'kind':'Pod'}"), 400,
	  BAD_REQUEST("request.object.kind: differs from request.kind.kind") },
};

struct unmatched_case {
	enum pq_unmatched unmatched;
	struct review_case review;
};

static const struct unmatched_case unmatched_cases[] = {
	{ PQ_UNMATCHED_DENY,
	  { "a kind that an overlay covers has a schema, also where it is not selected",
	    PQ_ADMISSION_VALIDATE, GIZMO("CREATE", "'object':{}"), 200, ALLOWED } },
	{ PQ_UNMATCHED_DENY,
	  { "and so has its status", PQ_ADMISSION_VALIDATE,
	    GIZMO("UPDATE", "'subResource':'status','object':{}"), 200, ALLOWED } },
	{ PQ_UNMATCHED_DENY,
	  { "the status of a version without schema", PQ_ADMISSION_VALIDATE,
	    OTHER("UPDATE", "'subResource':'status','object':{}"), 200,
	    DENIED_WITH(
		    "'status':{'metadata':{},'status':'Failure','message':'pratique has no "
		    "schema for example.com/v9, Kind=Widget','reason':'Forbidden','code':403}") } },
	{ PQ_UNMATCHED_DENY,
	  { "DELETE of a kind without schema", PQ_ADMISSION_MUTATE,
	    OTHER("DELETE", "'object':null"), 200, ALLOWED } },
	{ PQ_UNMATCHED_DENY,
	  { "CONNECT", PQ_ADMISSION_VALIDATE,
	    GADGET("CONNECT", "'subResource':'exec','object':{'kind':'PodExecOptions'}"), 200,
	    ALLOWED } },
	{ PQ_UNMATCHED_DENY,
	  { "scale needs no schema", PQ_ADMISSION_VALIDATE,
	    REVIEW("v1", "'uid':'u1','kind':{'group':'autoscaling','version':'v1','kind':'Scale'},"
			 "'subResource':'scale','operation':'UPDATE','object':{'kind':'Scale'}"),
	    200, ALLOWED } },
	{ PQ_UNMATCHED_WARN,
	  { "or warned of", PQ_ADMISSION_VALIDATE, OTHER("CREATE", "'object':{}"), 200,
	    ALLOWED_WITH(
		    "'warnings':['pratique has no schema for example.com/v9, Kind=Widget']") } },
	{ PQ_UNMATCHED_DENY,
	  { "or denied", PQ_ADMISSION_VALIDATE, OTHER("CREATE", "'object':{}"), 200,
	    DENIED_WITH(
		    "'status':{'metadata':{},'status':'Failure','message':'pratique has no "
		    "schema for example.com/v9, Kind=Widget','reason':'Forbidden','code':403}") } },
};

/* Appends base64 of RFC 4648. */
static void append_base64(struct pq_buffer *buffer, const char *bytes, size_t length)
{
	static const char alphabet[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	for (size_t i = 0; i < length; i += 3) {
		unsigned char group[3] = { 0 };
		size_t size = length - i < 3 ? length - i : 3;
		memcpy(group, bytes + i, size);
		char text[4] = {
			alphabet[group[0] >> 2],
			alphabet[(group[0] & 3) << 4 | group[1] >> 4],
			alphabet[(group[1] & 15) << 2 | group[2] >> 6],
			alphabet[group[2] & 63],
		};
		memset(text + size + 1, '=', 3 - size);
		pq_buffer_append(buffer, text, sizeof text);
	}
}

/* The case's text with quotes and base64 as they are sent. */
static struct pq_string expand(struct pq_arena *arena, const char *text)
{
	struct pq_buffer buffer;
	struct pq_string quoted = pq_arena_copy(arena, pq_string_from(text));
	char *bytes = (char *)(uintptr_t)quoted.data;
	for (size_t i = 0; i < quoted.length; i++) {
		if (bytes[i] == '\'')
			bytes[i] = '"';
		else if (bytes[i] == '`')
			bytes[i] = '\'';
	}
	pq_buffer_init_in(&buffer, arena, 0);
	const char *encoded = strstr(bytes, "{{"),
		   *end = encoded == NULL ? NULL : strstr(encoded, "}}'");
	if (encoded != NULL && end == NULL)
		end = strstr(encoded, "]}}\"") + 1;
	if (encoded != NULL) {
		pq_buffer_append(&buffer, bytes, (size_t)(encoded - bytes));
		append_base64(&buffer, encoded + 2, (size_t)(end - encoded - 2));
		pq_buffer_append_text(&buffer, end + 2);
	} else {
		pq_buffer_append_string(&buffer, quoted);
	}
	assert_false(pq_buffer_failed(&buffer));
	return pq_buffer_view(&buffer);
}

static size_t wrong_answers;

static void check(const struct pq_policy *policy, const struct review_case *c,
		  const struct pq_admission_options *options, bool held_back)
{
	pq_cleanup_arena struct pq_arena arena;
	struct pq_admission_answer answer;
	pq_arena_init(&arena, 0);
	struct pq_string want = expand(&arena, c->answer);
	pq_admission_review(policy, c->door, expand(&arena, c->request), options, &arena, &answer);
	if (answer.http_status == c->http_status && answer.held_back == held_back &&
	    pq_string_equal(answer.body, want))
		return;
	print_error("%s:\n got %d %.*s\nwant %d %.*s\n", c->name, answer.http_status,
		    PQ_STRING_ARGUMENT(answer.body), c->http_status, PQ_STRING_ARGUMENT(want));
	wrong_answers++;
}

static void answers(void **state)
{
	wrong_answers = 0;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const struct pq_admission_options options = { .unmatched = PQ_UNMATCHED_ALLOW };
		check(*state, &cases[i], &options, false);
	}
	for (size_t i = 0; i < sizeof unmatched_cases / sizeof unmatched_cases[0]; i++) {
		const struct pq_admission_options options = {
			.unmatched = unmatched_cases[i].unmatched
		};
		check(*state, &unmatched_cases[i].review, &options, false);
	}
	assert_int_equal(wrong_answers, 0);
}

#define TOO_LARGE(field, most)                                                                     \
	field ": Invalid value: 99: " field " in body should be less than or equal to " most

static const struct {
	struct review_case review;
	enum pq_enforcement enforcement;
	bool held_back;
} ceiling_cases[] = {
	{ { "a CRD's denial as a warning", PQ_ADMISSION_VALIDATE,
	    WIDGET("CREATE", "'object':{'spec':{'size':99}}"), 200,
	    ALLOWED_WITH("'warnings':['widgets.example.com: " TOO_LARGE("spec.size", "10") "']") },
	  PQ_ENFORCEMENT_WARN,
	  true },
	{ { "a CRD's denial as an annotation", PQ_ADMISSION_VALIDATE,
	    WIDGET("CREATE", "'object':{'spec':{'size':99}}"), 200,
	    ALLOWED_WITH("'auditAnnotations':{'widgets.example.com':'" TOO_LARGE("spec.size",
										 "10") "'}") },
	  PQ_ENFORCEMENT_AUDIT,
	  true },
	{ { "an overlay's denial as a warning", PQ_ADMISSION_VALIDATE,
	    GADGET("CREATE", "'object':{'spec':{'denied':99,'note':''}}"), 200,
	    ALLOWED_WITH("'warnings':['deny: " TOO_LARGE("spec.denied", "5") "']") },
	  PQ_ENFORCEMENT_WARN,
	  true },
	{ { "an overlay's denial as an annotation", PQ_ADMISSION_VALIDATE,
	    GADGET("CREATE", "'object':{'spec':{'denied':99,'note':''}}"), 200,
	    ALLOWED_WITH("'auditAnnotations':{'deny':'" TOO_LARGE("spec.denied", "5") "'}") },
	  PQ_ENFORCEMENT_AUDIT,
	  true },
	{ { "a warning as an annotation", PQ_ADMISSION_VALIDATE,
	    GADGET("CREATE", "'object':{'spec':{'warned':99,'note':''}}"), 200,
	    ALLOWED_WITH("'auditAnnotations':{'warn':'" TOO_LARGE("spec.warned", "5") "'}") },
	  PQ_ENFORCEMENT_AUDIT,
	  false },
	{ { "a warning stays one", PQ_ADMISSION_VALIDATE,
	    GADGET("CREATE", "'object':{'spec':{'warned':99,'note':''}}"), 200,
	    ALLOWED_WITH("'warnings':['warn: " TOO_LARGE("spec.warned", "5") "']") },
	  PQ_ENFORCEMENT_WARN,
	  false },
	{ { "an unknown field is not warned of", PQ_ADMISSION_VALIDATE,
	    WIDGET("CREATE", "'object':{'spec':{'more':1}}"), 200, ALLOWED },
	  PQ_ENFORCEMENT_AUDIT,
	  false },
	{ { "no schema, warned of", PQ_ADMISSION_VALIDATE, OTHER("CREATE", "'object':{}"), 200,
	    ALLOWED_WITH("'warnings':['pratique has no schema for example.com/v9, "
			 "Kind=Widget']") },
	  PQ_ENFORCEMENT_WARN,
	  true },
	{ { "no schema", PQ_ADMISSION_VALIDATE, OTHER("CREATE", "'object':{}"), 200, ALLOWED },
	  PQ_ENFORCEMENT_AUDIT,
	  true },
	{ { "defaults are as ever", PQ_ADMISSION_VALIDATE, WIDGET("CREATE", "'object':{'spec':{}}"),
	    200, ALLOWED },
	  PQ_ENFORCEMENT_WARN,
	  false },
	{ { "what is no review is still none", PQ_ADMISSION_VALIDATE, "{'a'", 400,
	    BAD_REQUEST("body:1:5: unexpected end of JSON input") },
	  PQ_ENFORCEMENT_AUDIT,
	  false },
};

static void a_ceiling_lowers_what_findings_lead_to(void **state)
{
	wrong_answers = 0;
	for (size_t i = 0; i < sizeof ceiling_cases / sizeof ceiling_cases[0]; i++) {
		const struct pq_admission_options options = {
			.enforcement = ceiling_cases[i].enforcement,
			.unmatched = PQ_UNMATCHED_DENY,
		};
		check(*state, &ceiling_cases[i].review, &options, ceiling_cases[i].held_back);
	}
	assert_int_equal(wrong_answers, 0);
}

static void telemetry_sees_what_was_judged(void **state)
{
	pq_cleanup_arena struct pq_arena arena;
	const struct pq_admission_options options = { .unmatched = PQ_UNMATCHED_DENY };
	struct pq_admission_answer answer;
	pq_arena_init(&arena, 0);
	pq_admission_review(*state, PQ_ADMISSION_VALIDATE,
			    expand(&arena, OTHER("CREATE", "'object':{}")), &options, &arena,
			    &answer);
	assert_true(answer.judged && answer.unmatched);
	assert_false(answer.allowed);
	assert_int_equal(answer.denial_code, 403);
	assert_true(pq_string_is(answer.operation, "CREATE"));
	assert_true(pq_string_is(answer.group, "example.com"));
	assert_true(pq_string_is(answer.version, "v9"));
	assert_true(pq_string_is(answer.kind, "Widget"));
	assert_true(pq_string_is(answer.uid, "u1"));
}

#define RULED(rule_)                                                                               \
	"{'apiVersion':'admission.pratique.dev/v1','kind':'AdmissionSchema',"                      \
	"'metadata':{'name':'ruled'},'spec':{'match':{'groups':['example.com'],"                   \
	"'versions':['v1'],'resources':['ruleds']},'openAPIV3Schema':{'type':'object',"            \
	"'x-kubernetes-validations':[{'rule':'" rule_ "'}],"                                       \
	"'properties':{'spec':{'type':'object','properties':{'a':{'type':'array',"                 \
	"'maxItems':100,'items':{'type':'integer'}}}}}}}}"

/* Each list holds the one before it twice: 2^16 items to compare. */
#define TWICE_4 ".map(x,[x,x]).map(x,[x,x]).map(x,[x,x]).map(x,[x,x])"
#define SHARED  "[1]" TWICE_4 TWICE_4 TWICE_4 TWICE_4

/* What the listener's threads leave to others. */
static void costly_rules_can_be_left_to_others(void **state)
{
	static const struct {
		const char *name;
		const char *schema;
		int64_t cost_max;
		bool too_costly;
	} cases_of_cost[] = {
		{ "no limit", RULED("self.spec.a.all(x, x < 5)"), 0, false },
		{ "enough", RULED("self.spec.a.all(x, x < 5)"), 1000, false },
		{ "too little", RULED("self.spec.a.all(x, x < 5)"), 20, true },
		{ "none at all", RULED("self.spec.a.all(x, x < 5)"), 1, true },
		{ "cheap to build, no limit", RULED(SHARED " != " SHARED), 0, false },
		{ "cheap to build, dear to compare", RULED(SHARED " != " SHARED), 2000, true },
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases_of_cost / sizeof cases_of_cost[0]; i++) {
		const struct pq_admission_options options = { .rules_cost_max =
								      cases_of_cost[i].cost_max };
		pq_cleanup_arena struct pq_arena arena;
		struct pq_admission_answer answer;
		pq_arena_init(&arena, 0);
		struct pq_policy_builder *builder = pq_policy_builder_new();
		add(builder, cases_of_cost[i].schema);
		const struct pq_policy *policy = pq_policy_builder_finish(builder);
		pq_policy_builder_free(builder);
		pq_admission_review(
			policy, PQ_ADMISSION_VALIDATE,
			expand(&arena,
			       REVIEW("v1", "'uid':'u1','kind':{'group':'example.com',"
					    "'version':'v1','kind':'Ruled'},'operation':'CREATE',"
					    "'object':{'spec':{'a':[1,2,3,4,1,2,3,4,9]}}")),
			&options, &arena, &answer);
		if (answer.too_costly != cases_of_cost[i].too_costly ||
		    answer.judged == answer.too_costly || answer.allowed)
			fail_msg("%s: %d", cases_of_cost[i].name, answer.http_status);
		pq_policy_unref(policy);
	}
}

static bool is_always_wanted(void *context)
{
	++*(unsigned *)context;
	return true;
}

/* Nobody waits any more: there is no verdict, neither that of the rules that were run. */
static void reviews_can_be_interrupted(void **state)
{
	static const struct {
		const char *name;
		const char *schema;
		bool interrupted;
	} cases_of_time[] = {
		{ "short", RULED("self.spec.a.all(x, x < 5)"), false },
		{ "many iterations", RULED("self.spec.a.all(x, [1, 2, 3].all(y, x + y < 19))"),
		  false },
		{ "more",
		  RULED("[1, 2].all(z, self.spec.a.all(x, self.spec.a.all(y, x + y < 19)))"),
		  true },
		{ "more than enough, absorbed",
		  RULED("self.spec.a.all(x, [1, 2].all(z, self.spec.a.all(y, x + y < 19))) || "
			"true"),
		  true },
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases_of_time / sizeof cases_of_time[0]; i++) {
		unsigned questions = 0;
		struct pq_interrupt interrupt = { .is_wanted = is_always_wanted,
						  .context = &questions };
		const struct pq_admission_options options = { .interrupt = &interrupt };
		pq_cleanup_arena struct pq_arena arena;
		struct pq_admission_answer answer;
		pq_arena_init(&arena, 0);
		struct pq_policy_builder *builder = pq_policy_builder_new();
		add(builder, cases_of_time[i].schema);
		const struct pq_policy *policy = pq_policy_builder_finish(builder);
		pq_policy_builder_free(builder);
		pq_admission_review(
			policy, PQ_ADMISSION_VALIDATE,
			expand(&arena,
			       REVIEW("v1", "'uid':'u1','kind':{'group':'example.com',"
					    "'version':'v1','kind':'Ruled'},'operation':'CREATE',"
					    "'object':{'spec':{'a':[1,2,3,4,1,2,3,4,9]}}")),
			&options, &arena, &answer);
		if (answer.interrupted != cases_of_time[i].interrupted ||
		    answer.judged == answer.interrupted ||
		    questions != cases_of_time[i].interrupted)
			fail_msg("%s: %d, asked %u times", cases_of_time[i].name,
				 answer.http_status, questions);
		pq_policy_unref(policy);
	}
}

/* A server would not send it, and say nothing. */
static void control_characters_of_warnings_are_spaces(void **state)
{
	pq_cleanup_arena struct pq_arena arena;
	struct pq_verdict verdict;
	(void)state;
	pq_arena_init(&arena, 0);
	pq_verdict_init(&verdict, &arena);
	pq_verdict_add_warning(&verdict, PQ_S("a\n\x7f\xc2\x9b\xc2\xa0\xff!"));
	assert_true(pq_string_is(verdict.warnings->text, "a   \xc2\xa0\xff!"));
}

/* However little memory a request may use, there is an answer. */
static void a_small_arena_gives_413(void **state)
{
	pq_cleanup_arena struct pq_arena texts;
	pq_arena_init(&texts, 0);
	struct pq_string request =
		expand(&texts, WIDGET("UPDATE", "'object':{'spec':{'size':99,'x':1}},"
						"'oldObject':{'spec':{'size':98}}"));
	const struct pq_admission_options options = { 0 };
	bool judged = false;
	for (size_t limit = 1; limit < 1 << 20 && !judged; limit += 64) {
		pq_cleanup_arena struct pq_arena arena;
		struct pq_admission_answer answer;
		pq_arena_init(&arena, limit);
		pq_admission_review(*state, PQ_ADMISSION_VALIDATE, request, &options, &arena,
				    &answer);
		judged = answer.judged;
		assert_int_equal(answer.http_status, judged ? 200 : 413);
		assert_true(answer.body.length > 0);
	}
	assert_true(judged);
}

/* Nor does it matter when the system has none left. */
static void failing_memory_gives_an_answer(void **state)
{
	pq_cleanup_arena struct pq_arena texts;
	pq_arena_init(&texts, 0);
	struct pq_string request =
		expand(&texts, WIDGET("UPDATE", "'object':{'spec':{'size':99,'x':1}},"
						"'oldObject':{'spec':{'size':98}}"));
	const struct pq_admission_options options = { 0 };
	bool judged = false;
	for (size_t count = 0; count < 1000 && !judged; count++) {
		pq_cleanup_arena struct pq_arena arena;
		struct pq_admission_answer answer;
		pq_arena_init(&arena, 0);
		test_allocation_fail_from(count);
		pq_admission_review(*state, PQ_ADMISSION_VALIDATE, request, &options, &arena,
				    &answer);
		test_allocation_never_fail();
		judged = answer.judged;
		assert_true(judged || answer.http_status == 413 || answer.http_status == 500);
		assert_true(answer.body.length > 0);
	}
	assert_true(judged);
}

static void findings_are_capped(void **state)
{
	pq_cleanup_arena struct pq_arena arena;
	const struct pq_admission_options options = { .findings_max = 1 };
	struct pq_admission_answer answer;
	pq_arena_init(&arena, 0);
	struct pq_string request =
		expand(&arena, WIDGET("CREATE", "'object':{'spec':{'size':99,'mode':'c'}}"));
	pq_admission_review(*state, PQ_ADMISSION_VALIDATE, request, &options, &arena, &answer);
	assert_false(answer.allowed);
	assert_non_null(memmem(answer.body.data, answer.body.length, "and at least 1 more", 19));
}

/* As many warnings as fit into what the API server passes on, and one that says there are more. */
static void warnings_are_capped(void **state)
{
	pq_cleanup_arena struct pq_arena arena;
	struct pq_buffer object;
	const struct pq_admission_options options = { 0 };
	struct pq_admission_answer answer;
	pq_arena_init(&arena, 0);
	pq_buffer_init_in(&object, &arena, 0);
	for (int i = 0; i < 500; i++)
		pq_buffer_append_format(&object, "'unknown%d':1,", i);
	struct pq_string request =
		pq_arena_format(&arena, WIDGET("CREATE", "'object':{'spec':{%.*s'size':1}}"),
				PQ_STRING_ARGUMENT(pq_buffer_view(&object)));
	pq_admission_review(*state, PQ_ADMISSION_VALIDATE, expand(&arena, request.data), &options,
			    &arena, &answer);
	assert_true(answer.allowed);
	assert_true(answer.body.length < 4096 + 2048);
	assert_non_null(memmem(answer.body.data, answer.body.length, "more warnings", 13));
}

static void a_long_warning_is_cut(void **state)
{
	pq_cleanup_arena struct pq_arena arena;
	const struct pq_admission_options options = { 0 };
	struct pq_admission_answer answer;
	pq_arena_init(&arena, 0);
	struct pq_string request =
		pq_arena_format(&arena, WIDGET("CREATE", "'object':{'spec':{'%0300d':1}}"), 0);
	pq_admission_review(*state, PQ_ADMISSION_VALIDATE, expand(&arena, request.data), &options,
			    &arena, &answer);
	const char *start = strstr(answer.body.data, "unknown field");
	const char *end = start == NULL ? NULL : strstr(start, "\"]");
	assert_non_null(end);
	assert_int_equal(end - start, 256 + 1); /* the quote within is escaped */
}

static void deep_input_is_refused(void **state)
{
	pq_cleanup_arena struct pq_arena arena;
	struct pq_buffer text;
	const struct pq_admission_options options = { 0 };
	struct pq_admission_answer answer;
	pq_arena_init(&arena, 0);
	pq_buffer_init_in(&text, &arena, 0);
	for (int i = 0; i < PQ_JSON_DEPTH_MAX + 1; i++)
		pq_buffer_append_byte(&text, '[');
	pq_buffer_append_byte(&text, '\0');
	pq_admission_review(*state, PQ_ADMISSION_VALIDATE, expand(&arena, text.data), &options,
			    &arena, &answer);
	assert_int_equal(answer.http_status, 413);
	assert_non_null(memmem(answer.body.data, answer.body.length, "depth", 5));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers),
		cmocka_unit_test(a_ceiling_lowers_what_findings_lead_to),
		cmocka_unit_test(telemetry_sees_what_was_judged),
		cmocka_unit_test(costly_rules_can_be_left_to_others),
		cmocka_unit_test(reviews_can_be_interrupted),
		cmocka_unit_test(control_characters_of_warnings_are_spaces),
		cmocka_unit_test(a_small_arena_gives_413),
		cmocka_unit_test(failing_memory_gives_an_answer),
		cmocka_unit_test(findings_are_capped),
		cmocka_unit_test(warnings_are_capped),
		cmocka_unit_test(a_long_warning_is_cut),
		cmocka_unit_test(deep_input_is_refused),
	};
	return cmocka_run_group_tests_name("review", tests, make_policy, drop_policy);
}
