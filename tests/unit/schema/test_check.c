/* What the author of a schema is told. */
#include "case.h"

#include "schema/source.h"

static const struct {
	const char *name;
	const char *schema;
	const char *want;
	bool has_status;
	enum pq_schema_kind kind;
} cases[] = {
	{ "good",
	  "{'type':'object','properties':{'spec':{'type':'object','properties':{'n':{'type':"
	  "'integer','minimum':1,'default':2}}}}}",
	  "", true, PQ_SCHEMA_RESOURCE },
	{ "types are needed",
	  "{'properties':{'a':{},'l':{'type':'array','items':{}},'m':{'type':'array'}}}",
	  "s.properties[a].type: Required value: must not be empty for specified object fields\n"
	  "s.properties[l].items.type: Required value: must not be empty for specified array "
	  "items\n"
	  "s.properties[m].items: Required value: must be specified\n"
	  "s.type: Required value: must not be empty at the root",
	  false, PQ_SCHEMA_RESOURCE },
	{ "but not in an overlay",
	  "{'properties':{'a':{},'l':{'items':{}},'metadata':{'required':['"
	  "labels']}},'anyOf':[{'type':'object'}]}",
	  "", false, PQ_SCHEMA_OVERLAY },
	{ "junctors are not structural",
	  "{'type':'object','properties':{'a':{'type':'string','anyOf':[{'type':'string','default':"
	  "'x','nullable':true}]}}}",
	  "s.properties[a].anyOf[0].default: Forbidden: must be undefined to be structural\n"
	  "s.properties[a].anyOf[0].nullable: Forbidden: must be false to be structural\n"
	  "s.properties[a].anyOf[0].type: Forbidden: must be empty to be structural",
	  false, PQ_SCHEMA_RESOURCE },
	{ "int-or-string may be spelled out",
	  "{'type':'object','properties':{'a':{'x-kubernetes-int-or-string':true,'anyOf':[{'type':"
	  "'integer'},{'type':'string'}]},'b':{'x-kubernetes-int-or-string':true,'allOf':[{'anyOf':"
	  "[{'type':'integer'},{'type':'string'}]},{'minimum':1}]}}}",
	  "", false, PQ_SCHEMA_RESOURCE },
	{ "completeness", "{'type':'object','not':{'properties':{'a':{'minLength':1}}}}",
	  "s.properties[a]: Required value: because it is defined in s.not.properties[a]", false,
	  PQ_SCHEMA_RESOURCE },
	{ "metadata is implied",
	  "{'type':'object','properties':{'metadata':{'type':'object','properties':{'labels':{'"
	  "type'"
	  ":'object'}}},'kind':{'type':'integer'}}}",
	  "s.properties[kind].type: Invalid value: 'integer': must be string\n"
	  "s.properties[metadata]: Forbidden: must not specify anything other than name and "
	  "generateName, but metadata is implicitly specified",
	  false, PQ_SCHEMA_RESOURCE },
	{ "pattern", "{'type':'object','properties':{'a':{'type':'string','pattern':'('}}}",
	  "s.properties[a].pattern: Invalid value: '(': must be a valid regular expression, but "
	  "isn`t: error parsing regexp: missing closing ): ~(~",
	  false, PQ_SCHEMA_RESOURCE },
	{ "keywords nobody may use",
	  "{'type':'object','properties':{'a':{'type':'string','id':'x','uniqueItems':true}}}",
	  "s.properties[a].id: Forbidden: id is not supported\n"
	  "s.properties[a].uniqueItems: Forbidden: uniqueItems cannot be set to true since the "
	  "runtime complexity becomes quadratic",
	  false, PQ_SCHEMA_RESOURCE },
	{ "$schema is told only alone", "{'type':'object','$schema':'x'}",
	  "s: Invalid value: '': OpenAPIV3Schema `schema` is not supported", false,
	  PQ_SCHEMA_RESOURCE },
	{ "unknown type", "{'type':'object','properties':{'a':{'type':'x'}}}",
	  "s.properties[a].type: Unsupported value: 'x': supported values: 'array', 'boolean', "
	  "'integer', 'number', 'object', 'string'",
	  false, PQ_SCHEMA_RESOURCE },
	{ "defaults are judged",
	  "{'type':'object','properties':{'a':{'type':'integer','default':'x'},'b':{'type':'object'"
	  ","
	  "'default':{'z':1}}}}",
	  "s.properties[a].default: Invalid value: 'string':  in body must be of type integer: "
	  "'string'\ns.properties[b].default: Invalid value: {'z':1}: must not have unknown fields",
	  false, PQ_SCHEMA_RESOURCE },
	{ "no defaults for what the server sets",
	  "{'type':'object','properties':{'kind':{'type':'string','default':'K'}}}",
	  "s.properties[kind].default: Forbidden: must not be set in top-level kind", false,
	  PQ_SCHEMA_RESOURCE },
	{ "list map keys",
	  "{'type':'object','properties':{'l':{'type':'array','x-kubernetes-list-type':'map','x-"
	  "kubernetes-list-map-keys':['k','z'],'items':{'type':'object','properties':{'k':{'type':"
	  "'string'}}}}}}",
	  "s.properties[l].x-kubernetes-list-map-keys: Invalid value: ['k','z']: entries must all "
	  "be "
	  "names of item properties\ns.properties[l].items.properties[k].default: Required value: "
	  "this property is in x-kubernetes-list-map-keys, so it must have a default or be a "
	  "required property",
	  false, PQ_SCHEMA_RESOURCE },
	{ "status and the root", "{'type':'array'}",
	  "s.type: Invalid value: 'array': only 'object' is allowed as the type at the root of the "
	  "schema if the status subresource is enabled\n"
	  "s.items: Required value: must be specified\n"
	  "s.type: Invalid value: 'array': must be object at the root",
	  true, PQ_SCHEMA_RESOURCE },
	{ "a list map with a list of schemas",
	  "{'type':'array','items':[],'x-kubernetes-list-type':'map','x-kubernetes-list-map-keys':["
	  "'k']}",
	  "s.items: Invalid value: {'Schema':null,'JSONSchemas':[]}: must only have a single "
	  "schema "
	  "if x-kubernetes-list-type is map",
	  false, PQ_SCHEMA_OVERLAY },
	{ "rules",
	  "{'type':'object','x-kubernetes-validations':[{'rule':' '},{'rule':'a','message':'b\\n'},"
	  "{'rule':'a','message':'b\\nc'},{'rule':'a','reason':'x'},{'rule':'a','fieldPath':'.b'}]"
	  "}",
	  "s.x-kubernetes-validations[0].rule: Required value: rule is not specified\n"
	  "s.x-kubernetes-validations[2].message: Invalid value: 'b\\nc': must not contain line "
	  "breaks\n"
	  "s.x-kubernetes-validations[3].reason: Unsupported value: 'x': supported values: "
	  "'FieldValueDuplicate', 'FieldValueForbidden', 'FieldValueInvalid', "
	  "'FieldValueRequired'\n"
	  "s.x-kubernetes-validations[4].fieldPath: Invalid value: '.b': must be a valid path",
	  false, PQ_SCHEMA_RESOURCE },
	{ "rules of an overlay need a type",
	  "{'properties':{'a':{'x-kubernetes-validations':[{'rule':'true'}]}}}",
	  "s.properties[a].type: Required value: rules need the type of what they judge: say it "
	  "beside them, of an object 'type: object'",
	  false, PQ_SCHEMA_OVERLAY },
	{ "and the type of what is in a list",
	  "{'type':'array','items':{},'x-kubernetes-validations':[{'rule':'true'}]}",
	  "s.x-kubernetes-validations: Invalid value: rules need the types of what they judge: say "
	  "also what a list or a map here holds, and what each schema is that stands between these "
	  "rules and others around them",
	  false, PQ_SCHEMA_OVERLAY },
	{ "and of what is between rules and rules",
	  "{'type':'object','x-kubernetes-validations':[{'rule':'true'}],'properties':{'a':{"
	  "'properties':{'b':{'type':'string','x-kubernetes-validations':[{'rule':'true'}]}}}}}",
	  "s.properties[a].properties[b].x-kubernetes-validations: Invalid value: rules need the "
	  "types of what they judge: say also what a list or a map here holds, and what each "
	  "schema is that stands between these rules and others around them",
	  false, PQ_SCHEMA_OVERLAY },
	{ "but no other type",
	  "{'properties':{'a':{'properties':{'b':{'type':'object','properties':{'c':{}},"
	  "'x-kubernetes-validations':[{'rule':'true'}]}}}}}",
	  "", false, PQ_SCHEMA_OVERLAY },
	{ "what nobody knows is not asked of a CRD's schema",
	  "{'type':'object','typ':1,'externalDocs':{'uri':1},'x-kubernetes-validations':[{'rule':"
	  "'true','mesage':1,'optionalOldSelf':null}]}",
	  "", false, PQ_SCHEMA_RESOURCE },
	{ "a keyword of a wrong type", "{'type':'object','properties':{'a':{'maxLength':'3'}}}",
	  "s.properties[a].maxLength: Invalid value: must be an integer", false,
	  PQ_SCHEMA_RESOURCE },
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
			.kind = cases[i].kind,
			.has_status = cases[i].has_status,
		};
		pq_schema_check(&source, &path, &options, &findings);
		expect_text(cases[i].name, findings_text(&arena, &findings),
			    with_quotes(&arena, cases[i].want));
		pq_arena_done(&arena);
	}
}

/* The API server shows the whole schema as the Go struct that it keeps. */
static void test_shown_schema(void **state)
{
	(void)state;
	struct pq_arena arena;
	struct pq_findings findings;
	pq_arena_init(&arena, 0);
	pq_findings_init(&findings, &arena, 0);
	struct pq_value source = read_json(&arena, "{\"type\":\"object\",\"maxProperties\":3}");
	struct pq_path path = pq_path_property(NULL, PQ_S("s"));
	const struct pq_schema_check_options options = { .has_status = true };
	pq_schema_check(&source, &path, &options, &findings);
	expect_text(
		"root", findings_text(&arena, &findings),
		"s: Invalid value: "
		"{\"ID\":\"\",\"Schema\":\"\",\"Ref\":null,\"Description\":\"\",\"Type\":"
		"\"object\","
		"\"Nullable\":false,\"Format\":\"\",\"Title\":\"\",\"Default\":null,"
		"\"Maximum\":null,\"ExclusiveMaximum\":false,\"Minimum\":null,"
		"\"ExclusiveMinimum\":false,\"MaxLength\":null,\"MinLength\":null,\"Pattern\":"
		"\"\",\"MaxItems\":null,\"MinItems\":null,\"UniqueItems\":false,\"MultipleOf\":"
		"null,\"Enum\":null,\"MaxProperties\":3,\"MinProperties\":null,\"Required\":null,"
		"\"Items\":null,\"AllOf\":null,\"OneOf\":null,\"AnyOf\":null,\"Not\":null,"
		"\"Properties\":null,\"AdditionalProperties\":null,\"PatternProperties\":null,"
		"\"Dependencies\":null,\"AdditionalItems\":null,\"Definitions\":null,"
		"\"ExternalDocs\":null,\"Example\":null,\"XPreserveUnknownFields\":null,"
		"\"XEmbeddedResource\":false,\"XIntOrString\":false,\"XListMapKeys\":null,"
		"\"XListType\":null,\"XMapType\":null,\"XValidations\":null}: only [Description "
		"Type Format Title Maximum ExclusiveMaximum Minimum ExclusiveMinimum MaxLength "
		"MinLength Pattern MaxItems MinItems UniqueItems MultipleOf Required Items "
		"Properties ExternalDocs Example XPreserveUnknownFields XValidations] fields are "
		"allowed at the root of the schema if the status subresource is enabled");
	pq_arena_done(&arena);
}

/* Stands for the registry: wants a kind, and one that is not "bad". */
static void judge_kind(const struct pq_value *resource, const struct pq_path *path,
		       struct pq_findings *findings, void *context)
{
	struct pq_path step = pq_path_property(path, PQ_S("kind"));
	const struct pq_value *kind = pq_value_find(resource, PQ_S("kind"));
	assert_string_equal(context, "context");
	if (kind == NULL)
		pq_findings_add_format(findings, PQ_FINDING_REQUIRED, &step, 0, "Required value");
	else if (pq_string_is(pq_value_string(kind), "bad"))
		pq_findings_add_format(findings, PQ_FINDING_INVALID, &step, 0,
				       "Invalid value: \"bad\"");
}

static void test_defaults_of_embedded_resources(void **state)
{
	(void)state;
	struct pq_arena arena;
	struct pq_findings findings;
	pq_arena_init(&arena, 0);
	pq_findings_init(&findings, &arena, 0);
	struct pq_value source = read_json(
		&arena,
		"{\"type\":\"object\",\"properties\":{\"r\":{\"type\":\"object\",\"x-kubernetes-"
		"embedded-resource\":true,\"x-kubernetes-preserve-unknown-fields\":true,"
		"\"default\":{},"
		"\"properties\":{\"kind\":{\"type\":\"string\",\"default\":\"bad\"},\"metadata\":{"
		"\"type\":"
		"\"object\",\"properties\":{\"name\":{\"type\":\"string\",\"default\":\"n\"}}}}}}"
		"}");
	char context[] = "context";
	const struct pq_schema_check_options options = {
		.judge_embedded = judge_kind,
		.context = context,
	};
	pq_schema_check(&source, NULL, &options, &findings);
	expect_text(
		"embedded", findings_text(&arena, &findings),
		"properties[r].default.kind: Required value\n"
		"properties[r].properties[kind].default: Invalid value: \"bad\": must result in "
		"valid metadata: kind: Invalid value: \"bad\"");
	pq_arena_done(&arena);
}

static const struct {
	const char *path;
	bool is_field;
} field_paths[] = {
	{ ".spec.a", true },           { ".spec", true },          { "", true },
	{ ".spec['a']", true },        { "['spec'].a", true },     { ".spec.m['\\u0061']", false },
	{ ".spec['it\\'s']", true },   { ".spec['x.y']", true },   { ".spec.m.any", true },
	{ ".spec.m['any'].n", false }, { ".spec.b", false },       { "spec", false },
	{ ".spec.", false },           { ".spec['a'", false },     { ".spec[a]", false },
	{ ".spec['\\q']", false },     { ".spec.m['\\n']", true }, { ".spec[0]", false },
};

static void test_field_paths(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof field_paths / sizeof field_paths[0]; i++) {
		struct pq_arena arena;
		struct pq_source *source;
		struct pq_error error;
		pq_arena_init(&arena, 0);
		struct pq_value value = read_json(
			&arena, "{\"properties\":{\"spec\":{\"properties\":{\"a\":{},\"it's\":{},"
				"\"x.y\":{},"
				"\"m\":{\"additionalProperties\":{\"type\":\"string\"}}}}}}");
		assert_true(pq_source_read(&arena, &value, NULL, &source, &error));
		if (pq_source_has_field(source, pq_string_from(field_paths[i].path)) !=
		    field_paths[i].is_field)
			fail_msg("%s", field_paths[i].path);
		pq_arena_done(&arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shown_schema),
		cmocka_unit_test(test_field_paths),
		cmocka_unit_test(test_defaults_of_embedded_resources),
		cmocka_unit_test(test_cases),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
