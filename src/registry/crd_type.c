#include "registry/crd_type.h"

#include "base/base64.h"
#include "registry/typed_read.h"

#define FIELDS (const struct pq_typed_field[])

static const struct pq_typed schema_props;

static const struct pq_typed raw_list = { .kind = PQ_TYPED_LIST,
					  .name = "[]v1.JSON",
					  .element = &pq_typed_raw };
static const struct pq_typed schema_list = { .kind = PQ_TYPED_LIST,
					     .name = "[]v1.JSONSchemaProps",
					     .element = &schema_props };
static const struct pq_typed schema_map = { .kind = PQ_TYPED_MAP,
					    .name = "map[string]v1.JSONSchemaProps",
					    .element = &schema_props };
static const struct pq_typed definitions = { .kind = PQ_TYPED_MAP,
					     .name = "v1.JSONSchemaDefinitions",
					     .element = &schema_props };

/* Reads what a type's own UnmarshalJSON reads with a decoder of its own: unknown and repeated
 * fields are not told, and the first wrong type ends everything. */
static bool read_apart(struct pq_typed_reading *reading, const struct pq_typed *type,
		       const struct pq_value *value, const struct pq_path *path,
		       struct pq_value *result)
{
	struct pq_findings *strict = reading->strict;
	struct pq_string first = reading->first;
	const char *outer = reading->outer_struct_name;
	reading->strict = NULL;
	if (outer == NULL)
		reading->outer_struct_name = reading->struct_name;
	reading->first = (struct pq_string){ 0 };
	bool fine = pq_typed_read_value(reading, type, value, path, result);
	if (fine && reading->first.data != NULL) {
		reading->blamed_offset = reading->first_offset;
		fine = pq_typed_end(reading, reading->first);
	}
	reading->strict = strict;
	reading->first = first;
	reading->outer_struct_name = outer;
	return fine;
}

static bool read_schema_or_array(struct pq_typed_reading *reading, const struct pq_value *value,
				 const struct pq_path *path, struct pq_value *result)
{
	uint32_t offset = value->offset;
	if (value->kind == PQ_OBJECT)
		return read_apart(reading, &schema_props, value, path, result);
	if (value->kind == PQ_ARRAY && (value->length > 0 || !reading->is_writing))
		return read_apart(reading, &schema_list, value, path, result);
	/* Anything else counts as given, though it is no schema; like no schemas it is not written.
	 */
	*result = reading->is_writing ? pq_value_null() : *value;
	result->offset = offset;
	return true;
}

static bool read_schema_or_bool(struct pq_typed_reading *reading, const struct pq_value *value,
				const struct pq_path *path, struct pq_value *result)
{
	if (value->kind == PQ_OBJECT)
		return read_apart(reading, &schema_props, value, path, result);
	if (value->kind != PQ_BOOLEAN)
		return pq_typed_end(reading, PQ_S("boolean or JSON schema expected"));
	*result = *value;
	return true;
}

static bool read_schema_or_names(struct pq_typed_reading *reading, const struct pq_value *value,
				 const struct pq_path *path, struct pq_value *result)
{
	if (value->kind == PQ_ARRAY)
		return read_apart(reading, &pq_typed_string_list, value, path, result);
	if (value->kind == PQ_OBJECT)
		return read_apart(reading, &schema_props, value, path, result);
	return true; /* neither a schema nor names, which is as good as null */
}

static const struct pq_typed byte = {
	.kind = PQ_TYPED_INTEGER, .name = "uint8", .least = 0, .most = UINT8_MAX
};
static const struct pq_typed byte_list = { .kind = PQ_TYPED_LIST,
					   .name = "[]uint8",
					   .element = &byte };

static bool write_base64(struct pq_typed_reading *reading, struct pq_string bytes,
			 struct pq_value *result)
{
	struct pq_buffer text;
	pq_buffer_init_in(&text, reading->arena, 0);
	pq_base64_write(&text, bytes);
	if (pq_buffer_failed(&text))
		return pq_typed_out_of_room(reading);
	uint32_t offset = result->offset;
	*result = pq_value_from_string(pq_buffer_view(&text));
	result->offset = offset;
	return true;
}

/* Bytes may be a list of numbers, too. */
static bool read_bytes(struct pq_typed_reading *reading, const struct pq_value *value,
		       const struct pq_path *path, struct pq_value *result)
{
	struct pq_value list;
	if (!pq_typed_read_value(reading, &byte_list, value, path, &list))
		return false;
	char *bytes = pq_arena_alloc_raw(reading->arena, list.length);
	if (bytes == NULL)
		return pq_typed_out_of_room(reading);
	for (size_t i = 0; i < list.length; i++)
		bytes[i] = (char)list.items[i].integer;
	return write_base64(reading, (struct pq_string){ bytes, list.length }, result);
}

/* A caBundle is base64, written again as Go's encoder does. */
static bool read_base64(struct pq_typed_reading *reading, const struct pq_value *value,
			const struct pq_path *path, struct pq_value *result)
{
	if (value->kind == PQ_NULL) {
		*result = *value;
		return true;
	}
	if (value->kind != PQ_STRING)
		return read_bytes(reading, value, path, result);
	size_t at;
	if (!pq_base64_check(pq_value_string(value), &at)) {
		struct pq_string problem = pq_arena_format(
			reading->arena, "illegal base64 data at input byte %zu", at);
		if (problem.data == NULL)
			return pq_typed_out_of_room(reading);
		pq_typed_note(reading, value, problem);
		return true;
	}
	struct pq_string bytes = pq_base64_decode(reading->arena, pq_value_string(value));
	return bytes.data != NULL ? write_base64(reading, bytes, result)
				  : pq_typed_out_of_room(reading);
}

static const struct pq_typed schema_or_array = { .kind = PQ_TYPED_SPECIAL,
						 .name = "v1.JSONSchemaPropsOrArray",
						 .special = read_schema_or_array };
static const struct pq_typed schema_or_bool = { .kind = PQ_TYPED_SPECIAL,
						.name = "v1.JSONSchemaPropsOrBool",
						.special = read_schema_or_bool };
static const struct pq_typed schema_or_names = { .kind = PQ_TYPED_SPECIAL,
						 .name = "v1.JSONSchemaPropsOrStringArray",
						 .special = read_schema_or_names };
static const struct pq_typed dependencies = { .kind = PQ_TYPED_MAP,
					      .name = "v1.JSONSchemaDependencies",
					      .element = &schema_or_names };
static const struct pq_typed base64 = {
	.kind = PQ_TYPED_SPECIAL, .name = "[]uint8", .element = &byte, .special = read_base64
};

static const struct pq_typed external_docs = {
	.kind = PQ_TYPED_STRUCT,
	.name = "v1.ExternalDocumentation",
	.struct_name = "ExternalDocumentation",
	.fields = FIELDS{ { "description", &pq_typed_string, PQ_TYPED_OMIT_EMPTY },
			  { "url", &pq_typed_string, PQ_TYPED_OMIT_EMPTY },
			  { 0 } },
};

static const struct pq_typed rule_reason = { .kind = PQ_TYPED_STRING,
					     .name = "v1.FieldValueErrorReason" };

static const struct pq_typed rule = {
	.kind = PQ_TYPED_STRUCT,
	.name = "v1.ValidationRule",
	.struct_name = "ValidationRule",
	.fields = FIELDS{ { "rule", &pq_typed_string, PQ_TYPED_ALWAYS },
			  { "message", &pq_typed_string, PQ_TYPED_OMIT_EMPTY },
			  { "messageExpression", &pq_typed_string, PQ_TYPED_OMIT_EMPTY },
			  { "reason", &rule_reason, PQ_TYPED_POINTER },
			  { "fieldPath", &pq_typed_string, PQ_TYPED_OMIT_EMPTY },
			  { "optionalOldSelf", &pq_typed_boolean, PQ_TYPED_POINTER },
			  { 0 } },
};

static const struct pq_typed rules = { .kind = PQ_TYPED_LIST,
				       .name = "v1.ValidationRules",
				       .element = &rule };

static const struct pq_typed schema_url = { .kind = PQ_TYPED_STRING, .name = "v1.JSONSchemaURL" };

static const struct pq_typed schema_props = {
	.kind = PQ_TYPED_STRUCT,
	.name = "v1.JSONSchemaProps",
	.struct_name = "JSONSchemaProps",
	.fields =
		FIELDS{
			{ "id", &pq_typed_string, PQ_TYPED_OMIT_EMPTY },
			{ "$schema", &schema_url, PQ_TYPED_OMIT_EMPTY },
			{ "$ref", &pq_typed_string, PQ_TYPED_POINTER },
			{ "description", &pq_typed_string, PQ_TYPED_OMIT_EMPTY },
			{ "type", &pq_typed_string, PQ_TYPED_OMIT_EMPTY },
			{ "format", &pq_typed_string, PQ_TYPED_OMIT_EMPTY },
			{ "title", &pq_typed_string, PQ_TYPED_OMIT_EMPTY },
			{ "default", &pq_typed_raw, PQ_TYPED_POINTER },
			{ "maximum", &pq_typed_number, PQ_TYPED_POINTER },
			{ "exclusiveMaximum", &pq_typed_boolean, PQ_TYPED_OMIT_EMPTY },
			{ "minimum", &pq_typed_number, PQ_TYPED_POINTER },
			{ "exclusiveMinimum", &pq_typed_boolean, PQ_TYPED_OMIT_EMPTY },
			{ "maxLength", &pq_typed_int64, PQ_TYPED_POINTER },
			{ "minLength", &pq_typed_int64, PQ_TYPED_POINTER },
			{ "pattern", &pq_typed_string, PQ_TYPED_OMIT_EMPTY },
			{ "maxItems", &pq_typed_int64, PQ_TYPED_POINTER },
			{ "minItems", &pq_typed_int64, PQ_TYPED_POINTER },
			{ "uniqueItems", &pq_typed_boolean, PQ_TYPED_OMIT_EMPTY },
			{ "multipleOf", &pq_typed_number, PQ_TYPED_POINTER },
			{ "enum", &raw_list, PQ_TYPED_KEEP_EMPTY },
			{ "maxProperties", &pq_typed_int64, PQ_TYPED_POINTER },
			{ "minProperties", &pq_typed_int64, PQ_TYPED_POINTER },
			{ "required", &pq_typed_string_list, PQ_TYPED_KEEP_EMPTY },
			{ "items", &schema_or_array, PQ_TYPED_POINTER },
			{ "allOf", &schema_list, PQ_TYPED_KEEP_EMPTY },
			{ "oneOf", &schema_list, PQ_TYPED_KEEP_EMPTY },
			{ "anyOf", &schema_list, PQ_TYPED_KEEP_EMPTY },
			{ "not", &schema_props, PQ_TYPED_POINTER },
			{ "properties", &schema_map, PQ_TYPED_KEEP_EMPTY },
			{ "additionalProperties", &schema_or_bool, PQ_TYPED_POINTER },
			{ "patternProperties", &schema_map, PQ_TYPED_KEEP_EMPTY },
			{ "dependencies", &dependencies, PQ_TYPED_KEEP_EMPTY },
			{ "additionalItems", &schema_or_bool, PQ_TYPED_POINTER },
			{ "definitions", &definitions, PQ_TYPED_KEEP_EMPTY },
			{ "externalDocs", &external_docs, PQ_TYPED_POINTER },
			{ "example", &pq_typed_raw, PQ_TYPED_POINTER },
			{ "nullable", &pq_typed_boolean, PQ_TYPED_OMIT_EMPTY },
			{ "x-kubernetes-preserve-unknown-fields", &pq_typed_boolean,
			  PQ_TYPED_POINTER },
			{ "x-kubernetes-embedded-resource", &pq_typed_boolean,
			  PQ_TYPED_OMIT_EMPTY },
			{ "x-kubernetes-int-or-string", &pq_typed_boolean, PQ_TYPED_OMIT_EMPTY },
			{ "x-kubernetes-list-map-keys", &pq_typed_string_list,
			  PQ_TYPED_KEEP_EMPTY },
			{ "x-kubernetes-list-type", &pq_typed_string, PQ_TYPED_POINTER },
			{ "x-kubernetes-map-type", &pq_typed_string, PQ_TYPED_POINTER },
			{ "x-kubernetes-validations", &rules, PQ_TYPED_KEEP_EMPTY },
			{ 0 },
		},
};

static const struct pq_typed validation = {
	.kind = PQ_TYPED_STRUCT,
	.name = "v1.CustomResourceValidation",
	.struct_name = "CustomResourceValidation",
	.fields = FIELDS{ { "openAPIV3Schema", &schema_props, PQ_TYPED_POINTER }, { 0 } },
};

static const struct pq_typed status_subresource = {
	.kind = PQ_TYPED_STRUCT,
	.name = "v1.CustomResourceSubresourceStatus",
	.struct_name = "CustomResourceSubresourceStatus",
	.fields = FIELDS{ { 0 } },
};

static const struct pq_typed scale_subresource = {
	.kind = PQ_TYPED_STRUCT,
	.name = "v1.CustomResourceSubresourceScale",
	.struct_name = "CustomResourceSubresourceScale",
	.fields = FIELDS{ { "specReplicasPath", &pq_typed_string, PQ_TYPED_ALWAYS },
			  { "statusReplicasPath", &pq_typed_string, PQ_TYPED_ALWAYS },
			  { "labelSelectorPath", &pq_typed_string, PQ_TYPED_POINTER },
			  { 0 } },
};

static const struct pq_typed subresources = {
	.kind = PQ_TYPED_STRUCT,
	.name = "v1.CustomResourceSubresources",
	.struct_name = "CustomResourceSubresources",
	.fields = FIELDS{ { "status", &status_subresource, PQ_TYPED_POINTER },
			  { "scale", &scale_subresource, PQ_TYPED_POINTER },
			  { 0 } },
};

static const struct pq_typed column = {
	.kind = PQ_TYPED_STRUCT,
	.name = "v1.CustomResourceColumnDefinition",
	.struct_name = "CustomResourceColumnDefinition",
	.fields = FIELDS{ { "name", &pq_typed_string, PQ_TYPED_ALWAYS },
			  { "type", &pq_typed_string, PQ_TYPED_ALWAYS },
			  { "format", &pq_typed_string, PQ_TYPED_OMIT_EMPTY },
			  { "description", &pq_typed_string, PQ_TYPED_OMIT_EMPTY },
			  { "priority", &pq_typed_int32, PQ_TYPED_OMIT_EMPTY },
			  { "jsonPath", &pq_typed_string, PQ_TYPED_ALWAYS },
			  { 0 } },
};

static const struct pq_typed columns = { .kind = PQ_TYPED_LIST,
					 .name = "[]v1.CustomResourceColumnDefinition",
					 .element = &column };

static const struct pq_typed selectable_field = {
	.kind = PQ_TYPED_STRUCT,
	.name = "v1.SelectableField",
	.struct_name = "SelectableField",
	.fields = FIELDS{ { "jsonPath", &pq_typed_string, PQ_TYPED_ALWAYS }, { 0 } },
};

static const struct pq_typed selectable_fields = { .kind = PQ_TYPED_LIST,
						   .name = "[]v1.SelectableField",
						   .element = &selectable_field };

static const struct pq_typed version = {
	.kind = PQ_TYPED_STRUCT,
	.name = "v1.CustomResourceDefinitionVersion",
	.struct_name = "CustomResourceDefinitionVersion",
	.fields = FIELDS{ { "name", &pq_typed_string, PQ_TYPED_ALWAYS },
			  { "served", &pq_typed_boolean, PQ_TYPED_ALWAYS },
			  { "storage", &pq_typed_boolean, PQ_TYPED_ALWAYS },
			  { "deprecated", &pq_typed_boolean, PQ_TYPED_OMIT_EMPTY },
			  { "deprecationWarning", &pq_typed_string, PQ_TYPED_POINTER },
			  { "schema", &validation, PQ_TYPED_POINTER },
			  { "subresources", &subresources, PQ_TYPED_POINTER },
			  { "additionalPrinterColumns", &columns, PQ_TYPED_KEEP_EMPTY },
			  { "selectableFields", &selectable_fields, PQ_TYPED_KEEP_EMPTY },
			  { 0 } },
};

const struct pq_typed crd_versions_type = { .kind = PQ_TYPED_LIST,
					    .name = "[]v1.CustomResourceDefinitionVersion",
					    .element = &version };

static const struct pq_typed service = {
	.kind = PQ_TYPED_STRUCT,
	.name = "v1.ServiceReference",
	.struct_name = "ServiceReference",
	.fields = FIELDS{ { "namespace", &pq_typed_string, PQ_TYPED_ALWAYS },
			  { "name", &pq_typed_string, PQ_TYPED_ALWAYS },
			  { "path", &pq_typed_string, PQ_TYPED_POINTER },
			  { "port", &pq_typed_int32, PQ_TYPED_POINTER },
			  { 0 } },
};

static const struct pq_typed client_config = {
	.kind = PQ_TYPED_STRUCT,
	.name = "v1.WebhookClientConfig",
	.struct_name = "WebhookClientConfig",
	.fields = FIELDS{ { "url", &pq_typed_string, PQ_TYPED_POINTER },
			  { "service", &service, PQ_TYPED_POINTER },
			  { "caBundle", &base64, PQ_TYPED_OMIT_EMPTY },
			  { 0 } },
};

static const struct pq_typed webhook = {
	.kind = PQ_TYPED_STRUCT,
	.name = "v1.WebhookConversion",
	.struct_name = "WebhookConversion",
	.fields = FIELDS{ { "clientConfig", &client_config, PQ_TYPED_POINTER },
			  { "conversionReviewVersions", &pq_typed_string_list, PQ_TYPED_ALWAYS },
			  { 0 } },
};

static const struct pq_typed strategy = { .kind = PQ_TYPED_STRING,
					  .name = "v1.ConversionStrategyType" };

static const struct pq_typed conversion = {
	.kind = PQ_TYPED_STRUCT,
	.name = "v1.CustomResourceConversion",
	.struct_name = "CustomResourceConversion",
	.fields = FIELDS{ { "strategy", &strategy, PQ_TYPED_ALWAYS },
			  { "webhook", &webhook, PQ_TYPED_POINTER },
			  { 0 } },
};

static const struct pq_typed names = {
	.kind = PQ_TYPED_STRUCT,
	.name = "v1.CustomResourceDefinitionNames",
	.struct_name = "CustomResourceDefinitionNames",
	.fields = FIELDS{ { "plural", &pq_typed_string, PQ_TYPED_ALWAYS },
			  { "singular", &pq_typed_string, PQ_TYPED_OMIT_EMPTY },
			  { "shortNames", &pq_typed_string_list, PQ_TYPED_OMIT_EMPTY },
			  { "kind", &pq_typed_string, PQ_TYPED_ALWAYS },
			  { "listKind", &pq_typed_string, PQ_TYPED_OMIT_EMPTY },
			  { "categories", &pq_typed_string_list, PQ_TYPED_OMIT_EMPTY },
			  { 0 } },
};

static const struct pq_typed scope = { .kind = PQ_TYPED_STRING, .name = "v1.ResourceScope" };

static const struct pq_typed spec = {
	.kind = PQ_TYPED_STRUCT,
	.name = "v1.CustomResourceDefinitionSpec",
	.struct_name = "CustomResourceDefinitionSpec",
	.fields = FIELDS{ { "group", &pq_typed_string, PQ_TYPED_ALWAYS },
			  { "names", &names, PQ_TYPED_OMIT_EMPTY },
			  { "scope", &scope, PQ_TYPED_ALWAYS },
			  { "versions", &crd_versions_type, PQ_TYPED_ALWAYS },
			  { "conversion", &conversion, PQ_TYPED_POINTER },
			  { "preserveUnknownFields", &pq_typed_boolean, PQ_TYPED_OMIT_EMPTY },
			  { 0 } },
};

static const struct pq_typed condition_type = {
	.kind = PQ_TYPED_STRING,
	.name = "v1.CustomResourceDefinitionConditionType",
};

static const struct pq_typed condition_status = {
	.kind = PQ_TYPED_STRING,
	.name = "v1.ConditionStatus",
};

static const struct pq_typed condition = {
	.kind = PQ_TYPED_STRUCT,
	.name = "v1.CustomResourceDefinitionCondition",
	.struct_name = "CustomResourceDefinitionCondition",
	.fields = FIELDS{ { "type", &condition_type, PQ_TYPED_ALWAYS },
			  { "status", &condition_status, PQ_TYPED_ALWAYS },
			  { "lastTransitionTime", &pq_typed_time, PQ_TYPED_OMIT_EMPTY },
			  { "reason", &pq_typed_string, PQ_TYPED_OMIT_EMPTY },
			  { "message", &pq_typed_string, PQ_TYPED_OMIT_EMPTY },
			  { "observedGeneration", &pq_typed_int64, PQ_TYPED_OMIT_EMPTY },
			  { 0 } },
};

static const struct pq_typed conditions = { .kind = PQ_TYPED_LIST,
					    .name = "[]v1.CustomResourceDefinitionCondition",
					    .element = &condition };

static const struct pq_typed status = {
	.kind = PQ_TYPED_STRUCT,
	.name = "v1.CustomResourceDefinitionStatus",
	.struct_name = "CustomResourceDefinitionStatus",
	.fields = FIELDS{ { "conditions", &conditions, PQ_TYPED_OMIT_EMPTY },
			  { "acceptedNames", &names, PQ_TYPED_OMIT_EMPTY },
			  { "storedVersions", &pq_typed_string_list, PQ_TYPED_OMIT_EMPTY },
			  { "observedGeneration", &pq_typed_int64, PQ_TYPED_OMIT_EMPTY },
			  { 0 } },
};

const struct pq_typed crd_type = {
	.kind = PQ_TYPED_STRUCT,
	.name = "v1.CustomResourceDefinition",
	.struct_name = "CustomResourceDefinition",
	.fields = FIELDS{ { "kind", &pq_typed_string, PQ_TYPED_OMIT_EMPTY },
			  { "apiVersion", &pq_typed_string, PQ_TYPED_OMIT_EMPTY },
			  { "metadata", &pq_typed_object_meta, PQ_TYPED_OMIT_EMPTY },
			  { "spec", &spec, PQ_TYPED_OMIT_EMPTY },
			  { "status", &status, PQ_TYPED_OMIT_EMPTY },
			  { 0 } },
};
