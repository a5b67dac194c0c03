/* Structured merge: by tables, and held against what structured-merge-diff made of random objects
 * (tests/data/merge, recorded from typed.Merge with the types of the same CRD schemas). */
#include "schema/merge.h"

#include "base/file.h"
#include "harness/golden.h"
#include "json/read.h"
#include "json/write.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define OBJECT(properties) "{'type':'object','properties':{" properties "}}"
#define LIST(type, items)  "{'type':'array','x-kubernetes-list-type':'" type "','items':" items "}"
#define KEYED(keys, items)                                                                         \
	"{'type':'array','x-kubernetes-list-type':'map','x-kubernetes-list-map-keys':[" keys       \
	"],'items':" items "}"

static const char schema_text[] = OBJECT("'spec':" OBJECT(
	"'a':{'type':'string'},'n':{'type':'number'},"
	"'map':{'type':'object','additionalProperties':{'type':'string'}},"
	"'whole':{'type':'object','x-kubernetes-map-type':'atomic','additionalProperties':{"
	"'type':'string'}},"
	"'set':" LIST("set", "{'type':'string'}") ",'numbers':" LIST(
		"set",
		"{'type':'number'}") ",'list':{'type':'array','items':{'type':"
				     "'string'}},"
				     "'ports':" KEYED(
					     "'port','protocol'",
					     OBJECT("'port':{'type':'integer'},"
						    "'protocol':{'type':'string',"
						    "'default':'TCP'},'name':{"
						    "'type':'string'},'tags':" LIST(
							    "set",
							    "{'type':'string'}"))) ",'free':{'type'"
										   ":'object','x-"
										   "kubernetes-"
										   "preserve-"
										   "unknown-fields'"
										   ":true,'"
										   "properties':{"
										   "'known'"
										   ":" OBJECT(
											   "'x':{'"
											   "type':'"
											   "integer"
											   "'}") "}"
												 "}"
												 ","
												 "'"
												 "e"
												 "i"
												 "t"
												 "h"
												 "e"
												 "r"
												 "'"
												 ":"
												 "{"
												 "'"
												 "x"
												 "-"
												 "k"
												 "u"
												 "b"
												 "e"
												 "r"
												 "n"
												 "e"
												 "t"
												 "e"
												 "s"
												 "-"
												 "i"
												 "n"
												 "t"
												 "-"
												 "o"
												 "r"
												 "-"
												 "s"
												 "t"
												 "r"
												 "i"
												 "n"
												 "g"
												 "'"
												 ":"
												 "t"
												 "r"
												 "u"
												 "e"
												 "}"));

static const struct merge_case {
	const char *name;
	const char *live; /* spec */
	const char *applied;
	const char *merged; /* spec, or an error */
} cases[] = {
	{ "scalars", "{'a':'x','n':1}", "{'a':'y'}", "{'a':'y','n':1}" },
	{ "null over a scalar", "{'a':'x'}", "{'a':null}", "{'a':null}" },
	{ "a map", "{'map':{'a':'1','b':'2'}}", "{'map':{'b':'3','c':'4'}}",
	  "{'map':{'a':'1','b':'3','c':'4'}}" },
	{ "an atomic map", "{'whole':{'a':'1','b':'2'}}", "{'whole':{'b':'3'}}",
	  "{'whole':{'b':'3'}}" },
	{ "an empty map over one", "{'map':{'a':'1'}}", "{'map':{}}", "{'map':{'a':'1'}}" },
	{ "null over a map", "{'map':{'a':'1'}}", "{'map':null}", "{'map':{'a':'1'}}" },
	{ "null over an empty map", "{'map':{}}", "{'map':null}", "{'map':null}" },
	{ "a list without a type is atomic", "{'list':['a','b']}", "{'list':['c']}",
	  "{'list':['c']}" },
	{ "an empty atomic list over one", "{'list':['a']}", "{'list':[]}", "{'list':[]}" },
	{ "a set", "{'set':['a','b']}", "{'set':['c']}", "{'set':['a','b','c']}" },
	{ "a set in another order", "{'set':['a','b','c']}", "{'set':['c','a']}",
	  "{'set':['b','c','a']}" },
	{ "what stands before a shared item stays there", "{'set':['x','a','y','b','z']}",
	  "{'set':['a','new','b']}", "{'set':['x','a','y','new','b','z']}" },
	{ "an empty set over one", "{'set':['a']}", "{'set':[]}", "{'set':['a']}" },
	{ "a set with repeated live items", "{'set':['a','a','b']}", "{'set':['b']}",
	  "{'set':['a','a','b']}" },
	{ "a repeated live item that is applied", "{'set':['a','a','b']}", "{'set':['a']}",
	  "{'set':['a','b']}" },
	{ "numbers are equal whatever their kind", "{'numbers':[1,2.5]}", "{'numbers':[1.0,3]}",
	  "{'numbers':[1.0,2.5,3]}" },
	{ "items by their keys, a missing one being its default",
	  "{'ports':[{'port':1,'name':'a','tags':['t']},{'port':2}]}",
	  "{'ports':[{'port':2,'protocol':'UDP'},{'port':1,'protocol':'TCP','tags':['u']}]}",
	  "{'ports':[{'port':2,'protocol':'UDP'},{'port':1,'name':'a','tags':['t','u'],"
	  "'protocol':'TCP'},{'port':2}]}" },
	{ "fields that only preserve", "{'free':{'m':{'a':1,'l':[1,2]},'known':{'x':1}}}",
	  "{'free':{'m':{'b':2,'l':[3]},'known':{'x':2}}}",
	  "{'free':{'m':{'a':1,'l':[3],'b':2},'known':{'x':2}}}" },
	{ "a field that changes its kind", "{'free':{'m':{'a':1}},'either':1}",
	  "{'free':{'m':'text'},'either':'1'}", "{'free':{'m':'text'},'either':'1'}" },
	{ "an undeclared field", "{'x':1}", "{'a':'b'}", ".spec.x: field not declared in schema" },
	{ "an undeclared field in what preserves all below", "{'free':{'known':{'y':1}}}",
	  "{'free':{'known':{'x':2}}}", "{'free':{'known':{'y':1,'x':2}}}" },
	{ "an item that is applied twice", "{'ports':[{'port':1}]}",
	  "{'ports':[{'port':1},{'port':1,'protocol':'TCP'}]}",
	  ".spec.ports: duplicate entries for key [port=1,protocol=\\'TCP\\']" },
	{ "a text that is applied twice", "{'set':['b']}", "{'set':['a','a']}",
	  ".spec.set: duplicate entries for key [=\\'a\\']" },
	{ "a null in a list with keys", "{'ports':[null]}", "{'ports':[{'port':1}]}",
	  ".spec.ports: element 0: associative list with keys may not have a null element" },
	{ "a map in a set", "{'set':['a']}", "{'set':['b',{}]}",
	  ".spec.set: element 1: associative list without keys has an element that\\u0027s a map "
	  "type" },
};

static struct pq_value read(struct pq_arena *arena, const char *text)
{
	struct pq_value value;
	struct pq_error error;
	struct pq_string json = pq_arena_copy(arena, pq_string_from(text));
	for (size_t i = 0; i < json.length; i++) {
		if (json.data[i] == '\'')
			((char *)(uintptr_t)json.data)[i] = '"';
	}
	if (!pq_json_read(arena, json, NULL, &value, &error))
		fail_msg("%s: %s", text, error.message);
	return value;
}

static const char *show(struct pq_arena *arena, const struct pq_value *value)
{
	struct pq_buffer text;
	pq_buffer_init_in(&text, arena, 0);
	pq_json_write(&text, value, PQ_JSON_COMPACT);
	pq_buffer_append_byte(&text, '\0');
	return text.data;
}

static const struct pq_schema *compile(const struct pq_value *source)
{
	struct pq_error error;
	const struct pq_schema *schema = pq_schema_compile(source, PQ_SCHEMA_RESOURCE, &error);
	if (schema == NULL)
		fail_msg("%s", error.message);
	return schema;
}

static bool check(const struct pq_schema *schema, const struct merge_case *test)
{
	pq_cleanup_arena struct pq_arena arena;
	struct pq_value merged;
	struct pq_error error;
	char text[PQ_ERROR_TEXT_MAX];
	pq_arena_init(&arena, 0);
	const struct pq_value live =
		read(&arena, pq_arena_format(&arena, "{'spec':%s}", test->live).data);
	const struct pq_value applied =
		read(&arena, pq_arena_format(&arena, "{'spec':%s}", test->applied).data);
	const char *found = text;
	if (pq_schema_merge(schema, &arena, &live, &applied, &merged, &error))
		found = show(&arena, pq_value_find(&merged, PQ_S("spec")));
	else
		pq_error_format(&error, text, sizeof text);
	bool is_error = test->merged[0] == '.';
	const struct pq_value wanted =
		read(&arena,
		     is_error ? pq_arena_format(&arena, "'%s'", test->merged).data : test->merged);
	const char *shown = is_error ? pq_arena_copy(&arena, pq_value_string(&wanted)).data
				     : show(&arena, &wanted);
	if (strcmp(found, shown) == 0)
		return true;
	print_error("%s:\n  %s, not\n  %s\n", test->name, found, shown);
	return false;
}

static void test_cases(void **state)
{
	(void)state;
	pq_cleanup_arena struct pq_arena arena;
	pq_arena_init(&arena, 0);
	const struct pq_value source = read(&arena, schema_text);
	const struct pq_schema *schema = compile(&source);
	size_t failures = 0;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		failures += !check(schema, &cases[i]);
	pq_schema_unref(schema);
	assert_int_equal(failures, 0);
}

/* Without a schema to bound it, the depth of what is merged is bounded by number. */
static void test_depth(void **state)
{
	(void)state;
	pq_cleanup_arena struct pq_arena arena;
	struct pq_value value = pq_value_from_integer(1), merged;
	struct pq_error error;
	pq_arena_init(&arena, 0);
	const struct pq_value source =
		read(&arena, "{'type':'object','x-kubernetes-preserve-unknown-fields':true}");
	const struct pq_schema *schema = compile(&source);
	const struct pq_value nothing = pq_value_null();
	for (size_t i = 0; i < PQ_MERGE_DEPTH_MAX; i++)
		assert_true(pq_value_with_member(&arena, i == 0 ? &nothing : &value, PQ_S("a"),
						 &value, &value));
	assert_true(pq_schema_merge(schema, &arena, &value, &value, &merged, &error));
	assert_true(pq_value_equal(&value, &merged));
	struct pq_value deeper;
	assert_true(pq_value_with_member(&arena, &nothing, PQ_S("a"), &value, &deeper));
	assert_false(pq_schema_merge(schema, &arena, &deeper, &deeper, &merged, &error));
	assert_int_equal(error.code, PQ_ERROR_TOO_LARGE);
	pq_schema_unref(schema);
}

enum { SCHEMAS_MAX = 16, RECORDED_MIN = 1000 };

struct replay {
	const struct pq_schema *schemas[SCHEMAS_MAX];
	size_t schema_count;
	size_t cases;
	size_t failures;
};

/* A recorded case: {"schema": its index, "live", "applied", and "merged" or "error"}. */
static void replay_case(void *context, struct pq_string line)
{
	struct replay *replay = context;
	pq_cleanup_arena struct pq_arena arena;
	struct pq_value test, merged;
	struct pq_error error;
	pq_arena_init(&arena, 0);
	assert_true(pq_json_read_copy(&arena, line, NULL, &test, &error));
	const struct pq_value *wanted = pq_value_find(&test, PQ_S("merged"));
	size_t schema = (size_t)pq_value_find(&test, PQ_S("schema"))->integer;
	assert_true(schema < replay->schema_count);
	bool done =
		pq_schema_merge(replay->schemas[schema], &arena, pq_value_find(&test, PQ_S("live")),
				pq_value_find(&test, PQ_S("applied")), &merged, &error);
	replay->cases++;
	if (done == (wanted != NULL) && (!done || pq_value_equal(&merged, wanted)))
		return;
	replay->failures++;
	print_error("%.*s\n  %s\n", PQ_STRING_ARGUMENT(line),
		    done ? show(&arena, &merged) : error.message);
}

static void test_recorded(void **state)
{
	(void)state;
	struct replay replay = { 0 };
	pq_cleanup_arena struct pq_arena arena;
	pq_cleanup_buffer struct pq_buffer text;
	struct pq_value schemas;
	struct pq_error error;
	pq_arena_init(&arena, 0);
	pq_buffer_init(&text, 0);
	assert_true(
		pq_file_read(PQ_TEST_SOURCE_ROOT "/tests/data/merge/schemas.json", &text, &error) &&
		pq_json_read(&arena, pq_buffer_view(&text), NULL, &schemas, &error));
	for (; replay.schema_count < schemas.length; replay.schema_count++)
		replay.schemas[replay.schema_count] = compile(&schemas.items[replay.schema_count]);
	test_golden_each_in("data/merge", replay_case, &replay);
	assert_true(replay.cases >= RECORDED_MIN);
	assert_int_equal(replay.failures, 0);
	while (replay.schema_count > 0)
		pq_schema_unref(replay.schemas[--replay.schema_count]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_recorded),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
