/* Stories: an object is written in one version, read and perhaps changed in another, and read again
 * in the first. Between the steps happens what an API server does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "versions.h"

/* Of another form altogether: reached through v2. */
static const char v3_schema[] = SCHEMA("'number':{'type':'integer'},'mode':{'type':'string'}");

struct story {
	const char *name;
	const char *rules;
	const char *written; /* spec in v1 */
	const char *read;    /* spec in v2, with its defaults */
	bool keeps;          /* whether something is kept in an annotation */
	const char *edit;    /* of the object in v2, as a JSON Merge Patch; or NULL */
	const char *back;    /* spec in v1; NULL: as written */
};

#define ROWS_EDIT(rows) "{'spec':{'rows':[" rows "]}}"

static const struct story stories[] = {
	{ "nothing differs", BETWEEN(""), "{'mode':'a','box':{'size':1}}",
	  "{'mode':'a','box':{'size':1}}", false, NULL, NULL },
	{ "a rename", BETWEEN("{'rename':{'from':'.spec.count','to':'size'}}"), "{'count':3}",
	  "{'size':3}", false, NULL, NULL },
	{ "a rename, changed in the other version",
	  BETWEEN("{'rename':{'from':'.spec.count','to':'size'}}"), "{'count':3}", "{'size':3}",
	  false, "{'spec':{'size':4}}", "{'count':4}" },
	{ "a rename of what is not there", BETWEEN("{'rename':{'from':'.spec.count','to':'size'}}"),
	  "{}", "{}", false, NULL, NULL },
	{ "a move into an object that is made, with a default of the other version in it",
	  BETWEEN("{'move':{'from':'.spec.image','to':'.spec.container.image'}}"), "{'image':'i'}",
	  "{'container':{'image':'i','policy':'Always'}}", false, NULL, NULL },
	{ "a move whose source goes in the other version",
	  BETWEEN("{'move':{'from':'.spec.image','to':'.spec.container.image'}}"), "{'image':'i'}",
	  "{'container':{'image':'i','policy':'Always'}}", false, "{'spec':{'container':null}}",
	  "{}" },
	{ "a move into what is no object stays undone",
	  BETWEEN("{'move':{'from':'.spec.image','to':'.spec.mode.image'}}"),
	  "{'image':'i','mode':'m'}", "{'mode':'m'}", true, NULL, NULL },
	{ "a move onto a field that is there",
	  BETWEEN("{'rename':{'from':'.spec.old','to':'mode'}}"), "{'old':1,'mode':'m'}",
	  "{'mode':1}", true, NULL, NULL },
	{ "a move into the field itself",
	  BETWEEN("{'move':{'from':'.spec.image','to':'.spec.image.name'}},"
		  "{'move':{'from':'.spec.image.name','to':'.spec.container.image'}}"),
	  "{'image':'i'}", "{'container':{'image':'i','policy':'Always'}}", false, NULL, NULL },
	{ "a move in every value of a map",
	  BETWEEN("{'rename':{'from':'.spec.labels[*].v','to':'value'}}"),
	  "{'labels':{'a':{'v':'1'},'b':{},'c':{'v':'3'}}}",
	  "{'labels':{'a':{'value':'1'},'b':{},'c':{'value':'3'}}}", false, NULL, NULL },
	{ "items become fields of objects",
	  BETWEEN("{'move':{'from':'.spec.peers[*]','to':'.spec.peers[*].name'}}"),
	  "{'peers':['a','b']}", "{'peers':[{'name':'a'},{'name':'b'}]}", false,
	  "{'spec':{'peers':[{'name':'c','weight':1},{'name':'a'}]}}", "{'peers':['c','a']}" },
	{ "a split with a number",
	  BETWEEN("{'split':{'from':'.spec.endpoint','separator':':','into':['.spec.host',"
		  "{'path':'.spec.port','type':'integer'}]}}"),
	  "{'endpoint':'h:80'}", "{'host':'h','port':80}", false, "{'spec':{'port':81}}",
	  "{'endpoint':'h:81'}" },
	{ "a split of what is no number",
	  BETWEEN("{'split':{'from':'.spec.endpoint','separator':':','into':['.spec.host',"
		  "{'path':'.spec.port','type':'integer'}]}}"),
	  "{'endpoint':'h:080'}", "{'host':'h'}", true, NULL, NULL },
	{ "a split of what is no number, corrected in the other version",
	  BETWEEN("{'split':{'from':'.spec.endpoint','separator':':','into':['.spec.host',"
		  "{'path':'.spec.port','type':'integer'}]}}"),
	  "{'endpoint':'h:http'}", "{'host':'h'}", true, "{'spec':{'port':80}}",
	  "{'endpoint':'h:80'}" },
	{ "a split into fewer parts, the last of which has the rest",
	  BETWEEN("{'split':{'from':'.spec.endpoint','separator':'::','into':['.spec.host',"
		  "'.spec.tier','.spec.mode']}}"),
	  "{'endpoint':'a::b::c::d'}", "{'host':'a','tier':'b','mode':'c::d'}", false, NULL, NULL },
	{ "a split with one part and one with an empty one",
	  BETWEEN("{'split':{'from':'.spec.endpoint','separator':':','into':['.spec.host',"
		  "'.spec.tier']}},"
		  "{'split':{'from':'.spec.image','separator':':','into':['.spec.mode',"
		  "'.spec.container.image']}}"),
	  "{'endpoint':'a','image':'b:'}",
	  "{'host':'a','mode':'b','container':{'image':'','policy':'Always'}}", false, NULL, NULL },
	{ "a split of an empty text",
	  BETWEEN("{'split':{'from':'.spec.endpoint','separator':':','into':['.spec.host',"
		  "'.spec.tier']}}"),
	  "{'endpoint':''}", "{'host':''}", false, NULL, NULL },
	{ "a default", BETWEEN("{'default':{'in':'v2','path':'.spec.tier','value':'t'}}"), "{}",
	  "{'tier':'t'}", false, NULL, NULL },
	{ "a default in the first version",
	  BETWEEN("{'default':{'in':'v1','path':'.spec.old','value':7}}"), "{'old':7}", "{}", false,
	  NULL, NULL },
	{ "another value than the default of the first version",
	  BETWEEN("{'default':{'in':'v1','path':'.spec.old','value':7}}"), "{'old':8}", "{}", true,
	  NULL, NULL },
	{ "no value where the first version has a default",
	  BETWEEN("{'default':{'in':'v1','path':'.spec.old','value':7}}"), "{}", "{}", true, NULL,
	  NULL },
	{ "a constant over a value",
	  BETWEEN("{'constant':{'in':'v2','path':'.spec.mode','value':'c'}}"), "{'mode':'m'}",
	  "{'mode':'c'}", true, NULL, NULL },
	{ "a field without a home", BETWEEN(""), "{'old':1,'mode':'m'}", "{'mode':'m'}", true,
	  "{'spec':{'mode':'n','new':2}}", "{'old':1,'mode':'n'}" },
	{ "a null without a home", BETWEEN(""), "{'gone':null}", "{}", true, NULL, NULL },
	{ "a null without a home that becomes a value", BETWEEN(""), "{'gone':null}", "{}", true,
	  "{'spec':{'gone':'g'}}", "{'gone':'g'}" },
	{ "a field without a home in an object that goes", BETWEEN(""), "{'box':{'lid':true}}",
	  "{'box':{}}", true, "{'spec':{'box':null}}", "{}" },
	{ "fields of items that have keys follow them", BETWEEN(""),
	  "{'ports':[{'name':'a','port':1,'note':'x'},{'name':'b','note':'y'}]}",
	  "{'ports':[{'name':'a','port':1,'protocol':'TCP'},{'name':'b','protocol':'TCP'}]}", true,
	  "{'spec':{'ports':[{'name':'c'},{'name':'b','port':9},{'name':'a'}]}}",
	  "{'ports':[{'name':'c'},{'name':'b','port':9,'note':'y'},{'name':'a','note':'x'}]}" },
	{ "fields of items without keys follow items that are as they were", BETWEEN(""),
	  "{'rows':[{'x':1,'y':10},{'x':2,'y':20},{'x':3}]}",
	  "{'rows':[{'x':1,'z':1},{'x':2,'z':1},{'x':3,'z':1}]}", true,
	  ROWS_EDIT("{'x':0},{'x':1},{'x':5},{'x':3}"),
	  "{'rows':[{'x':0},{'x':1,'y':10},{'x':5},{'x':3}]}" },
	{ "keys of annotations that are there stay", BETWEEN(""), "{'old':1}", "{}", true,
	  "{'metadata':{'annotations':{'a/b':'c'}}}", "{'old':1}" },
	{ "an annotation that is gone cannot bring anything back", BETWEEN(""), "{'old':1}", "{}",
	  true, "{'metadata':{'annotations':null}}", "{}" },
	{ "an annotation that cannot be read", BETWEEN(""), "{'old':1}", "{}", true,
	  "{'metadata':{'annotations':{'conversion.pratique.dev/preserved':'{{'}}}", "{}" },
};

/* Annotations that say other things than the object does, of an object of v2. */
static const struct forgery {
	const char *name;
	const char *kept; /* for v1, " and ' swapped */
} forgeries[] = {
	{ "a value for a field that v2 has", "[{'at':['spec','mode'],'value':'evil','was':"
					     "'a720738bc105d7ce'}]" },
	{ "a field that v2 has and that is not set", "[{'at':['spec','count'],'value':9}]" },
	{ "a value of another type than v1 says",
	  "[{'at':['spec','old'],'value':{'not':'a number'}}]" },
	{ "a value that v1 does not allow", "[{'at':['spec','grade'],'value':11}]" },
	{ "no path", "[{'at':[],'value':9}]" },
	{ "metadata", "[{'at':['metadata','name'],'value':'other'}]" },
	{ "no list", "{'at':['spec','mode']}" },
	{ "not a difference", "[1,null,{'at':7},{'at':[null]},{'at':[{'index':1}]}]" },
	{ "an index out of range", "[{'at':['spec','rows',{'index':-1,'was':'x'},'y'],'value':1},"
				   "{'at':['spec','rows',{'index':99,'was':'x'},'y'],'value':1}]" },
};

struct versions {
	struct pq_conversion_side v1;
	struct pq_conversion_side v2;
	struct pq_conversion_side v3;
};

static int set_up(void **state)
{
	static struct versions versions;
	versions.v1 = (struct pq_conversion_side){ PQ_S("v1"), compile_schema(v1_schema) };
	versions.v2 = (struct pq_conversion_side){ PQ_S("v2"), compile_schema(v2_schema) };
	versions.v3 = (struct pq_conversion_side){ PQ_S("v3"), compile_schema(v3_schema) };
	*state = &versions;
	return 0;
}

static int tear_down(void **state)
{
	const struct versions *versions = *state;
	pq_schema_unref(versions->v1.schema);
	pq_schema_unref(versions->v2.schema);
	pq_schema_unref(versions->v3.schema);
	return 0;
}

static struct pq_value make_object(struct pq_arena *arena, const char *version, const char *spec)
{
	struct pq_string text = pq_arena_format(
		arena,
		"{'apiVersion':'example.com/%s','kind':'Gauge','metadata':{'name':'g','uid':'u',"
		"'managedFields':[{'fieldsV1':{'f:spec':{}}}]},'spec':%s}",
		version, spec);
	return read_value(arena, text.data);
}

static struct pq_value convert(struct pq_arena *arena, const struct pq_conversion *rules,
			       const struct pq_conversion_side *from,
			       const struct pq_conversion_side *to, const struct pq_value *object)
{
	struct pq_value converted;
	struct pq_error error;
	struct pq_conversion_work work = any_work();
	if (!pq_conversion_convert(rules, arena, from, to, object, &work, &converted, &error))
		fail_msg("%s", error.message);
	const struct pq_value settled = settle(arena, to->schema, &converted);
	return complete(arena, to->schema, &settled);
}

static struct pq_string kept_of(const struct pq_value *object)
{
	return pq_value_find_string(pq_value_find_path(object, 2, "metadata", "annotations"),
				    PQ_S(PQ_CONVERSION_ANNOTATION));
}

static bool check(struct pq_arena *arena, const char *name, const char *what,
		  const struct pq_value *found, const char *wanted)
{
	const struct pq_value value = read_value(arena, wanted);
	const struct pq_value *spec = pq_value_find(found, PQ_S("spec"));
	if (spec != NULL && pq_value_equal(spec, &value))
		return true;
	print_error("%s: %s is\n  %s, not\n  %s\n", name, what, show(arena, spec),
		    show(arena, &value));
	return false;
}

/* Only annotations may differ. */
static bool check_metadata(struct pq_arena *arena, const char *name, const struct pq_value *before,
			   const struct pq_value *after)
{
	struct pq_value metadata;
	const struct pq_value *old = pq_value_find(before, PQ_S("metadata"));
	assert_true(pq_value_with_member(arena, pq_value_find(after, PQ_S("metadata")),
					 PQ_S("annotations"), NULL, &metadata));
	if (pq_value_equal(old, &metadata))
		return true;
	print_error("%s: metadata has become %s\n", name, show(arena, &metadata));
	return false;
}

static bool tell(const struct versions *versions, const struct story *story)
{
	pq_cleanup_arena struct pq_arena arena;
	pq_arena_init(&arena, 0);
	const struct pq_conversion *rules = compile_rules(story->rules);
	const struct pq_value written = make_object(&arena, "v1", story->written);
	const struct pq_value read = convert(&arena, rules, &versions->v1, &versions->v2, &written);
	struct pq_value edited = read;
	bool fine = check(&arena, story->name, "v2", &read, story->read) &&
		    check_metadata(&arena, story->name, &written, &read);
	if ((kept_of(&read).length > 0) != story->keeps) {
		print_error("%s: kept is \"%.*s\"\n", story->name,
			    PQ_STRING_ARGUMENT(kept_of(&read)));
		fine = false;
	}
	if (story->edit != NULL) {
		const struct pq_value patch = read_value(&arena, story->edit);
		assert_true(pq_merge_patch_apply(&arena, &read, &patch, &edited));
		edited = complete(&arena, versions->v2.schema, &edited);
	}
	const struct pq_value back = convert(&arena, rules, &versions->v2, &versions->v1, &edited);
	fine = check(&arena, story->name, "v1", &back,
		     story->back == NULL ? story->written : story->back) &&
	       check_metadata(&arena, story->name, &written, &back) && fine;
	pq_conversion_unref(rules);
	return fine;
}

static void test_stories(void **state)
{
	size_t failures = 0;
	for (size_t i = 0; i < sizeof stories / sizeof stories[0]; i++)
		failures += !tell(*state, &stories[i]);
	assert_int_equal(failures, 0);
}

static struct pq_value keep(struct pq_arena *arena, const struct pq_value *object, const char *list)
{
	struct pq_value annotations, metadata, result;
	const struct pq_value nothing = pq_value_null();
	const struct pq_value kept =
		read_value(arena, pq_arena_format(arena, "{'v1':%s}", list).data);
	const struct pq_value text = pq_value_from_string(pq_string_from(show(arena, &kept)));
	assert_true(pq_value_with_member(arena, &nothing, PQ_S(PQ_CONVERSION_ANNOTATION), &text,
					 &annotations) &&
		    pq_value_with_member(arena, pq_value_find(object, PQ_S("metadata")),
					 PQ_S("annotations"), &annotations, &metadata) &&
		    pq_value_with_member(arena, object, PQ_S("metadata"), &metadata, &result));
	return result;
}

/* What one version shows is what the other one says, whoever has written the annotation. */
static void test_forged_annotations(void **state)
{
	const struct versions *versions = *state;
	const char *spec = "{'mode':'good','size':1,'rows':[{'x':1,'z':1}]}";
	const struct pq_conversion *rules =
		compile_rules(BETWEEN("{'rename':{'from':'.spec.count','to':'size'}}"));
	size_t failures = 0;
	for (size_t i = 0; i < sizeof forgeries / sizeof forgeries[0]; i++) {
		pq_cleanup_arena struct pq_arena arena;
		pq_arena_init(&arena, 0);
		struct pq_value object = make_object(&arena, "v2", spec);
		object = keep(&arena, &object, forgeries[i].kept);
		const struct pq_value back =
			convert(&arena, rules, &versions->v2, &versions->v1, &object);
		failures += !check(&arena, forgeries[i].name, "v1", &back,
				   "{'mode':'good','count':1,'rows':[{'x':1}]}");
		failures += !pq_string_is(
			pq_value_find_string(pq_value_find(&back, PQ_S("metadata")), PQ_S("name")),
			"g");
	}
	pq_conversion_unref(rules);
	assert_int_equal(failures, 0);
}

/* One value that the schema does not allow any more does not take the others with it. */
static void test_what_is_allowed_comes_back(void **state)
{
	const struct versions *versions = *state;
	const struct pq_conversion *rules = compile_rules(BETWEEN(""));
	pq_cleanup_arena struct pq_arena arena;
	pq_arena_init(&arena, 0);
	struct pq_value object = make_object(&arena, "v2", "{}");
	object = keep(&arena, &object,
		      "[{'at':['spec','count'],'value':1},{'at':['spec','grade'],'value':11},"
		      "{'at':['spec','image'],'value':'i'},{'at':['spec','old'],'value':2},"
		      "{'at':['spec','endpoint'],'value':'e'}]");
	const struct pq_value back = convert(&arena, rules, &versions->v2, &versions->v1, &object);
	assert_true(check(&arena, "allowed", "v1", &back,
			  "{'count':1,'image':'i','old':2,'endpoint':'e'}"));
	pq_conversion_unref(rules);
}

/* From v1 to v3 by the rules of v1 to v2 and of v3 to v2; what v2 keeps of v1 goes on with it. */
static void test_chain(void **state)
{
	const struct versions *versions = *state;
	const struct pq_conversion *rules =
		compile_rules(RULES("{'from':'v1','to':'v2','rules':[{'rename':{'from':"
				    "'.spec.count','to':'size'}}]},"
				    "{'from':'v3','to':'v2','rules':[{'rename':{'from':"
				    "'.spec.number','to':'size'}}]}"));
	pq_cleanup_arena struct pq_arena arena;
	pq_arena_init(&arena, 0);
	const char *spec = "{'count':3,'mode':'m','old':4}";
	const struct pq_value written = make_object(&arena, "v1", spec);
	const struct pq_value direct =
		convert(&arena, rules, &versions->v1, &versions->v3, &written);
	assert_true(check(&arena, "v1 to v3", "v3", &direct, "{'number':3,'mode':'m'}"));
	const struct pq_value back = convert(&arena, rules, &versions->v3, &versions->v1, &direct);
	assert_true(check(&arena, "v3 to v1", "v1", &back, spec));
	/* Stored as v2, read and written as v3, read as v1. */
	const struct pq_value stored =
		convert(&arena, rules, &versions->v1, &versions->v2, &written);
	const struct pq_value read = convert(&arena, rules, &versions->v2, &versions->v3, &stored);
	const struct pq_value again = convert(&arena, rules, &versions->v3, &versions->v2, &read);
	const struct pq_value last = convert(&arena, rules, &versions->v2, &versions->v1, &again);
	assert_true(check(&arena, "v2, v3, v2, v1", "v1", &last, spec));
	assert_int_equal(kept_of(&last).length, 0);
	pq_conversion_unref(rules);
}

/* What no schema here knows may be known to the cluster's: it passes. What one knows does not. */
static void test_unknown_fields_pass(void **state)
{
	const struct versions *versions = *state;
	const struct pq_conversion *rules = compile_rules(BETWEEN(""));
	pq_cleanup_arena struct pq_arena arena;
	struct pq_value converted;
	struct pq_error error;
	struct pq_conversion_work work = any_work();
	pq_arena_init(&arena, 0);
	const struct pq_value object = make_object(
		&arena, "v1",
		"{'old':1,'newest':{'a':1},'rows':[{'x':1,'y':2,'newest':[]}],'box':{'lid':true}}");
	assert_true(pq_conversion_convert(rules, &arena, &versions->v1, &versions->v2, &object,
					  &work, &converted, &error));
	assert_true(check(&arena, "unknown", "v2", &converted,
			  "{'newest':{'a':1},'rows':[{'x':1,'newest':[]}],'box':{}}"));
	pq_conversion_unref(rules);
}

static void test_no_way(void **state)
{
	const struct versions *versions = *state;
	const struct pq_conversion *rules = compile_rules(BETWEEN(""));
	pq_cleanup_arena struct pq_arena arena;
	struct pq_value converted;
	struct pq_error error;
	struct pq_conversion_work work = any_work();
	pq_arena_init(&arena, 0);
	const struct pq_value object = make_object(&arena, "v1", "{}");
	assert_false(pq_conversion_convert(rules, &arena, &versions->v1, &versions->v3, &object,
					   &work, &converted, &error));
	assert_string_equal(error.message,
			    "no rules lead from version v1 to v3: add a conversion between them to "
			    "ConversionRules gauges.example.com");
	assert_int_equal(error.code, PQ_ERROR_NOT_FOUND);
	pq_conversion_unref(rules);
}

/* A text of a size as a field without a home. */
static bool convert_large(const struct versions *versions, size_t size, struct pq_error *error)
{
	const struct pq_conversion *rules = compile_rules(BETWEEN(""));
	pq_cleanup_arena struct pq_arena arena;
	struct pq_value converted;
	struct pq_conversion_work work = any_work();
	pq_arena_init(&arena, 0);
	char *text = pq_arena_alloc_bytes(&arena, size + 1);
	memset(text, 'x', size);
	text[size] = '\0';
	struct pq_string spec = pq_arena_format(&arena, "{'image':'%s'}", text);
	const struct pq_value object = make_object(&arena, "v1", spec.data);
	bool fine = pq_conversion_convert(rules, &arena, &versions->v1, &versions->v2, &object,
					  &work, &converted, error);
	pq_conversion_unref(rules);
	return fine;
}

static void test_too_much_to_keep(void **state)
{
	struct pq_error error;
	assert_true(convert_large(*state, PQ_CONVERSION_ANNOTATIONS_MAX - 1000, &error));
	assert_false(convert_large(*state, PQ_CONVERSION_ANNOTATIONS_MAX, &error));
	assert_int_equal(error.code, PQ_ERROR_TOO_LARGE);
	assert_string_equal(error.message,
			    "what the other version has no field for would make the annotations "
			    "262220 bytes long, and an object may have 262144: give these fields a "
			    "home in that version");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stories),
		cmocka_unit_test(test_forged_annotations),
		cmocka_unit_test(test_what_is_allowed_comes_back),
		cmocka_unit_test(test_chain),
		cmocka_unit_test(test_unknown_fields_pass),
		cmocka_unit_test(test_no_way),
		cmocka_unit_test(test_too_much_to_keep),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
