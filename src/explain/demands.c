#include "explain/demands.h"

#include "json/write.h"

const struct pq_explain_demand pq_explain_demands[] = {
	{ "default", "default" },
	{ "format", "format" },
	{ "pattern", "pattern" },
	{ "minimum", "minimum" },
	{ "exclusiveMinimum", "exclusiveMinimum" },
	{ "maximum", "maximum" },
	{ "exclusiveMaximum", "exclusiveMaximum" },
	{ "multipleOf", "multipleOf" },
	{ "minLength", "minLength" },
	{ "maxLength", "maxLength" },
	{ "minItems", "minItems" },
	{ "maxItems", "maxItems" },
	{ "uniqueItems", "uniqueItems" },
	{ "minProperties", "minProperties" },
	{ "maxProperties", "maxProperties" },
	{ "nullable", "nullable" },
	{ "x-kubernetes-list-type", "listType" },
	{ "x-kubernetes-list-map-keys", "listMapKeys" },
	{ "x-kubernetes-map-type", "mapType" },
	{ "x-kubernetes-preserve-unknown-fields", "preserveUnknownFields" },
	{ "x-kubernetes-embedded-resource", "embeddedResource" },
	{ "allOf", "allOf" },
	{ "anyOf", "anyOf" },
	{ "oneOf", "oneOf" },
	{ "not", "not" },
	{ NULL, NULL },
};

const struct pq_value *pq_explain_demanded(const struct pq_explain_schema *schema, bool is_custom,
					   const struct pq_explain_demand *demand)
{
	struct pq_string keyword = pq_string_from(demand->keyword);
	const struct pq_value *said = pq_explain_keyword(schema, demand->keyword);
	bool is_bound = said != NULL && (said->kind == PQ_INTEGER || said->kind == PQ_DOUBLE);
	if (said == NULL || said->kind == PQ_NULL)
		return NULL;
	if (pq_string_is(keyword, "default"))
		return is_custom || !pq_value_is_zero(said) ? said : NULL;
	if (pq_string_is(keyword, "allOf") && schema->reference.length > 0)
		return NULL;
	if (pq_string_is(keyword, "anyOf") &&
	    pq_value_is_true(pq_explain_keyword(schema, "x-kubernetes-int-or-string")))
		return NULL;
	return is_bound || !pq_value_is_zero(said) ? said : NULL;
}

static const struct pq_value *find_list(const struct pq_explain_schema *schema, const char *keyword)
{
	const struct pq_value *list = pq_explain_keyword(schema, keyword);
	return list != NULL && list->kind == PQ_ARRAY && list->length > 0 ? list : NULL;
}

const struct pq_value *pq_explain_rules(const struct pq_explain_schema *schema)
{
	return find_list(schema, "x-kubernetes-validations");
}

const struct pq_value *pq_explain_enumeration(const struct pq_explain_schema *schema)
{
	return find_list(schema, "enum");
}

/* Texts as they are, lists of them with commas, the rest as JSON. */
static void write_value(const struct pq_value *value, bool is_default, struct pq_buffer *text)
{
	if (value->kind == PQ_STRING && !is_default) {
		pq_buffer_append_string(text, pq_value_string(value));
		return;
	}
	if (value->kind != PQ_ARRAY || value->length == 0 || value->items[0].kind != PQ_STRING) {
		pq_json_write(text, value, PQ_JSON_COMPACT);
		return;
	}
	for (size_t i = 0; i < value->length; i++) {
		pq_buffer_append_text(text, i > 0 ? ", " : "");
		write_value(&value->items[i], is_default, text);
	}
}

static void write_rules(const struct pq_explain_schema *schema, const char *before,
			struct pq_buffer *text)
{
	const struct pq_value *rules = pq_explain_rules(schema);
	for (size_t i = 0; rules != NULL && i < rules->length; i++) {
		struct pq_string rule = pq_value_find_string(&rules->items[i], PQ_S("rule"));
		struct pq_string message = pq_value_find_string(&rules->items[i], PQ_S("message"));
		pq_buffer_append_format(text, "%srule: %.*s", before,
					PQ_STRING_ARGUMENT(pq_string_trim(rule)));
		if (message.length > 0)
			pq_buffer_append_format(text, " (%.*s)", PQ_STRING_ARGUMENT(message));
		pq_buffer_append_byte(text, '\n');
	}
}

static void write_own(const struct pq_explain_schema *schema, bool is_custom, const char *before,
		      struct pq_buffer *text)
{
	for (const struct pq_explain_demand *demand = pq_explain_demands; demand->keyword != NULL;
	     demand++) {
		const struct pq_value *value = pq_explain_demanded(schema, is_custom, demand);
		if (value == NULL)
			continue;
		pq_buffer_append_format(text, "%s%s: ", before, demand->name);
		write_value(value, demand == pq_explain_demands, text);
		pq_buffer_append_byte(text, '\n');
	}
	write_rules(schema, before, text);
}

void pq_explain_write_demands(const struct pq_explain_schema *schema, bool is_custom,
			      struct pq_buffer *text)
{
	struct pq_explain_schema below;
	write_own(schema, is_custom, "", text);
	if (!pq_explain_below(schema, &below))
		return;
	const struct pq_value *items = pq_explain_keyword(schema, "items");
	const char *before = items != NULL && items->kind == PQ_OBJECT ? "items." : "values.";
	const struct pq_value *allowed = pq_explain_enumeration(&below);
	if (allowed != NULL) {
		pq_buffer_append_format(text, "%senum: ", before);
		write_value(allowed, false, text);
		pq_buffer_append_byte(text, '\n');
	}
	write_own(&below, is_custom, before, text);
}
