/* Mistakes in ConversionRules: where they are, what is wrong, what to do. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "versions.h"

static const struct mistake {
	const char *name;
	const char *rules;
	const char *message; /* NULL: none */
	const char *at;      /* what the text has where the mistake is */
} mistakes[] = {
	{ "none", BETWEEN("{'move':{'from':'.spec.a','to':'.spec.b.c'}}"), NULL, NULL },
	{ "every form of a path",
	  BETWEEN("{'move':{'from':'.spec.a[*].b[\\u0027x.y/z\\u0027].c','to':'.spec.a[*].d'}}"),
	  NULL, NULL },
	{ "an unknown field", BETWEEN("{'move':{'from':'.a','too':'.b'}}"),
	  "move: unknown field \"too\", did you mean \"to\"?", "'too'" },
	{ "an unknown rule", BETWEEN("{'remove':{}}"),
	  "spec.conversions.rules: unknown field \"remove\", did you mean \"move\"?", "'remove'" },
	{ "an unknown rule like no other", BETWEEN("{'translate':{}}"),
	  "spec.conversions.rules: unknown field \"translate\"", "'translate'" },
	{ "two rules in one", BETWEEN("{'move':{'from':'.a','to':'.b'},'rename':{}}"),
	  "spec.conversions.rules: a rule must be one of rename, move, split, default and constant",
	  "{'move'" },
	{ "no rule", BETWEEN("{}"),
	  "spec.conversions.rules: a rule must be one of rename, move, split, default and constant",
	  "{}" },
	{ "a rule that is no object", BETWEEN("'move'"),
	  "spec.conversions.rules: must be an object", "'move'" },
	{ "no destination", BETWEEN("{'move':{'from':'.a'}}"), "move: to is missing", "{'from'" },
	{ "a path without a dot", BETWEEN("{'move':{'from':'spec.a','to':'.b'}}"),
	  "move: the path \"spec.a\" must start with a dot, as in .spec.replicas", "'spec.a'" },
	{ "a path without a name", BETWEEN("{'move':{'from':'.spec..a','to':'.b'}}"),
	  "move: the path \".spec..a\" has no name behind a dot", "'.spec..a'" },
	{ "an index", BETWEEN("{'move':{'from':'.spec[0]','to':'.b'}}"),
	  "move: the path \".spec[0]\" has a bracket that is neither [*] nor ['name']",
	  "'.spec[0]'" },
	{ "an open bracket", BETWEEN("{'move':{'from':'.spec[\\u0027a','to':'.b'}}"),
	  "move: the path \".spec['a\" has a bracket that is neither [*] nor ['name']", "'.spec[" },
	{ "something behind a bracket", BETWEEN("{'move':{'from':'.spec[*]a','to':'.b'}}"),
	  "move: the path \".spec[*]a\" has a step that is neither .name, [*] nor ['name']",
	  "'.spec[*]a'" },
	{ "a path that is no text", BETWEEN("{'move':{'from':1,'to':'.b'}}"),
	  "move: a path must be a text, as .spec.replicas", "1,'to'" },
	{ "metadata", BETWEEN("{'move':{'from':'.metadata.annotations','to':'.b'}}"),
	  "move: the path \".metadata.annotations\" is not the rules' to change: name one below "
	  ".spec or another field of the kind's own",
	  "'.metadata" },
	{ "another list", BETWEEN("{'move':{'from':'.a[*].b','to':'.c[*].b'}}"),
	  "move: both paths must be the same up to their last [*]: a value stays in its item",
	  "{'from'" },
	{ "out of a list", BETWEEN("{'move':{'from':'.a[*].b','to':'.c'}}"),
	  "move: both paths must be the same up to their last [*]: a value stays in its item",
	  "{'from'" },
	{ "nowhere", BETWEEN("{'move':{'from':'.a.b','to':'.a.b'}}"),
	  "move: both paths are the same", "{'from'" },
	{ "a rename by a path", BETWEEN("{'rename':{'from':'.a.b','to':'.a.c'}}"),
	  "rename: to must be a name, not a path: use move", "'.a.c'" },
	{ "a rename of items", BETWEEN("{'rename':{'from':'.a[*]','to':'b'}}"),
	  "rename: from ends with [*], which has no name: use move", "{'from'" },
	{ "a rename to metadata", BETWEEN("{'rename':{'from':'.a','to':'metadata'}}"),
	  "rename: the name \"metadata\" is not the rules' to give", "{'from'" },
	{ "a split into one", BETWEEN("{'split':{'from':'.a','separator':':','into':['.b']}}"),
	  "split: into must name two fields or more", "['.b']" },
	{ "a split into too many",
	  BETWEEN("{'split':{'from':'.a','separator':':','into':[1,2,3,4,5,6,7,8,9,0,1,2,3,4,5,6,"
		  "7]}}"),
	  "split: into has 17 items: 16 are allowed", "[1,2" },
	{ "no separator", BETWEEN("{'split':{'from':'.a','separator':'','into':['.b','.c']}}"),
	  "split: separator must be a text that is not empty", "''," },
	{ "a part of an unknown type",
	  BETWEEN("{'split':{'from':'.a','separator':':','into':['.b',{'path':'.c','type':"
		  "'number'}]}}"),
	  "split: type must be string or integer", "{'path'" },
	{ "a part elsewhere",
	  BETWEEN("{'split':{'from':'.a','separator':':','into':['.b','.c[*].d']}}"),
	  "split: the paths must be the same up to their last [*]: a value stays in its item",
	  "'.c[*].d'" },
	{ "a part twice",
	  BETWEEN("{'split':{'from':'.a','separator':':','into':['.b','.c','.b']}}"),
	  "split: into names this field before", "'.b']" },
	{ "a default without a version", BETWEEN("{'default':{'path':'.a','value':1}}"),
	  "default: in is missing", "{'path'" },
	{ "a default in another version", BETWEEN("{'default':{'in':'v3','path':'.a','value':1}}"),
	  "default: in must be v1 or v2", "{'in'" },
	{ "a constant without a value", BETWEEN("{'constant':{'in':'v2','path':'.a'}}"),
	  "constant: value is missing", "{'in'" },
	{ "a constant for items", BETWEEN("{'constant':{'in':'v2','path':'.a[*]','value':1}}"),
	  "constant: the path must end with a field, not with [*]", "{'in'" },
	{ "a version and itself", RULES("{'from':'v1','to':'v1','rules':[]}"),
	  "spec.conversions: from and to are the same version", "{'from'" },
	{ "two ways between two versions",
	  RULES("{'from':'v1','to':'v2','rules':[]},{'from':'v2','to':'v1','rules':[]}"),
	  "spec.conversions: v2 and v1 are there already: rules work in both directions",
	  "{'from':'v2'" },
	{ "no rules", RULES("{'from':'v1','to':'v2'}"), "spec.conversions: rules is missing",
	  "{'from'" },
	{ "no name", "{'metadata':{},'spec':{}}", "metadata: name is missing", "{}" },
	{ "no spec", "{'metadata':{'name':'a'}}", "ConversionRules: spec is missing", "{" },
	{ "no kind", "{'metadata':{'name':'a'},'spec':{'group':'g'}}", "spec: kind is missing",
	  "{'group'" },
};

static bool check(const struct mistake *mistake)
{
	pq_cleanup_arena struct pq_arena arena;
	struct pq_error error = { 0 };
	uint32_t offset = 0;
	pq_arena_init(&arena, 0);
	const struct pq_value document = read_value(&arena, mistake->rules);
	const struct pq_conversion *rules = pq_conversion_compile(&document, &offset, &error);
	bool fine = (rules == NULL) == (mistake->message != NULL);
	if (fine && rules == NULL)
		fine = strcmp(error.message, mistake->message) == 0 &&
		       strncmp(mistake->rules + offset, mistake->at, strlen(mistake->at)) == 0;
	if (!fine)
		print_error("%s: \"%s\" at %.20s\n", mistake->name, error.message,
			    mistake->rules + offset);
	pq_conversion_unref(rules);
	return fine;
}

static void test_mistakes(void **state)
{
	(void)state;
	size_t failures = 0;
	for (size_t i = 0; i < sizeof mistakes / sizeof mistakes[0]; i++)
		failures += !check(&mistakes[i]);
	assert_int_equal(failures, 0);
}

/* A list of count items, each of which is the same. */
static struct pq_string repeat(struct pq_arena *arena, const char *item, size_t count)
{
	struct pq_buffer text;
	pq_buffer_init_in(&text, arena, 0);
	for (size_t i = 0; i < count; i++)
		pq_buffer_append_format(&text, "%s%s", i == 0 ? "" : ",", item);
	pq_buffer_append_byte(&text, '\0');
	return pq_buffer_view(&text);
}

static void check_message(struct pq_arena *arena, const char *format, const char *part,
			  const char *wanted)
{
	struct pq_error error = { 0 };
	uint32_t offset;
	/* The format is one of this file. */
	struct pq_string text = pq_arena_format(arena, "%s%s%s", format, part, "]}]}}");
	const struct pq_value document = read_value(arena, text.data);
	const struct pq_conversion *rules = pq_conversion_compile(&document, &offset, &error);
	assert_string_equal(rules == NULL ? error.message : "none", wanted);
	pq_conversion_unref(rules);
}

static void test_limits(void **state)
{
	(void)state;
	static const char begin[] =
		"{'metadata':{'name':'a'},'spec':{'group':'g','kind':'K','conversions':[{'from':"
		"'v1','to':'v2','rules':[";
	static const char rule[] = "{'move':{'from':'.a','to':'.b'}}";
	pq_cleanup_arena struct pq_arena arena;
	pq_arena_init(&arena, 0);
	check_message(&arena, begin, repeat(&arena, rule, PQ_CONVERSION_RULES_MAX).data, "none");
	check_message(&arena, begin, repeat(&arena, rule, PQ_CONVERSION_RULES_MAX + 1).data,
		      "spec.conversions: rules has 1001 items: 1000 are allowed");
	struct pq_buffer path;
	pq_buffer_init_in(&path, &arena, 0);
	for (size_t i = 0; i < PQ_CONVERSION_STEPS_MAX; i++)
		pq_buffer_append_text(&path, ".a");
	pq_buffer_append_byte(&path, '\0');
	check_message(&arena, begin,
		      pq_arena_format(&arena, "{'move':{'from':'%s','to':'.b'}}", path.data).data,
		      "none");
	struct pq_string longer =
		pq_arena_format(&arena, "{'move':{'from':'.b%s','to':'.b'}}", path.data);
	struct pq_string wanted = pq_arena_format(
		&arena, "move: the path \".b%s\" has too many steps: 32 are allowed", path.data);
	check_message(&arena, begin, longer.data, wanted.data);
	static const char split[] = "{'split':{'from':'.b','separator':'%s','into':[%s]}}";
	const char *parts = repeat(&arena, "'.a'", PQ_CONVERSION_PARTS_MAX + 1).data;
	check_message(&arena, begin, pq_arena_format(&arena, split, "-", parts).data,
		      "split: into has 17 items: 16 are allowed");
	char separator[66];
	memset(separator, '-', sizeof separator - 1);
	separator[65] = '\0';
	check_message(&arena, begin, pq_arena_format(&arena, split, separator, "").data,
		      "split: separator is longer than 64 bytes");
	static const char pairing[] = "{'from':'v1','to':'v2','rules':[]}";
	check_message(&arena,
		      "{'metadata':{'name':'a'},'spec':{'group':'g','kind':'K','conversions':[",
		      pq_arena_format(&arena, "%s,{'from':'a','to':'b','rules':[",
				      repeat(&arena, pairing, PQ_CONVERSION_VERSIONS_MAX).data)
			      .data,
		      "spec: conversions has 65 items: 64 are allowed");
}

static void add_line(const char *text, void *context)
{
	pq_buffer_append_text(context, text);
	pq_buffer_append_byte(context, '\n');
}

/* What rules say that schemas do not bear out. */
static const struct remark_case {
	const char *name;
	const char *rules;
	const char *remarks;
} remark_cases[] = {
	{ "all is well",
	  BETWEEN("{'rename':{'from':'.spec.count','to':'size'}},"
		  "{'move':{'from':'.spec.labels[*].v','to':'.spec.labels[*].value'}},"
		  "{'move':{'from':'.spec.peers[*]','to':'.spec.peers[*].name'}},"
		  "{'default':{'in':'v2','path':'.spec.tier','value':1}}"),
	  "" },
	{ "fields that are not there",
	  BETWEEN("{'rename':{'from':'.spec.cuont','to':'size'}},"
		  "{'move':{'from':'.spec.labels[*].v','to':'.spec.labels[*].val.ue'}},"
		  "{'split':{'from':'.spec.endpoint','separator':':','into':['.spec.host',"
		  "'.spec.prt']}},"
		  "{'constant':{'in':'v1','path':'.spec.tier','value':1}}"),
	  "spec.conversions[0].rules[0]: version v1 has no field .spec.cuont\n"
	  "spec.conversions[0].rules[1]: version v2 has no field .spec.labels[*].val\n"
	  "spec.conversions[0].rules[2]: version v2 has no field .spec.prt\n"
	  "spec.conversions[0].rules[3]: version v1 has no field .spec.tier\n" },
	{ "each of what has no items",
	  BETWEEN("{'move':{'from':'.spec.count[*].a','to':"
		  "'.spec.count[*].b'}}"),
	  "spec.conversions[0].rules[0]: version v1 has no field .spec.count[*]\n"
	  "spec.conversions[0].rules[0]: version v2 has no field .spec.count\n" },
	{ "no such version, and no way to one that is there",
	  RULES("{'from':'v1','to':'v4','rules':[]}"),
	  "spec.conversions[0]: the CustomResourceDefinition has no version v4\n"
	  "spec.conversions: no rules lead from version v1 to v2\n" },
};

static void test_remarks(void **state)
{
	(void)state;
	const struct pq_conversion_side sides[] = { { PQ_S("v1"), compile_schema(v1_schema) },
						    { PQ_S("v2"), compile_schema(v2_schema) } };
	for (size_t i = 0; i < sizeof remark_cases / sizeof remark_cases[0]; i++) {
		const struct pq_conversion *rules = compile_rules(remark_cases[i].rules);
		pq_cleanup_buffer struct pq_buffer text;
		pq_buffer_init(&text, 0);
		pq_conversion_examine(rules, sides, 2, add_line, &text);
		pq_buffer_append_byte(&text, '\0');
		assert_string_equal(text.data, remark_cases[i].remarks);
		pq_conversion_unref(rules);
	}
	pq_schema_unref(sides[0].schema);
	pq_schema_unref(sides[1].schema);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mistakes),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_remarks),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
