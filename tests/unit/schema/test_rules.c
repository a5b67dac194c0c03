/* Rules as their author is told of them once they have been compiled. */
#include "case.h"

#define RULE(text) "'x-kubernetes-validations':[{'rule':'" text "'}]"
#define SHOWN(text)                                                                                \
	"{'Rule':'" text "','Message':'','MessageExpression':'','Reason':null,'FieldPath':'',"     \
	"'OptionalOldSelf':null}"
#define TRY                                                                                        \
	" (try simplifying the rule, or adding maxItems, maxProperties, and maxLength where "      \
	"arrays, maps, and strings are declared)"

static const struct {
	const char *name;
	const char *schema;
	const char *want;
	bool is_unchanged;
} cases[] = {
	{ "good", "{'type':'object','properties':{'a':{'type':'integer'}}," RULE("self.a > 1") "}",
	  "", false },
	{ "a field that is not there", "{'type':'object'," RULE("self.b > 1") "}",
	  "s.x-kubernetes-validations[0].rule: Invalid value: " SHOWN(
		  "self.b \\u003e 1") ": compilation failed: ERROR: <input>:1:5: undefined field "
				      "`b`\n | self.b > 1\n | ....^",
	  false },
	{ "another type", "{'type':'object'," RULE("1") "}",
	  "s.x-kubernetes-validations[0].rule: Invalid value: " SHOWN(
		  "1") ": cel expression must evaluate to a bool",
	  false },
	{ "a message that is no text",
	  "{'type':'object','x-kubernetes-validations':[{'rule':'true','messageExpression':'1'}]}",
	  "s.x-kubernetes-validations[0].messageExpression: Invalid value: {'Rule':'true',"
	  "'Message':'','MessageExpression':'1','Reason':null,'FieldPath':'','OptionalOldSelf':"
	  "null}: messageExpression must evaluate to a string",
	  false },
	{ "after what is wrong with schemas, and only where nothing is",
	  "{'type':'object','properties':{'a':{'type':'object','properties':{'b':{'type':'array',"
	  "'uniqueItems':true,'items':{'type':'string'}}}," RULE(
		  "nope") "},'c':{'type':'integer'," RULE("self") "}}}",
	  "s.properties[a].properties[b].uniqueItems: Forbidden: uniqueItems cannot be set to "
	  "true since the runtime complexity becomes quadratic\n"
	  "s.properties[c].x-kubernetes-validations[0].rule: Invalid value: " SHOWN(
		  "self") ": cel expression must evaluate to a bool",
	  false },
	{ "no older value of an item of a list that is no map",
	  "{'type':'object','properties':{'l':{'type':'array','items':{'type':'object',"
	  "'properties':{'a':{'type':'integer'," RULE("self == oldSelf") "}}}}}}",
	  "s.properties[l].items.properties[a].x-kubernetes-validations[0].rule: Invalid value: "
	  "'self == oldSelf': oldSelf cannot be used on the uncorrelatable portion of the schema "
	  "within s.properties[l]",
	  false },
	{ "an optional older value that is not used",
	  "{'type':'object','x-kubernetes-validations':[{'rule':'true','optionalOldSelf':true},{"
	  "'rule':'oldSelf.hasValue()','optionalOldSelf':true}]}",
	  "s.x-kubernetes-validations[0].optionalOldSelf: Invalid value: true: may not be set if "
	  "oldSelf is not used in rule",
	  false },
	{ "CEL sees nothing of it",
	  "{'type':'object','properties':{'a':{'x-kubernetes-preserve-unknown-fields':true," RULE(
		  "true") "}}}",
	  "s.properties[a].x-kubernetes-validations: Internal error: internal error: failed to "
	  "construct type information for x-kubernetes-validations rules: unable to convert "
	  "structural schema to CEL declarations",
	  false },
	{ "the cost of one, and of all",
	  "{'type':'object','properties':{'l':{'type':'array','items':{'type':'array','items':{"
	  "'type':'string'}," RULE("self.all(x, self.all(y, x != y))") "}}}}",
	  "s.properties[l].items.x-kubernetes-validations[0].rule: Forbidden: estimated rule cost "
	  "exceeds budget by factor of more than 100x" TRY "\n"
	  "s.properties[l].items.x-kubernetes-validations[0].rule: Forbidden: contributed to "
	  "estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema\n"
	  "s: Forbidden: x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 "
	  "schema exceeds budget by factor of more than 100x" TRY,
	  false },
	{ "a little too much",
	  "{'type':'object','properties':{'l':{'type':'array','maxItems':12000000,'items':{'type':"
	  "'boolean'," RULE("self == true || true") "}}}}",
	  "s.properties[l].items.x-kubernetes-validations[0].rule: Forbidden: estimated rule cost "
	  "exceeds budget by factor of 1.200000x" TRY,
	  false },
	{ "which a schema that is not changed may cost",
	  "{'type':'object','properties':{'l':{'type':'array','maxItems':12000000,'items':{'type':"
	  "'boolean'," RULE("self == true || true") "}}}}",
	  "", true },
};

static void test_cases(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct pq_arena arena;
		struct pq_findings findings;
		pq_arena_init(&arena, 0);
		pq_findings_init(&findings, &arena, 0);
		struct pq_value source = read_json(&arena, with_quotes(&arena, cases[i].schema));
		struct pq_path path = pq_path_property(NULL, PQ_S("s"));
		const struct pq_schema_check_options options = {
			.is_unchanged = cases[i].is_unchanged,
		};
		pq_schema_check(&source, &path, &options, &findings);
		expect_text(cases[i].name, findings_text(&arena, &findings),
			    with_quotes(&arena, cases[i].want));
		pq_arena_done(&arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
