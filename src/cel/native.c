#include "cel/native.h"

#include "base/base64.h"
#include "cel/container.h"
#include "cel/opaque.h"
#include "cel/text.h"

#include <inttypes.h>

/* Integers beyond it are texts in JSON: others than JavaScript's are not to be read back. */
#define SAFE_INTEGER INT64_C(9007199254740991)

static const struct {
	uint8_t kind; /* of values that fit */
	const char *name;
} natives[] = {
	[PQ_CEL_NATIVE_BOOL] = { PQ_CEL_BOOL, "bool" },
	[PQ_CEL_NATIVE_BYTES] = { PQ_CEL_BYTES, "[]uint8" },
	[PQ_CEL_NATIVE_DOUBLE] = { PQ_CEL_DOUBLE, "float64" },
	[PQ_CEL_NATIVE_FLOAT] = { PQ_CEL_DOUBLE, "float32" },
	[PQ_CEL_NATIVE_INT64] = { PQ_CEL_INT, "int64" },
	[PQ_CEL_NATIVE_INT32] = { PQ_CEL_INT, "int32" },
	[PQ_CEL_NATIVE_UINT64] = { PQ_CEL_UINT, "uint64" },
	[PQ_CEL_NATIVE_UINT32] = { PQ_CEL_UINT, "uint32" },
	[PQ_CEL_NATIVE_STRING] = { PQ_CEL_STRING, "string" },
	[PQ_CEL_NATIVE_ENUM] = { PQ_CEL_INT, "protoreflect.EnumNumber" },
	[PQ_CEL_NATIVE_JSON] = { PQ_CEL_NULL, "*structpb.Value" },
	[PQ_CEL_NATIVE_JSON_LIST] = { PQ_CEL_LIST_VALUE, "*structpb.ListValue" },
	[PQ_CEL_NATIVE_JSON_OBJECT] = { PQ_CEL_MAP_VALUE, "*structpb.Struct" },
};

static bool fail(struct pq_cel_value *value, struct pq_cel_value error)
{
	*value = error;
	return false;
}

/* What is converted of an optional is the value in it. */
static bool unwrap(struct pq_cel_value *value)
{
	while (value->kind == PQ_CEL_OPTIONAL && value->present != NULL)
		*value = *value->present;
	return value->kind != PQ_CEL_OPTIONAL ||
	       fail(value, pq_cel_from_error("optional.none() dereference"));
}

static bool is_of_schema(const struct pq_cel_value *value)
{
	return value->form == PQ_CEL_OF_DATA && value->declaration->kind != PQ_CEL_DECLARED_ANY;
}

/* How messages call what has no such form. */
static const char *name_of(const struct pq_cel_value *value)
{
	static const char *const names[] = {
		[PQ_CEL_NULL] = "'null_type'",      [PQ_CEL_BOOL] = "bool",
		[PQ_CEL_BYTES] = "Bytes",           [PQ_CEL_DOUBLE] = "Double",
		[PQ_CEL_TIMESTAMP] = "'Timestamp'", [PQ_CEL_DURATION] = "'Duration'",
		[PQ_CEL_LIST_VALUE] = "list",       [PQ_CEL_MAP_VALUE] = "map",
		[PQ_CEL_OBJECT_VALUE] = "map",
	};
	if (value->kind == PQ_CEL_LIST_VALUE && is_of_schema(value))
		return "'list(dyn)'";
	if (pq_cel_is_map(value) && is_of_schema(value))
		return "'map(dyn, dyn)'";
	return names[value->kind];
}

static bool refuse_opaque(struct pq_cel_run *run, const char *native, struct pq_cel_value *value)
{
	const struct pq_cel_opaque_kind *kind = pq_cel_opaque_kind(value);
	const char *dot = strchr(kind->go_name, '.');
	bool is_message = kind == &pq_cel_kind_empty;
	return fail(value,
		    pq_cel_error_format(run->arena, "type conversion error from '%s' to '%s'",
					is_message    ? "*dynamicpb.Message"
					: dot == NULL ? kind->go_name
						      : dot + 1,
					native));
}

static bool refuse(struct pq_cel_run *run, const char *native, struct pq_cel_value *value)
{
	struct pq_arena *arena = run->arena;
	switch (value->kind) {
	case PQ_CEL_ERROR:
		return false;
	case PQ_CEL_INT:
	case PQ_CEL_UINT:
		return fail(value, pq_cel_error_format(
					   arena, "unsupported type conversion from '%s' to %s",
					   value->kind == PQ_CEL_INT ? "int" : "uint", native));
	case PQ_CEL_STRING:
		return fail(value,
			    pq_cel_error_format(arena,
						"unsupported native conversion from string to '%s'",
						native));
	case PQ_CEL_TYPE_VALUE:
		return fail(value, pq_cel_from_error("type conversion not supported for 'type'"));
	case PQ_CEL_OPAQUE_VALUE:
		return refuse_opaque(run, native, value);
	default:
		return fail(value,
			    pq_cel_error_format(arena, "type conversion error from %s to '%s'",
						name_of(value), native));
	}
}

static bool check_range(enum pq_cel_native native, struct pq_cel_value *value)
{
	bool is_int32 = native == PQ_CEL_NATIVE_INT32 || native == PQ_CEL_NATIVE_ENUM;
	if (is_int32 && (value->integer < INT32_MIN || value->integer > INT32_MAX))
		return fail(value, pq_cel_from_error("integer overflow"));
	if (native == PQ_CEL_NATIVE_UINT32 && value->natural > UINT32_MAX)
		return fail(value, pq_cel_from_error("unsigned integer overflow"));
	if (native == PQ_CEL_NATIVE_FLOAT)
		value->number = (double)(float)value->number;
	return true;
}

/* A list of numbers would be bytes, if any of them were a byte. The API server's own lists are not
 * even read. */
static bool list_to_bytes(struct pq_cel_run *run, struct pq_cel_value *value)
{
	if (is_of_schema(value)) {
		pq_cel_end_run(run,
			       pq_cel_from_fatal("internal error: invalid type: []interface {}"));
		return fail(value, run->end);
	}
	if (pq_cel_list_size(value) == 0) {
		*value = pq_cel_from_bytes(PQ_S(""));
		return true;
	}
	const struct pq_cel_value list = *value;
	pq_cel_list_get(run->arena, &list, 0, value);
	return unwrap(value) && refuse(run, "uint8", value);
}

static bool to_scalar(struct pq_cel_run *run, enum pq_cel_native native, struct pq_cel_value *value)
{
	if (!unwrap(value))
		return false;
	if (value->kind == natives[native].kind)
		return check_range(native, value);
	if (native == PQ_CEL_NATIVE_BYTES && value->kind == PQ_CEL_LIST_VALUE)
		return list_to_bytes(run, value);
	if (native == PQ_CEL_NATIVE_STRING && value->kind == PQ_CEL_OPAQUE_VALUE &&
	    pq_cel_opaque_kind(value)->write != NULL &&
	    pq_cel_opaque_kind(value) != &pq_cel_kind_format) {
		struct pq_buffer text;
		pq_buffer_init_in(&text, run->arena, 0);
		pq_cel_opaque_kind(value)->write(&text, value->opaque);
		*value = pq_cel_from_buffer(&text);
		return !pq_cel_is_error(value);
	}
	return refuse(run, natives[native].name, value);
}

static bool to_json(struct pq_cel_run *run, struct pq_cel_value *value, unsigned depth);

static bool list_to_json(struct pq_cel_run *run, struct pq_cel_value *value, unsigned depth)
{
	const struct pq_cel_value list = *value;
	uint32_t count = pq_cel_list_size(&list);
	struct pq_cel_value *items = pq_arena_alloc_array(run->arena, count, sizeof *items);
	if (items == NULL && count > 0)
		return fail(value, pq_cel_out_of_memory());
	for (uint32_t i = 0; i < count; i++) {
		pq_cel_list_get(run->arena, &list, i, &items[i]);
		if (!to_json(run, &items[i], depth + 1))
			return fail(value, items[i]);
	}
	*value = pq_cel_from_items(items, count);
	return true;
}

static bool map_to_json(struct pq_cel_run *run, struct pq_cel_value *value, unsigned depth)
{
	const struct pq_cel_value map = *value;
	struct pq_cel_value made = pq_cel_map_grow(run->arena), key, item;
	if (pq_cel_is_error(&made))
		return fail(value, made);
	for (uint32_t i = 0; pq_cel_map_next(run->arena, &map, &i, &key, &item);) {
		if (!to_scalar(run, PQ_CEL_NATIVE_STRING, &key))
			return fail(value, key);
		if (!to_json(run, &item, depth + 1))
			return fail(value, item);
		if (!pq_cel_map_put(run->arena, made.map, &key, &item))
			return fail(value, pq_cel_out_of_memory());
	}
	*value = pq_cel_settle(&made);
	return true;
}

/* An integer as a double, or as a text when a double may not be the same. */
static struct pq_cel_value integer_to_json(struct pq_cel_run *run, const struct pq_cel_value *value)
{
	bool is_int = value->kind == PQ_CEL_INT;
	struct pq_buffer text;
	if (is_int && value->integer >= -SAFE_INTEGER && value->integer <= SAFE_INTEGER)
		return pq_cel_from_double((double)value->integer);
	if (!is_int && value->natural <= (uint64_t)SAFE_INTEGER)
		return pq_cel_from_double((double)value->natural);
	pq_buffer_init_in(&text, run->arena, 0);
	if (is_int)
		pq_buffer_append_format(&text, "%" PRId64, value->integer);
	else
		pq_buffer_append_format(&text, "%" PRIu64, value->natural);
	return pq_cel_from_buffer(&text);
}

/* What JSON has only texts for. */
static struct pq_cel_value text_to_json(struct pq_cel_run *run, const struct pq_cel_value *value)
{
	struct pq_buffer text;
	pq_buffer_init_in(&text, run->arena, 0);
	if (value->kind == PQ_CEL_BYTES)
		pq_base64_write(&text, pq_cel_value_string(value));
	else if (value->kind == PQ_CEL_TIMESTAMP)
		pq_cel_write_timestamp(&text, value);
	else
		pq_cel_write_duration(&text, value->integer);
	return pq_cel_from_buffer(&text);
}

static bool to_json(struct pq_cel_run *run, struct pq_cel_value *value, unsigned depth)
{
	if (depth > PQ_CEL_NATIVE_DEPTH_MAX)
		return fail(value, pq_cel_from_fatal("values nest too deeply for JSON"));
	if (!pq_cel_take_steps(run, 1))
		return fail(value, run->end);
	if (!unwrap(value))
		return false;
	switch (value->kind) {
	case PQ_CEL_NULL:
	case PQ_CEL_BOOL:
	case PQ_CEL_DOUBLE:
	case PQ_CEL_STRING:
		return true;
	case PQ_CEL_INT:
	case PQ_CEL_UINT:
		*value = integer_to_json(run, value);
		return !pq_cel_is_error(value);
	case PQ_CEL_BYTES:
	case PQ_CEL_TIMESTAMP:
	case PQ_CEL_DURATION:
		*value = text_to_json(run, value);
		return !pq_cel_is_error(value);
	default:
		break;
	}
	if (pq_cel_is_empty_message(value)) {
		*value = pq_cel_map_grow(run->arena);
		return !pq_cel_is_error(value);
	}
	if (value->kind == PQ_CEL_LIST_VALUE && !is_of_schema(value))
		return list_to_json(run, value, depth);
	if (pq_cel_is_map(value) && !is_of_schema(value))
		return map_to_json(run, value, depth);
	return refuse(run, natives[PQ_CEL_NATIVE_JSON].name, value);
}

bool pq_cel_to_native(struct pq_cel_run *run, enum pq_cel_native native, struct pq_cel_value *value)
{
	if (native == PQ_CEL_NATIVE_REPEATED_JSON)
		return list_to_json(run, value, 0);
	if (native == PQ_CEL_NATIVE_MAP_OF_JSON)
		return map_to_json(run, value, 0);
	if (!unwrap(value))
		return false;
	if (native < PQ_CEL_NATIVE_JSON)
		return to_scalar(run, native, value);
	bool fits = native == PQ_CEL_NATIVE_JSON_LIST ? value->kind == PQ_CEL_LIST_VALUE
						      : pq_cel_is_map(value);
	if (pq_cel_is_empty_message(value))
		return fail(value,
			    pq_cel_error_format(
				    run->arena,
				    "type conversion error: pb.Merge() arguments must be "
				    "the same type. got: google.protobuf.%s, "
				    "google.protobuf.Empty",
				    native == PQ_CEL_NATIVE_JSON_LIST ? "ListValue" : "Struct"));
	if (!fits)
		return refuse(run, natives[native].name, value);
	return to_json(run, value, 0);
}
