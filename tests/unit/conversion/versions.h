/* A kind in three versions, for the tests of conversion. Texts have ' for ". */
#ifndef PQ_TESTS_CONVERSION_VERSIONS_H
#define PQ_TESTS_CONVERSION_VERSIONS_H

#include "conversion/conversion.h"
#include "json/read.h"
#include "json/write.h"

#define RULES(conversions)                                                                         \
	"{'apiVersion':'conversion.pratique.dev/v1','kind':'ConversionRules',"                     \
	"'metadata':{'name':'gauges.example.com'},'spec':{'group':'example.com','kind':'Gauge',"   \
	"'conversions':[" conversions "]}}"
#define BETWEEN(rules) RULES("{'from':'v1','to':'v2','rules':[" rules "]}")

#define OBJECT(properties) "{'type':'object','properties':{" properties "}}"
#define SCHEMA(spec)       OBJECT("'spec':" OBJECT(spec))

static const char v1_schema[] = SCHEMA(
	"'count':{'type':'integer'},'grade':{'type':'integer','maximum':10},"
	"'image':{'type':'string'},'old':"
	"{'type':'integer'},"
	"'endpoint':{'type':'string'},'mode':{'type':'string'},"
	"'box':" OBJECT(
		"'size':{'type':'integer'},'lid':{'type':'"
		"boolean'}") ","
			     "'gone':{'type':'string','"
			     "nullable':true},"
			     "'ports':{'type':'array','x-"
			     "kubernetes-list-type':'map','"
			     "x-kubernetes-list-map-keys':["
			     "'name'],'items':" OBJECT(
				     "'name':{'type':'"
				     "string'},'port':{'"
				     "type':'integer'},"
				     "'note':{'type':'"
				     "string'}") "},"
						 "'rows':{'"
						 "type':'"
						 "array','"
						 "items'"
						 ":" OBJECT(
							 "'x"
							 "':"
							 "{'"
							 "ty"
							 "pe"
							 "':"
							 "'i"
							 "nt"
							 "eg"
							 "er"
							 "'}"
							 ",'"
							 "y'"
							 ":{"
							 "'t"
							 "yp"
							 "e'"
							 ":'"
							 "in"
							 "te"
							 "ge"
							 "r'"
							 "}") "},"
							      "'peers':{'type':'array','items':{'"
							      "type':'string'}},"
							      "'labels':{'type':'object','"
							      "additionalProperties':" OBJECT(
								      "'v':{'type':'string'}") "}");

static const char v2_schema[] = SCHEMA(
	"'size':{'type':'integer'},'mode':{'type':'string'},'new':{'type':'integer'},"
	"'container':" OBJECT(
		"'image':{'type':'string'},'policy':{'type':'string',"
		"'default':'Always'}") ","
				       "'host':{'type':'string'},'port':{'type':'integer'},'tier':{"
				       "'type':'string'},"
				       "'box':" OBJECT(
					       "'size':{'type':'integer'}") ","
									    "'gone':{'type':'"
									    "string'},"
									    "'ports':{'type':'"
									    "array','x-kubernetes-"
									    "list-type':'map','x-"
									    "kubernetes-list-map-"
									    "keys':["
									    "'name'],'items'"
									    ":" OBJECT(
										    "'name':{'type'"
										    ":'string'},'"
										    "port':{'type':"
										    "'integer'},"
										    "'protocol':{'"
										    "type':'string'"
										    ",'default':'"
										    "TCP'}") "},"
											     "'rows"
											     "':{'"
											     "type'"
											     ":'"
											     "array"
											     "','"
											     "items"
											     "'"
											     ":" OBJECT(
												     "'x':{'type':'integer'},'z':{'type':'integer',"
												     "'default':1}") "},"
														     "'peers':{'type':'array','items':" OBJECT(
															     "'name':{'type':'string'},"
															     "'weight':{'type':'integer'}") "},"
																			    "'labels':{'type':'object','additionalProperties':" OBJECT(
																				    "'value':{'type':'string'}") "}");

static inline struct pq_value read_value(struct pq_arena *arena, const char *text)
{
	struct pq_value value;
	struct pq_error error;
	struct pq_string json = pq_arena_copy(arena, pq_string_from(text));
	for (size_t i = 0; i < json.length; i++) {
		if (json.data[i] == '\'')
			((char *)(uintptr_t)json.data)[i] = '"';
	}
	if (!pq_json_read(arena, json, NULL, &value, &error)) {
		fprintf(stderr, "%s\n%s\n", error.message, text);
		abort();
	}
	return value;
}

static inline const struct pq_schema *compile_schema(const char *text)
{
	pq_cleanup_arena struct pq_arena arena;
	struct pq_error error;
	pq_arena_init(&arena, 0);
	const struct pq_value source = read_value(&arena, text);
	const struct pq_schema *schema = pq_schema_compile(&source, PQ_SCHEMA_RESOURCE, &error);
	if (schema == NULL)
		abort();
	return schema;
}

static inline const struct pq_conversion *compile_rules(const char *text)
{
	pq_cleanup_arena struct pq_arena arena;
	struct pq_error error;
	uint32_t offset;
	pq_arena_init(&arena, 0);
	const struct pq_value document = read_value(&arena, text);
	const struct pq_conversion *rules = pq_conversion_compile(&document, &offset, &error);
	if (rules == NULL) {
		fprintf(stderr, "%s\n", error.message);
		abort();
	}
	return rules;
}

/* What an API server does with an object before it stores it. */
static inline struct pq_value settle(struct pq_arena *arena, const struct pq_schema *schema,
				     const struct pq_value *object)
{
	struct pq_value pruned, settled;
	if (!pq_schema_prune(schema, arena, object, NULL, &pruned) ||
	    !pq_schema_drop_nulls(schema, arena, &pruned, &settled))
		abort();
	return settled;
}

/* And when it reads it again. */
static inline struct pq_value complete(struct pq_arena *arena, const struct pq_schema *schema,
				       const struct pq_value *object)
{
	struct pq_patch patch;
	struct pq_value result = *object;
	struct pq_error error;
	pq_patch_init(&patch, arena);
	if (!pq_schema_default(schema, object, &patch) ||
	    (patch.count > 0 && !pq_patch_apply(arena, object, &patch, &result, &error)))
		abort();
	return result;
}

/* As much work as there is need for. */
static inline struct pq_conversion_work any_work(void)
{
	struct pq_conversion_work work = pq_conversion_work_begin(0, NULL);
	work.object_bytes = PQ_CONVERSION_TRIAL_BYTES_MAX / PQ_CONVERSION_TRIALS_MAX;
	return work;
}

static inline const char *show(struct pq_arena *arena, const struct pq_value *value)
{
	struct pq_buffer text;
	pq_buffer_init_in(&text, arena, 0);
	if (value == NULL)
		return "nothing";
	pq_json_write(&text, value, PQ_JSON_SORT_KEYS);
	pq_buffer_append_byte(&text, '\0');
	return text.data;
}

#endif
