#include "base/clock.h"
#include "cel/estimate.h"
#include "cel/evaluate_attribute.h"
#include "cel/message.h"
#include "cel/opaque.h"
#include "cel/text.h"

#include <assert.h>

static bool are_equally_empty(const void *a, const void *b)
{
	(void)a;
	(void)b;
	return true;
}

const struct pq_cel_opaque_kind pq_cel_kind_empty = {
	.type = { .kind = PQ_CEL_TYPE_OBJECT, .name = PQ_LITERAL("google.protobuf.Empty") },
	.equal = are_equally_empty,
	.differs_from_others = true,
	.go_name = "**types.protoObj",
};

static int64_t get_int(const struct pq_cel_map *fields, const char *name)
{
	for (uint32_t i = 0; i < fields->count; i++) {
		if (pq_string_is(pq_cel_value_string(&fields->entries[i].key), name))
			return fields->entries[i].value.integer;
	}
	return 0;
}

struct pq_cel_value pq_cel_make_timestamp(struct pq_cel_run *run, const struct pq_cel_map *fields)
{
	int64_t seconds = get_int(fields, "seconds"), nanoseconds = get_int(fields, "nanos");
	int64_t whole = nanoseconds / PQ_SECOND - (nanoseconds % PQ_SECOND < 0);
	(void)run;
	return pq_cel_from_timestamp((int64_t)((uint64_t)seconds + (uint64_t)whole),
				     (int32_t)(nanoseconds - whole * PQ_SECOND), 0);
}

struct pq_cel_value pq_cel_make_duration(struct pq_cel_run *run, const struct pq_cel_map *fields)
{
	int64_t seconds = get_int(fields, "seconds"), product;
	(void)run;
	if (__builtin_mul_overflow(seconds, PQ_SECOND, &product) ||
	    __builtin_add_overflow(product, get_int(fields, "nanos"), &product))
		product = seconds < 0 ? INT64_MIN : INT64_MAX;
	return pq_cel_from_duration(product);
}

struct pq_cel_value pq_cel_make_struct(struct pq_cel_run *run, const struct pq_cel_map *fields)
{
	return fields->count == 0 ? pq_cel_map_grow(run->arena)
				  : fields->entries[fields->count - 1].value;
}

struct pq_cel_value pq_cel_make_value(struct pq_cel_run *run, const struct pq_cel_map *fields)
{
	(void)run;
	if (fields->count == 0)
		return pq_cel_null_value();
	const struct pq_cel_map_entry *last = &fields->entries[fields->count - 1];
	bool is_null = pq_string_is(pq_cel_value_string(&last->key), "null_value");
	return is_null ? pq_cel_null_value() : last->value;
}

struct pq_cel_value pq_cel_make_empty(struct pq_cel_run *run, const struct pq_cel_map *fields)
{
	(void)run;
	(void)fields;
	return pq_cel_from_opaque(&pq_cel_kind_empty.type, NULL);
}

struct pq_cel_value pq_cel_make_any(struct pq_cel_run *run, const struct pq_cel_map *fields)
{
	(void)run;
	(void)fields;
	return pq_cel_from_error("unsupported conversion to ref.Val: (*dynamicpb.Message)");
}

/* The value as the field takes it. */
static bool convert_field(struct pq_cel_run *run, const struct pq_cel_message *message,
			  struct pq_cel_map_entry *entry)
{
	struct pq_string name = pq_cel_value_string(&entry->key);
	const struct pq_cel_message_field *field = pq_cel_message_find_field(message, name);
	struct pq_cel_value *value = &entry->value;
	bool repeats = field->native == PQ_CEL_NATIVE_REPEATED_JSON;
	if ((repeats && value->kind != PQ_CEL_LIST_VALUE) ||
	    (field->native == PQ_CEL_NATIVE_MAP_OF_JSON && !pq_cel_is_map(value))) {
		const char *items = value->kind == PQ_CEL_LIST_VALUE ? "(dyn)"
				    : pq_cel_is_map(value)           ? "(dyn, dyn)"
								     : "";
		*value = pq_cel_error_format(
			run->arena, "unsupported field type for %s.%s: %.*s%s", message->name,
			field->name, PQ_STRING_ARGUMENT(pq_cel_runtime_type(value)->name), items);
		return false;
	}
	if (pq_cel_to_native(run, field->native, value))
		return true;
	if (value->form != PQ_CEL_FATAL)
		*value = pq_cel_error_format(
			run->arena, "field type conversion error for %s.%s value type: %.*s",
			message->name, field->name, PQ_STRING_ARGUMENT(pq_cel_value_string(value)));
	return false;
}

/* A well-known message becomes the value that it stands for. */
static struct pq_cel_value make_message(struct pq_cel_run *run,
					const struct pq_cel_message *message,
					struct pq_cel_map *fields)
{
	for (uint32_t i = 0; i < fields->count; i++) {
		if (!convert_field(run, message, &fields->entries[i]))
			return fields->entries[i].value;
	}
	if (message->make != NULL)
		return message->make(run, fields);
	return fields->count == 0 ? message->zero : fields->entries[fields->count - 1].value;
}

static void set_field(struct pq_cel_run *run, const struct pq_cel_element *field,
		      struct pq_cel_map *fields, struct pq_cel_value *result)
{
	struct pq_cel_value value, key = pq_cel_from_string(field->field);
	pq_cel_run_node(run, field->value, &value);
	if (pq_cel_is_error(&value)) {
		*result = value;
		return;
	}
	if (field->is_optional && value.kind != PQ_CEL_OPTIONAL) {
		*result = pq_cel_error_format(
			run->arena,
			"cannot initialize optional entry '%.*s' from non-optional value %.*s",
			PQ_STRING_ARGUMENT(field->field),
			PQ_STRING_ARGUMENT(pq_cel_to_go_text(run->arena, &value)));
		return;
	}
	if (field->is_optional) {
		if (value.present == NULL) {
			pq_cel_map_remove(fields, &key);
			return;
		}
		value = *value.present;
	}
	if (!pq_cel_map_put(run->arena, fields, &key, &value))
		*result = pq_cel_out_of_memory();
}

void pq_cel_run_message(struct pq_cel_run *run, const struct pq_cel_node *node,
			struct pq_cel_value *result)
{
	struct pq_cel_value fields = pq_cel_map_grow(run->arena);
	assert(node->message.kind != NULL);
	*result = fields;
	for (uint32_t i = 0; i < node->count && !pq_cel_is_error(result); i++)
		set_field(run, &node->message.fields[i], fields.map, result);
	if (!pq_cel_is_error(result))
		*result = make_message(run, node->message.kind, fields.map);
	pq_cel_watch(run, result);
	pq_cel_charge(run, PQ_CEL_COST_OF_STRUCT);
}
